import { closeCodes } from "../contract/limits.ts";
import type { ErrorCode } from "../contract/messages.ts";
import { enter, type Hostile, mustClose, mustLive, mustRefuse, open, type Stage } from "./hostile-stage.ts";
import { frame, type FrameOptions, opcodes, type RawClient } from "./raw-client.ts";

/** Frames and messages that are none. */

/** Each of these is answered with an error; after a few of them the socket is closed. */
const refusedOneByOne = (name: string, messages: unknown[], ...codes: ErrorCode[]): Hostile => ({
  name,
  attack: async (stage) => {
    for (const message of messages) {
      const client = await enter(stage);
      client.send(message);
      await client.message("error");
      const [error] = client.messages.filter((each) => each.type === "error");
      if (error === undefined || !codes.includes(error.code)) throw new Error(`answered with ${error?.code}`);
      await mustLive(client);
    }
    return `${messages.length} of them, each refused (${codes.join(" or ")}), the socket lives`;
  },
});

/** The server must end the connection, by whatever code. */
const cutOff = (name: string, misbehave: (client: RawClient) => void): Hostile => ({
  name,
  attack: async (stage) => {
    const client = await enter(stage);
    misbehave(client);
    return mustClose(client, null, closeCodes.protocol, closeCodes.tooMany, 1002, 1003, 1006, 1007, 1009);
  },
});

const frames =
  (...options: FrameOptions[]) =>
  (client: RawClient): void => {
    for (const each of options) client.sendFrame("{}", each);
  };

const say = { type: "say", nonce: "aaaaaaaa", text: "x" };
const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

async function joinTwice(stage: Stage): Promise<string> {
  const person = stage.person("eve");
  const client = await enter(stage, person);
  const { viewers } = await client.message("welcome");
  client.send({ type: "hello", version: 1, ticket: stage.ticket(person) });
  const result = await mustRefuse(client, "hello-twice");
  const second = await enter(stage, person);
  const after = (await second.message("welcome")).viewers;
  second.reset();
  await mustLive(client);
  if (after !== viewers) throw new Error(`${viewers} viewers became ${after}`);
  return `${result}; the same person in two tabs counts once`;
}

export const hostileFrames: Hostile[] = [
  refusedOneByOne(
    "forged from, name, id, time, role",
    ["from", "name", "id", "at", "role", "color", "first"].map((field) => ({ ...say, [field]: "streamer" })),
    "malformed",
  ),
  refusedOneByOne(
    "forged join, leave, roster and everything that the server says",
    ["join", "left", "roster", "welcome", "events", "reset", "ack", "you", "viewers", "error", "pong", "toString"].map(
      (type) => ({ type, user: "ada", nonces: ["aaaaaaaa"], viewers: 1e9 }),
    ),
    "unknown-type",
  ),
  { name: "joining twice", attack: joinTwice },
  refusedOneByOne(
    "malformed JSON",
    ["{", "", "nul", "\u0000", '{"type":"ping"', nested(30_000), `{"a":${nested(20_000)}}`, "1e999", '"say"', "[]"],
    "malformed",
    "unknown-type",
  ),
  refusedOneByOne(
    "__proto__ and its kind as a member, a type, a nonce",
    [
      '{"__proto__":{"type":"ping"}}',
      '{"type":"ping","__proto__":{"isAdministrator":true}}',
      '{"type":"__proto__"}',
      '{"type":"say","nonce":"__proto__ ","text":"x"}',
      '{"type":"say","nonce":"aaaaaaaa","text":"x","constructor":{"prototype":{}}}',
    ],
    "malformed",
    "unknown-type",
  ),
  refusedOneByOne(
    "numbers that are none, in recover",
    [-1, 1.5, 1e308, "1", null].map((seq) => ({ type: "recover", position: { epoch: 1, seq } })),
    "malformed",
  ),
  {
    name: "five messages that are none",
    attack: async (stage) => {
      const client = await enter(stage);
      for (let count = 0; count < 5; count++) client.send("{");
      return mustClose(client, closeCodes.protocol);
    },
  },
  {
    name: "binary frames",
    attack: async (stage) => {
      const client = await enter(stage);
      for (let count = 0; count < 5; count++) client.sendFrame(Buffer.alloc(1000, count), { opcode: opcodes.binary });
      await mustRefuse(client, "binary");
      return mustClose(client, closeCodes.protocol);
    },
  },
  {
    name: "frames before hello",
    attack: async (stage) => {
      const client = await open(stage);
      for (let count = 0; count < 5; count++) client.send(say);
      const result = await mustRefuse(client, "hello-first");
      return `${result}, ${await mustClose(client, closeCodes.protocol)}`;
    },
  },
  {
    name: "a frame of 64 KiB, and one beyond",
    attack: async (stage) => {
      const client = await enter(stage);
      client.send({ ...say, text: "x".repeat(64 * 1024 - 60) });
      await mustRefuse(client, "malformed");
      client.send({ ...say, text: "x".repeat(66 * 1024) });
      const result = await mustRefuse(client, "too-large");
      await mustLive(client);
      return `refused: malformed; ${result}; the socket lives`;
    },
  },
  cutOff("a frame of 1 MiB", (client) => client.send({ ...say, text: "x".repeat(1024 * 1024) })),
  cutOff("a frame that announces 2^62 bytes", (client) =>
    client.sendBytes(frame(Buffer.alloc(1000), { announcedBytes: 2 ** 62 })),
  ),
  cutOff("a message in fragments without end", (client) => {
    client.sendFrame("x", { isFinal: false });
    for (let count = 0; count < 300; count++) {
      client.sendFrame("x".repeat(1000), { opcode: opcodes.continuation, isFinal: false });
    }
  }),
  cutOff("a continuation of nothing", frames({ opcode: opcodes.continuation })),
  cutOff("reserved bits: compression that was never agreed on", frames({ reserved: 4 })),
  cutOff("a reserved opcode", frames({ opcode: 5 })),
  cutOff("a ping of 1000 bytes", (client) => client.sendFrame("x".repeat(1000), { opcode: opcodes.ping })),
  cutOff("text that is not UTF-8", (client) => client.sendFrame(Buffer.from([0xff, 0xfe, 0xc0, 0x80]))),
  {
    name: "100 000 protocol pings",
    attack: async (stage) => {
      const client = await enter(stage);
      for (let count = 0; count < 100; count++) {
        client.sendBytes(Buffer.concat(Array.from({ length: 1000 }, () => frame(Buffer.from("x"), { opcode: 9 }))));
      }
      await mustLive(client);
      return "answered, the socket lives";
    },
  },
  {
    name: "200 connections reset in the middle of a frame",
    attack: async (stage) => {
      for (let count = 0; count < 200; count++) {
        const client = await enter(stage);
        client.sendBytes(frame(Buffer.from(JSON.stringify(say)), { announcedBytes: 5000 }));
        client.reset();
      }
      await mustLive(await enter(stage));
      return "gone, each";
    },
  },
];
