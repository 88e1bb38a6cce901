import { afterEach, expect, test } from "bun:test";
import { historyLines } from "./contract/limits.ts";
import { TestServer } from "./testing/start-test-server.ts";

let running: TestServer | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
});

test("a line whose acknowledgement was lost is shown once, also when the room has forgotten it", async () => {
  const server = (running = new TestServer());
  const reader = await server.join("reader");
  const ada = await server.join("ada");
  const nonce = ada.say("hello");
  await ada.next("ack");
  for (let said = 0; said < historyLines; said += 5) {
    const writer = await server.join(`writer${said}`);
    for (let count = 0; count < 5; count++) writer.say(`${said} ${count}`);
    await reader.untilTexts(`${said} 4`);
  }
  ada.say("hello", { nonce, again: true });
  expect((await ada.next("ack")).nonces).toEqual([nonce]);
  ada.say("at last");
  await reader.untilTexts("at last");
  expect(reader.texts().filter((text) => text === "hello")).toHaveLength(1);
});
