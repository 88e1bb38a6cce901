import { randomHex } from "../../db/random-id.ts";
import { Seal } from "./sealing.ts";

/**
 * Remembers browsers in which somebody has signed in: whoever guesses at an account from many addresses until it takes no more
 * tries does not keep its owner out. What such a browser holds lets nobody in; its tries are counted on their own.
 */
export class KnownDevices {
  readonly #seal: Seal;

  constructor(secret: string) {
    this.#seal = new Seal(secret, "known-device");
  }

  /** What a browser keeps in which this person has just signed in. */
  mark(userId: string): string {
    return this.#seal.close(randomHex(8), userId);
  }

  /** The name of the device; null: this person has not signed in there. */
  find(mark: string | undefined, userId: string): string | null {
    return mark === undefined ? null : this.#seal.open(mark, userId);
  }
}
