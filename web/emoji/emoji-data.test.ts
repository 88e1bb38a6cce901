import { expect, test } from "bun:test";
import emojibase from "emoji-picker-element-data/en/emojibase/data.json";
import { type EmojiDatum, findEmoji } from "../client/emoji-search.ts";
import { type EmojiEntry, renamed, readNames } from "./emoji-data.ts";

const english: readonly EmojiEntry[] = emojibase;
const names = readNames(await Bun.file(`${import.meta.dir}/names-id.tsv`).text());
const indonesian = renamed(english, names);
const entryOf = (emoji: string) => indonesian.find((entry) => entry.emoji === emoji);

test("the same emoji, found by the words of both languages", () => {
  expect(indonesian.map(({ emoji }) => emoji)).toEqual(english.map(({ emoji }) => emoji));
  expect(entryOf("🤣")?.annotation).toBe("tertawa terbahak-bahak");
  expect(entryOf("🤣")?.tags).toEqual(expect.arrayContaining(["ngakak", "laugh", "rolling on the floor laughing"]));
});

test("the chat finds them by Indonesian words, and shows the shortcode", () => {
  const withShortcodes = renamed<EmojiDatum & EmojiEntry>(emojibase, names);
  expect(findEmoji(withShortcodes, "ngakak")).toContainEqual({ emoji: "🤣", shortcode: "rofl" });
  expect(findEmoji(emojibase, "ngakak")).toEqual([]);
});

test("flags are called after their countries", () => {
  expect(entryOf("🇮🇩")?.annotation).toBe("bendera: Indonesia");
  expect(entryOf("🇳🇱")?.annotation).toBe("bendera: Belanda");
});

test("nearly each has a name, and one of tomorrow keeps its English one", () => {
  const unnamed = english.filter(({ emoji }) => !names.has(emoji)).map(({ annotation }) => annotation);
  expect(unnamed).toEqual(["keycap: #", "keycap: *", "keycap: 10"]);
  const unknown = { emoji: "?", annotation: "something new", tags: ["new"] };
  expect(renamed([unknown], names)).toEqual([unknown]);
});
