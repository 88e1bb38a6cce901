import type { AudioConfig, TagContent, VideoConfig } from "../media/flv-tag.ts";
import { type Mp4Sample, writeFragment } from "../mp4/fragment.ts";
import { writeInitSegment } from "../mp4/init-segment.ts";
import { audioTrackId, videoTimescale, videoTrackId } from "../mp4/track.ts";
import { FrameClock } from "./frame-clock.ts";
import { openPartMaxBytes, openPartMaxFrames, partTargetSec, segmentMaxSec, segmentMinSec } from "./limits.ts";

/** Where parts and segments go. */
export interface SegmentSink {
  startSegment(segment: {
    /** The timeline or a codec configuration changed. */
    discontinuity: boolean;
    /** The Media Initialization Section, where it differs from the one before. */
    init: Uint8Array | null;
    programDateTimeMs: number;
    independent: boolean;
  }): void;
  addPart(part: { durationSec: number; independent: boolean; data: Uint8Array }): void;
  endSegment(): void;
}

interface TimedSample extends Mp4Sample {
  /** Decode time in ticks of its own track. */
  time: number;
}

const ticksPerMs = videoTimescale / 1000;
const partTarget = Math.round(partTargetSec * videoTimescale);
/** RFC 8216bis 4.4.4.9: a part that is not the last of its segment lasts at least 85 % of the target. */
const partMin = 0.85 * partTarget;
const segmentMin = segmentMinSec * videoTimescale;
const segmentMax = segmentMaxSec * videoTimescale;
/** Encoders interleave by time: audio this far past a part's end means that no video frame will come for it. */
const interleaveSlack = 0.15 * videoTimescale;
/** Audio is counted in samples; only past this is it set anew from the encoder's milliseconds. */
const audioDriftMaxMs = 100;
/** A larger jump of the encoder's clock, either way, begins a new timeline. */
const timestampJumpMaxMs = 10_000;

/** What a run is made of; null where the encoder sends no such track. */
export interface Tracks {
  video: VideoConfig | null;
  audio: AudioConfig | null;
}

/** A coded frame as its tag held it. */
export type Frame = Extract<TagContent, { type: "video" | "audio" }>;

interface RunOptions extends Tracks {
  sink: SegmentSink;
  /** Where the run begins on the outside timeline. */
  startTicks: number;
  /** The encoder's time there, ms. */
  originMs: number;
  /** Not the first run: the timeline breaks where it begins. */
  discontinuity: boolean;
  nextFragment: () => number;
}

/** A stretch of one timeline with one pair of configurations, cut into parts and segments. Pure. */
export class Run {
  readonly #options: RunOptions;
  readonly #frameClock = new FrameClock();
  #video: TimedSample[] = [];
  #audio: TimedSample[] = [];
  #waitingBytes = 0;
  #partStart: number;
  /** Where the segment begins that the next part goes into. */
  #segmentStart: number;
  #isSegmentOpen = false;
  /** Where the last video frame ends, as far as was told. */
  #videoEnd: number;
  /** Encoder time of the last frame of either kind, ms. */
  #lastMs: number;
  #reorders = false;
  /** Next audio sample to come, counted from the start of the outside timeline. */
  #audioNext: number | null = null;
  /** Running minimum of (arrival − media time): the moment the encoder's clock stood at 0 with the least delay seen. */
  #wallClockOriginMs = Number.POSITIVE_INFINITY;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#partStart = options.startTicks;
    this.#segmentStart = options.startTicks;
    this.#videoEnd = options.startTicks;
    this.#lastMs = options.originMs;
  }

  /** Whether a frame of this time belongs to the same timeline. */
  follows(timestampMs: number): boolean {
    return Math.abs(timestampMs - this.#lastMs) <= timestampJumpMaxMs;
  }

  get isOverfull(): boolean {
    return this.#waitingBytes > openPartMaxBytes || this.#video.length + this.#audio.length > openPartMaxFrames;
  }

  push(content: Frame, timestampMs: number, arrivalMs: number): void {
    this.#lastMs = timestampMs;
    const ticks = this.#options.startTicks + (timestampMs - this.#options.originMs) * ticksPerMs;
    if (ticks < this.#options.startTicks) return; // audio from before the first key frame
    this.#wallClockOriginMs = Math.min(this.#wallClockOriginMs, arrivalMs - ticks / ticksPerMs);
    if (content.type === "video") {
      this.#pushVideo(content, ticks);
    } else {
      this.#pushAudio(content.data, ticks);
    }
  }

  /** Closes the open part and segment; returns where the run ends. */
  finish(): number {
    const audio = this.#options.audio;
    const audioEnd =
      audio === null || this.#audioNext === null ? 0 : Math.ceil((this.#audioNext * videoTimescale) / audio.sampleRate);
    const end = Math.max(this.#partStart, this.#videoEnd, audioEnd);
    const partEnd = this.#video.length > 0 ? Math.max(this.#videoEnd, this.#partStart) : end;
    this.#closePartsUntil(partEnd);
    this.#closePart(partEnd);
    this.#closeSegment();
    // Whole milliseconds, so that the next run's ticks are whole too.
    return Math.ceil(end / ticksPerMs) * ticksPerMs;
  }

  #pushVideo(frame: Extract<Frame, { type: "video" }>, ticks: number): void {
    const last = this.#video.at(-1);
    const frameDuration = this.#frameClock.tick(ticks);
    if (frame.compositionOffsetMs !== 0) this.#reorders = true;
    // Decode times only grow, whatever the encoder says.
    const arrived = last ? Math.max(ticks, last.time + 1) : Math.max(ticks, this.#videoEnd);
    if (last) this.#setEnd(last, arrived);
    this.#cutBefore(frame.isKeyFrame, arrived, frameDuration);

    // The frame before may have left with a predicted end: go on from there, so that no hole opens.
    const time = this.#video.length > 0 ? arrived : this.#videoEnd;
    const end = Math.max(time + 1, ticks + frameDuration);
    const sample: TimedSample = {
      data: new Uint8Array(frame.data),
      time,
      duration: end - time,
      compositionOffset: this.#reorders ? ticks + frame.compositionOffsetMs * ticksPerMs - time : 0,
      isSync: frame.isKeyFrame,
    };
    this.#video.push(sample);
    this.#waitingBytes += sample.data.length;
    this.#videoEnd = end;
    const isLastThatFits = end + frameDuration - this.#partStart > partTarget;
    // Where one frame outlasts a part, audio says where parts end.
    if (isLastThatFits && (end - this.#partStart <= partTarget || !this.#options.audio)) this.#closePart(end);
  }

  /** Closes what must be closed before a frame that begins at `ticks`. */
  #cutBefore(isKeyFrame: boolean, ticks: number, frameDuration: number): void {
    const length = ticks - this.#segmentStart;
    if ((isKeyFrame && length >= segmentMin) || length + frameDuration > segmentMax) {
      this.#closePartsUntil(ticks);
      this.#closePart(this.#video.length > 0 ? ticks : Math.max(this.#partStart, Math.min(ticks, this.#videoEnd)));
      this.#closeSegment();
    } else if (ticks + frameDuration - this.#partStart > partTarget) {
      this.#closePartsUntil(ticks);
      const isLongEnough = ticks - this.#partStart >= partMin || !this.#options.audio;
      if (this.#video.length > 0 && isLongEnough) this.#closePart(ticks);
    }
  }

  #pushAudio(data: Uint8Array, ticks: number): void {
    const audio = this.#options.audio;
    if (!audio) return;
    const fromEncoder = Math.round((ticks * audio.sampleRate) / videoTimescale);
    const drift = this.#audioNext === null ? 0 : fromEncoder - this.#audioNext;
    const driftMax = (audioDriftMaxMs * audio.sampleRate) / 1000;
    if (drift < -driftMax) return; // more audio than time: let it catch up
    const time = this.#audioNext === null || drift > driftMax ? fromEncoder : this.#audioNext;
    this.#audioNext = time + audio.samplesPerFrame;
    this.#audio.push({
      data: new Uint8Array(data),
      time,
      duration: audio.samplesPerFrame,
      compositionOffset: 0,
      isSync: true,
    });
    this.#waitingBytes += data.length;

    const end = (this.#audioNext * videoTimescale) / audio.sampleRate;
    if (!this.#options.video) {
      const frameDuration = (audio.samplesPerFrame * videoTimescale) / audio.sampleRate;
      if (end + frameDuration - this.#partStart > partTarget) this.#closePart(end);
      if (this.#partStart - this.#segmentStart >= segmentMin) this.#closeSegment();
    } else if (end - this.#partStart > partTarget + interleaveSlack) {
      this.#closePartsUntil(end - interleaveSlack);
    }
  }

  /** Closes parts on audio frames while the open one would grow past its target before `ticks`: slow or missing video. */
  #closePartsUntil(ticks: number): void {
    const audio = this.#options.audio;
    if (!audio) return;
    while (ticks - this.#partStart > partTarget) {
      const boundary = this.#audio.findLast((sample) => audioEndTicks(sample, audio) <= this.#partStart + partTarget);
      if (!boundary) return;
      const end = audioEndTicks(boundary, audio);
      if (end <= this.#partStart) return;
      this.#closePart(end);
      if (end + partTarget - this.#segmentStart > segmentMax) this.#closeSegment();
    }
  }

  #closePart(end: number): void {
    const audio = this.#options.audio;
    const ready = audio ? this.#audio.filter((sample) => (sample.time * videoTimescale) / audio.sampleRate < end) : [];
    const video = this.#video.filter((sample) => sample.time < end);
    if (end <= this.#partStart || (video.length === 0 && ready.length === 0)) return;
    this.#audio = this.#audio.slice(ready.length);
    this.#video = this.#video.slice(video.length);
    for (const sample of [...video, ...ready]) this.#waitingBytes -= sample.data.length;
    const last = video.at(-1);
    if (last && this.#video.length === 0 && this.#videoEnd < end) this.#setEnd(last, end);
    const independent = video[0]?.isSync ?? !this.#options.video;
    if (!this.#isSegmentOpen) this.#openSegment(independent);
    this.#options.sink.addPart({
      durationSec: (end - this.#partStart) / videoTimescale,
      independent,
      data: writeFragment(this.#options.nextFragment(), [
        { trackId: videoTrackId, baseMediaDecodeTime: video[0]?.time ?? 0, samples: video },
        { trackId: audioTrackId, baseMediaDecodeTime: ready[0]?.time ?? 0, samples: ready },
      ]),
    });
    this.#partStart = end;
    // Players take a playlist without a whole segment for empty: the very first one ends with its first part.
    if (!this.#options.discontinuity && this.#segmentStart === this.#options.startTicks) this.#closeSegment();
  }

  #setEnd(sample: TimedSample, end: number): void {
    sample.duration = end - sample.time;
    this.#videoEnd = end;
  }

  #openSegment(independent: boolean): void {
    const { sink, video, audio, discontinuity, startTicks } = this.#options;
    const isFirst = this.#segmentStart === startTicks;
    this.#isSegmentOpen = true;
    sink.startSegment({
      discontinuity: isFirst && discontinuity,
      init: isFirst ? writeInitSegment(video, audio) : null,
      programDateTimeMs: Math.round(this.#wallClockOriginMs + this.#segmentStart / ticksPerMs),
      independent,
    });
  }

  #closeSegment(): void {
    if (this.#isSegmentOpen) this.#options.sink.endSegment();
    this.#isSegmentOpen = false;
    this.#segmentStart = this.#partStart;
  }
}

function audioEndTicks(sample: TimedSample, audio: AudioConfig): number {
  return ((sample.time + sample.duration) * videoTimescale) / audio.sampleRate;
}
