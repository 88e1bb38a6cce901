import type { FormClient } from "../e2e/support/form-client.ts";
import type { ChatLine } from "../signaling/contract/chat.ts";
import { heartbeatEveryMs, protocolVersion, reconnectAfterMs } from "../signaling/contract/limits.ts";
import { nonceOf } from "../signaling/contract/line-id.ts";
import type { ClientMessage, ServerMessage } from "../signaling/contract/messages.ts";
import type { TicketAnswer } from "../signaling/contract/ticket-answer.ts";
import { pause } from "./pause.ts";

/** Somebody who watches a channel: counted as everybody is, and with an account they may write. [I/O] */

export interface Saying {
  /** `/me`: what they do rather than say. */
  isAction?: boolean;
  /** Id of the line that this one answers. */
  replyTo?: string;
}

const shownWithinMs = 5000;
/** After a close that says not to come back, ms. */
const turnedAwayMs = 30_000;

export class Chatter {
  /** Hears every line of the channel. */
  onLine: (line: ChatLine) => void = () => undefined;
  readonly #client: FormClient;
  readonly #channel: string;
  readonly #stopping = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended: Promise<void>;
  /** What was said and is not shown yet, by its nonce. */
  readonly #waiting = new Map<string, (id: string | null) => void>();
  #socket: WebSocket | null = null;

  /** Comes at once, and stays until `stop`. */
  constructor(client: FormClient, channel: string) {
    this.#client = client;
    this.#channel = channel;
    this.#ended = this.#stay();
  }

  /** Resolves when they are in for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves with the line's id once everybody sees it; null: it was not taken, or nobody is there to take it. */
  say(text: string, { isAction = false, replyTo }: Saying = {}): Promise<string | null> {
    const nonce = crypto.randomUUID().slice(0, 18);
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(null), shownWithinMs);
      const settle = (id: string | null): void => {
        clearTimeout(timer);
        this.#waiting.delete(nonce);
        resolve(id);
      };
      this.#waiting.set(nonce, settle);
      this.#send({
        type: "say",
        nonce,
        text,
        ...(isAction ? { action: true } : {}),
        ...(replyTo === undefined ? {} : { replyTo }),
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#socket?.close();
    await this.#ended;
  }

  async #stay(): Promise<void> {
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt++) {
      const { wasIn, code } = await this.#visit().catch(() => ({ wasIn: false, code: 0 }));
      if (wasIn) attempt = 0;
      const pauseMs = reconnectAfterMs[Math.min(attempt + 1, reconnectAfterMs.length - 1)] ?? 0;
      await pause(code >= 4400 && code < 4500 ? turnedAwayMs : pauseMs, this.#stopping.signal);
    }
  }

  /** One connection, from its ticket to its end. */
  async #visit(): Promise<{ wasIn: boolean; code: number }> {
    const { ticket, url } = (await this.#client.tell("/ticket", { channel: this.#channel })) as TicketAnswer;
    const socket = new WebSocket(url, { headers: { Origin: this.#client.origin } });
    this.#socket = socket;
    const heartbeat = setInterval(() => this.#send({ type: "ping" }), heartbeatEveryMs);
    let wasIn = false;
    socket.addEventListener("open", () => this.#send({ type: "hello", version: protocolVersion, ticket }));
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(String(data)) as ServerMessage;
      if (message.type === "welcome") {
        wasIn = true;
        this.#ready.resolve();
      }
      this.#hear(message);
    });
    // Asked to stop while the ticket was fetched.
    if (this.#stopping.signal.aborted) socket.close();
    const code = await new Promise<number>((resolve) => {
      socket.addEventListener("close", (event) => resolve(event.code));
      socket.addEventListener("error", () => resolve(0));
    });
    clearInterval(heartbeat);
    this.#socket = null;
    return { wasIn, code };
  }

  #hear(message: ServerMessage): void {
    if (message.type === "error" && message.nonce !== undefined) this.#waiting.get(message.nonce)?.(null);
    if (message.type !== "events") return;
    for (const event of message.events) {
      if (event.type !== "line") continue;
      this.#waiting.get(nonceOf(event.line.id))?.(event.line.id);
      this.onLine(event.line);
    }
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
