import type { StreamHealth } from "./contract/health.ts";
import type { AudioConfig, TagContent, VideoConfig } from "./media/flv-tag.ts";

/** Figures younger than this are kept rather than measured anew: too short a time says little. */
const readingMinMs = 1000;
const keyFramesSeenMs = 30_000;
/** Key frames alone at 60 fps make 1800 in that time; a clock that stands still makes any number. */
const keyFramesSeenMax = 2000;

/** Measures what arrives from one encoder. Pure: times are arguments, ms. */
export class HealthMeter {
  encoder: string | null = null;
  video: VideoConfig | null = null;
  audio: AudioConfig | null = null;
  #since: number;
  #videoBytes = 0;
  #audioBytes = 0;
  #frames = 0;
  #rates = { video: 0, audio: 0, frames: 0 };
  #keyFrameTimes: number[] = [];

  constructor(nowMs: number) {
    this.#since = nowMs;
  }

  /** Notes one tag. @param timestampMs the encoder's time */
  note(content: TagContent, timestampMs: number): void {
    switch (content.type) {
      case "video-config":
        this.video = content.config;
        break;
      case "audio-config":
        this.audio = content.config;
        break;
      case "video":
        this.#videoBytes += content.data.length;
        this.#frames++;
        if (content.isKeyFrame) this.#noteKeyFrame(timestampMs);
        break;
      case "audio":
        this.#audioBytes += content.data.length;
        break;
      case "unsupported":
      case "nothing":
        break;
    }
  }

  /** Bits and frames a second since the last reading, and the longest distance between the last key frames. */
  read(nowMs: number): Pick<StreamHealth, "video" | "audio" | "encoder"> {
    // A clock that was set back would keep the old figures until it comes round again.
    this.#since = Math.min(this.#since, nowMs);
    const seconds = (nowMs - this.#since) / 1000;
    if (seconds * 1000 >= readingMinMs) {
      this.#rates = {
        video: (this.#videoBytes * 8) / seconds,
        audio: (this.#audioBytes * 8) / seconds,
        frames: this.#frames / seconds,
      };
      this.#videoBytes = this.#audioBytes = this.#frames = 0;
      this.#since = nowMs;
    }
    const { video, audio } = this;
    return {
      encoder: this.encoder,
      video: video && {
        codec: video.codecString,
        width: video.width,
        height: video.height,
        frameRate: round(this.#rates.frames, 2),
        bitrate: Math.round(this.#rates.video),
        keyFrameIntervalMs: this.#keyFrameInterval(),
      },
      audio: audio && {
        codec: audio.codecString,
        sampleRate: audio.sampleRate,
        channels: audio.channels,
        bitrate: Math.round(this.#rates.audio),
      },
    };
  }

  get frameRate(): number {
    return this.#rates.frames;
  }

  #noteKeyFrame(timestampMs: number): void {
    if (timestampMs < (this.#keyFrameTimes.at(-1) ?? 0)) this.#keyFrameTimes = [];
    this.#keyFrameTimes.push(timestampMs);
    const isOld = (time = 0): boolean => timestampMs - time > keyFramesSeenMs;
    const times = this.#keyFrameTimes;
    while (times.length > keyFramesSeenMax || (times.length > 2 && isOld(times[1]))) times.shift();
  }

  #keyFrameInterval(): number | null {
    let longest: number | null = null;
    for (const [i, time] of this.#keyFrameTimes.entries()) {
      const before = this.#keyFrameTimes[i - 1];
      if (before !== undefined) longest = Math.max(longest ?? 0, time - before);
    }
    return longest;
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
