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
const types = ["hello", "say", "recover", "ping", "welcome", "events", "ack", "leave", "__proto__"];

function soundMessage(random: Random, tokens: readonly string[]): Record<string, unknown> {
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

/** Changes the message as somebody would who knows what it means. */
function mutateMessage(random: Random, message: Record<string, unknown>): void {
  const name = pick(random, Object.keys(message));
  switch (below(random, 6)) {
    case 0:
      delete message[name];
      break;
    case 1:
      message[name] = pick(random, strangeValues);
      break;
    case 2:
      message[pick(random, ["from", "id", "toString", "hasOwnProperty", "version", "position"])] = pick(
        random,
        strangeValues,
      );
      break;
    case 3:
      message["type"] = pick(random, types);
      break;
    case 4:
      if (typeof message[name] === "string") message[name] = mutateText(random, message[name]);
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

/** The text of a frame: sound, or changed in its meaning, or in its bytes. `tokens`: tickets and resume tokens, good or used. */
export function mutatedText(random: Random, tokens: readonly string[]): Buffer {
  const message = soundMessage(random, tokens);
  for (let times = below(random, 4); times > 0; times--) mutateMessage(random, message);
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

/** A frame around such a text; one in twenty breaks RFC 6455 too, and whatever follows it on its connection. */
export function mutatedFrame(random: Random, tokens: readonly string[]): Mutation {
  const payload = mutatedText(random, tokens);
  const isBroken = random() < 0.05;
  return {
    opcode: isBroken ? below(random, 16) : random() < 0.02 ? 2 : 1,
    isFinal: !isBroken || random() < 0.5,
    isMasked: !isBroken || random() < 0.9,
    reserved: isBroken && random() < 0.3 ? below(random, 8) : 0,
    announcedBytes: isBroken && random() < 0.3 ? below(random, 200_000) : undefined,
    payload,
  };
}
