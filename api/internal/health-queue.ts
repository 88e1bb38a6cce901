import type { Database } from "../../db/open.ts";
import { type HealthReport, recordHealth, type Renewed } from "../../db/streams.ts";
import type { Clock } from "../clock.ts";

/** Reports of so long share one commit, ms. */
const gatherMs = 20;

/**
 * An ingest reports all its streams within a moment, and each commit waits for the disk: what comes together is written
 * together.
 */
export class HealthQueue {
  readonly #db: Database;
  readonly #clock: Clock;
  #waiting: HealthReport[] = [];
  /** What those wait for who are in `waiting`. */
  #next: Promise<Map<string, Renewed>> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Keeps a report and renews the lease of its stream; undefined: the stream has ended or never was. */
  async record(report: HealthReport): Promise<Renewed | undefined> {
    // Of two reports of a stream the newer one counts.
    this.#waiting = [...this.#waiting.filter(({ streamId }) => streamId !== report.streamId), report];
    this.#next ??= this.#write(this.#last);
    return (await this.#next).get(report.streamId);
  }

  #write(last: Promise<unknown>): Promise<Map<string, Renewed>> {
    const written = Promise.all([last, Bun.sleep(gatherMs)]).then(() => {
      const reports = this.#waiting;
      this.#waiting = [];
      this.#next = null;
      return recordHealth(this.#db, reports, this.#clock());
    });
    this.#last = written.catch(() => undefined);
    return written;
  }
}
