const remembered = 9;
/** One frame at 30 fps in ticks of 1/90 000 s, until two frames have come. */
const firstGuess = 3000;

/** Predicts how long the next frame lasts: the median of the last distances, which one late frame does not move. */
export class FrameClock {
  #last: number | null = null;
  readonly #distances: number[] = [];

  /** Notes a frame's decode time and returns its predicted duration, both in ticks of 1/90 000 s; at least 1. */
  tick(time: number): number {
    if (this.#last !== null && time > this.#last) {
      this.#distances.push(time - this.#last);
      if (this.#distances.length > remembered) this.#distances.shift();
    }
    this.#last = time;
    const sorted = this.#distances.toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? firstGuess;
  }
}
