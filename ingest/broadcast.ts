import { newRequestId } from "../request-id.ts";
import { BitrateLimit } from "./bitrate-limit.ts";
import type { StreamHealth } from "./contract/health.ts";
import { HealthMeter } from "./health-meter.ts";
import type { Picture, PlayableStream } from "./hls/http.ts";
import { Packager } from "./hls/packager.ts";
import { renderMultivariantPlaylist } from "./hls/playlist.ts";
import { LiveWindow, type Part } from "./hls/window.ts";
import { readAudioTag, readEncoderName, readVideoTag, type TagContent } from "./media/flv-tag.ts";
import type { Feed, FlvTag, Publisher } from "./rtmp/publisher.ts";

/** As api authorised it. */
export interface StreamIdentity {
  streamId: string;
  channelId: string;
  channelName: string;
  /** Unix time, ms. */
  startedAt: number;
  incarnation: number;
}

export interface BroadcastEvents {
  /** The encoder came or went. */
  onStateChange(broadcast: Broadcast): void;
  /** The encoder said that it is done. */
  onUnpublish(broadcast: Broadcast): void;
  /** The encoder sends what cannot be played; it is being closed with this message. */
  onUnsupported(broadcast: Broadcast, publisher: Publisher, message: string): void;
}

/** Each life of a stream leaves room for the short segments of the one before, at its start and where its encoder dropped. */
const sequenceHeadroom = 10;

/**
 * One live stream: who feeds it, what players can fetch of it, whether it waits for its encoder. It outlives its
 * encoder's connection; only `end` finishes it.
 */
export class Broadcast implements PlayableStream {
  readonly identity: StreamIdentity;
  readonly window: LiveWindow;
  publisher: Publisher | null = null;
  /** Of the encoder that is here, or was last. */
  requestId = newRequestId();
  /** What was on some seconds ago. */
  thumbnail: Picture | null = null;
  /** When the encoder went away, Unix ms; null while one is there. */
  interruptedAt: number | null;
  /** When the stream ended, Unix ms. */
  endedAt: number | null = null;

  readonly #packager: Packager;
  readonly #now: () => number;
  readonly #bitrateMax: number | null;
  readonly #events: BroadcastEvents;
  #meter: HealthMeter;
  /** Of the encoder that is here, and of the same before it dropped. */
  #bitrateLimit: BitrateLimit | null = null;

  /**
   * @param now Unix time, ms
   * @param bitrateMax what the encoder may send, bits a second; null: as much as it likes
   */
  constructor(identity: StreamIdentity, now: () => number, bitrateMax: number | null, events: BroadcastEvents) {
    const ageSec = Math.floor((now() - identity.startedAt) / 1000);
    this.identity = identity;
    this.#now = now;
    this.#bitrateMax = bitrateMax;
    this.#events = events;
    this.interruptedAt = now();
    // Hardly a segment is shorter than a second, so an earlier life of the stream never got past its age in seconds.
    this.window = new LiveWindow({
      incarnation: identity.incarnation,
      firstSequence:
        identity.incarnation === 1 ? 0 : Math.max(0, ageSec) + sequenceHeadroom * (identity.incarnation - 1),
      discontinuitySequence: identity.incarnation * 1000,
      startsDiscontinuous: identity.incarnation > 1,
      now,
    });
    this.#packager = new Packager(this.window);
    this.#meter = new HealthMeter(now());
  }

  /** Lets an encoder feed the stream. One that was there before is closed, and what it still sends is dropped. */
  attach(publisher: Publisher): Feed {
    const before = this.publisher;
    this.publisher = publisher;
    this.requestId = publisher.requestId;
    before?.close();
    this.#packager.reset();
    this.#meter = new HealthMeter(this.#now());
    if (this.#bitrateMax !== null) this.#bitrateLimit ??= new BitrateLimit(this.#bitrateMax, this.#now());
    this.interruptedAt = null;
    this.#events.onStateChange(this);
    return {
      push: (tag) => {
        if (this.publisher === publisher) this.#push(tag, publisher);
      },
      end: (how) => {
        if (this.publisher === publisher) this.#detach(how);
      },
    };
  }

  /** Writes ENDLIST and lets the encoder go. Idempotent. @param message told to the encoder */
  end(message?: string): void {
    if (this.endedAt !== null) return;
    this.endedAt = this.#now();
    this.thumbnail = null;
    const publisher = this.publisher;
    this.publisher = null;
    publisher?.close(message);
    this.#packager.reset();
    this.window.end();
  }

  /**
   * What the encoder that is here sends, bits a second, when that was more than it may for too long; else null. Told once: for
   * the next encoder counting begins anew, while one that only drops and returns is counted on.
   */
  takeExcessiveBitrate(): number | null {
    const limit = this.#bitrateLimit;
    if (this.publisher === null || limit?.isExceeded(this.#now()) !== true) return null;
    this.#bitrateLimit = null;
    return limit.bitrate;
  }

  /** Lets go of the encoder and of held requests, and ends nothing: the stream goes on elsewhere. */
  leave(): void {
    const publisher = this.publisher;
    this.publisher = null;
    publisher?.close();
    this.window.letGo();
  }

  health(hlsUrl: string | null): StreamHealth {
    return {
      state: this.publisher ? "live" : "interrupted",
      hlsUrl,
      hasThumbnail: this.thumbnail !== null,
      remoteAddress: this.publisher?.remoteAddress ?? null,
      ...(this.#bitrateMax === null ? {} : { bitrateMax: this.#bitrateMax }),
      ...this.#meter.read(this.#now()),
    };
  }

  /** The newest part that begins with a key frame, and its init section; null where there is no video. */
  get newestKeyFrame(): { part: Part; init: Uint8Array } | null {
    return this.#packager.playing.video && this.window.newestIndependentPart;
  }

  multivariantPlaylist(): string {
    let bytes = 0;
    let seconds = 0;
    let peak = 0;
    for (const segment of this.window.segments) {
      const size = segment.parts.reduce((sum, part) => sum + part.data.length, 0);
      bytes += size;
      seconds += segment.durationSec;
      if (segment.durationSec > 0) peak = Math.max(peak, (size * 8) / segment.durationSec);
    }
    return renderMultivariantPlaylist([
      {
        // Not the meter's: an encoder that has just returned has not said yet what it sends.
        ...this.#packager.playing,
        peakBandwidth: peak,
        averageBandwidth: seconds > 0 ? (bytes * 8) / seconds : peak,
        frameRate: this.#meter.frameRate || null,
        uri: "source/index.m3u8",
      },
    ]);
  }

  #push(tag: FlvTag, publisher: Publisher): void {
    // Data too: it takes the same line.
    this.#bitrateLimit?.note(tag.body.length, this.#now());
    if (tag.type === "script") {
      this.#meter.encoder = readEncoderName(tag.body) ?? this.#meter.encoder;
      return;
    }
    const content: TagContent = tag.type === "video" ? readVideoTag(tag.body) : readAudioTag(tag.body);
    if (content.type === "unsupported") {
      const wanted = content.kind === "video" ? "H.264 video" : "AAC audio";
      this.#events.onUnsupported(
        this,
        publisher,
        `This stage takes ${wanted}, not ${content.codec}. Choose ${wanted} in your encoder's output settings.`,
      );
      return;
    }
    this.#meter.note(content, tag.timestampMs);
    this.#packager.push(content, tag.timestampMs, this.#now());
  }

  #detach(how: "unpublished" | "lost"): void {
    this.publisher = null;
    this.#packager.reset();
    this.interruptedAt = this.#now();
    if (how === "unpublished") this.#events.onUnpublish(this);
    else this.#events.onStateChange(this);
  }
}
