import { protocolVersion } from "../contract/limits.ts";
import type { Stage } from "./hostile-stage.ts";
import { Journeys } from "./journeys.ts";
import { RawClient } from "./raw-client.ts";

const writerCount = 8;
/** Each of them writes so often, ms: what anybody may. */
const everyMs = 1600;
const address = "127.0.0.3";

/** People who chat beside an attack, from another address, and must never notice it. [I/O] */
export class Bystanders {
  readonly #clients: RawClient[];
  readonly #timers: Timer[] = [];
  /** Of lines, from being sent to coming back. */
  readonly #journeys = new Journeys();
  #count = 0;
  refused = 0;

  private constructor(clients: RawClient[]) {
    this.#clients = clients;
  }

  static async join(stage: Stage): Promise<Bystanders> {
    const clients = await Promise.all(
      Array.from({ length: writerCount }, async (_, index) => {
        const client = await RawClient.open(stage.port, address);
        client.send({ type: "hello", version: protocolVersion, ticket: stage.ticket(stage.person(`ada${index}`)) });
        await client.message("welcome");
        return client;
      }),
    );
    const self = new Bystanders(clients);
    for (const [index, client] of clients.entries()) {
      client.onMessage = (message) => {
        client.messages.length = 0;
        if (message.type === "error") self.refused++;
        if (index !== 0 || message.type !== "events") return;
        for (const event of message.events) if (event.type === "line") self.#journeys.arrive(event.line.text);
      };
      // One after another, so that there is always a line on its way.
      self.#timers.push(setTimeout(() => self.#writeForEver(client), (index * everyMs) / writerCount));
    }
    return self;
  }

  #writeForEver(client: RawClient): void {
    const write = (): void => {
      const text = `beside ${this.#count++}`;
      this.#journeys.depart(text);
      client.send({ type: "say", nonce: `beside${String(this.#count).padStart(8, "0")}`, text });
    };
    write();
    this.#timers.push(setInterval(write, everyMs));
  }

  get sent(): number {
    return this.#journeys.sent;
  }

  /** The longest that a line took since the last call, ms; a line that is still on its way counts too. */
  takeWorstMs(): number {
    return this.#journeys.takeWorstMs();
  }

  /** Waits for what is on its way and leaves. Returns how many lines never came. */
  async leave(): Promise<number> {
    for (const timer of this.#timers) clearInterval(timer);
    const missing = await this.#journeys.end();
    for (const client of this.#clients) client.reset();
    return missing;
  }

  get areConnected(): boolean {
    return this.#clients.every((client) => !client.isClosed);
  }
}
