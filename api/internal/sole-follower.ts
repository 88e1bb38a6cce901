/** How long a follower that was seen to live is taken to live on. */
const provenForMs = 30_000;
/** How long a follower whose connection was cut has to come back: it waits 5 s at most between attempts. */
const graceMs = 7000;

interface Holder {
  node: string;
  cut: () => void;
  provenAtMs: number;
  cutAtMs: number | null;
}

/**
 * Lets one process follow the commands at a time: the rooms of chats and calls live in the memory of one signaling, and a
 * second would split each of them in two. One whose machine was lost says no goodbye, and its connection may look open for a
 * quarter of an hour: so when another comes, the connection there is cut, and who does not come back loses the place.
 */
export class SoleFollower {
  #holder: Holder | null = null;

  /**
   * Whether this process may follow; `cut` ends the connection that it asks on, `nowMs` is monotonic. The one to whom the place
   * was given calls what is returned when its connection is over.
   */
  enter(node: string, nowMs: number, cut: () => void): (() => void) | null {
    const there = this.#holder;
    if (there !== null && there.node !== node && !this.#isGone(there, nowMs)) return null;
    if (there !== null && there.cutAtMs === null) there.cut();
    const holder: Holder = { node, cut, provenAtMs: nowMs, cutAtMs: null };
    this.#holder = holder;
    return () => {
      if (this.#holder === holder && holder.cutAtMs === null) this.#holder = null;
    };
  }

  #isGone(there: Holder, nowMs: number): boolean {
    if (there.cutAtMs !== null) return nowMs - there.cutAtMs > graceMs;
    if (nowMs - there.provenAtMs > provenForMs) {
      there.cutAtMs = nowMs;
      there.cut();
    }
    return false;
  }
}
