import { expect, test } from "bun:test";
import { countedText, filled } from "./chat-script-texts.ts";

const messages = { one: "{count} message", other: "{count} messages" };

test("one is one, and many are many, with the numbers of the language", () => {
  expect([0, 1, 2, 1200].map((count) => countedText(messages, count, "en"))).toEqual([
    "0 messages",
    "1 message",
    "2 messages",
    "1,200 messages",
  ]);
  expect([1, 1200].map((count) => countedText({ other: "{count} pesan" }, count, "id"))).toEqual([
    "1 pesan",
    "1.200 pesan",
  ]);
});

test("what fills a place is taken as it is", () => {
  expect(filled("There is no /{word}, {name}.", { word: "{name}$&" })).toBe("There is no /{name}$&, {name}.");
});
