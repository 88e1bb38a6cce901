import { closeCodes } from "../contract/limits.ts";
import {
  all,
  castCall,
  enterCall,
  type Guest,
  knock,
  last,
  leaveAll,
  must,
  mustReachNobody,
  mustRefuseEach,
  presentToCall,
  returnToCall,
  rosterOf,
} from "./hostile-call-stage.ts";
import { type Hostile, mustClose, mustRefuse, settle, type Stage } from "./hostile-stage.ts";

/** What only hosts may do, done by others; and ways around what a host has decided. */

const deeds = (peer: string): unknown[] => [
  { type: "admit", knock: peer, accept: true },
  { type: "admit", knock: peer, accept: false },
  { type: "rules", rules: { locked: true } },
  { type: "rules", rules: { mayUnmute: true } },
  { type: "rules", rules: {} },
  { type: "mute", peer: null },
  { type: "mute", peer },
  { type: "ask-to-unmute", peer },
  { type: "stop-share", peer },
  { type: "lower-hand", peer },
  { type: "stage", peer, onStage: true },
  { type: "remove", peer, bar: false },
  { type: "remove", peer, bar: true },
];

const on = { mic: true, camera: true, screen: true };

/** What everybody else plays of this one. */
async function mediaSeenBy(watcher: Guest, guest: Guest): Promise<string> {
  await settle(guest.client);
  await settle(watcher.client);
  const peer = rosterOf(watcher.client).get(guest.id);
  return ["mic", "camera", "screen"].filter((name) => peer?.[name as "mic"] === true).join();
}

/** Sets the rules and waits until this one knows. */
async function rule(host: Guest, watcher: Guest, rules: Record<string, boolean>): Promise<void> {
  const before = all(watcher.client, "rules").length;
  host.client.send({ type: "rules", rules });
  await watcher.client.until("the rules", () => all(watcher.client, "rules").length > before);
}

async function roundTheMute(stage: Stage): Promise<string> {
  const { host, ada, eve } = await castCall(stage);
  eve.client.send({ type: "media", media: on });
  must((await mediaSeenBy(ada, eve)) === "mic,camera,screen", "could not switch on at first");
  await rule(host, ada, { mayUnmute: false, mayShare: false });
  host.client.send({ type: "mute", peer: null });
  host.client.send({ type: "stop-share", peer: eve.id });
  await eve.client.message("told");
  const ways: [string, () => Promise<Guest>][] = [
    ["media", () => Promise.resolve(eve)],
    ["a return with media", () => returnToCall(stage, eve, { media: on, hand: true })],
    ["a fresh ticket with media", () => enterCall(stage, eve.caller, { media: on })],
  ];
  for (const [way, come] of ways) {
    const guest = await come();
    guest.client.send({ type: "media", media: on });
    await mustRefuse(guest.client, "muted");
    const seen = await mediaSeenBy(ada, guest);
    must(seen === "camera", `after ${way} the others play ${seen}`);
  }
  leaveAll(host, ada, eve);
  return `${ways.length} ways, each refused: muted; nobody plays it`;
}

async function roundTheStage(stage: Stage): Promise<string> {
  const { host, ada, eve } = await castCall(stage, { mode: "stage" });
  must((await mediaSeenBy(ada, host)) === "", "the host is heard before they speak");
  const ways: (() => Promise<Guest>)[] = [
    () => Promise.resolve(eve),
    () => returnToCall(stage, eve, { media: on }),
    () => enterCall(stage, eve.caller, { media: on }),
  ];
  for (const come of ways) {
    const guest = await come();
    guest.client.send({ type: "media", media: on });
    await mustRefuse(guest.client, "not-on-stage");
    must((await mediaSeenBy(ada, guest)) === "", "a listener is heard");
  }
  host.client.send({ type: "stage", peer: ada.id, onStage: true });
  await ada.client.message("told");
  ada.client.send({ type: "media", media: { ...on, screen: false } });
  must((await mediaSeenBy(host, ada)) === "mic,camera", "who was brought up is not heard");
  host.client.send({ type: "stage", peer: ada.id, onStage: false });
  await ada.client.until("down again", () => all(ada.client, "told").length === 2);
  must((await mediaSeenBy(host, ada)) === "", "who was brought down is heard");
  leaveAll(host, ada, eve);
  return "refused: not-on-stage; nobody plays it";
}

/** Whoever knocks is told that they wait, and nothing more, whatever they say. */
async function knockers(stage: Stage): Promise<string> {
  const { callId, host, ada, eve } = await castCall(stage, { entry: "knock" });
  const mallory = await knock(stage, stage.caller(callId, "mallory"), { media: on, hand: true });
  await host.client.until("the knock", () => (last(host.client, "knocks")?.knocks.length ?? 0) > 0);
  const id = last(host.client, "knocks")?.knocks[0]?.id ?? "";
  must(
    [...ada.client.messages, ...eve.client.messages].every(({ type }) => type !== "knocks"),
    "others than the host hear of those who knock",
  );
  const said = [
    { type: "admit", knock: id, accept: true },
    { type: "ice" },
    { type: "say", nonce: "knocking0", text: "let me in" },
    { type: "remove", peer: host.id, bar: true },
  ];
  await mustReachNobody(mallory, [ada, eve], () => {
    for (const each of said) mallory.send(each);
  });
  await settle(mallory);
  const told = new Set(mallory.messages.map(({ type }) => type));
  for (const type of ["waiting", "error", "pong"] as const) told.delete(type);
  must(told.size === 0, `was told ${[...told].join()}`);
  must(!JSON.stringify(mallory.messages).includes("turn:"), "was told of the relay");
  host.client.send({ type: "admit", knock: id, accept: false });
  const result = await mustClose(mallory, closeCodes.refused);
  host.client.send({ type: "admit", knock: id, accept: true });
  await mustRefuse(host.client, "no-such-peer");
  leaveAll(host, ada, eve);
  return `told that they wait, and nothing of the relay; ${result}`;
}

export const hostileCallHosts: Hostile[] = [
  {
    name: "call: a host's powers without being one",
    attack: async (stage) => {
      const { host, ada, eve } = await castCall(stage);
      const messages = [...deeds(ada.id), ...deeds(host.id), ...deeds(eve.id)];
      await mustRefuseEach(eve.client, [host, ada], messages, "not-host");
      leaveAll(host, ada, eve);
      return `${messages.length} of them, each refused: not-host; nothing reached the others`;
    },
  },
  {
    name: "call: a listener's way onto the stage",
    attack: async (stage) => {
      const { host, ada, eve } = await castCall(stage, { mode: "stage" });
      await mustRefuseEach(eve.client, [host, ada], deeds(eve.id), "not-host");
      leaveAll(host, ada, eve);
      return "refused: not-host";
    },
  },
  {
    name: "call: a host's powers in another call, over nobody, over who knocks elsewhere",
    attack: async (stage) => {
      const { host, ada, eve } = await castCall(stage, { entry: "knock" });
      const outside = await castCall(stage, { entry: "knock" });
      const knocker = await knock(stage, stage.caller(outside.callId, "kim"));
      await outside.host.client.until("the knock", () => last(outside.host.client, "knocks")?.knocks.length === 1);
      const knockId = last(outside.host.client, "knocks")?.knocks[0]?.id ?? "";
      const others = [outside.host, outside.ada, outside.eve, ada, eve];
      const over = (peer: string): unknown[] => [
        { type: "admit", knock: peer, accept: true },
        { type: "ask-to-unmute", peer },
        { type: "stop-share", peer },
        { type: "lower-hand", peer },
        { type: "stage", peer, onStage: true },
        { type: "remove", peer, bar: true },
      ];
      const messages = [outside.ada.id, knockId, "f".repeat(32)].flatMap(over);
      await mustRefuseEach(host.client, others, messages, "no-such-peer");
      await settle(knocker);
      leaveAll(host, ada, eve, outside.host, outside.ada, outside.eve, knocker);
      return `${messages.length} of them, each refused: no-such-peer`;
    },
  },
  { name: "call: media against the host's rules", attack: roundTheMute },
  { name: "call: media from before the stage", attack: roundTheStage },
  { name: "call: what is said while knocking", attack: knockers },
  {
    name: "call: unmuting somebody from afar",
    attack: async (stage) => {
      const { host, ada, eve } = await castCall(stage);
      host.client.send({ type: "ask-to-unmute", peer: ada.id });
      await ada.client.message("told");
      must((await mediaSeenBy(eve, ada)) === "", "the host switched a microphone on");
      leaveAll(host, ada, eve);
      return "asked; the microphone stays off";
    },
  },
  {
    name: "call: the lock, with and without a token",
    attack: async (stage) => {
      const { callId, host, ada, eve } = await castCall(stage);
      await rule(host, ada, { locked: true });
      await mustClose(
        await presentToCall(stage, { ticket: stage.ticket(stage.caller(callId, "mallory")) }),
        closeCodes.locked,
      );
      eve.client.send({ type: "leave" });
      const back = await returnToCall(stage, eve);
      must(back.id === eve.id, "another id");
      leaveAll(host, ada, eve, back);
      return "closed 4423; who was in comes back";
    },
  },
];
