import type { Logger } from "pino";
import type { Command } from "../api/contract/commands.ts";
import type { EndReason, HealthAnswer, PublishAnswer, PublishRequest, RefusalReport } from "../api/contract/publish.ts";
import { Broadcast, type BroadcastEvents, type StreamIdentity } from "./broadcast.ts";
import type { StreamHealth } from "./contract/health.ts";
import { ExcessNotices } from "./excess-notices.ts";
import type { PlayableStream } from "./hls/http.ts";
import type { Admission, Publisher, Stage } from "./rtmp/publisher.ts";

/** What the stage asks of api, for the publisher with `requestId`. Each rejects when api cannot be reached or answers with a failure. */
export interface ApiCalls {
  publish(request: PublishRequest, requestId: string, signal: AbortSignal): Promise<PublishAnswer>;
  reportRefusal(report: RefusalReport, requestId: string): Promise<void>;
  reportHealth(streamId: string, health: StreamHealth, requestId: string): Promise<HealthAnswer>;
  reportEnd(streamId: string, reason: EndReason, requestId: string): Promise<void>;
}

export interface StageOptions {
  api: ApiCalls;
  log: Logger;
  /** Where viewers reach this ingest; null: the page's own host and HLS_PORT. */
  hlsUrl: string | null;
  streamsMax: number;
  /** Of one stream, bits a second; null: any. */
  bitrateMax: number | null;
  /** Unix time, ms. */
  now(): number;
  /** Resolves after so many ms, or when the signal aborts. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
}

/** An encoder that went away may return to the same stream within this. */
export const resumeWindowMs = 60_000;
/** A publisher waits this long for api, then is closed so that the encoder tries again. */
const admissionMaxMs = 10_000;
const admissionRetryMs = 500;
/** A second encoder waits this long for the first one's socket to prove dead. */
const takeoverMaxMs = 3000;
/** A socket that is silent for so long has lost its encoder. */
const silentMs = 2000;
/** How long a finished stream can still be fetched. */
const endedKeptMs = 60_000;
/** An end that api could not be told is tried again this long; its own sweep comes to the same result earlier. */
const endReportMaxMs = 10 * 60_000;
/** A stream this young may be missing from a snapshot that was on its way. */
const snapshotGraceMs = 10_000;

const messages = {
  secondEncoder: "Another encoder is already live with this key. Stop it, or disconnect it in the studio.",
  tooMany: "This stage is full: too many streams are live. Try again later.",
  ended: "This stream was ended.",
  revoked: "You may no longer stream here. Ask an administrator.",
  keyChanged: "This stream key was replaced. Copy the new one from the studio.",
};

interface UnreportedEnd {
  reason: EndReason;
  requestId: string;
  /** Unix time, ms. */
  since: number;
}

/** All broadcasts of this process: lets encoders in, keeps api informed, carries out its commands. */
export class BroadcastStage implements Stage {
  readonly #options: StageOptions;
  readonly #broadcasts = new Map<string, Broadcast>();
  /** Which stream a key was let into: it may come back without asking api. Keyed by the key's SHA-256. */
  readonly #streamByKeyHash = new Map<string, string>();
  /** Streams that api calls live, wherever they are. Null until its command stream was first heard. */
  #expected: Set<string> | null = null;
  readonly #unreportedEnds = new Map<string, UnreportedEnd>();
  readonly #reporting = new Set<string>();
  readonly #excessNotices = new ExcessNotices();
  /** For each admission under way: the channels whose keys were voided since it began. */
  readonly #admitting = new Set<Set<string>>();

  constructor(options: StageOptions) {
    this.#options = options;
  }

  async admit(publisher: Publisher, key: string, signal: AbortSignal): Promise<Admission> {
    // A key may be voided while api answers or the first encoder is being watched.
    const voided = new Set<string>();
    this.#admitting.add(voided);
    try {
      return await this.#admit(publisher, key, signal, voided);
    } finally {
      this.#admitting.delete(voided);
    }
  }

  async #admit(publisher: Publisher, key: string, signal: AbortSignal, voided: Set<string>): Promise<Admission> {
    const { log } = this.#options;
    const keyHash = new Bun.CryptoHasher("sha256").update(key).digest("hex");
    const known = this.#active(this.#streamByKeyHash.get(keyHash));
    if (known) return this.#takeOver(known, publisher, signal, voided);

    const answer = await this.#askApi(key, publisher, signal);
    if (!answer) return { type: "retry" };
    if (!answer.allowed) {
      // The listener has a budget for strangers' lines at `info`; keys can be tried without end.
      const { requestId, remoteAddress } = publisher;
      log.debug({ requestId, reason: answer.reason, remoteAddress }, "publisher refused");
      return { type: "refused", message: answer.message };
    }
    const broadcast = this.#active(answer.streamId) ?? this.#open(answer);
    if (!broadcast) {
      // api has just begun the stream, and viewers would wait for it; one that goes on may be another ingest's.
      if (answer.incarnation === 1) this.#tellEnd(answer.streamId, "encoder-gone", publisher.requestId);
      this.#reportRefusal(answer.channelId, "limit-reached", messages.tooMany, publisher);
      return { type: "refused", message: messages.tooMany };
    }
    const admission = await this.#takeOver(broadcast, publisher, signal, voided);
    if (admission.type === "accepted" && !voided.has(answer.channelId))
      this.#streamByKeyHash.set(keyHash, answer.streamId);
    return admission;
  }

  find(streamId: string): PlayableStream | "expected" | null {
    const broadcast = this.#broadcasts.get(streamId);
    if (broadcast) return broadcast;
    return this.#expected === null || this.#expected.has(streamId) ? "expected" : null;
  }

  /** Whether api calls the stream live, here or on another machine. */
  isLive(streamId: string): boolean {
    return this.#expected?.has(streamId) ?? false;
  }

  /** Carries out one line of api's command stream. */
  apply(command: Command): void {
    switch (command.type) {
      case "snapshot":
        this.#expected = new Set(command.streams.map((stream) => stream.streamId));
        // Commands were missed, and a new key may have been among them: all keys ask api again.
        this.#streamByKeyHash.clear();
        for (const broadcast of this.live) {
          const isYoung = this.#options.now() - broadcast.identity.startedAt < snapshotGraceMs;
          if (!this.#expected.has(broadcast.identity.streamId) && !isYoung)
            this.#end(broadcast, "commanded", messages.ended);
        }
        break;
      case "stream-started":
        this.#expected?.add(command.streamId);
        break;
      case "stream-ended": {
        this.#expected?.delete(command.streamId);
        const broadcast = this.#active(command.streamId);
        if (broadcast) this.#end(broadcast, "commanded", command.message ?? messages.ended);
        break;
      }
      case "channel-revoked":
        this.#forgetKeys(command.channelId);
        for (const broadcast of this.#ofChannel(command.channelId)) this.#end(broadcast, "commanded", messages.revoked);
        break;
      case "key-changed":
        this.#forgetKeys(command.channelId);
        for (const broadcast of this.#ofChannel(command.channelId)) broadcast.publisher?.close(messages.keyChanged);
        break;
      case "encoder-disconnect":
        for (const broadcast of this.#ofChannel(command.channelId)) broadcast.publisher?.close();
        break;
      case "ping":
        break;
    }
  }

  /** Tells api how every stream is. It renews their leases: call it every 3 s. */
  reportAll(): void {
    for (const broadcast of this.live) void this.#reportHealth(broadcast);
    for (const [streamId, end] of this.#unreportedEnds) void this.#reportEnd(streamId, end);
  }

  /** Ends what waited too long, forgets what ended a while ago, lets held requests go. Call it about once a second. */
  sweep(): void {
    const now = this.#options.now();
    for (const broadcast of this.#broadcasts.values()) {
      broadcast.window.sweep();
      this.#closeIfTooMuch(broadcast);
      const { interruptedAt, endedAt, identity } = broadcast;
      if (endedAt === null && interruptedAt !== null && now - interruptedAt >= resumeWindowMs) {
        this.#end(broadcast, "encoder-gone");
      } else if (endedAt !== null && now - endedAt >= endedKeptMs) {
        this.#broadcasts.delete(identity.streamId);
        this.#excessNotices.take(identity.channelId, now);
        this.#forgetStream(identity.streamId);
      }
    }
  }

  /** An encoder that takes the line of everybody else is told what to change. */
  #closeIfTooMuch(broadcast: Broadcast): void {
    const { bitrateMax, now } = this.#options;
    const { excessiveBitrate, publisher } = broadcast;
    if (bitrateMax === null || excessiveBitrate === null || publisher === null) return;
    const { channelId } = broadcast.identity;
    const message = this.#excessNotices.give(channelId, { allowed: bitrateMax, sent: excessiveBitrate }, now());
    this.#reportRefusal(channelId, "bitrate-too-high", message, publisher);
    publisher.close(message);
  }

  /** Streams that have not ended. */
  get live(): Broadcast[] {
    return [...this.#broadcasts.values()].filter((broadcast) => broadcast.endedAt === null);
  }

  async #askApi(key: string, publisher: Publisher, signal: AbortSignal): Promise<PublishAnswer | null> {
    const { api, log, delay, now, hlsUrl } = this.#options;
    const { requestId, remoteAddress } = publisher;
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(admissionMaxMs)]);
    const until = now() + admissionMaxMs;
    while (!deadline.aborted && now() < until) {
      try {
        const answer = await api.publish({ key, remoteAddress, hlsUrl }, requestId, deadline);
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

  #open(identity: StreamIdentity): Broadcast | null {
    if (this.live.length >= this.#options.streamsMax) return null;
    const { now, bitrateMax } = this.#options;
    const broadcast = new Broadcast(identity, now, bitrateMax, this.#events);
    this.#broadcasts.set(identity.streamId, broadcast);
    this.#expected?.add(identity.streamId);
    return broadcast;
  }

  /** Lets the publisher in once no other encoder is alive in the broadcast; two must not evict each other for ever. */
  async #takeOver(
    broadcast: Broadcast,
    publisher: Publisher,
    signal: AbortSignal,
    voided: ReadonlySet<string>,
  ): Promise<Admission> {
    const { delay, log, now } = this.#options;
    const notice = this.#excessNotices.take(broadcast.identity.channelId, now());
    if (notice !== null) return { type: "refused", message: notice };
    const until = performance.now() + takeoverMaxMs;
    for (;;) {
      const current = broadcast.publisher;
      const isVoid = broadcast.endedAt !== null || voided.has(broadcast.identity.channelId);
      if (isVoid || signal.aborted) return { type: "retry" };
      const silentInMs = current ? current.lastByteAtMs + silentMs - performance.now() : 0;
      if (silentInMs <= 0) break;
      if (performance.now() + silentInMs > until) {
        this.#reportRefusal(broadcast.identity.channelId, "second-encoder", messages.secondEncoder, publisher);
        return { type: "refused", message: messages.secondEncoder };
      }
      await delay(Math.min(silentInMs, 100), signal);
    }
    const { requestId, remoteAddress } = publisher;
    log.info({ requestId, streamId: broadcast.identity.streamId, remoteAddress }, "encoder connected");
    return { type: "accepted", feed: broadcast.attach(publisher) };
  }

  readonly #events: BroadcastEvents = {
    onStateChange: (broadcast) => void this.#reportHealth(broadcast),
    onUnpublish: (broadcast) => this.#end(broadcast, "unpublished"),
    onUnsupported: (broadcast, publisher, message) => {
      this.#reportRefusal(broadcast.identity.channelId, "unsupported-media", message, publisher);
      // Nothing was ever shown: nobody shall wait for more of it.
      if (broadcast.window.nextPartNumber === 0) this.#end(broadcast, "encoder-gone", message);
      else publisher.close(message);
    },
  };

  #end(broadcast: Broadcast, reason: EndReason, message?: string): void {
    const { streamId } = broadcast.identity;
    broadcast.end(message);
    this.#expected?.delete(streamId);
    const { requestId } = broadcast;
    this.#options.log.info({ requestId, streamId, reason }, "stream ended");
    this.#tellEnd(streamId, reason, requestId);
  }

  /** Its encoder went on to another machine: whoever watches here is to ask again, and is brought there. */
  #leave(broadcast: Broadcast): void {
    const { streamId } = broadcast.identity;
    this.#broadcasts.delete(streamId);
    this.#forgetStream(streamId);
    broadcast.leave();
    this.#options.log.info({ requestId: broadcast.requestId, streamId }, "another machine has the stream now");
  }

  /** Tells api, again and again until it takes it. */
  #tellEnd(streamId: string, reason: EndReason, requestId: string): void {
    const end = { reason, requestId, since: this.#options.now() };
    this.#unreportedEnds.set(streamId, end);
    void this.#reportEnd(streamId, end);
  }

  async #reportHealth(broadcast: Broadcast): Promise<void> {
    const { api, log, hlsUrl } = this.#options;
    try {
      const { streamId } = broadcast.identity;
      const { known, elsewhere } = await api.reportHealth(streamId, broadcast.health(hlsUrl), broadcast.requestId);
      // It may have been let go while api answered.
      if (this.#active(streamId) !== broadcast) return;
      if (elsewhere) this.#leave(broadcast);
      else if (!known) this.#end(broadcast, "commanded", messages.ended);
    } catch (error) {
      log.warn({ requestId: broadcast.requestId, error: String(error) }, "api did not take a health report");
    }
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

  #reportRefusal(channelId: string, reason: RefusalReport["reason"], message: string, publisher: Publisher): void {
    const { api, log } = this.#options;
    const { requestId, remoteAddress } = publisher;
    log.info({ requestId, reason, remoteAddress }, "publisher refused");
    api.reportRefusal({ channelId, reason, message, remoteAddress }, requestId).catch((error: unknown) => {
      log.warn({ requestId, error: String(error) }, "api did not take a refusal");
    });
  }

  #active(streamId: string | undefined): Broadcast | undefined {
    const broadcast = streamId === undefined ? undefined : this.#broadcasts.get(streamId);
    return broadcast?.endedAt === null ? broadcast : undefined;
  }

  #ofChannel(channelId: string): Broadcast[] {
    return this.live.filter((broadcast) => broadcast.identity.channelId === channelId);
  }

  #forgetStream(streamId: string): void {
    for (const [keyHash, each] of this.#streamByKeyHash) if (each === streamId) this.#streamByKeyHash.delete(keyHash);
  }

  #forgetKeys(channelId: string): void {
    for (const voided of this.#admitting) voided.add(channelId);
    for (const [keyHash, streamId] of this.#streamByKeyHash) {
      if (this.#broadcasts.get(streamId)?.identity.channelId === channelId) this.#streamByKeyHash.delete(keyHash);
    }
  }
}
