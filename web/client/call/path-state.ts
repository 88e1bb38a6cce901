import type { PathState } from "./types.ts";

/** What people are told of a path. Times are ms of `performance.now()`, but for `sinceMs`, which is Unix time. */

interface PathFacts {
  /** null: it is there. */
  brokenAt: number | null;
  /** Since when both sides can be told of paths; null: one of them is away, and no path is to be blamed for that. */
  reachableAt: number | null;
  sinceMs: number;
  wasConnected: boolean;
  hasFailed: boolean;
  isRelayed: boolean;
  why: Extract<PathState, { type: "failed" }>["why"];
}

/** Without a first path for this long, and without one that was there for that long, people are told why. */
const failedAfterMs = 15_000;
const lostAfterMs = 30_000;

export function pathStateOf(facts: PathFacts, now: number): PathState {
  const { brokenAt, reachableAt, sinceMs, wasConnected, hasFailed, isRelayed, why } = facts;
  if (brokenAt === null) return { type: "connected", isRelayed };
  const triedMs = reachableAt === null ? 0 : now - Math.max(brokenAt, reachableAt);
  const isFailed = wasConnected
    ? triedMs >= lostAfterMs
    : (hasFailed && reachableAt !== null) || triedMs >= failedAfterMs;
  if (isFailed) return { type: "failed", sinceMs, why };
  return wasConnected ? { type: "interrupted", sinceMs } : { type: "connecting", sinceMs };
}
