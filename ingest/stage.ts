import type { Command } from "../api/contract/commands.ts";
import { type EndReason, stageIsFull } from "../api/contract/publish.ts";
import { Broadcast, type BroadcastEvents, type StreamIdentity } from "./broadcast.ts";
import { ExcessNotices } from "./excess-notices.ts";
import type { PlayableStream } from "./hls/http.ts";
import type { Admission, Publisher, Stage } from "./rtmp/publisher.ts";
import { StageApi, type StageApiOptions } from "./stage-api.ts";

export interface StageOptions extends StageApiOptions {
  /** Where viewers reach this ingest; null: the page's own host and HLS_PORT. */
  hlsUrl: string | null;
  streamsMax: number;
  /** Of one stream, bits a second; null: any. */
  bitrateMax: number | null;
}

/** An encoder that went away may return to the same stream within this. */
export const resumeWindowMs = 60_000;
/** A second encoder waits this long for the first one's socket to prove dead. */
const takeoverMaxMs = 3000;
/** A socket that is silent for so long has lost its encoder. */
const silentMs = 2000;
/** How long a finished stream can still be fetched. */
const endedKeptMs = 60_000;
/** A stream this young may be missing from a snapshot that was on its way. */
const snapshotGraceMs = 10_000;

const messages = {
  secondEncoder: "Another encoder is already live with this key. Stop it, or disconnect it in the studio.",
  ended: "This stream was ended.",
  revoked: "You may no longer stream here. Ask an administrator.",
  keyChanged: "This stream key was replaced. Copy the new one from the studio.",
};

/** All broadcasts of this process: lets encoders in, keeps api informed, carries out its commands. */
export class BroadcastStage implements Stage {
  readonly #options: StageOptions;
  readonly #api: StageApi;
  readonly #broadcasts = new Map<string, Broadcast>();
  /** Which stream a key was let into: it may come back without asking api. Keyed by the key's SHA-256. */
  readonly #streamByKeyHash = new Map<string, string>();
  /** Streams that api calls live, wherever they are. Null until its command stream was first heard. */
  #expected: Set<string> | null = null;
  readonly #excessNotices = new ExcessNotices();
  /** With which key each encoder came that was let in, as its SHA-256. */
  readonly #keyHashes = new WeakMap<Publisher, string>();
  /** For each admission under way: the channels whose keys were voided since it began. */
  readonly #admitting = new Set<Set<string>>();

  constructor(options: StageOptions) {
    this.#options = options;
    this.#api = new StageApi(options);
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
    const { log, now, hlsUrl } = this.#options;
    const { requestId, remoteAddress } = publisher;
    const keyHash = new Bun.CryptoHasher("sha256").update(key).digest("hex");
    // Before api is asked, which would begin another stream and tell everybody of it.
    const notice = this.#excessNotices.take(keyHash, now());
    if (notice !== null) return { type: "refused", message: notice };
    const known = this.#active(this.#streamByKeyHash.get(keyHash));
    if (known) return this.#takeOver(known, publisher, keyHash, signal, voided);

    const answer = await this.#api.askToPublish(
      { key, remoteAddress, hlsUrl, isFull: this.#isFull },
      publisher,
      signal,
    );
    if (!answer) return { type: "retry" };
    if (!answer.allowed) {
      // The listener has a budget for strangers' lines at `info`; keys can be tried without end.
      log.debug({ requestId, reason: answer.reason, remoteAddress }, "publisher refused");
      return { type: "refused", message: answer.message };
    }
    const broadcast = this.#active(answer.streamId) ?? this.#open(answer);
    if (!broadcast) {
      // The last place was taken while api answered. It has just begun the stream, and viewers would wait for it; one that
      // goes on may be another ingest's.
      if (answer.incarnation === 1) this.#api.tellEnd(answer.streamId, "encoder-gone", requestId);
      this.#api.reportRefusal(answer.channelId, "limit-reached", stageIsFull, publisher);
      return { type: "refused", message: stageIsFull };
    }
    const admission = await this.#takeOver(broadcast, publisher, keyHash, signal, voided);
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
    this.#api.retellEnds();
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
        this.#forgetStream(identity.streamId);
      }
    }
  }

  /** An encoder that takes the line of everybody else is told what to change. */
  #closeIfTooMuch(broadcast: Broadcast): void {
    const { bitrateMax, now } = this.#options;
    const { publisher } = broadcast;
    const keyHash = publisher === null ? undefined : this.#keyHashes.get(publisher);
    if (bitrateMax === null || publisher === null || keyHash === undefined) return;
    const sent = broadcast.takeExcessiveBitrate();
    if (sent === null) return;
    const message = this.#excessNotices.give(keyHash, { allowed: bitrateMax, sent }, now());
    this.#api.reportRefusal(broadcast.identity.channelId, "bitrate-too-high", message, publisher);
    publisher.close(message);
  }

  /** Streams that have not ended. */
  get live(): Broadcast[] {
    return [...this.#broadcasts.values()].filter((broadcast) => broadcast.endedAt === null);
  }

  get #isFull(): boolean {
    return this.live.length >= this.#options.streamsMax;
  }

  #open(identity: StreamIdentity): Broadcast | null {
    if (this.#isFull) return null;
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
    keyHash: string,
    signal: AbortSignal,
    voided: ReadonlySet<string>,
  ): Promise<Admission> {
    const { delay, log } = this.#options;
    const until = performance.now() + takeoverMaxMs;
    for (;;) {
      const current = broadcast.publisher;
      const isVoid = broadcast.endedAt !== null || voided.has(broadcast.identity.channelId);
      if (isVoid || signal.aborted) return { type: "retry" };
      const silentInMs = current ? current.lastByteAtMs + silentMs - performance.now() : 0;
      if (silentInMs <= 0) break;
      if (performance.now() + silentInMs > until) {
        this.#api.reportRefusal(broadcast.identity.channelId, "second-encoder", messages.secondEncoder, publisher);
        return { type: "refused", message: messages.secondEncoder };
      }
      await delay(Math.min(silentInMs, 100), signal);
    }
    const { requestId, remoteAddress } = publisher;
    log.info({ requestId, streamId: broadcast.identity.streamId, remoteAddress }, "encoder connected");
    this.#keyHashes.set(publisher, keyHash);
    return { type: "accepted", feed: broadcast.attach(publisher) };
  }

  readonly #events: BroadcastEvents = {
    onStateChange: (broadcast) => void this.#reportHealth(broadcast),
    onUnpublish: (broadcast) => this.#end(broadcast, "unpublished"),
    onUnsupported: (broadcast, publisher, message) => {
      this.#api.reportRefusal(broadcast.identity.channelId, "unsupported-media", message, publisher);
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
    this.#api.tellEnd(streamId, reason, requestId);
  }

  /** Its encoder went on to another machine: whoever watches here is to ask again, and is brought there. */
  #leave(broadcast: Broadcast): void {
    const { streamId } = broadcast.identity;
    this.#broadcasts.delete(streamId);
    this.#forgetStream(streamId);
    broadcast.leave();
    this.#options.log.info({ requestId: broadcast.requestId, streamId }, "another machine has the stream now");
  }

  async #reportHealth(broadcast: Broadcast): Promise<void> {
    const { streamId } = broadcast.identity;
    const health = broadcast.health(this.#options.hlsUrl);
    const answer = await this.#api.reportHealth(streamId, health, broadcast.requestId);
    // It may have been let go while api answered.
    if (answer === null || this.#active(streamId) !== broadcast) return;
    if (answer.elsewhere) this.#leave(broadcast);
    else if (!answer.known) this.#end(broadcast, "commanded", messages.ended);
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
