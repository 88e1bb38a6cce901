import type { Logger } from "pino";
import type { EndReason, HealthAnswer, PublishAnswer, PublishRequest, RefusalReport } from "../api/contract/publish.ts";
import type { StreamHealth } from "./contract/health.ts";
import type { Publisher } from "./rtmp/publisher.ts";

/** What the stage asks of api, for the publisher with `requestId`. Each rejects when api cannot be reached or answers with a failure. */
export interface ApiCalls {
  publish(request: PublishRequest, requestId: string, signal: AbortSignal): Promise<PublishAnswer>;
  reportRefusal(report: RefusalReport, requestId: string): Promise<void>;
  reportHealth(streamId: string, health: StreamHealth, requestId: string): Promise<HealthAnswer>;
  reportEnd(streamId: string, reason: EndReason, requestId: string): Promise<void>;
}

export interface StageApiOptions {
  api: ApiCalls;
  log: Logger;
  /** Unix time, ms. */
  now(): number;
  /** Resolves after so many ms, or when the signal aborts. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
}

/** A publisher waits this long for api, then is closed so that the encoder tries again. */
const admissionMaxMs = 10_000;
const admissionRetryMs = 500;
/** An end that api could not be told is tried again this long; its own sweep comes to the same result earlier. */
const endReportMaxMs = 10 * 60_000;

interface UnreportedEnd {
  reason: EndReason;
  requestId: string;
  /** Unix time, ms. */
  since: number;
}

/** What the stage asks and tells api, while api may be away: nothing here rejects, and no end of a stream is lost. */
export class StageApi {
  readonly #options: StageApiOptions;
  readonly #unreportedEnds = new Map<string, UnreportedEnd>();
  readonly #reporting = new Set<string>();

  constructor(options: StageApiOptions) {
    this.#options = options;
  }

  /** Asks until api answers; null: it did not within 10 s, or `signal` aborted. */
  async askToPublish(
    request: PublishRequest,
    { requestId }: Publisher,
    signal: AbortSignal,
  ): Promise<PublishAnswer | null> {
    const { api, log, delay, now } = this.#options;
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(admissionMaxMs)]);
    const until = now() + admissionMaxMs;
    while (!deadline.aborted && now() < until) {
      try {
        const answer = await api.publish(request, requestId, deadline);
        const end = answer.allowed ? this.#unreportedEnds.get(answer.streamId) : undefined;
        if (!answer.allowed || !end) return answer;
        // api has not heard that this stream ended: told later, it would end the encoder's new one.
        await this.#reportEnd(answer.streamId, end);
        if (this.#unreportedEnds.has(answer.streamId)) await delay(admissionRetryMs, deadline);
      } catch (error) {
        log.warn({ requestId, error: String(error) }, "api did not answer for a publisher; trying again");
        await delay(admissionRetryMs, deadline);
      }
    }
    return null;
  }

  /** Tells api that a stream has ended, again and again until it takes it. */
  tellEnd(streamId: string, reason: EndReason, requestId: string): void {
    const end = { reason, requestId, since: this.#options.now() };
    this.#unreportedEnds.set(streamId, end);
    void this.#reportEnd(streamId, end);
  }

  /** Tells api once more of the ends that it did not take. */
  retellEnds(): void {
    for (const [streamId, end] of this.#unreportedEnds) void this.#reportEnd(streamId, end);
  }

  /** Null: api did not take it. */
  async reportHealth(streamId: string, health: StreamHealth, requestId: string): Promise<HealthAnswer | null> {
    const { api, log } = this.#options;
    try {
      return await api.reportHealth(streamId, health, requestId);
    } catch (error) {
      log.warn({ requestId, error: String(error) }, "api did not take a health report");
      return null;
    }
  }

  reportRefusal(channelId: string, reason: RefusalReport["reason"], message: string, publisher: Publisher): void {
    const { api, log } = this.#options;
    const { requestId, remoteAddress } = publisher;
    log.info({ requestId, reason, remoteAddress }, "publisher refused");
    api.reportRefusal({ channelId, reason, message, remoteAddress }, requestId).catch((error: unknown) => {
      log.warn({ requestId, error: String(error) }, "api did not take a refusal");
    });
  }

  async #reportEnd(streamId: string, { reason, requestId, since }: UnreportedEnd): Promise<void> {
    if (this.#reporting.has(streamId)) return;
    this.#reporting.add(streamId);
    try {
      await this.#options.api.reportEnd(streamId, reason, requestId);
      this.#unreportedEnds.delete(streamId);
    } catch (error) {
      this.#options.log.warn({ requestId, error: String(error), streamId }, "api did not take the end of a stream");
      if (this.#options.now() - since > endReportMaxMs) this.#unreportedEnds.delete(streamId);
    } finally {
      this.#reporting.delete(streamId);
    }
  }
}
