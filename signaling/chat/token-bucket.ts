/** So many at once, and then one each `everyMs`. */
export interface Rate {
  burst: number;
  everyMs: number;
}

/** Counts what somebody may still do; full at first. */
export class TokenBucket {
  #tokens = Number.POSITIVE_INFINITY;
  #at = 0;

  /** Takes so many, or none, and says how long to wait for them, ms. */
  take(rate: Rate, now: number, count = 1): number | null {
    this.#tokens = Math.min(rate.burst, this.#tokens + Math.max(0, now - this.#at) / rate.everyMs);
    this.#at = now;
    if (this.#tokens < count) return Math.ceil((count - this.#tokens) * rate.everyMs);
    this.#tokens -= count;
    return null;
  }
}
