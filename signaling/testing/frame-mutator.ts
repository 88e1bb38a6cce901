import { protocolVersion } from "../contract/limits.ts";

/** Frames that were sound before something happened to them, the same for the same seed. */

/** mulberry32: fast, and good enough to shake things. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T;

const strangeValues: unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  "",
  "__proto__",
  "constructor",
  "\u0000",
  "\ud800",
  "\u202e",
  "x".repeat(5000),
  [],
  {},
  [[[[[]]]]],
  { type: "say" },
];
/** A copy: what it is put into may be changed further. */
const strangeValue = (random: Random): unknown => structuredClone(pick(random, strangeValues));
const types = ["hello", "say", "recover", "ping", "welcome", "events", "ack", "leave", "signal", "admit", "__proto__"];

/** What was good once: presented again, altered, in place of one another. */
export interface Pool {
  /** Tickets and resume tokens. At least one. */
  readonly tokens: readonly string[];
  /** Of people in calls and at their doors. At least one. */
  readonly peers: readonly string[];
}

type Message = Record<string, unknown>;

function soundMessage(random: Random, { tokens }: Pool): Message {
  const nonce = below(random, 1e9).toString(36).padStart(8, "0");
  switch (below(random, 5)) {
    case 0:
      return { type: "hello", version: protocolVersion, ticket: pick(random, tokens) };
    case 1:
      return { type: "hello", version: protocolVersion, resume: pick(random, tokens) };
    case 2:
      return { type: "say", nonce, text: `said ${nonce} 🎭`, again: true, replyTo: `${"a".repeat(32)}.${nonce}` };
    case 3:
      return { type: "recover", position: { epoch: below(random, 3), seq: below(random, 3000) } };
    default:
      return { type: "ping" };
  }
}

function soundCallMessage(random: Random, pool: Pool): Message {
  const peer = pick(random, pool.peers);
  const on = (): boolean => random() < 0.5;
  switch (below(random, 16)) {
    case 0:
      return { type: "media", media: { mic: on(), camera: on(), screen: on() } };
    case 1:
      return { type: "hand", raised: on() };
    case 2:
    case 3:
    case 4:
      return { type: "signal", to: peer, connection: "connection1", signal: soundSignal(random) };
    case 5:
      return { type: "ice" };
    case 6:
      return { type: "quality", samples: [soundSample(random, peer), soundSample(random, peer)] };
    case 7:
      return { type: "admit", knock: peer, accept: on() };
    case 8:
      return { type: "rules", rules: { locked: random() < 0.1, mayUnmute: on(), mayShare: on() } };
    case 9:
      return { type: "mute", peer: on() ? null : peer };
    case 10:
      return { type: pick(random, ["ask-to-unmute", "stop-share", "lower-hand"]), peer };
    case 11:
      return { type: "stage", peer, onStage: on() };
    case 12:
      return random() < 0.3 ? { type: "remove", peer, bar: on() } : { type: "leave" };
    default:
      return soundMessage(random, pool);
  }
}

function soundSignal(random: Random): Message {
  switch (below(random, 4)) {
    case 0:
      return { type: pick(random, ["offer", "answer"]), sdp: "v=0\r\n".repeat(below(random, 2000)) };
    case 1:
      return { type: pick(random, ["restart", "renew"]) };
    case 2:
      return { type: "want", camera: below(random, 4320), screen: 0 };
    default:
      return {
        type: "candidate",
        candidate: `candidate:${below(random, 1e9)} 1 udp 1 192.0.2.1 9 typ host`,
        sdpMid: "0",
        sdpMLineIndex: below(random, 4),
        usernameFragment: null,
      };
  }
}

const soundSample = (random: Random, peer: string): Message => ({
  peer,
  path: pick(random, ["direct", "relay", "none"]),
  protocol: null,
  overMs: below(random, 10_000),
  sentBitsPerSecond: below(random, 1e6),
  receivedBitsPerSecond: below(random, 1e6),
  lossIn: random(),
  lossOut: null,
  jitterMs: 1.5,
  roundTripMs: null,
  freezes: 0,
  freezeMs: 0,
  concealed: 0,
});

/** Changes the message, or a part of it, as somebody would who knows what it means. */
function mutateMessage(random: Random, message: Message): void {
  const name = pick(random, Object.keys(message));
  const value = message[name];
  if (typeof value === "object" && value !== null && random() < 0.6 && Object.keys(value).length > 0) {
    return mutateMessage(random, value as Message);
  }
  switch (below(random, 6)) {
    case 0:
      delete message[name];
      break;
    case 1:
      message[name] = strangeValue(random);
      break;
    case 2:
      message[pick(random, ["from", "id", "toString", "hasOwnProperty", "version", "position", "isHost"])] =
        strangeValue(random);
      break;
    case 3:
      message["type"] = pick(random, types);
      break;
    case 4:
      if (typeof value === "string") message[name] = mutateText(random, value);
      break;
    default:
      break;
  }
}

function mutateText(random: Random, text: string): string {
  const at = below(random, text.length + 1);
  return text.slice(0, at) + String.fromCharCode(below(random, 65_536)) + text.slice(at + below(random, 3));
}

/** Changes the bytes as a bad line would. */
function mutateBytes(random: Random, bytes: Buffer): Buffer {
  const at = below(random, bytes.length + 1);
  switch (below(random, 4)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      if (at < bytes.length) bytes.writeUInt8(below(random, 256), at);
      return bytes;
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes]);
    default:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([below(random, 256)]), bytes.subarray(at)]);
  }
}

/** The text of a frame: sound, or changed in its meaning, or in its bytes. */
function mutatedText(random: Random, pool: Pool, isCall: boolean): Buffer {
  const message = isCall ? soundCallMessage(random, pool) : soundMessage(random, pool);
  // Half of them stay sound, so that those who send them get somewhere before they are shown out.
  for (let times = Math.max(0, below(random, 6) - 2); times > 0 && Object.keys(message).length > 0; times--) {
    mutateMessage(random, message);
  }
  let bytes: Buffer = Buffer.from(JSON.stringify(message));
  for (let times = Math.max(0, below(random, 10) - 7); times > 0; times--) bytes = mutateBytes(random, bytes);
  return bytes;
}

export interface Mutation {
  opcode: number;
  isFinal: boolean;
  isMasked: boolean;
  reserved: number;
  /** More or less than there is; undefined: the truth. */
  announcedBytes: number | undefined;
  payload: Buffer;
}

/** A frame around such a text; one in fifty breaks RFC 6455 too, and whatever follows it on its connection. */
export function mutatedFrame(random: Random, pool: Pool, isCall: boolean): Mutation {
  const payload = mutatedText(random, pool, isCall);
  const isBroken = random() < 0.02;
  return {
    opcode: isBroken ? below(random, 16) : random() < 0.02 ? 2 : 1,
    isFinal: !isBroken || random() < 0.5,
    isMasked: !isBroken || random() < 0.9,
    reserved: isBroken && random() < 0.3 ? below(random, 8) : 0,
    announcedBytes: isBroken && random() < 0.3 ? below(random, 200_000) : undefined,
    payload,
  };
}
