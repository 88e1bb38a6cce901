import type { Changes } from "./changes.ts";

/** How many people watch each channel, as signaling has counted them. In memory: it is told again every few seconds. */
export class Viewers {
  readonly #changes: Changes;
  #counts: ReadonlyMap<string, number> = new Map();

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** 0 when nobody does, or nothing is known. */
  of(channelId: string): number {
    return this.#counts.get(channelId) ?? 0;
  }

  /** All channels that somebody watches, by id. */
  set(counts: ReadonlyMap<string, number>): void {
    const before = this.#counts;
    this.#counts = counts;
    const changed = [...new Set([...before.keys(), ...counts.keys()])].filter(
      (id) => before.get(id) !== counts.get(id),
    );
    if (changed.length === 0) return;
    this.#changes.emit("viewers", ...changed.map((id) => `viewers:${id}` as const));
  }
}
