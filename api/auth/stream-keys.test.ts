import { expect, test } from "bun:test";
import { StreamKeys } from "./stream-keys.ts";

const secret = "a secret for tests, of thirty-two characters";
const keys = new StreamKeys(secret);

test("a key has 192 random bits, is safe in a URL, and comes back from its cipher", () => {
  const { key, stored } = keys.create("channel");
  expect(key).toMatch(/^live_[0-9a-f]{48}$/);
  expect(keys.reveal(stored.cipher, "channel")).toBe(key);
  expect(stored.hash).toBe(keys.hash(key));
  expect(JSON.stringify(stored)).not.toContain(key.slice(5));
  expect(keys.create("channel").key).not.toBe(key);
});

test("hashes last over restarts and differ between secrets", () => {
  expect(new StreamKeys(secret).hash("k")).toBe(keys.hash("k"));
  expect(new StreamKeys(`${secret}!`).hash("k")).not.toBe(keys.hash("k"));
});

test("a cipher of another channel, another secret, or that was changed reveals nothing", () => {
  const { stored } = keys.create("channel");
  expect(keys.reveal(stored.cipher, "another")).toBeNull();
  expect(new StreamKeys(`${secret}!`).reveal(stored.cipher, "channel")).toBeNull();
  const bytes = Buffer.from(stored.cipher, "base64");
  bytes[30] = (bytes[30] ?? 0) ^ 1;
  expect(keys.reveal(bytes.toString("base64"), "channel")).toBeNull();
  expect(keys.reveal("", "channel")).toBeNull();
});
