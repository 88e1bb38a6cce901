import { readdirSync, readlinkSync } from "node:fs";
import { memoryMib } from "../process-usage.ts";

/** What the services hold, sampled while something is done to them. [I/O] */

export interface Held {
  mib: number;
  sockets: number;
}

const sampleEveryMs = 250;

/** Nothing, where the process has ended. */
function heldBy(pid: number): Held {
  try {
    return { mib: memoryMib([pid]), sockets: socketsOf(pid) };
  } catch {
    return { mib: 0, sockets: 0 };
  }
}

/** Open sockets of a process. */
function socketsOf(pid: number): number {
  let count = 0;
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      if (readlinkSync(`/proc/${pid}/fd/${descriptor}`).startsWith("socket:")) count++;
    } catch {
      // Closed since it was listed.
    }
  }
  return count;
}

export class WatchedServices {
  readonly #pids: ReadonlyMap<string, number>;
  #most = new Map<string, Held>();
  readonly #timer: Timer;

  /** Process ids by name. */
  constructor(pids: ReadonlyMap<string, number>) {
    this.#pids = pids;
    this.#timer = setInterval(() => this.#sample(), sampleEveryMs);
  }

  now(): Map<string, Held> {
    return new Map(Array.from(this.#pids, ([name, pid]) => [name, heldBy(pid)]));
  }

  /** The most that each held since the last call. */
  takeMost(): Map<string, Held> {
    const most = this.#most;
    this.#most = new Map();
    return most;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    for (const [name, held] of this.now()) {
      const most = this.#most.get(name) ?? held;
      this.#most.set(name, { mib: Math.max(most.mib, held.mib), sockets: Math.max(most.sockets, held.sockets) });
    }
  }
}
