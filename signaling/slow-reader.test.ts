import { afterEach, expect, test } from "bun:test";
import { closeCodes, historyLines } from "./contract/limits.ts";
import { RawClient } from "./testing/raw-client.ts";
import { TestServer } from "./testing/start-test-server.ts";

const rhythm = { helloMs: 1000, silenceMs: 25_000, answerMs: 10_000, sweepEveryMs: 20, viewersEveryMs: 20 };
let running: TestServer | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
});

/** A room whose history is as large as can be, and somebody in it. */
async function enterLoudRoom(): Promise<RawClient> {
  const server = (running = new TestServer({ rhythm }));
  for (let index = 0; index < historyLines; index += 1) {
    const id = `${server.api.ownerId}.loud${String(index).padStart(5, "0")}`;
    server.api.stored.set(id, { epoch: 0, line: { id, at: index, name: "owner", color: 0, text: "🎭".repeat(500) } });
  }
  const client = await RawClient.open(server.server.port);
  client.send({ type: "hello", version: 1, ticket: server.ticket(server.person("ada")) });
  await client.message("welcome");
  return client;
}
/** In an epoch that never was: the answer is the whole history. */
const everything = { type: "recover", position: { epoch: 1_000_000, seq: 0 } };

test("who has much to read and reads it a little later is not shown out", async () => {
  const client = await enterLoudRoom();
  client.pause();
  for (let count = 0; count < 19; count += 1) client.send(everything);
  // Many looks at how much it has left to read.
  await Bun.sleep(25 * rhythm.sweepEveryMs);
  client.resume();
  // What is sent while too much is on its way is lost.
  const asking = setInterval(() => client.send({ type: "ping" }), 50);
  await client.message("pong");
  clearInterval(asking);
  client.reset();
});

test("who asks for everything again and again is told to come back later", async () => {
  const client = await enterLoudRoom();
  for (let count = 0; count < 30; count += 1) client.send(everything);
  expect(await client.closed()).toBe(closeCodes.slow);
});
