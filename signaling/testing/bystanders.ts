import { protocolVersion } from "../contract/limits.ts";
import type { Stage } from "./hostile-stage.ts";
import { RawClient } from "./raw-client.ts";

const writerCount = 8;
/** Each of them writes so often, ms: what anybody may. */
const everyMs = 1600;
const address = "127.0.0.3";

/** People who chat beside an attack, from another address, and must never notice it. [I/O] */
export class Bystanders {
  readonly #clients: RawClient[];
  readonly #timers: Timer[] = [];
  readonly #sentAtMs = new Map<string, number>();
  #count = 0;
  sent = 0;
  refused = 0;
  /** From sending a line to having it back, at worst since the last `takeWorstMs`. */
  #worstMs = 0;

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
        for (const event of message.events) if (event.type === "line") self.#onLine(event.line.text);
      };
      // One after another, so that there is always a line on its way.
      self.#timers.push(setTimeout(() => self.#writeForEver(client), (index * everyMs) / writerCount));
    }
    return self;
  }

  #writeForEver(client: RawClient): void {
    const write = (): void => {
      const text = `beside ${this.#count++}`;
      this.#sentAtMs.set(text, performance.now());
      this.sent++;
      client.send({ type: "say", nonce: `beside${String(this.#count).padStart(8, "0")}`, text });
    };
    write();
    this.#timers.push(setInterval(write, everyMs));
  }

  #onLine(text: string): void {
    const sentAtMs = this.#sentAtMs.get(text);
    if (sentAtMs === undefined) return;
    this.#sentAtMs.delete(text);
    this.#worstMs = Math.max(this.#worstMs, performance.now() - sentAtMs);
  }

  /** The longest that a line took since the last call, ms; a line that is still on its way counts too. */
  takeWorstMs(): number {
    const now = performance.now();
    const worst = Math.max(this.#worstMs, ...[...this.#sentAtMs.values()].map((sentAtMs) => now - sentAtMs));
    this.#worstMs = 0;
    return worst;
  }

  /** Waits for what is on its way and leaves. Returns how many lines never came. */
  async leave(): Promise<number> {
    for (const timer of this.#timers) clearInterval(timer);
    const deadlineMs = performance.now() + 5000;
    while (this.#sentAtMs.size > 0 && performance.now() < deadlineMs) await Bun.sleep(20);
    for (const client of this.#clients) client.reset();
    return this.#sentAtMs.size;
  }

  get areConnected(): boolean {
    return this.#clients.every((client) => !client.isClosed);
  }
}
