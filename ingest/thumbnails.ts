import type { Logger } from "pino";
import type { Broadcast } from "./broadcast.ts";

/** Makes pictures of what is on: one at a time, of the stream that has waited longest. */

/** Between two pictures of one stream, ms. */
const everyMs = 10_000;
/** After a stream of which none could be made, ms: its next attempt may cost as much as this one. */
const afterFailureMs = 60_000;

export interface ThumbnailOptions {
  /** Streams that have not ended. */
  streams(): Iterable<Broadcast>;
  /** A JPEG of the first frame of fragmented MP4; null: there is none to be had. */
  takePicture(media: Uint8Array): Promise<Uint8Array | null>;
  /** Of a clock that is never set, ms. */
  now(): number;
  log: Logger;
}

interface Attempt {
  dueAtMs: number;
  /** Which part was looked at. */
  partNumber: number;
}

export class Thumbnails {
  readonly #options: ThumbnailOptions;
  readonly #attempts = new WeakMap<Broadcast, Attempt>();
  #isBusy = false;

  constructor(options: ThumbnailOptions) {
    this.#options = options;
  }

  /** Makes the picture that is most overdue, if any is and none is being made. To be called every second. Never rejects. */
  async makeNext(): Promise<void> {
    if (this.#isBusy) return;
    const broadcast = this.#mostOverdue();
    const keyFrame = broadcast?.newestKeyFrame;
    if (!broadcast || !keyFrame) return;
    this.#isBusy = true;
    const { takePicture, now, log } = this.#options;
    let hasFailed = true;
    try {
      const body = await takePicture(Buffer.concat([keyFrame.init, keyFrame.part.data]));
      hasFailed = body === null;
      if (body !== null && broadcast.endedAt === null) {
        broadcast.thumbnail = { body, etag: `"${Bun.hash(body).toString(16)}"` };
      }
    } catch (error) {
      log.error({ err: error }, "ffmpeg could not be started");
    } finally {
      this.#isBusy = false;
      this.#attempts.set(broadcast, {
        dueAtMs: now() + (hasFailed ? afterFailureMs : everyMs),
        partNumber: keyFrame.part.number,
      });
    }
    if (hasFailed) log.debug({ streamId: broadcast.identity.streamId }, "no thumbnail could be made");
  }

  #mostOverdue(): Broadcast | null {
    let found: { broadcast: Broadcast; dueAtMs: number } | null = null;
    for (const broadcast of this.#options.streams()) {
      const { dueAtMs, partNumber } = this.#attempts.get(broadcast) ?? { dueAtMs: 0, partNumber: -1 };
      const newest = broadcast.newestKeyFrame?.part.number ?? -1;
      // The same frame makes the same picture.
      if (dueAtMs > this.#options.now() || newest <= partNumber) continue;
      if (found === null || dueAtMs < found.dueAtMs) found = { broadcast, dueAtMs };
    }
    return found?.broadcast ?? null;
  }
}
