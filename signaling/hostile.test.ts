import { afterAll, beforeAll, expect, test } from "bun:test";
import { Bystanders } from "./testing/bystanders.ts";
import { CallBystanders } from "./testing/call-bystanders.ts";
import { ChildServer } from "./testing/child-server.ts";
import { all, candidate, enterCall, eventually, leaveAll, signalTo } from "./testing/hostile-call-stage.ts";
import { hostileClients } from "./testing/hostile-clients.ts";

/** Every attack that no deadline has to end, on the service in a process of its own; `npm run attack:chat` runs them all. */

let server: ChildServer;
let chatting: Bystanders;
let calling: CallBystanders;
beforeAll(async () => {
  server = await ChildServer.start();
  chatting = await Bystanders.join(server);
  calling = await CallBystanders.join(server);
});
afterAll(() => server.stop());

test.each(hostileClients.filter(({ isSlow }) => isSlow !== true).map((hostile) => [hostile.name, hostile] as const))(
  "%s: ends as it must, and nobody beside it notices",
  async (_, hostile) => {
    await hostile.attack(server);
    expect(server.hasEnded).toBe(false);
    expect(chatting.areConnected && calling.areConnected).toBe(true);
  },
  20_000,
);

test("what seven pages send to one another at once, when the last comes, is none of it dropped", async () => {
  const callId = server.openCall();
  const come = (index: number) => enterCall(server, server.caller(callId, `page${index}`));
  const people = await Promise.all(Array.from({ length: 7 }, (_, index) => come(index)));
  const newest = await come(7);
  // A description and two dozen candidates to each, before anything is answered.
  const signals = Array.from({ length: 25 }, (_, index) => candidate(`candidate:${index}`));
  for (const { id } of people) for (const signal of signals) newest.client.send(signalTo(id, signal));
  const counts = () => people.map(({ client }) => all(client, "signal").length);
  await eventually("all is there", () => counts().every((count) => count === signals.length), 2000).catch(() => null);
  expect(counts()).toEqual(people.map(() => signals.length));
  leaveAll(newest, ...people);
});

test("of the lines beside the attacks none is lost, refused or late", async () => {
  expect(chatting.takeWorstMs()).toBeLessThan(2000);
  expect(await chatting.leave()).toBe(0);
  expect(chatting.refused).toBe(0);
  expect(chatting.sent).toBeGreaterThan(0);
});

test("of the signals in a call beside the attacks none is lost or late, and nothing else comes to it", async () => {
  expect(calling.takeWorstMs()).toBeLessThan(2000);
  expect(await calling.leave()).toBe(0);
  expect(calling.disturbance).toBeNull();
  expect(calling.sent).toBeGreaterThan(0);
});
