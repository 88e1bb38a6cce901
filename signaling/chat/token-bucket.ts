/** So many at once, and then one each `everyMs`. */
export interface Rate {
  burst: number;
  everyMs: number;
}

/** Counts what somebody may still do; full at first. */
export class TokenBucket {
  #tokens = Number.POSITIVE_INFINITY;
  #at = 0;

  /** Takes one, or says how long to wait for it, ms. */
  take(rate: Rate, now: number): number | null {
    this.#tokens = Math.min(rate.burst, this.#tokens + Math.max(0, now - this.#at) / rate.everyMs);
    this.#at = now;
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) * rate.everyMs);
    this.#tokens -= 1;
    return null;
  }
}
