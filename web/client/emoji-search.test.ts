import { expect, test } from "bun:test";
import emojibase from "emoji-picker-element-data/en/emojibase/data.json";
import { type EmojiDatum, findEmoji } from "./emoji-search.ts";

const data: readonly EmojiDatum[] = emojibase;
const found = (start: string): string[] =>
  findEmoji(data, start).map(({ emoji, shortcode }) => `${emoji} ${shortcode}`);

test("the closest shortcodes first, eight at most", () => {
  expect(found("smile").at(0)).toBe("😄 smile");
  expect(found("smi")).toHaveLength(8);
  expect(found("smi").slice(0, 2)).toEqual(["😄 smile", "😏 smirk"]);
  expect(found("+1")).toEqual(["👍️ +1"]);
  expect(found("no_such_emoji")).toEqual([]);
});

test("a word inside a shortcode counts, after those that begin with it", () => {
  expect(found("tiger")).toEqual(["🐅 tiger", "🐯 tiger_face"]);
  expect(found("dizzy_face").at(0)).toContain("dizzy_face");
  expect(found("LOUDLY").at(0)).toContain("loudly");
});

test("what is in no shortcode is found by the words for it", () => {
  expect(found("giggl").length).toBeGreaterThan(0);
  const budgie: EmojiDatum = { emoji: "🦜", shortcodes: ["parrot"], tags: ["budgie"], version: 11 };
  const tagged: EmojiDatum = { emoji: "🐦", shortcodes: ["bud"], version: 1 };
  expect(findEmoji([budgie, tagged], "bud").map(({ shortcode }) => shortcode)).toEqual(["bud", "parrot"]);
});

test("what most computers cannot draw yet is not offered", () => {
  const newer: EmojiDatum = { emoji: "🫩", shortcodes: ["tired_bags"], version: 16 };
  expect(findEmoji([newer], "tired")).toEqual([]);
  expect(findEmoji([{ ...newer, version: 15 }], "tired")).toHaveLength(1);
});
