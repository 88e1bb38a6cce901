import type { CallServerMessage } from "../contract/call-messages.ts";
import { protocolVersion } from "../contract/limits.ts";
import type { Stage } from "./hostile-stage.ts";

/** After so many connections a call is given up for a new one: its places are taken, its people removed, its door locked. */
const connectionsEach = 12;
const keptMax = 50;
const kinds = [{}, { entry: "knock" }, { mode: "stage" }] as const;

/** Calls in which people lose their senses: a meeting, one at whose door one knocks, a stage. */
export class FuzzedCalls {
  readonly #stage: Stage;
  readonly #calls = kinds.map((settings) => ({ settings, callId: "", connections: connectionsEach }));
  readonly #resumes: string[] = [];
  /** Of those who were seen last. */
  readonly peers: string[] = ["f".repeat(32)];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** A hello that is as it should be: of a host, a peer, somebody who knocks or listens, or comes back. */
  hello(random: () => number): Record<string, unknown> {
    const hello = { type: "hello", version: protocolVersion, ...(random() < 0.5 ? { media: on, hand: true } : {}) };
    const resume = this.#resumes[Math.floor(random() * this.#resumes.length)];
    if (resume !== undefined && random() < 0.25) return { ...hello, resume };
    const call = this.#calls[Math.floor(random() * kinds.length)];
    if (call === undefined) throw new Error("no call");
    if (call.connections >= connectionsEach) {
      call.callId = this.#stage.openCall(call.settings);
      call.connections = 0;
    }
    call.connections += 1;
    // The first is its host, and now and then another one.
    const isHost = call.connections === 1 || random() < 0.15;
    const caller = this.#stage.caller(call.callId, `eve${call.connections}`, { isHost, isGuest: random() < 0.5 });
    return { ...hello, ticket: this.#stage.ticket(caller) };
  }

  /** Keeps what can be learnt from a message. Returns the ids of those it is about. */
  learn(message: CallServerMessage): string[] {
    if (message.type === "welcome") keep(this.#resumes, message.resume);
    const ids = idsIn(message);
    for (const id of ids) keep(this.peers, id);
    return ids;
  }
}

function idsIn(message: CallServerMessage): string[] {
  if (message.type === "welcome") return message.peers.map(({ id }) => id);
  if (message.type === "peer") return [message.peer.id];
  if (message.type === "knocks") return message.knocks.map(({ id }) => id);
  return [];
}

const on = { mic: true, camera: true, screen: true };

function keep(list: string[], value: string): void {
  if (list.includes(value)) return;
  list.push(value);
  if (list.length > keptMax) list.shift();
}
