/**
 * RTMP timestamps are milliseconds modulo 2^32 (about 49.7 days). This gives them as numbers that go on past it: each is
 * taken as the one nearest to the last audio or video timestamp, so an encoder's jumps of up to 24 days keep their sign.
 */
export class TimestampUnwrapper {
  #lastMs: number | null = null;

  /** Audio and video: both move the reference. */
  advance(wrappedMs: number): number {
    this.#lastMs = this.near(wrappedMs);
    return this.#lastMs;
  }

  /** Metadata, whose timestamps are often a stale 0: does not move the reference. */
  near(wrappedMs: number): number {
    if (this.#lastMs === null) return wrappedMs;
    return this.#lastMs + ((wrappedMs - this.#lastMs) | 0);
  }
}
