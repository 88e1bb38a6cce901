import type { Database } from "../../db/open.ts";
import { clampLeases, sweepLeases } from "../../db/streams.ts";
import type { Changes } from "../changes.ts";
import type { Clock } from "../clock.ts";

/** A live stream that ingest has not reported for this long is interrupted. */
const interruptAfterMs = 10_000;
/** A stream that ingest has not reported for this long has ended. */
const endAfterMs = 60_000;
/** Sweeps come every second: a longer gap means that this process slept, or that the clock was set. */
const longestGapMs = 5000;

/**
 * Judges streams by the age of their leases. ingest could renew none while api was away, so the time before its start,
 * and before any gap between two sweeps, counts for nothing: no show ends because api was restarted.
 */
export class Leases {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #changes: Changes;
  #judgesSince: number;
  #lastSweepAt: number;

  constructor(db: Database, clock: Clock, changes: Changes) {
    this.#db = db;
    this.#clock = clock;
    this.#changes = changes;
    this.#judgesSince = clock();
    this.#lastSweepAt = this.#judgesSince;
  }

  /** A stream whose lease is older than this time (ms) has ended, whether or not the sweep has come by. */
  endsBefore(): number {
    return this.#before(endAfterMs, this.#clock());
  }

  #before(ageMs: number, now: number): number {
    return now - this.#judgesSince > ageMs ? now - ageMs : 0;
  }

  /** Interrupts and ends what is due. To be called every second. */
  async sweep(): Promise<void> {
    const now = this.#clock();
    const gapMs = now - this.#lastSweepAt;
    this.#lastSweepAt = now;
    if (gapMs < 0 || gapMs > longestGapMs) {
      this.#judgesSince = now;
      // A clock that was set back leaves leases in the future, which would outlive their ingest.
      await clampLeases(this.#db, now);
    }
    const interruptBefore = this.#before(interruptAfterMs, now);
    const { interrupted, ended } = await sweepLeases(this.#db, { interruptBefore, endBefore: this.endsBefore(), now });
    for (const { channelId } of [...interrupted, ...ended]) this.#changes.channelChanged(channelId);
    if (ended.length > 0) this.#changes.emit("outbox");
  }
}
