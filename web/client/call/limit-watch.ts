import type { Quality } from "./types.ts";

/** What holds our pictures back, when that is worth a word. */

/** Every connection begins small and grows: so many measurements say nothing. */
const growing = 5;
/** In a row, for the same reason. */
const worthSaying = 2;

export class LimitWatch {
  #seen = 0;
  #reason: Quality["limitedBy"] = null;
  #times = 0;

  /** One measurement after the other, of one connection; returns what people are told. */
  see({ limitedBy, sentFramesPerSecond }: Pick<Quality, "limitedBy" | "sentFramesPerSecond">): Quality["limitedBy"] {
    this.#seen += 1;
    // What is not sent is not held back, whatever the browser said of it last.
    const reason = (sentFramesPerSecond ?? 0) > 0 ? limitedBy : null;
    this.#times = reason === this.#reason ? this.#times + 1 : 1;
    this.#reason = reason;
    return this.#seen > growing && this.#times >= worthSaying ? reason : null;
  }
}
