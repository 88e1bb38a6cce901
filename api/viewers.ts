import type { Changes } from "./changes.ts";
import type { Clock } from "./clock.ts";
import { viewersKnownForMs } from "./contract/viewers.ts";

/** How many people watch each channel, as signaling has counted them. In memory: it is told again every few seconds. */
export class Viewers {
  readonly #changes: Changes;
  readonly #clock: Clock;
  #counts: ReadonlyMap<string, number> = new Map();
  /** When signaling was last heard, ms; null: not lately. */
  #heardAt: number | null = null;

  constructor(changes: Changes, clock: Clock) {
    this.#changes = changes;
    this.#clock = clock;
  }

  /** 0 when nobody does, or nothing is known. */
  of(channelId: string): number {
    return this.#counts.get(channelId) ?? 0;
  }

  /** All channels that somebody watches, by id; null: nothing is known. */
  get counts(): ReadonlyMap<string, number> | null {
    return this.#heardAt === null ? null : this.#counts;
  }

  /** All channels that somebody watches, by id. */
  set(counts: ReadonlyMap<string, number>): void {
    this.#heardAt = this.#clock();
    this.#replace(counts);
  }

  /** Forgets what signaling has not said again for a minute. To be called every second. */
  sweep(): void {
    if (this.#heardAt === null) return;
    const now = this.#clock();
    // A clock that was set back would keep old counts until it comes round again.
    this.#heardAt = Math.min(this.#heardAt, now);
    if (now - this.#heardAt < viewersKnownForMs) return;
    this.#heardAt = null;
    this.#replace(new Map());
  }

  #replace(counts: ReadonlyMap<string, number>): void {
    const before = this.#counts;
    this.#counts = counts;
    const changed = [...new Set([...before.keys(), ...counts.keys()])].filter(
      (id) => before.get(id) !== counts.get(id),
    );
    if (changed.length === 0) return;
    this.#changes.emit("viewers", ...changed.map((id) => `viewers:${id}` as const));
  }
}
