import { awayMs, closeCodes, heartbeatAnswerMs, heartbeatEveryMs } from "../contract/limits.ts";
import {
  all,
  candidate,
  type Cast,
  castCall,
  enterCall,
  eventually,
  type Guest,
  knock,
  last,
  leaveAll,
  must,
  presentToCall,
  returnToCall,
  rosterOf,
  signalTo,
} from "./hostile-call-stage.ts";
import { type Hostile, mustClose, settle, type Stage } from "./hostile-stage.ts";

/** More than a call can bear: of messages, of people at once, of those who do not read or are not there. */

const floodCount = 3000;
/** What of a flood may reach each of the others: what anybody may send at once, and a little more. */
const reachMax = 600;

/** Somebody sends so much at once that they are shown out; the others get little of it, and are served all the while. */
const flood = (name: string, messageTo: (cast: Cast, count: number) => unknown): Hostile => ({
  name,
  attack: async (stage) => {
    const cast = await castCall(stage);
    const { host, ada, eve } = cast;
    const before = ada.client.messages.length;
    for (let count = 0; count < floodCount; count++) eve.client.send(messageTo(cast, count));
    // Whoever goes on sending may be cut off before they read why.
    const result = await mustClose(eve.client, closeCodes.tooMany, null);
    await settle(ada.client);
    await settle(host.client);
    const reached = ada.client.messages.length - before;
    must(reached <= reachMax, `${reached} of ${floodCount} reached the others`);
    leaveAll(host, ada);
    return `${result}; ${reached} of ${floodCount} reached each of the others`;
  },
});

async function capacityRace(stage: Stage): Promise<string> {
  const callId = stage.openCall();
  const tickets = Array.from({ length: 20 }, (_, index) => stage.ticket(stage.caller(callId, `guest${index}`)));
  const clients = await Promise.all(tickets.map((ticket) => presentToCall(stage, { ticket })));
  const isDecided = (): boolean =>
    clients.every((client) => client.isClosed || client.messages.some(({ type }) => type === "welcome"));
  await eventually("everybody is in or out", isDecided);
  const inside = clients.filter(({ isClosed }) => !isClosed);
  const codes = new Set(clients.filter(({ isClosed }) => isClosed).map(({ closeCode }) => closeCode));
  must(inside.length === 8, `${inside.length} are in`);
  must([...codes].join() === String(closeCodes.full), `the others were closed with ${[...codes].join()}`);
  for (const client of inside) {
    await settle(client);
    must(rosterOf(client).size === 8, `a roster of ${rosterOf(client).size}`);
  }
  leaveAll(...clients);
  return "8 of 20 are in, 12 closed 4412, and each of the 8 knows of 8";
}

/** Whoever is told of the lock before anybody comes must see nobody come after it. */
async function lockRace(stage: Stage): Promise<string> {
  const { callId, host, ada, eve } = await castCall(stage);
  const tickets = Array.from({ length: 12 }, (_, index) => stage.ticket(stage.caller(callId, `guest${index}`)));
  const coming = tickets.map(async (ticket, index) => {
    if (index === 6) host.client.send({ type: "rules", rules: { locked: true } });
    return presentToCall(stage, { ticket });
  });
  const clients = await Promise.all(coming);
  const isDecided = (): boolean =>
    clients.every((client) => client.isClosed || client.messages.some(({ type }) => type === "welcome"));
  await eventually("everybody is in or out", isDecided);
  await ada.client.message("rules");
  await settle(ada.client);
  const lockedAt = ada.client.messages.findIndex(({ type }) => type === "rules");
  const names = (messages: typeof ada.client.messages): string[] =>
    messages.flatMap((each) => (each.type === "peer" && each.peer.name.startsWith("guest") ? [each.peer.name] : []));
  const late = names(ada.client.messages.slice(lockedAt));
  must(late.length === 0, `${late.join()} came after the lock`);
  const codes = clients.filter(({ isClosed }) => isClosed).map(({ closeCode }) => closeCode);
  const isRight = codes.every((code) => code === closeCodes.locked || code === closeCodes.full);
  must(isRight, `closed with ${codes.join()}`);
  const result = `${clients.length - codes.length} before it, ${codes.length} closed`;
  leaveAll(host, ada, eve, ...clients);
  return `${result}; nobody after it`;
}

async function manyKnockers(stage: Stage): Promise<string> {
  const { callId, host, ada, eve } = await castCall(stage, { entry: "knock" });
  const before = host.client.receivedBytes;
  const crowd = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      presentToCall(stage, { ticket: stage.ticket(stage.caller(callId, `knocker${index}`)) }),
    ),
  );
  await eventually("everybody waits or is out", () =>
    crowd.every((client) => client.isClosed || client.messages.length > 0),
  );
  const waiting = crowd.filter(({ isClosed }) => !isClosed);
  await settle(host.client);
  must(last(host.client, "knocks")?.knocks.length === waiting.length, "the host sees another number of them");
  must(waiting.length <= 32, `${waiting.length} wait`);
  const kilobytes = Math.round((host.client.receivedBytes - before) / 1000);
  for (const each of last(host.client, "knocks")?.knocks ?? []) {
    host.client.send({ type: "admit", knock: each.id, accept: true });
  }
  await settle(host.client);
  const inside = rosterOf(host.client).size;
  must(inside <= 8, `${inside} are in a call of 8`);
  must(
    all(host.client, "error").some(({ code }) => code === "full"),
    "the host is not told that it is full",
  );
  leaveAll(host, ada, eve, ...crowd);
  await settle(await knockAgain(stage));
  return `${waiting.length} wait, ${200 - waiting.length} closed; the host was told in ${kilobytes} kB; then ${inside} are in`;
}

/** Nobody is kept from another call by a crowd at this one. */
async function knockAgain(stage: Stage) {
  const { callId } = await castCall(stage, { entry: "knock" });
  return knock(stage, stage.caller(callId, "kim"));
}

async function oneKnocksOften(stage: Stage): Promise<string> {
  const { callId, host, ada, eve } = await castCall(stage, { entry: "knock" });
  const mallory = stage.caller(callId, "mallory");
  const clients = await Promise.all(
    Array.from({ length: 40 }, () => presentToCall(stage, { ticket: stage.ticket(mallory) })),
  );
  await eventually("each waits or is out", () =>
    clients.every((client) => client.isClosed || client.messages.length > 0),
  );
  const waiting = clients.filter(({ isClosed }) => !isClosed).length;
  must(waiting < 10, `one person knocks ${waiting} times at once`);
  const kim = await knock(stage, stage.caller(callId, "kim"));
  leaveAll(host, ada, eve, kim, ...clients);
  return `${waiting} of 40 wait; there is room for others`;
}

/** All that may be sent goes to one who reads nothing. */
async function neverRead(stage: Stage): Promise<string> {
  const { callId, host, ada, eve } = await castCall(stage);
  const more = await Promise.all(
    Array.from({ length: 5 }, (_, index) => enterCall(stage, stage.caller(callId, `loud${index}`))),
  );
  ada.client.pause();
  const offer = signalTo(ada.id, { type: "offer", sdp: "v".repeat(40 * 1024) });
  const startMs = performance.now();
  const isGone = (): boolean => rosterOf(host.client).get(ada.id)?.isAway !== false;
  while (!isGone() && performance.now() - startMs < 90_000) {
    for (const { client } of [eve, ...more]) client.send(offer);
    await Bun.sleep(500);
  }
  const seconds = Math.round((performance.now() - startMs) / 1000);
  must(isGone(), `still there after ${seconds} s`);
  ada.client.resume();
  const result = await mustClose(ada.client, closeCodes.slow, null, 1006);
  must(
    [eve, ...more].every(({ client }) => !client.isClosed),
    "others were shown out",
  );
  leaveAll(host, eve, ...more);
  return `${result} after ${seconds} s and ${(ada.client.receivedBytes / 1e6).toFixed(0)} MB`;
}

/**
 * More comes at once than fits in what the server keeps for one socket, and a moment later they read again. What was dropped
 * was dropped for good, as nothing in a call is numbered: they must be told to come in anew.
 */
async function shortOfAir(stage: Stage): Promise<string> {
  const { callId, host, ada, eve } = await castCall(stage);
  const more = await Promise.all(
    Array.from({ length: 5 }, (_, index) => enterCall(stage, stage.caller(callId, `loud${index}`))),
  );
  ada.client.pause();
  let sent = 0;
  for (let round = 0; round < 5; round++) {
    for (let guest of [eve, ...more]) {
      // Whoever comes in anew may send a whole burst anew.
      if (round > 0) guest = await returnToCall(stage, guest);
      for (let count = 0; count < 20; count++, sent++) {
        guest.client.send(signalTo(ada.id, { type: "offer", sdp: "v".repeat(47 * 1024) }));
      }
      guest.client.send({ type: "leave" });
      await mustClose(guest.client, closeCodes.left);
    }
  }
  ada.client.resume();
  await settle(host.client);
  const count = (): number => all(ada.client, "signal").length;
  await eventually("all is read", () => ada.client.isClosed || count() === sent, 8000).catch(() => null);
  const result = ada.client.isClosed ? `closed ${ada.client.closeCode}` : "still open";
  leaveAll(host, ada);
  // Whoever reads too slowly even then is cut off behind the reason.
  const isTold = ada.client.isClosed && (ada.client.closeCode ?? closeCodes.slow) === closeCodes.slow;
  must(isTold || count() === sent, `${count()} of ${sent} came; ${result}`);
  return `${count()} of ${sent} came, then ${result}`;
}

/** One is gone without a word, another's connection is reset: both are away first, and lost when they stay away. */
async function goneWithoutAWord(stage: Stage): Promise<string> {
  const { host, ada, eve } = await castCall(stage);
  const startMs = performance.now();
  const seconds = (): number => Math.round((performance.now() - startMs) / 1000);
  // Who is asked answers by itself, and so does the host.
  const pings = setInterval(() => host.client.send({ type: "ping" }), 5000);
  const gone = async (guest: Guest, withinMs: number): Promise<string> => {
    const isAway = (): boolean => rosterOf(host.client).get(guest.id)?.isAway === true;
    await eventually(`${guest.caller.name} is away`, isAway, withinMs);
    const awayAt = seconds();
    await eventually(`${guest.caller.name} is lost`, () => !rosterOf(host.client).has(guest.id), awayMs + 4000);
    const why = all(host.client, "left").find(({ peer }) => peer === guest.id)?.why;
    must(why === "lost", `left as ${why}`);
    return `${guest.caller.name} away after ${awayAt} s, lost after ${seconds()} s`;
  };
  eve.client.reset();
  ada.client.pause();
  try {
    return (await Promise.all([gone(eve, 4000), gone(ada, heartbeatEveryMs + heartbeatAnswerMs + 4000)])).join("; ");
  } finally {
    clearInterval(pings);
    leaveAll(host, ada);
  }
}

/** Calls come and go; what they took must go with them. */
async function manyCalls(stage: Stage): Promise<string> {
  const count = 1000;
  for (let done = 0; done < count; done += 20) {
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { client } = await enterCall(stage, stage.caller(stage.openCall(), "eve", { isHost: true }));
        client.send({ type: "say", nonce: "passing00", text: "x".repeat(400) });
        await client.message("ack");
        client.send({ type: "leave" });
        client.reset();
      }),
    );
  }
  return `${count} calls of one person each, a line in each`;
}

export const hostileCallFloods: Hostile[] = [
  { name: "call: 20 who come to a call of 8 at once", attack: capacityRace },
  { name: "call: 12 who come while the host locks it", attack: lockRace },
  { name: "call: 200 who knock at once, and are all let in", attack: manyKnockers },
  { name: "call: one person who knocks 40 times", attack: oneKnocksOften },
  flood("call: 3000 signals at once", ({ ada }, count) => signalTo(ada.id, candidate(`candidate:${count}`))),
  flood("call: 3000 signals to nobody", () => signalTo("f".repeat(32))),
  flood("call: 3000 descriptions of 10 KiB", ({ ada }) => signalTo(ada.id, { type: "offer", sdp: "v".repeat(10_240) })),
  flood("call: 3000 switches of media", (_, count) => ({
    type: "media",
    media: { mic: count % 2 === 0, camera: count % 3 === 0, screen: count % 5 === 0 },
  })),
  flood("call: 3000 hands", (_, count) => ({ type: "hand", raised: count % 2 === 0 })),
  flood("call: 3000 lines", (_, count) => ({
    type: "say",
    nonce: `flood${String(count).padStart(5, "0")}`,
    text: `flood ${count}`,
  })),
  flood("call: 3000 requests for ICE servers", () => ({ type: "ice" })),
  flood("call: 3000 attempts at a host's powers", () => ({ type: "mute", peer: null })),
  { name: "call: 1000 of them, one after another", isSlow: true, attack: manyCalls },
  { name: "call: one who reads nothing of what seven send", isSlow: true, attack: neverRead },
  { name: "call: one who reads nothing for a moment", attack: shortOfAir },
  { name: "call: gone without a word", isSlow: true, attack: goneWithoutAWord },
];
