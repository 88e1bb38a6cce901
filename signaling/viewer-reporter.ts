import type { Logger } from "pino";
import { channelsPerReport, type ViewerReport } from "../api/contract/viewers.ts";
import type { ViewerApi } from "./api-calls.ts";

/** api forgets the counts of who is silent for a minute. */
const silentMaxMs = 20_000;

export interface ViewerReporterOptions {
  api: ViewerApi;
  log: Logger;
  /** ms of a clock that is never set. */
  now(): number;
  /** Every channel that somebody watches, by its id. */
  counts(): Map<string, number>;
}

/** Tells api how many people watch each channel: when that has changed, and from time to time. */
export class ViewerReporter {
  readonly #options: ViewerReporterOptions;
  /** What api was told last, and when; null: it does not know what holds. */
  #told: { counts: string; at: number } | null = null;
  #isReporting = false;
  #hasFailed = false;

  constructor(options: ViewerReporterOptions) {
    this.#options = options;
  }

  /** To be called every 2 s. What could not be told is tried again at the next call. Never rejects. */
  async report(): Promise<void> {
    if (this.#isReporting) return;
    const { api, log, now } = this.#options;
    const report = reportOf(this.#options.counts());
    const counts = JSON.stringify(report);
    const isNews = this.#told?.counts !== counts;
    if (this.#told !== null && !isNews && now() - this.#told.at < silentMaxMs) return;
    this.#isReporting = true;
    try {
      await api.reportViewers(report);
      this.#told = { counts, at: now() };
      this.#hasFailed = false;
    } catch (error) {
      this.#told = null;
      if (!this.#hasFailed) log.warn({ error: String(error) }, "api was not told how many watch");
      this.#hasFailed = true;
    } finally {
      this.#isReporting = false;
    }
  }
}

function reportOf(counts: Map<string, number>): ViewerReport {
  const all = [...counts];
  if (all.length <= channelsPerReport) return { counts: all };
  return { counts: all.toSorted(([, a], [, b]) => b - a).slice(0, channelsPerReport) };
}
