import { afterAll, beforeAll, expect, test } from "bun:test";
import { Bystanders } from "./testing/bystanders.ts";
import { ChildServer } from "./testing/child-server.ts";
import { hostileClients } from "./testing/hostile-clients.ts";

/** Every attack that no deadline has to end, on the service in a process of its own; `npm run attack:chat` runs them all. */

let server: ChildServer;
let bystanders: Bystanders;
beforeAll(async () => {
  server = await ChildServer.start();
  bystanders = await Bystanders.join(server);
});
afterAll(() => server.stop());

test.each(hostileClients.filter(({ isSlow }) => isSlow !== true).map((hostile) => [hostile.name, hostile] as const))(
  "%s: ends as it must, and nobody beside it notices",
  async (_, hostile) => {
    await hostile.attack(server);
    expect(server.hasEnded).toBe(false);
    expect(bystanders.areConnected).toBe(true);
  },
  20_000,
);

test("of the lines beside the attacks none is lost, refused or late", async () => {
  expect(bystanders.takeWorstMs()).toBeLessThan(2000);
  expect(await bystanders.leave()).toBe(0);
  expect(bystanders.refused).toBe(0);
  expect(bystanders.sent).toBeGreaterThan(0);
});
