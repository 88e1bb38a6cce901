import {
  closeCodes,
  heartbeatAnswerMs,
  heartbeatEveryMs,
  helloWithinMs,
  protocolVersion,
  reconnectAfterMs,
} from "../../signaling/contract/limits.ts";
import type { ClientMessage, Position, ServerMessage } from "../../signaling/contract/messages.ts";
import type { TicketAnswer } from "../../signaling/contract/ticket-answer.ts";

/** Holds a connection to the room for as long as the page lives: tickets, hello, silence, and every way it can break. */

export type Link =
  | { type: "connecting" }
  | { type: "live" }
  /** It is tried again by itself. `code` is why the last one was closed; `isOffline`: the browser says so. */
  | { type: "waiting"; code: number; isOffline: boolean }
  /** It is not tried again. */
  | { type: "closed"; code: number };

export interface ConnectionOptions {
  /** `POST /ticket`, absolute or relative to the page. */
  ticketUrl: string;
  /** The channel's name. */
  channel: string;
  positionOf(): Position | null;
  onMessage(message: ServerMessage): void;
  onLink(link: Link): void;
  isOffline(): boolean;
}

/** After this long a connection counts as good, and the next break is the first one again, ms. */
const steadyAfterMs = 10_000;
/** A ticket, a handshake or a welcome that takes longer is as good as none, ms. */
const openWithinMs = 2 * helloWithinMs;
const checkEveryMs = 1_000;
/** Of WebSocket itself: the connection broke without a word. */
const abnormalClosure = 1006;

export class ChatConnection {
  readonly #options: ConnectionOptions;
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

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#drop();
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#options.onLink({ type: "connecting" });
    this.#openTimer = setTimeout(() => this.#breakOff(abnormalClosure), openWithinMs);
    this.#open(attempt.signal).catch(() => {
      if (!attempt.signal.aborted) this.#breakOff(abnormalClosure);
    });
  }

  stop(): void {
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
      const position = this.#options.positionOf();
      const place = position === null ? {} : { position };
      const hello: ClientMessage = { type: "hello", version: protocolVersion, ...token, ...place };
      socket.send(JSON.stringify(hello));
    });
    socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (!signal.aborted && typeof data === "string") this.#onMessage(JSON.parse(data) as ServerMessage);
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
      body: JSON.stringify({ channel: this.#options.channel }),
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
    else if (status < 500) this.#close(status === 404 ? closeCodes.gone : closeCodes.unauthorized);
    throw new Error(`No ticket: ${status}`);
  }

  #onMessage(message: ServerMessage): void {
    this.#heardAt = Date.now();
    this.#askedAt = null;
    if (message.type === "welcome" || message.type === "you") this.#resume = message.resume;
    if (message.type === "welcome") {
      this.#liveAt = this.#heardAt;
      this.#isTicketRefusal = false;
      clearTimeout(this.#openTimer);
      this.#watchdog = setInterval(() => this.#checkSilence(Date.now()), checkEveryMs);
    }
    this.#options.onMessage(message);
    // After the welcome was taken in: whoever hears of a live link may write at once.
    if (message.type === "welcome") this.#options.onLink({ type: "live" });
  }

  #checkSilence(now: number): void {
    if (this.#askedAt === null) {
      if (now - this.#heardAt >= heartbeatEveryMs) this.#ask();
    } else if (now - this.#askedAt >= heartbeatAnswerMs) {
      this.#breakOff(abnormalClosure);
    }
  }

  #ask(): void {
    if (this.#askedAt !== null) return;
    this.#askedAt = Date.now();
    this.send({ type: "ping" });
  }

  #breakOff(code: number, atLeastMs = 0): void {
    const wasSteady = this.#liveAt !== null && Date.now() - this.#liveAt >= steadyAfterMs;
    this.#drop();
    if (code >= 4400 && code < 4500) {
      if (code !== closeCodes.unauthorized || this.#isTicketRefusal) return this.#close(code);
      this.#resume = null;
    }
    if (wasSteady) this.#failures = 0;
    const pauseMs = reconnectAfterMs[Math.min(this.#failures, reconnectAfterMs.length - 1)] ?? 0;
    this.#failures += 1;
    // A third at random: thousands who lost the same server do not all come back in the same moment.
    const waitMs = Math.max(atLeastMs, pauseMs * (1 + Math.random() / 3));
    this.#retryTimer = setTimeout(() => this.start(), waitMs);
    this.#options.onLink({ type: "waiting", code, isOffline: this.#options.isOffline() });
  }

  #close(code: number): void {
    this.#drop();
    this.#options.onLink({ type: "closed", code });
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
