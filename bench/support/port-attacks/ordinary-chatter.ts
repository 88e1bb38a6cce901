import type { TicketAnswer } from "../../../signaling/contract/ticket-answer.ts";
import { ChatClient } from "../chat-client.ts";
import type { Person } from "../chat-people.ts";
import { password } from "../streamers.ts";

/** Somebody who writes a line every two seconds. [I/O] */

export interface Chatting {
  lines: number;
  /** Not acknowledged yet. */
  waiting: number;
  slowestAckMs: number;
  reconnects: number;
}

const lineEveryMs = 2000;

export class OrdinaryChatter {
  readonly #client: ChatClient;
  readonly #timer: Timer;
  #lines = 0;
  #reconnectsBefore = 0;

  private constructor(person: Person, channel: string) {
    this.#client = new ChatClient(person, channel);
    void this.#client.run();
    this.#timer = setInterval(() => {
      this.#lines += 1;
      this.#client.write();
    }, lineEveryMs);
  }

  /** Signs up at a site and joins a channel's chat. */
  static async join(origin: string, name: string, channel: string): Promise<OrdinaryChatter> {
    const tls = { rejectUnauthorized: false };
    const registered = await fetch(`${origin}/register`, {
      method: "POST",
      redirect: "manual",
      headers: { Origin: origin },
      body: new URLSearchParams({ username: name, password }),
      tls,
    });
    if (registered.status !== 303) throw new Error(`${name} was not signed up: ${registered.status}`);
    const cookie = registered.headers
      .getSetCookie()
      .map((line) => line.split(";", 1)[0] ?? "")
      .join("; ");
    const headers = { Origin: origin, Cookie: cookie };
    return new OrdinaryChatter(
      {
        name,
        headers,
        ticket: async () => {
          const response = await fetch(`${origin}/ticket`, {
            method: "POST",
            headers: { ...headers, "Content-Type": "application/json" },
            body: JSON.stringify({ channel }),
            signal: AbortSignal.timeout(10_000),
            tls,
          });
          if (!response.ok) throw new Error(`no ticket: ${response.status}`);
          return (await response.json()) as TicketAnswer;
        },
      },
      channel,
    );
  }

  /** What happened since the last call. */
  take(): Chatting {
    const { waiting, longestAckMs, reconnects } = this.#client;
    const taken = {
      lines: this.#lines,
      waiting,
      slowestAckMs: longestAckMs,
      reconnects: reconnects - this.#reconnectsBefore,
    };
    this.#lines = 0;
    this.#client.longestAckMs = 0;
    this.#reconnectsBefore = reconnects;
    return taken;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#client.stop();
  }
}
