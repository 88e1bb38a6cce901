import { closeCodes } from "../contract/limits.ts";
import {
  all,
  candidate,
  type Cast,
  castCall,
  knock,
  last,
  leaveAll,
  must,
  mustReachNobody,
  mustRefuseEach,
  openToCall,
  returnToCall,
  signalTo,
} from "./hostile-call-stage.ts";
import { type Hostile, mustClose, mustLive, mustRefuse, settle, type Stage } from "./hostile-stage.ts";
import { frame, opcodes } from "./raw-client.ts";

/** Frames that are no messages of a call, and signals to those whom they must not reach. */

const on = { mic: true, camera: true, screen: true };
const say = { type: "say", nonce: "aaaaaaaa", text: "x" };

/** Each of them is refused, reaches nobody and leaves the socket open, on a socket of its own as five would close it. */
const refusedOneByOne = (name: string, messagesTo: (cast: Cast) => unknown[], code: "malformed" | "unknown-type") => ({
  name,
  attack: async (stage: Stage) => {
    const cast = await castCall(stage);
    const { host, ada } = cast;
    let { eve } = cast;
    const messages = messagesTo(cast);
    for (const message of messages) {
      await mustRefuseEach(eve.client, [host, ada], [message], code);
      eve.client.reset();
      eve = await returnToCall(stage, eve);
    }
    leaveAll(host, ada, eve);
    return `${messages.length} of them, each refused: ${code}; nothing reached the others`;
  },
});

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const sample = (peer: string) => ({
  peer,
  path: "direct",
  protocol: "udp",
  overMs: 10_000,
  sentBitsPerSecond: 1,
  receivedBitsPerSecond: 1,
  lossIn: 0,
  lossOut: 0,
  jitterMs: 0,
  roundTripMs: 0,
  freezes: 0,
  freezeMs: 0,
  concealed: 0,
});

async function signalsAstray(stage: Stage): Promise<string> {
  const { host, ada, eve, callId } = await castCall(stage, { entry: "knock" });
  const elsewhere = await castCall(stage);
  const kim = await knock(stage, stage.caller(callId, "kim"));
  const knockOfKim = () => last(host.client, "knocks")?.knocks.find(({ name }) => name === "kim")?.id;
  await host.client.until("kim knocks", () => knockOfKim() !== undefined);
  const targets = [eve.id, elsewhere.ada.id, elsewhere.host.id, knockOfKim() ?? "", "0".repeat(32), "f".repeat(32)];
  const others = [host, ada, elsewhere.host, elsewhere.ada, elsewhere.eve];
  const signals = targets.map((to) => signalTo(to));
  await mustRefuseEach(eve.client, others, signals, "no-such-peer");
  await mustReachNobody(kim, [host, ada, eve], () => kim.send(signalTo(ada.id)));
  must(
    kim.messages.every(({ type }) => type !== "signal"),
    "a knocker was signalled to",
  );
  leaveAll(host, ada, eve, elsewhere.host, elsewhere.ada, elsewhere.eve, kim);
  return `${targets.length} of them, each refused: no-such-peer; from who knocks: nothing`;
}

async function listeners(stage: Stage): Promise<string> {
  const { host, ada, eve } = await castCall(stage, { mode: "stage" });
  await mustRefuseEach(eve.client, [host, ada], [signalTo(ada.id)], "no-such-peer");
  eve.client.send(signalTo(host.id));
  const { from } = await host.client.message("signal");
  must(from === eve.id, "another sender");
  host.client.send({ type: "stage", peer: ada.id, onStage: true });
  await ada.client.message("told");
  eve.client.send(signalTo(ada.id));
  await ada.client.message("signal");
  host.client.send({ type: "stage", peer: ada.id, onStage: false });
  await ada.client.until("down again", () => all(ada.client, "told").length === 2);
  await mustRefuseEach(eve.client, [host, ada], [signalTo(ada.id)], "no-such-peer");
  leaveAll(host, ada, eve);
  return "refused: no-such-peer; to those on stage they go";
}

async function largeSignals(stage: Stage): Promise<string> {
  const { host, ada, eve } = await castCall(stage);
  const offer = (bytes: number) => signalTo(ada.id, { type: "offer", sdp: "v".repeat(bytes) });
  eve.client.send(offer(48 * 1024));
  const { signal } = await ada.client.message("signal");
  must("sdp" in signal && signal.sdp.length === 48 * 1024, "the largest description was changed");
  await mustRefuseEach(eve.client, [host, ada], [offer(48 * 1024 + 1), offer(63 * 1024)], "malformed");
  await mustRefuseEach(eve.client, [host, ada], [offer(65 * 1024)], "too-large");
  await mustLive(eve.client);
  leaveAll(host, ada);
  return "48 KiB go through; more is refused: malformed, too-large";
}

export const hostileCallFrames: Hostile[] = [
  { name: "call: signals to oneself, outsiders, another call, a knocker, and from one", attack: signalsAstray },
  { name: "call: signals from a listener to a listener", attack: listeners },
  { name: "call: descriptions of 48 KiB and more", attack: largeSignals },
  refusedOneByOne(
    "call: forged from, id, name, host, stage, place, time",
    ({ host, ada }) => [
      ...["from", "id", "name", "isHost", "onStage", "color", "at", "peer"].flatMap((field) => [
        { ...say, [field]: host.id },
        { type: "media", media: on, [field]: host.id },
        { ...signalTo(ada.id), [field]: host.id },
      ]),
      { type: "media", media: { ...on, isHost: true } },
      { type: "leave", peer: host.id },
      { type: "hand", raised: true, peer: host.id },
    ],
    "malformed",
  ),
  refusedOneByOne(
    "call: forged joins, leaves, rosters and everything that the server says",
    ({ host }) =>
      ["join", "left", "peer", "roster", "welcome", "waiting", "room", "knocks", "told", "line", "ack", "error"].map(
        (type) => ({ type, peer: host.id, knocks: [], you: host.id, what: "muted", by: "host" }),
      ),
    "unknown-type",
  ),
  refusedOneByOne(
    "call: JSON that is broken, deep, or of strange keys",
    ({ ada: { id } }) => [
      "{",
      nested(30_000),
      `{"type":"signal","to":"${id}","connection":"hostile00","signal":${nested(20_000)}}`,
      `{"type":"media","media":{"mic":true,"camera":true,"screen":true,"__proto__":{"isHost":true}}}`,
      `{"type":"rules","rules":{"__proto__":{"locked":true}}}`,
      { type: "signal", to: "__proto__", connection: "hostile00", signal: candidate("x") },
      { ...signalTo(id), connection: "__proto__\u0000" },
      { ...signalTo(id), connection: "x".repeat(33) },
      { ...signalTo(id), to: id.toUpperCase() },
      { ...signalTo(id), to: [id] },
      signalTo(id, { type: "rollback", sdp: "" }),
      signalTo(id, { type: "offer" }),
      signalTo(id, { type: "want", camera: -1, screen: 1e9 }),
      signalTo(id, { ...candidate("x".repeat(1025)) }),
      signalTo(id, { ...candidate("x"), sdpMLineIndex: 1e308 }),
    ],
    "malformed",
  ),
  refusedOneByOne(
    "call: measurements of absurd size",
    ({ ada: { id } }) => [
      { type: "quality", samples: [] },
      { type: "quality", samples: Array.from({ length: 33 }, () => sample(id)) },
      { type: "quality", samples: [{ ...sample(id), lossIn: 2 }] },
      { type: "quality", samples: [{ ...sample(id), jitterMs: -1 }] },
      { type: "quality", samples: [{ ...sample(id), sentBitsPerSecond: 1e308 }] },
      { type: "quality", samples: [{ ...sample(id), roundTripMs: "1" }] },
      { type: "quality", samples: [{ ...sample(id), path: "=cmd()" }] },
      `{"type":"quality","samples":[${JSON.stringify(sample(id)).replace('"overMs":10000', '"overMs":1e999')}]}`,
    ],
    "malformed",
  ),
  {
    name: "call: measurements of connections to nobody",
    attack: async (stage) => {
      const { host, ada, eve } = await castCall(stage);
      await mustReachNobody(eve.client, [host, ada], () => {
        for (const id of ["f".repeat(32), eve.id]) eve.client.send({ type: "quality", samples: [sample(id)] });
      });
      await mustLive(eve.client);
      leaveAll(host, ada);
      return "dropped, the socket lives";
    },
  },
  {
    name: "call: binary frames, and messages before hello",
    attack: async (stage) => {
      const { host, ada, eve } = await castCall(stage);
      for (let count = 0; count < 5; count++) eve.client.sendFrame(Buffer.alloc(1000), { opcode: opcodes.binary });
      await mustRefuse(eve.client, "binary");
      const results = [await mustClose(eve.client, closeCodes.protocol)];
      const early = await openToCall(stage);
      for (let count = 0; count < 5; count++) early.send(signalTo(ada.id));
      results.push(await mustRefuse(early, "hello-first"), await mustClose(early, closeCodes.protocol));
      leaveAll(host, ada);
      return results.join(", ");
    },
  },
  {
    name: "call: lines that turn the text around, and towers of marks",
    attack: async (stage) => {
      const { host, ada, eve } = await castCall(stage);
      const text = `\u202eevil\u2066\u200b ${`Z${"\u0335\u0322\u0348".repeat(40)}`} שלום`;
      eve.client.send({ type: "say", nonce: "turned000", text });
      const { line } = await ada.client.message("line");
      must(!/[\u202a-\u202e\u2066-\u2069\u200b]|\p{M}{5}/u.test(line.text), "controls or a tower are left");
      must(line.text.includes("שלום"), "letters were lost");
      leaveAll(host, ada, eve);
      return "controls and towers are taken out, letters stay";
    },
  },
  {
    name: "call: 100 connections of one device, reset in the middle of a frame",
    attack: async (stage) => {
      const { host, ada, eve } = await castCall(stage);
      for (let count = 0; count < 100; count++) {
        const back = await returnToCall(stage, eve);
        back.client.sendBytes(frame(JSON.stringify(signalTo(ada.id)), { announcedBytes: 5000 }));
        back.client.reset();
      }
      const back = await returnToCall(stage, eve);
      await settle(ada.client);
      must(all(ada.client, "signal").length === 0, "half a signal went through");
      must(all(ada.client, "left").length === 0, "a place was lost");
      await mustLive(back.client);
      leaveAll(host, ada, eve);
      return "away and back, each under the same id";
    },
  },
];
