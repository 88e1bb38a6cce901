import { afterEach, expect, test } from "bun:test";
import { callRoom } from "./contract/tickets.ts";
import { closeCodes } from "./contract/limits.ts";
import { TestServer } from "./testing/start-test-server.ts";

/** Calls through the real server: sockets, tickets, saving, and what a restart leaves. */

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

function start(options: ConstructorParameters<typeof TestServer>[0] = {}): TestServer {
  const server = new TestServer(options);
  servers.push(server);
  return server;
}

const media = { mic: true, camera: true, screen: false };
const offer = { type: "offer", sdp: "v=0" } as const;

test("two people find each other, and what one sends arrives under their own name", async () => {
  const server = start();
  const callId = server.api.createCall();
  const ibu = await server.callIn(callId, "Ibu", { isHost: true });
  const { you } = await ibu.next("welcome");
  const budi = await server.callIn(callId, "Budi", { isGuest: true });
  const welcome = await budi.next("welcome");
  expect(welcome.peers.map(({ name }) => name)).toEqual(["Ibu", "Budi"]);
  expect((await ibu.next("peer")).peer.name).toBe("Budi");
  budi.send({ type: "signal", to: you, connection: "connection1", signal: offer });
  expect(await ibu.next("signal")).toMatchObject({ from: welcome.you, signal: offer });
  budi.send({ type: "leave" });
  expect((await ibu.next("left")).why).toBe("left");
  expect((await budi.closed).code).toBe(closeCodes.left);
});

test("a call that is not there, or has ended, is gone", async () => {
  const server = start();
  const callId = server.api.createCall();
  const stranger = await server.callIn("zzzz-zzzz-zzzz-zzzz", "Orang");
  expect((await stranger.closed).code).toBe(closeCodes.gone);
  const ibu = await server.callIn(callId, "Ibu");
  await ibu.next("welcome");
  server.server.apply({ type: "call-ended", id: server.nextId(), callId });
  expect((await ibu.closed).code).toBe(closeCodes.gone);
});

test("a restart of signaling: everybody has their id, their rights and what was said again", async () => {
  const server = start();
  const callId = server.api.createCall({ entry: "knock" });
  const ibu = await server.callIn(callId, "Ibu", { isHost: true });
  const { you: ibuId, epoch } = await ibu.next("welcome");
  const budi = await server.callIn(callId, "Budi");
  await budi.next("waiting");
  const [knock] = (await ibu.next("knocks")).knocks;
  ibu.send({ type: "admit", knock: knock?.id ?? "", accept: true });
  const { you: budiId } = await budi.next("welcome");
  budi.say("Halo");
  await budi.next("ack");
  ibu.send({ type: "rules", rules: { locked: true } });
  await server.api.saved(callId, ({ state }) => state?.rules.locked === true);
  const [ibuResume, budiResume] = [ibu.resume, budi.resume];
  server.crash();

  const budiAgain = await server.connectToCall();
  budiAgain.send({ type: "hello", version: 1, resume: budiResume, media, hand: true });
  const welcome = await budiAgain.next("welcome");
  expect(welcome).toMatchObject({ you: budiId, rules: { locked: true }, lines: [{ text: "Halo" }] });
  expect(welcome.peers).toMatchObject([{ id: budiId, mic: true, handAt: expect.any(Number) as number }]);
  expect(welcome.epoch).not.toBe(epoch);
  const ibuAgain = await server.connectToCall();
  ibuAgain.send({ type: "hello", version: 1, resume: ibuResume });
  expect((await ibuAgain.next("welcome")).you).toBe(ibuId);
  expect((await budiAgain.next("peer")).peer).toMatchObject({ id: ibuId, isHost: true });
  // The lock holds for those who were not in.
  expect((await (await server.callIn(callId, "Sari")).closed).code).toBe(closeCodes.locked);
});

test("a line is acknowledged when it is saved, once api is there again", async () => {
  const server = start();
  const callId = server.api.createCall();
  const ibu = await server.callIn(callId, "Ibu");
  await ibu.next("welcome");
  server.api.isAway = true;
  ibu.say("Halo");
  await ibu.next("line");
  ibu.send({ type: "ping" });
  await ibu.next("pong");
  expect(ibu.received.some(({ type }) => type === "ack")).toBe(false);
  server.api.isAway = false;
  await ibu.next("ack");
  expect(server.api.calls.get(callId)?.lines).toMatchObject([{ text: "Halo", name: "Ibu" }]);
});

test("a save whose answer was lost is made again, and its lines are stored once", async () => {
  const server = start();
  const callId = server.api.createCall();
  const ibu = await server.callIn(callId, "Ibu");
  await ibu.next("welcome");
  server.api.losesAnswers = true;
  ibu.say("Halo");
  await server.api.saved(callId, ({ lines }) => lines.length === 1);
  server.api.losesAnswers = false;
  await ibu.next("ack");
  expect(server.api.calls.get(callId)?.lines).toHaveLength(1);
});

test("whoever comes while api is away is let in when it is back", async () => {
  const server = start();
  const callId = server.api.createCall();
  server.api.isAway = true;
  const ibu = await server.callIn(callId, "Ibu");
  ibu.send({ type: "ping" });
  await ibu.next("pong");
  server.api.isAway = false;
  expect((await ibu.next("welcome")).room.name).toBe("Rapat");
});

test("another signaling that opens the room does not end the call", async () => {
  const server = start();
  const callId = server.api.createCall();
  const ibu = await server.callIn(callId, "Ibu");
  await ibu.next("welcome");
  const call = server.api.calls.get(callId);
  if (call !== undefined) call.epoch += 1;
  ibu.say("Halo");
  await ibu.next("ack");
  expect(call).toMatchObject({ epoch: 3, lines: [{ text: "Halo" }] });
});

test("a call that has ended and was opened again: who was in it knocks like everybody else", async () => {
  const server = start();
  const callId = server.api.createCall({ entry: "knock" });
  const ibu = await server.callIn(callId, "Ibu", { isHost: true });
  await ibu.next("welcome");
  const budi = await server.callIn(callId, "Budi");
  const knock = (await ibu.next("knocks")).knocks[0]?.id ?? "";
  ibu.send({ type: "admit", knock, accept: true });
  await budi.next("welcome");
  server.server.apply({ type: "call-ended", id: server.nextId(), callId });
  server.server.apply({ type: "revoked", id: server.nextId(), subject: callRoom(callId), at: Date.now() });
  expect([(await ibu.closed).code, (await budi.closed).code]).toEqual([closeCodes.gone, closeCodes.gone]);
  const again = await server.connectToCall();
  again.send({ type: "hello", version: 1, resume: budi.resume });
  expect((await again.closed).code).toBe(closeCodes.unauthorized);
  await Bun.sleep(2);
  await (await server.callIn(callId, "Budi")).next("waiting");
});

test("whoever waits at the door, or for api, can say goodbye", async () => {
  const server = start();
  const callId = server.api.createCall({ entry: "knock" });
  const ibu = await server.callIn(callId, "Ibu", { isHost: true });
  await ibu.next("welcome");
  const budi = await server.callIn(callId, "Budi");
  await budi.next("waiting");
  expect((await ibu.next("knocks")).knocks).toHaveLength(1);
  budi.send({ type: "leave" });
  expect((await budi.closed).code).toBe(closeCodes.left);
  expect((await ibu.next("knocks")).knocks).toEqual([]);
  server.api.isAway = true;
  const sari = await server.callIn(server.api.createCall(), "Sari");
  sari.send({ type: "leave" });
  expect((await sari.closed).code).toBe(closeCodes.left);
});

test("somebody who is signed out leaves at once, and their token is void", async () => {
  const server = start();
  const callId = server.api.createCall();
  const ibu = await server.callIn(callId, "Ibu");
  await ibu.next("welcome");
  const budi = await server.callIn(callId, "Budi", { login: "login-budi" });
  await budi.next("welcome");
  server.server.apply({ type: "revoked", id: server.nextId(), subject: "login:login-budi", at: Date.now() + 1 });
  expect((await ibu.next("left")).why).toBe("left");
  expect((await budi.closed).code).toBe(closeCodes.unauthorized);
  const again = await server.connectToCall();
  again.send({ type: "hello", version: 1, resume: budi.resume });
  expect((await again.closed).code).toBe(closeCodes.unauthorized);
});

test("a ticket of a call is no ticket of a channel, nor are their messages", async () => {
  const server = start();
  const callId = server.api.createCall();
  const ibu = await server.callIn(callId, "Ibu");
  await ibu.next("welcome");
  ibu.send({ type: "recover", position: { epoch: 1, seq: 1 } });
  expect((await ibu.next("error")).code).toBe("unknown-type");
  const viewer = await server.join("budi");
  viewer.send({ type: "media", media });
  expect((await viewer.next("error")).code).toBe("unknown-type");
  const mixed = await server.connectToCall();
  const caller = server.caller(callId, "Ibu");
  mixed.send({ type: "hello", version: 1, ticket: server.ticket({ ...caller, room: server.room }) });
  expect((await mixed.closed).code).toBe(closeCodes.unauthorized);
  expect(callRoom(callId)).toBe(caller.room);
});

test("a connection that breaks is away, and back with the same id", async () => {
  const server = start();
  const callId = server.api.createCall();
  const ibu = await server.callIn(callId, "Ibu");
  await ibu.next("welcome");
  const budi = await server.callIn(callId, "Budi");
  const { you } = await budi.next("welcome");
  await ibu.next("peer");
  budi.cut();
  expect((await ibu.next("peer")).peer).toMatchObject({ id: you, isAway: true });
  const again = await server.connectToCall();
  again.send({ type: "hello", version: 1, resume: budi.resume, media });
  await again.next("welcome");
  expect((await ibu.next("peer")).peer).toMatchObject({ id: you, isAway: false, camera: true });
});

test("a device that comes in again beside its old connection takes its place, and nobody sees it go", async () => {
  const server = start();
  const callId = server.api.createCall();
  const ibu = await server.callIn(callId, "Ibu");
  await ibu.next("welcome");
  const budi = await server.callIn(callId, "Budi");
  const { you } = await budi.next("welcome");
  await ibu.next("peer");
  const again = await server.connectToCall();
  again.send({ type: "hello", version: 1, resume: budi.resume, media });
  expect((await again.next("welcome")).you).toBe(you);
  expect((await budi.closed).code).toBe(closeCodes.replaced);
  expect((await ibu.next("peer")).peer).toMatchObject({ id: you, isAway: false, camera: true });
  again.send({ type: "hand", raised: true });
  expect((await ibu.next("peer")).peer).toMatchObject({ id: you, isAway: false, handAt: expect.any(Number) as number });
});

test("what is measured is reported, and a call that has ended unseen ends at the report", async () => {
  const server = start({ rhythm: { reportEveryMs: 50 } });
  const callId = server.api.createCall();
  const ibu = await server.callIn(callId, "Ibu");
  await ibu.next("welcome");
  const call = await server.api.saved(callId, ({ reports }) => reports.length > 0);
  expect(call.reports[0]?.people).toMatchObject([{ name: "Ibu" }]);
  call.hasEnded = true;
  expect((await ibu.closed).code).toBe(closeCodes.gone);
});

test("twenty come at the same moment to a call of eight: eight are in", async () => {
  const server = start();
  const callId = server.api.createCall();
  const all = await Promise.all(Array.from({ length: 20 }, (_, at) => server.callIn(callId, `Orang ${at}`)));
  const outcomes = await Promise.all(
    all.map((one) => Promise.race([one.next("welcome").then(() => "in"), one.closed.then(({ code }) => code)])),
  );
  expect(outcomes.filter((outcome) => outcome === "in")).toHaveLength(8);
  expect(outcomes.filter((outcome) => outcome === closeCodes.full)).toHaveLength(12);
});
