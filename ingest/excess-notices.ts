/** An encoder that was closed for sending too much comes back by itself within this. */
const retriesWithinMs = 15_000;
/** For the sound, since only one figure can be said: what OBS sends unless told otherwise, bits a second. */
const usualSoundBitrate = 160_000;

/**
 * What encoders are told that sent more than a stream may have: when they are closed, and once more when they come back
 * by themselves, since only an encoder that is refused stops trying (docs/decisions/0009). Pure: times are arguments, ms.
 */
export class ExcessNotices {
  readonly #waiting = new Map<string, { message: string; until: number }>();

  /** The words for a channel's encoder that is being closed. Bits a second. */
  give(channelId: string, { allowed, sent }: { allowed: number; sent: number }, nowMs: number): string {
    const message =
      `This server takes at most ${kilobits(allowed)} kbit/s of a stream, and ${kilobits(sent)} came. In OBS, under ` +
      `Settings, Output, set the video bitrate to ${kilobits(forVideo(allowed))} kbit/s or less, and start again.`;
    this.#waiting.set(channelId, { message, until: nowMs + retriesWithinMs });
    return message;
  }

  /** The words for an encoder that comes back too soon for anybody to have changed it; null: let it in. */
  take(channelId: string, nowMs: number): string | null {
    const notice = this.#waiting.get(channelId);
    this.#waiting.delete(channelId);
    return notice !== undefined && nowMs < notice.until ? notice.message : null;
  }
}

const kilobits = (bitsPerSec: number): number => Math.round(bitsPerSec / 1000);
const forVideo = (allowed: number): number => Math.max(allowed / 2, allowed - usualSoundBitrate);
