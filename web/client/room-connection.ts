import {
  closeCodes,
  heartbeatAnswerMs,
  heartbeatEveryMs,
  helloWithinMs,
  protocolVersion,
  reconnectAfterMs,
} from "../../signaling/contract/limits.ts";
import type { CallServerMessage } from "../../signaling/contract/call-messages.ts";
import type { ClientMessage, ServerMessage } from "../../signaling/contract/messages.ts";
import type { TicketAnswer, TicketRefusal } from "../../signaling/contract/ticket-answer.ts";

/**
 * Holds a connection to a room, a channel's chat or a call, for as long as it is wanted: tickets, hello, silence, and
 * every way it can break.
 */

export type Link =
  | { type: "connecting" }
  | { type: "live" }
  /** It is tried again by itself. `code` is why the last one was closed; `isOffline`: the browser says so. */
  | { type: "waiting"; code: number; isOffline: boolean }
  /** It is not tried again. `refusal`: why there is no ticket. */
  | { type: "closed"; code: number; refusal?: TicketRefusal };

type Hello = Extract<ClientMessage, { type: "hello" }>;
type RoomMessage = ServerMessage | CallServerMessage;

export interface ConnectionOptions<Message extends RoomMessage> {
  /** `POST /ticket`, absolute or relative to the page. */
  ticketUrl: string;
  ticketRequest: { channel: string } | { call: string; name?: string; passcode?: string };
  /** What hello says beside who this is. */
  hello(): Pick<Hello, "position" | "media" | "hand">;
  onMessage(message: Message): void;
  onLink(link: Link): void;
  isOffline(): boolean;
  /** Something hangs on being back soon, so that no attempt and no pause may be long. @default never */
  isUrgent?(): boolean;
}

/** After this long a connection counts as good, and the next break is the first one again, ms. */
const steadyAfterMs = 10_000;
/** A ticket, a handshake or a welcome that takes longer is as good as none, ms. */
const openWithinMs = 2 * helloWithinMs;
const checkEveryMs = 1_000;
/** When it is urgent: the answer to a ping, the first attempt and what each further one gets more, and the longest pause, ms. */
const urgentAnswerMs = 2_000;
const urgentOpenWithinMs = 3_000;
const urgentOpenMoreMs = 1_000;
const urgentPauseMs = 1_000;
/** Of WebSocket itself: the connection broke without a word. */
const abnormalClosure = 1006;

export class RoomConnection<Message extends RoomMessage> {
  readonly #options: ConnectionOptions<Message>;
  /** Ends with the connection that came of it. */
  #attempt = new AbortController();
  #socket: WebSocket | null = null;
  #url = "";
  #resume: string | null = null;
  /** A ticket was just refused: another one would be too. Otherwise, as after signing out elsewhere, one is worth a try. */
  #isTicketRefusal = true;
  #failures = 0;
  /** How far this computer's clock is ahead of the server's, ms. */
  clockAheadMs = 0;
  #liveAt: number | null = null;
  #heardAt = 0;
  #askedAt: number | null = null;
  #openTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;

  constructor(options: ConnectionOptions<Message>) {
    this.#options = options;
  }

  start(): void {
    this.#drop();
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#options.onLink({ type: "connecting" });
    this.#openTimer = setTimeout(() => this.#breakOff(abnormalClosure), this.#openWithinMs());
    this.#open(attempt.signal).catch(() => {
      if (!attempt.signal.aborted) this.#breakOff(abnormalClosure);
    });
  }

  stop(): void {
    this.#drop();
  }

  /** Leaves a call, at once and for good. The next start comes back by the resume token, and need not knock. */
  leave(): void {
    // Before the welcome too: whoever has said hello may have a place by now.
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ type: "leave" }));
    this.#failures = 0;
    this.#drop();
  }

  /** Sends, if there is a connection; says whether. */
  send(message: ClientMessage): boolean {
    if (this.#socket === null || this.#liveAt === null) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** The tab is seen again, or the network is back: no more waiting, and no trust in an old silence. */
  checkNow(): void {
    if (this.#liveAt !== null) this.#ask();
    else if (this.#retryTimer !== undefined) this.start();
  }

  /** The network is gone: what is open is dead, whatever it looks like. */
  giveUp(): void {
    if (this.#liveAt !== null) this.#breakOff(abnormalClosure);
  }

  async #open(signal: AbortSignal): Promise<void> {
    const resume = this.#resume;
    const token = resume === null ? { ticket: await this.#fetchTicket(signal) } : { resume };
    if (signal.aborted) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#isTicketRefusal = resume === null;
    signal.addEventListener("abort", () => socket.close());
    socket.addEventListener("open", () => {
      const hello: Hello = { type: "hello", version: protocolVersion, ...token, ...this.#options.hello() };
      socket.send(JSON.stringify(hello));
    });
    socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (!signal.aborted && typeof data === "string") this.#onMessage(JSON.parse(data) as Message);
    });
    socket.addEventListener("close", ({ code }) => {
      if (!signal.aborted) this.#breakOff(code);
    });
  }

  /** Throws when there is none to be had now; when there never will be, the connection is closed. */
  async #fetchTicket(signal: AbortSignal): Promise<string> {
    const response = await fetch(this.#options.ticketUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(this.#options.ticketRequest),
      signal,
    });
    const date = Date.parse(response.headers.get("Date") ?? "");
    if (!Number.isNaN(date)) this.clockAheadMs = Date.now() - date;
    if (response.ok) {
      const { ticket, url } = (await response.json()) as TicketAnswer;
      this.#url = url;
      return ticket;
    }
    const { status, headers } = response;
    if (status === 429) this.#breakOff(closeCodes.restarting, (Number(headers.get("Retry-After")) || 0) * 1000);
    else if (status < 500) {
      const refusal = (await response.json().catch(() => null)) as TicketRefusal | null;
      if (signal.aborted) return "";
      this.#close(status === 404 ? closeCodes.gone : closeCodes.unauthorized, refusal);
    }
    throw new Error(`No ticket: ${status}`);
  }

  #onMessage(message: Message): void {
    this.#heardAt = Date.now();
    this.#askedAt = null;
    const { type } = message;
    if ("resume" in message) this.#resume = message.resume;
    // A call lets some wait before the welcome, on the same socket.
    const isAnswer = this.#liveAt === null && (type === "welcome" || type === "waiting");
    if (isAnswer) {
      this.#liveAt = this.#heardAt;
      this.#isTicketRefusal = false;
      clearTimeout(this.#openTimer);
      this.#watchdog = setInterval(() => this.#checkSilence(Date.now()), checkEveryMs);
    }
    this.#options.onMessage(message);
    // After the welcome was taken in: whoever hears of a live link may write at once.
    if (isAnswer) this.#options.onLink({ type: "live" });
  }

  #checkSilence(now: number): void {
    if (this.#askedAt === null) {
      if (now - this.#heardAt >= heartbeatEveryMs) this.#ask();
    } else if (now - this.#askedAt >= (this.#isUrgent ? urgentAnswerMs : heartbeatAnswerMs)) {
      this.#breakOff(abnormalClosure);
    }
  }

  #ask(): void {
    if (this.#askedAt !== null) return;
    this.#askedAt = Date.now();
    this.send({ type: "ping" });
  }

  get #isUrgent(): boolean {
    return this.#options.isUrgent?.() ?? false;
  }

  /** Longer with each failure: on a line where a handshake takes seconds, short attempts would fail for ever. */
  #openWithinMs(): number {
    if (!this.#isUrgent) return openWithinMs;
    return Math.min(openWithinMs, urgentOpenWithinMs + this.#failures * urgentOpenMoreMs);
  }

  #breakOff(code: number, atLeastMs = 0): void {
    const wasSteady = this.#liveAt !== null && Date.now() - this.#liveAt >= steadyAfterMs;
    this.#drop();
    if (code >= 4400 && code < 4500) {
      if (code !== closeCodes.unauthorized || this.#isTicketRefusal) return this.#close(code);
      this.#resume = null;
    }
    if (wasSteady) this.#failures = 0;
    const usualMs = reconnectAfterMs[Math.min(this.#failures, reconnectAfterMs.length - 1)] ?? 0;
    const pauseMs = this.#isUrgent ? Math.min(usualMs, urgentPauseMs) : usualMs;
    this.#failures += 1;
    // A third at random: thousands who lost the same server do not all come back in the same moment.
    const waitMs = Math.max(atLeastMs, pauseMs * (1 + Math.random() / 3));
    this.#retryTimer = setTimeout(() => this.start(), waitMs);
    this.#options.onLink({ type: "waiting", code, isOffline: this.#options.isOffline() });
  }

  #close(code: number, refusal: TicketRefusal | null = null): void {
    this.#drop();
    this.#options.onLink({ type: "closed", code, ...(refusal === null ? {} : { refusal }) });
  }

  #drop(): void {
    this.#attempt.abort();
    clearTimeout(this.#openTimer);
    clearTimeout(this.#retryTimer);
    clearInterval(this.#watchdog);
    this.#retryTimer = undefined;
    this.#socket = null;
    this.#liveAt = null;
    this.#askedAt = null;
  }
}
