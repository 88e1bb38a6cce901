import type { AudioConfig, TagContent, VideoConfig } from "../media/flv-tag.ts";
import { type Frame, Run, type SegmentSink, type Tracks } from "./run.ts";

/** How long the start waits for the other track's configuration, on the encoder's clock. */
const configWaitMs = 500;

/**
 * Cuts one encoder's frames into parts and segments (RFC 8216bis). Pure: the caller passes the time of arrival.
 *
 * A *run* is a stretch of one timeline with one pair of configurations; between runs stands a discontinuity. Times on
 * the outside are ticks of 1/90 000 s that grow over all runs. Within a part a frame's duration is exact; the last
 * frame's is predicted, so that the part can leave at once, and the next part begins where it was said to end.
 */
export class Packager {
  readonly #sink: SegmentSink;
  #videoConfig: VideoConfig | null = null;
  #audioConfig: AudioConfig | null = null;
  #run: Run | null = null;
  /** Encoder time of the first tag since the last run ended, ms. */
  #waitingSinceMs: number | null = null;
  #nextRunStart = 0;
  #hadRun = false;
  #fragmentCount = 0;
  #playing: Tracks = { video: null, audio: null };

  constructor(sink: SegmentSink) {
    this.#sink = sink;
  }

  /**
   * Takes one tag in arrival order.
   * @param timestampMs the encoder's decode time
   * @param arrivalMs Unix time at which it arrived
   */
  push(content: TagContent, timestampMs: number, arrivalMs: number): void {
    switch (content.type) {
      case "video-config":
        if (!sameRecord(this.#videoConfig, content.config)) this.interrupt();
        this.#videoConfig = content.config;
        break;
      case "audio-config":
        if (!sameRecord(this.#audioConfig, content.config)) this.interrupt();
        this.#audioConfig = content.config;
        break;
      case "video":
      case "audio":
        this.#pushFrame(content, timestampMs, arrivalMs);
        break;
      case "unsupported":
      case "nothing":
        break;
    }
  }

  /** The configurations of the last run that began: what the newest segments are made of. */
  get playing(): Readonly<Tracks> {
    return this.#playing;
  }

  /** The encoder went away or its timeline broke: finishes what is open. What comes next begins a new run. */
  interrupt(): void {
    if (this.#run) this.#nextRunStart = this.#run.finish();
    this.#run = null;
    this.#waitingSinceMs = null;
  }

  /** As `interrupt`, and forgets the configurations: the next encoder sends its own. */
  reset(): void {
    this.interrupt();
    this.#videoConfig = null;
    this.#audioConfig = null;
  }

  #pushFrame(content: Frame, timestampMs: number, arrivalMs: number): void {
    if (this.#run && !this.#run.follows(timestampMs)) this.interrupt();
    this.#run ??= this.#startRun(content, timestampMs);
    this.#run?.push(content, timestampMs, arrivalMs);
    if (this.#run?.isOverfull) this.interrupt();
  }

  #startRun(content: Frame, timestampMs: number): Run | null {
    this.#waitingSinceMs ??= timestampMs;
    const waited = Math.abs(timestampMs - this.#waitingSinceMs) >= configWaitMs;
    if (content.type === "video") {
      if (!this.#videoConfig || !content.isKeyFrame) return null;
      if (!this.#audioConfig && !waited) return null;
    } else if (!this.#audioConfig || this.#videoConfig || !waited) {
      return null;
    }
    this.#playing = { video: this.#videoConfig, audio: this.#audioConfig };
    const run = new Run({
      sink: this.#sink,
      ...this.#playing,
      startTicks: this.#nextRunStart,
      originMs: timestampMs,
      discontinuity: this.#hadRun,
      nextFragment: () => ++this.#fragmentCount,
    });
    this.#hadRun = true;
    return run;
  }
}

function sameRecord(before: VideoConfig | AudioConfig | null, after: VideoConfig | AudioConfig): boolean {
  return before !== null && Buffer.compare(before.record, after.record) === 0;
}
