/** A player that plays asks every second or so, and is held for at most 12 s while its stream waits for the encoder. */
const seenForMs = 15_000;
/** How often those who have left are looked for, at most. */
const forgetEveryMs = 1000;
/** Players of one address that count: a school behind one address is some of them. */
const perAddressMax = 50;
/** And of the house: whoever makes up names of players leaves as much to all others. */
const perAddressShare = 1 / 2;
/** Those who watch already are counted beyond the limit too, up to so many times it: memory stays bounded. */
const countedFactor = 2;

interface Viewer {
  address: string;
  seenAtMs: number;
}

/**
 * Who watches at this ingest, by address and kind of player, and whether there is room for more. Only newcomers are ever
 * turned away. People are fewer here than they are: the same browser twice behind one address is one player, since what
 * would tell the two apart (how many requests an address has waiting) can be made up by one person without end.
 * Pure: times are arguments, ms of any clock that only goes forward.
 */
export class Audience {
  readonly #most: number;
  readonly #mostOfAddress: number;
  readonly #viewers = new Map<string, Viewer>();
  readonly #perAddress = new Map<string, number>();
  #forgotAtMs = -Infinity;

  constructor(most: number) {
    this.#most = most;
    this.#mostOfAddress = Math.min(perAddressMax, Math.max(1, Math.floor(most * perAddressShare)));
  }

  /** Somebody comes for the first time, or again. False: there is no room. */
  admit(address: string, player: string, nowMs: number): boolean {
    if (this.#refresh(address, player, nowMs)) return true;
    this.#forget(nowMs);
    if (this.#viewers.size >= this.#most) return false;
    this.#add(address, player, nowMs);
    return true;
  }

  /** Somebody goes on watching: also who came before this process did. */
  note(address: string, player: string, nowMs: number): void {
    if (this.#refresh(address, player, nowMs)) return;
    this.#forget(nowMs);
    if (this.#viewers.size < this.#most * countedFactor) this.#add(address, player, nowMs);
  }

  #refresh(address: string, player: string, nowMs: number): boolean {
    const viewer = this.#viewers.get(keyOf(address, player));
    if (viewer === undefined) return false;
    viewer.seenAtMs = nowMs;
    return true;
  }

  #add(address: string, player: string, nowMs: number): void {
    const ofAddress = this.#perAddress.get(address) ?? 0;
    if (ofAddress >= this.#mostOfAddress) return;
    this.#perAddress.set(address, ofAddress + 1);
    this.#viewers.set(keyOf(address, player), { address, seenAtMs: nowMs });
  }

  #forget(nowMs: number): void {
    if (nowMs - this.#forgotAtMs < forgetEveryMs) return;
    this.#forgotAtMs = nowMs;
    for (const [key, { address, seenAtMs }] of this.#viewers) {
      if (nowMs - seenAtMs <= seenForMs) continue;
      this.#viewers.delete(key);
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    }
  }
}

const keyOf = (address: string, player: string): string => `${address} ${player.slice(0, 200)}`;
