import { newRequestId } from "../../request-id.ts";
import { MalformedError } from "../media/byte-reader.ts";
import type { Amf0Value } from "./amf0.ts";
import { limits } from "./limits.ts";
import { type ProtocolHandler, PublishProtocol } from "./publish-protocol.ts";
import type { Admission, Feed, FlvTag, Publisher, Stage } from "./publisher.ts";
import { streamKey } from "./stream-key.ts";

/** The socket under a session. Calls after `finish` or `abort` do nothing. */
export interface Transport {
  readonly remoteAddress: string;
  write(bytes: Uint8Array): void;
  /** Sends what was written and a FIN; the other end gets a moment to read it. */
  finish(): void;
  /** Closes at once. */
  abort(): void;
}

export interface SessionOptions {
  stage: Stage;
  transport: Transport;
  /** The monotonic clock, ms (`performance.now()`). */
  now: () => number;
  /** A defect of ours, not of the publisher: the session is closed, somebody should read about it. */
  onDefect: (error: unknown) => void;
}

type Phase =
  | { type: "opening" }
  | { type: "admitting"; admission: AbortController; waiting: FlvTag[]; waitingBytes: number }
  | { type: "live"; feed: Feed }
  /** The encoder said goodbye; it may still be waiting for answers. */
  | { type: "unpublished" }
  | { type: "closed" };

/** Room that a waiting tag takes beside its body. */
const tagOverheadBytes = 128;

/**
 * One connection of a publisher, from its first byte to its last. No sockets and no timers in here: bytes come in by
 * `receive`, time by `tick`, and none of its methods throws.
 */
export class RtmpSession implements ProtocolHandler, Publisher {
  readonly #options: SessionOptions;
  /** Made with the first byte: a socket that says nothing costs nothing. */
  #protocol: PublishProtocol | null = null;
  #phase: Phase = { type: "opening" };
  #phaseSinceMs: number;
  #lastByteAtMs: number;
  #app: string | null = null;
  #messageStreams = 0;
  #publishStreamId = 0;
  #hasPublished = false;
  #closeReason = "";
  #bytesRead = 0;
  readonly requestId = newRequestId();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#phaseSinceMs = options.now();
    this.#lastByteAtMs = this.#phaseSinceMs;
  }

  get remoteAddress(): string {
    return this.#options.transport.remoteAddress;
  }

  get lastByteAtMs(): number {
    return this.#lastByteAtMs;
  }

  /** Whether the stage ever accepted it. */
  get hasPublished(): boolean {
    return this.#hasPublished;
  }

  /** Why it ended, for the log; without anything a publisher has sent. Empty while it goes on. */
  get closeReason(): string {
    return this.#closeReason;
  }

  /** When it ended, on the monotonic clock, ms; the socket may still be sending its last words. Null while it goes on. */
  get closedAtMs(): number | null {
    return this.#phase.type === "closed" ? this.#phaseSinceMs : null;
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** What the socket read. */
  receive(bytes: Buffer): void {
    if (this.#phase.type === "closed") return;
    this.#lastByteAtMs = this.#options.now();
    this.#bytesRead += bytes.length;
    try {
      this.#protocol ??= new PublishProtocol(this);
      this.#protocol.read(bytes);
    } catch (error) {
      // The package throws whatever Buffer and JavaScript throw: all of it means that the input was bad.
      this.#end(error instanceof MalformedError ? error.message : "malformed", "abort");
    }
  }

  /** Checks the deadlines; called about once a second. */
  tick(): void {
    const now = this.#options.now();
    const elapsedMs = now - this.#phaseSinceMs;
    switch (this.#phase.type) {
      case "opening":
        if (elapsedMs >= limits.openingMs) this.#end("did not publish in time", "abort");
        break;
      case "admitting":
        if (elapsedMs >= limits.admissionMs) this.#sendAway("the stage did not answer in time");
        break;
      case "live":
        if (now - this.#lastByteAtMs >= limits.idleMs) this.#end("fell silent", "abort");
        break;
      case "unpublished":
        if (elapsedMs >= limits.lingerMs) this.#end("unpublished", "finish");
        break;
      case "closed":
        break;
    }
  }

  /** The socket is gone, or has to go. */
  socketClosed(reason: string): void {
    this.#end(this.#phase.type === "unpublished" ? "unpublished" : reason, "abort");
  }

  /** As Publisher: from the stage. The feed's `end("lost")` has been called when this returns. */
  close(denied?: string): void {
    if (this.#phase.type === "closed") return;
    if (denied !== undefined) this.#sendDenied(denied);
    // Without last words there is nothing to wait for: an encoder that does not read learns of it by its next write.
    this.#end("closed by the stage", denied === undefined ? "abort" : "finish");
  }

  onOutput(bytes: Uint8Array): void {
    if (this.#phase.type !== "closed") this.#options.transport.write(bytes);
  }

  onCommand(name: string, values: Amf0Value[], messageStreamId: number): void {
    const [transactionId, , argument] = values;
    const id = typeof transactionId === "number" ? transactionId : 0;
    switch (name) {
      case "connect":
        this.#onConnect(id, values[1]);
        break;
      case "releaseStream":
      case "FCPublish":
        this.#protocol?.sendCommand(0, "_result", id, null, undefined);
        break;
      case "createStream":
        this.#requireConnect();
        this.#messageStreams++;
        this.#protocol?.sendCommand(0, "_result", id, null, this.#messageStreams);
        break;
      case "publish":
        this.#onPublish(argument, messageStreamId);
        break;
      case "play":
      case "play2":
        this.#protocol?.sendStatus(
          messageStreamId,
          "error",
          "NetStream.Play.Failed",
          "Watch over HTTP: this port only takes streams in.",
        );
        this.#end("asked to play", "finish");
        break;
      case "FCUnpublish":
      case "deleteStream":
      case "closeStream":
        this.#onUnpublish();
        break;
      default: // _checkbw, getStreamLength and the like expect no answer
    }
  }

  onTag(tag: FlvTag): void {
    switch (this.#phase.type) {
      case "live":
        this.#push(this.#phase.feed, tag);
        break;
      case "admitting":
        // Some encoders do not wait for the answer, and their codec configuration comes but once.
        this.#phase.waitingBytes += tag.body.length + tagOverheadBytes;
        if (this.#phase.waitingBytes > limits.unadmittedBytes) throw new MalformedError("too much before publishing");
        this.#phase.waiting.push({ ...tag, body: new Uint8Array(tag.body) });
        break;
      case "opening":
      case "unpublished":
      case "closed":
        break;
    }
  }

  #requireConnect(): void {
    if (this.#app === null) throw new MalformedError("a command before connect");
  }

  #onConnect(transactionId: number, properties: Amf0Value): void {
    if (this.#app !== null) throw new MalformedError("connected twice");
    const app = properties instanceof Map ? properties.get("app") : undefined;
    this.#app = typeof app === "string" ? app : "";
    this.#protocol?.respondConnect(transactionId);
  }

  #onPublish(streamName: Amf0Value, messageStreamId: number): void {
    this.#requireConnect();
    if (this.#phase.type !== "opening") throw new MalformedError("published twice");
    this.#publishStreamId = messageStreamId;
    const key = streamKey(this.#app ?? "", streamName);
    if (key === "" || key.length > limits.keyLength) {
      this.#sendDenied(
        key === ""
          ? "There is no stream key. Copy it from the studio."
          : "This is not a stream key. Copy it from the studio.",
      );
      this.#end(key === "" ? "no stream key" : "stream key too long", "finish");
      return;
    }
    const admission = new AbortController();
    this.#enter({ type: "admitting", admission, waiting: [], waitingBytes: 0 });
    void this.#admit(key, admission.signal);
  }

  async #admit(key: string, signal: AbortSignal): Promise<void> {
    let answer: Admission;
    try {
      answer = await this.#options.stage.admit(this, key, signal);
    } catch (error) {
      if (!signal.aborted) this.#options.onDefect(error);
      answer = { type: "retry" };
    }
    if (this.#phase.type !== "admitting") {
      // Gone while the stage was thinking: what it has just opened is closed again.
      if (answer.type === "accepted")
        this.#endFeed(answer.feed, this.#phase.type === "unpublished" ? "unpublished" : "lost");
      return;
    }
    switch (answer.type) {
      case "accepted":
        this.#onAccepted(answer.feed, this.#phase.waiting);
        break;
      case "refused":
        this.#sendDenied(answer.message);
        this.#end("refused", "finish");
        break;
      case "retry":
        this.#sendAway("sent away to try again");
        break;
    }
  }

  /**
   * OBS 29 tries again by itself only if it was connected once: a close before Publish.Start ends its stream with "could
   * not access the channel", whatever the reason. So it is let in, and dropped.
   */
  #sendAway(reason: string): void {
    this.#protocol?.sendStatus(this.#publishStreamId, "status", "NetStream.Publish.Start", "Try again in a moment.");
    this.#end(reason, "finish");
  }

  #onAccepted(feed: Feed, waiting: FlvTag[]): void {
    this.#hasPublished = true;
    this.#lastByteAtMs = this.#options.now();
    this.#enter({ type: "live", feed });
    this.#protocol?.admit();
    this.#protocol?.sendStatus(this.#publishStreamId, "status", "NetStream.Publish.Start", "You are live.");
    for (const tag of waiting) this.onTag(tag);
  }

  #onUnpublish(): void {
    const phase = this.#phase;
    if (phase.type !== "admitting" && phase.type !== "live") return;
    this.#enter({ type: "unpublished" });
    if (phase.type === "admitting") phase.admission.abort();
    else this.#endFeed(phase.feed, "unpublished");
    this.#protocol?.sendStatus(this.#publishStreamId, "status", "NetStream.Unpublish.Success", "The stream has ended.");
  }

  #push(feed: Feed, tag: FlvTag): void {
    try {
      feed.push(tag);
    } catch (error) {
      if (!(error instanceof MalformedError)) this.#options.onDefect(error);
      this.#end(error instanceof MalformedError ? error.message : "a defect in the server", "abort");
    }
  }

  #endFeed(feed: Feed, how: "unpublished" | "lost"): void {
    try {
      feed.end(how);
    } catch (error) {
      this.#options.onDefect(error);
    }
  }

  #sendDenied(message: string): void {
    this.#protocol?.sendStatus(this.#publishStreamId, "error", "NetStream.Publish.Denied", message);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#phaseSinceMs = this.#options.now();
  }

  #end(reason: string, manner: "finish" | "abort"): void {
    const phase = this.#phase;
    if (phase.type === "closed") return;
    this.#enter({ type: "closed" });
    this.#closeReason = reason;
    this.#protocol?.stop();
    // The stage may keep the Publisher for a while: not the buffers with it.
    this.#protocol = null;
    if (manner === "finish") this.#options.transport.finish();
    else this.#options.transport.abort();
    if (phase.type === "admitting") phase.admission.abort();
    if (phase.type === "live") this.#endFeed(phase.feed, "lost");
  }
}
