import { lineIdOf } from "../../signaling/contract/line-id.ts";
import { closeCodes, protocolVersion, reconnectAfterMs } from "../../signaling/contract/limits.ts";
import type { ClientMessage, ErrorCode, Position, ServerMessage } from "../../signaling/contract/messages.ts";
import type { Person } from "./chat-people.ts";
import { ChatView } from "./chat-view.ts";
import { RawWebSocket } from "./raw-websocket.ts";

/**
 * A chat client that keeps to the protocol and to nothing else: it comes back for ever, recovers what it missed, keeps its
 * lines until they are acknowledged and sends them again in their order. What it sees goes to its view. [I/O]
 */

interface Unacknowledged {
  nonce: string;
  text: string;
  wasSent: boolean;
  /** Sent on the connection that is open now. */
  isSent: boolean;
}

/** These refuse the line for now; it is tried again. All others refuse it for good. */
const passing: ErrorCode[] = ["paused", "rate-limited", "slow-mode"];
const retryMs = 1000;

export class ChatClient {
  readonly view = new ChatView();
  /** Ids of lines that the server said are stored, and of those that it refused for good. */
  readonly acknowledged = new Set<string>();
  readonly refused = new Map<string, ErrorCode>();
  reconnects = 0;
  longestAckMs = 0;
  readonly #person: Person;
  readonly #channel: string;
  readonly #outbox: Unacknowledged[] = [];
  readonly #wroteAtMs = new Map<string, number>();
  #url = "";
  #id = "";
  #resume: string | null = null;
  #position: Position | null = null;
  #socket: RawWebSocket | null = null;
  /** The line that the others wait for, until it is shown, acknowledged or refused. */
  #inFlight: string | null = null;
  #isRecovering = false;
  #retryTimer: Timer | undefined;
  #lines = 0;
  #awayMs = 0;
  #lost = Promise.withResolvers<number | null>();
  #isStopped = false;

  constructor(person: Person, channel: string) {
    this.#person = person;
    this.#channel = channel;
  }

  get isSettled(): boolean {
    return this.#socket !== null && this.#outbox.length === 0;
  }

  get waiting(): number {
    return this.#outbox.length;
  }

  /** Stays connected until `stop`. */
  async run(): Promise<void> {
    for (let attempt = 0; !this.#isStopped;) {
      const isWelcome = await this.#connect().catch(() => false);
      if (isWelcome) {
        attempt = 0;
        this.#onLost(await this.#lost.promise);
      }
      const pauseMs = reconnectAfterMs[Math.min(attempt++, reconnectAfterMs.length - 1)] ?? 0;
      if (!this.#isStopped) await Bun.sleep(this.#awayMs + pauseMs * (1 + Math.random() / 3));
      this.#awayMs = 0;
      this.reconnects++;
    }
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retryTimer);
    this.#socket?.cut();
  }

  /** The connection ends without a close frame, and this side is away for so long. */
  cut(awayMs: number): void {
    this.#awayMs = awayMs;
    this.#socket?.cut();
  }

  /** The connection stays open at the server and is dead; this side comes back on another one after so long. */
  freeze(awayMs: number): void {
    this.#awayMs = awayMs;
    this.#socket?.freeze();
    this.#socket = null;
    this.#lost.resolve(null);
  }

  /** Numbers its lines, so that their order can be told from their texts. */
  write(): void {
    const number = this.#lines++;
    const nonce = `${number}-${Math.random().toString(36).slice(2, 12)}`.padEnd(8, "0");
    this.#outbox.push({ nonce, text: `${number} is what ${this.#person.name} says`, wasSent: false, isSent: false });
    this.#wroteAtMs.set(nonce, performance.now());
    this.#pump();
  }

  async #connect(): Promise<boolean> {
    const { ticket, url } =
      this.#resume === null ? await this.#person.ticket(this.#channel) : { ticket: null, url: "" };
    this.#url = url === "" ? this.#url : url;
    this.#lost = Promise.withResolvers();
    const { resolve } = this.#lost;
    const welcome = Promise.withResolvers<boolean>();
    const { headers } = this.#person;
    const onText = (socket: RawWebSocket, payload: Buffer): void => {
      const message = JSON.parse(payload.toString()) as ServerMessage;
      if (message.type === "welcome") {
        this.#socket = socket;
        welcome.resolve(true);
      }
      if (socket === this.#socket) this.#onMessage(message);
    };
    const onClose = (socket: RawWebSocket, code: number | null): void => {
      // A resume token that is not taken any more: ask for a ticket.
      if (code === closeCodes.unauthorized) this.#resume = null;
      welcome.resolve(false);
      if (this.#socket === null || socket === this.#socket) resolve(code);
    };
    const socket = await RawWebSocket.connect(this.#url, { onText, onClose }, { headers });
    socket.send(
      JSON.stringify({
        type: "hello",
        version: protocolVersion,
        ...(this.#resume === null ? { ticket: ticket ?? "" } : { resume: this.#resume }),
        ...(this.#position === null ? {} : { position: this.#position }),
      } satisfies ClientMessage),
    );
    return welcome.promise;
  }

  #onLost(code: number | null): void {
    this.#socket = null;
    this.#inFlight = null;
    this.#isRecovering = false;
    clearTimeout(this.#retryTimer);
    this.view.closeCodes.push(code);
    for (const entry of this.#outbox) entry.isSent = false;
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#id = message.you.id;
        this.#resume = message.resume;
        if (message.history.type === "whole") this.view.replace(message.history.lines);
        else this.view.add(message.history.events);
        this.#position = { epoch: message.epoch, seq: message.seq };
        break;
      case "reset":
        this.view.replace(message.lines);
        this.#position = { epoch: message.epoch, seq: message.seq };
        this.#isRecovering = false;
        this.#onReset();
        break;
      case "events":
        this.#onEvents(message);
        break;
      case "ack":
        for (const nonce of message.nonces) this.#settle(nonce, () => this.#onStored(nonce));
        break;
      case "error":
        if (message.nonce !== undefined) this.#onRefused(message.nonce, message.code, message.retryAfterMs);
        break;
      case "you":
        this.#resume = message.resume;
        break;
      case "viewers":
      case "pong":
        break;
    }
    this.#pump();
  }

  #onEvents({ seq, events }: Extract<ServerMessage, { type: "events" }>): void {
    if (this.#position === null) return;
    const expected = this.#position.seq + 1;
    if (seq > expected) {
      if (this.#isRecovering) return;
      this.#isRecovering = true;
      this.view.gaps++;
      this.#send({ type: "recover", position: this.#position });
      return;
    }
    this.#isRecovering = false;
    const fresh = events.slice(expected - seq);
    this.view.add(fresh);
    this.#position = { epoch: this.#position.epoch, seq: this.#position.seq + fresh.length };
  }

  /** The room began anew, maybe in a server that knows nothing of what it was sent. */
  #onReset(): void {
    this.#inFlight = null;
    clearTimeout(this.#retryTimer);
    for (const entry of this.#outbox) entry.isSent = false;
  }

  #onStored(nonce: string): void {
    this.acknowledged.add(lineIdOf(this.#id, nonce));
    this.longestAckMs = Math.max(this.longestAckMs, performance.now() - (this.#wroteAtMs.get(nonce) ?? 0));
    this.#wroteAtMs.delete(nonce);
  }

  #onRefused(nonce: string, code: ErrorCode, retryAfterMs = retryMs): void {
    if (!passing.includes(code)) {
      this.#settle(nonce, () => this.refused.set(lineIdOf(this.#id, nonce), code));
      return;
    }
    // The lines behind it wait too, or they would overtake it.
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => {
      for (const entry of this.#outbox) if (entry.nonce === nonce) entry.isSent = false;
      if (this.#inFlight === nonce) this.#inFlight = null;
      this.#pump();
    }, retryAfterMs);
  }

  #settle(nonce: string, note: () => void): void {
    const index = this.#outbox.findIndex((entry) => entry.nonce === nonce);
    if (index < 0) return;
    this.#outbox.splice(index, 1);
    if (this.#inFlight === nonce) this.#inFlight = null;
    note();
  }

  /** Sends what may be sent: one line at a time, and the next when it is shown or settled. */
  #pump(): void {
    if (this.#socket === null || this.#id === "") return;
    if (this.#inFlight !== null && this.view.has(lineIdOf(this.#id, this.#inFlight))) this.#inFlight = null;
    for (const entry of this.#outbox) {
      if (this.#inFlight !== null) return;
      if (entry.isSent) continue;
      this.#send({ type: "say", nonce: entry.nonce, text: entry.text, ...(entry.wasSent ? { again: true } : {}) });
      entry.isSent = true;
      entry.wasSent = true;
      if (!this.view.has(lineIdOf(this.#id, entry.nonce))) this.#inFlight = entry.nonce;
    }
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }
}
