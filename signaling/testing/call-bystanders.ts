import { CallServerMessage } from "../contract/call-messages.ts";
import { protocolVersion } from "../contract/limits.ts";
import type { Stage } from "./hostile-stage.ts";
import { Journeys } from "./journeys.ts";
import { RawClient } from "./raw-client.ts";

const count = 3;
/** Each tells each of the others something so often, ms. */
const everyMs = 500;
const address = "127.0.0.3";

interface Someone {
  id: string;
  client: RawClient<CallServerMessage>;
}

/** Three in a call beside an attack, from another address, whose signals must all arrive and nothing else. [I/O] */
export class CallBystanders {
  readonly #people: Someone[];
  readonly #timers: Timer[] = [];
  readonly #journeys = new Journeys();
  #count = 0;
  /** What they were sent that they should not have been, first. */
  disturbance: string | null = null;

  private constructor(people: Someone[]) {
    this.#people = people;
  }

  static async join(stage: Stage): Promise<CallBystanders> {
    const callId = stage.openCall();
    const people: Someone[] = [];
    for (let index = 0; index < count; index++) {
      const caller = stage.caller(callId, `calm${index}`, { isHost: index === 0 });
      const client = await RawClient.open<CallServerMessage>(stage.port, address);
      client.send({ type: "hello", version: protocolVersion, ticket: stage.ticket(caller) });
      people.push({ id: (await client.message("welcome")).you, client });
    }
    // Each has heard of those who came later.
    for (const [index, { client }] of people.entries()) {
      await client.until("the others", () => client.messages.length === count - index);
    }
    const self = new CallBystanders(people);
    for (const [index, someone] of people.entries()) {
      someone.client.onMessage = (message) => self.#onMessage(someone, message);
      self.#timers.push(setTimeout(() => self.#talkForEver(someone), (index * everyMs) / count));
    }
    return self;
  }

  #talkForEver(from: Someone): void {
    const talk = (): void => {
      for (const to of this.#people) {
        if (to === from) continue;
        const connection = `calm${String(this.#count++).padStart(8, "0")}`;
        this.#journeys.depart(`${from.id} ${to.id} ${connection}`);
        from.client.send({ type: "signal", to: to.id, connection, signal: { type: "want", camera: 360, screen: 0 } });
      }
    };
    talk();
    this.#timers.push(setInterval(talk, everyMs));
  }

  #onMessage(to: Someone, message: CallServerMessage): void {
    to.client.messages.length = 0;
    const { error } = CallServerMessage.safeParse(message);
    if (error !== undefined || message.type !== "signal") this.disturbance ??= JSON.stringify(message);
    else this.#journeys.arrive(`${message.from} ${to.id} ${message.connection}`);
  }

  get sent(): number {
    return this.#journeys.sent;
  }

  /** The longest that a signal took since the last call, ms. */
  takeWorstMs(): number {
    return this.#journeys.takeWorstMs();
  }

  /** Waits for what is on its way and leaves. Returns how many signals never came. */
  async leave(): Promise<number> {
    for (const timer of this.#timers) clearInterval(timer);
    const missing = await this.#journeys.end();
    for (const { client } of this.#people) client.reset();
    return missing;
  }

  get areConnected(): boolean {
    return this.#people.every(({ client }) => !client.isClosed);
  }
}
