import { TokenBucket } from "./chat/token-bucket.ts";

/** An address may open all its sockets three times over at once, and then all of them each this long. */
const reopenBurst = 3;
const reopenEveryMs = 10_000;

/** Bounds the sockets of each address, and how fast they come: each asks for a whole history. */
export class SocketSlots {
  readonly #perAddress: number;
  readonly #addresses = new Map<string, { taken: number; openings: TokenBucket; lastAt: number }>();

  constructor(perAddress: number) {
    this.#perAddress = perAddress;
  }

  /** Takes a slot at `now` (ms of a clock that is never set); false: there is none for this address. */
  take(address: string, now: number): boolean {
    const entry = this.#addresses.get(address) ?? { taken: 0, openings: new TokenBucket(), lastAt: now };
    if (entry.taken >= this.#perAddress) return false;
    const rate = { burst: reopenBurst * this.#perAddress, everyMs: reopenEveryMs / this.#perAddress };
    if (entry.openings.take(rate, now) !== null) return false;
    entry.taken += 1;
    entry.lastAt = now;
    this.#addresses.set(address, entry);
    return true;
  }

  giveBack(address: string): void {
    const entry = this.#addresses.get(address);
    if (entry !== undefined) entry.taken -= 1;
  }

  /** Forgets addresses that have none and have been quiet. To be called every few seconds. */
  sweep(now: number): void {
    for (const [address, { taken, lastAt }] of this.#addresses) {
      if (taken <= 0 && now - lastAt > reopenBurst * reopenEveryMs) this.#addresses.delete(address);
    }
  }
}
