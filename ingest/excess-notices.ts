/** An encoder that was closed for sending too much comes back by itself within this. */
const retriesWithinMs = 15_000;
/** One that was let in again and sent too much again stays out for so long, and twice as long each further time. */
const heldOutMs = 30_000;
const heldOutMaxMs = 10 * 60_000;
/** After so long it is the first time again. */
const rememberedMs = 10 * 60_000;
/** For the sound, since only one figure can be said: what OBS sends unless told otherwise, bits a second. */
const usualSoundBitrate = 160_000;

interface Notice {
  message: string;
  /** How often the encoder was closed lately. */
  times: number;
  sinceMs: number;
  /** Whoever comes within so long is refused. */
  heldMs: number;
}

/**
 * What encoders are told that sent more than a stream may have: when they are closed, and once more when they come back
 * by themselves, since only an encoder that is refused stops trying (docs/decisions/0009). One that does not stop, and goes on
 * as before when it is let in, is kept out for longer and longer. Pure: times are arguments, ms.
 */
export class ExcessNotices {
  /** By the hash of the stream key, which is known before anybody is asked whose it is. */
  readonly #notices = new Map<string, Notice>();

  /** The words for an encoder that is being closed. Bits a second. */
  give(keyHash: string, { allowed, sent }: { allowed: number; sent: number }, nowMs: number): string {
    this.#forget(nowMs);
    const times = (this.#notices.get(keyHash)?.times ?? 0) + 1;
    const heldMs = times === 1 ? retriesWithinMs : Math.min(heldOutMaxMs, heldOutMs * 2 ** (times - 2));
    const wait = times === 1 ? "" : ` wait ${heldMs / 1000} seconds,`;
    const message =
      `This server takes at most ${kilobits(allowed)} kbit/s of a stream, and ${kilobits(sent)} came. In OBS, under ` +
      `Settings, Output, set the video bitrate to ${kilobits(forVideo(allowed))} kbit/s or less,${wait} and start again.`;
    this.#notices.set(keyHash, { message, times, sinceMs: nowMs, heldMs });
    return message;
  }

  /** The words for an encoder that comes back too soon; null: let it in. */
  take(keyHash: string, nowMs: number): string | null {
    const notice = this.#notices.get(keyHash);
    if (notice === undefined || isOver(notice.sinceMs, notice.heldMs, nowMs)) return null;
    // The first time it is refused once: then it has stopped, and whoever comes has changed something.
    if (notice.times === 1) notice.heldMs = 0;
    return notice.message;
  }

  #forget(nowMs: number): void {
    for (const [keyHash, { sinceMs, heldMs }] of this.#notices) {
      if (isOver(sinceMs, heldMs + rememberedMs, nowMs)) this.#notices.delete(keyHash);
    }
  }
}

/** A clock that was set back must not keep anybody waiting for it to come round again. */
const isOver = (sinceMs: number, lastsMs: number, nowMs: number): boolean =>
  nowMs - sinceMs >= lastsMs || nowMs < sinceMs;
const kilobits = (bitsPerSec: number): number => Math.round(bitsPerSec / 1000);
const forVideo = (allowed: number): number => Math.max(allowed / 2, allowed - usualSoundBitrate);
