import { listLive, type LiveRow } from "../db/discovery.ts";
import type { AppDeps } from "./app-env.ts";
import { Kept } from "./kept.ts";
import type { Viewers } from "./viewers.ts";

/** A channel that is live, and how many watch it now. */
export interface LiveStream extends LiveRow {
  viewers: number;
}

/** More than this are not listed anywhere. */
const maxLive = 1000;
/** What nobody rings for, such as a new display name or thumbnail, is on pages after this at the latest. */
const maxAgeMs = 2000;

/**
 * What is live, most viewers first: read once per change, however many pages show it. Emits "site" at each change of
 * the list, and at most every `countsEveryMs` (2 s unless said) when only counts have changed.
 */
export class LiveList {
  readonly #viewers: Viewers;
  readonly #rows: Kept<LiveRow[]>;
  #sorted: { rows: LiveRow[]; streams: readonly LiveStream[] } | null = null;

  constructor(
    deps: Pick<AppDeps, "db" | "viewers" | "changes" | "closing">,
    { countsEveryMs = 2000 }: { countsEveryMs?: number } = {},
  ) {
    this.#viewers = deps.viewers;
    this.#rows = new Kept(() => listLive(deps.db, maxLive), maxAgeMs);
    const { changes, closing } = deps;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stops = [
      changes.on("live", () => {
        this.#rows.forget();
        changes.emit("site");
      }),
      changes.on("viewers", () => {
        this.#sorted = null;
        timer ??= setTimeout(() => {
          timer = undefined;
          changes.emit("site");
        }, countsEveryMs);
        timer.unref();
      }),
    ];
    closing.addEventListener("abort", () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    });
  }

  /** The same array until something changes, or a look at the database was due. */
  async read(): Promise<readonly LiveStream[]> {
    const rows = await this.#rows.get();
    if (this.#sorted?.rows !== rows) this.#sorted = { rows, streams: this.#sort(rows) };
    return this.#sorted.streams;
  }

  #sort(rows: LiveRow[]): LiveStream[] {
    return rows
      .map((row) => ({ ...row, viewers: this.#viewers.of(row.channelId) }))
      .toSorted((a, b) => b.viewers - a.viewers || a.startedAt - b.startedAt);
  }
}
