import { expect, test } from "bun:test";
import type { Language } from "../contract/language.ts";
import { wordsOf } from "./moderation-words.ts";

test("the log says what was set to what", () => {
  const set = [
    ["timeout", "600"],
    ["slow", "0"],
    ["slow", "30"],
    ["followers", "off"],
    ["followers", "0"],
    ["followers", "1440"],
    ["signed-in", "on"],
    ["signed-in", "off"],
    ["duplicates", "off"],
    ["links", "on"],
    ["block-word", "durian"],
    ["mod", null],
  ] as const;
  const sentencesIn = (language: Language) =>
    set.map(([action, detail]) => {
      const [before, after] = wordsOf(action, detail, language);
      return ["ibu", before, ...(after === undefined ? [] : ["budi", after])].join(" ");
    });
  expect(sentencesIn("en")).toEqual([
    "ibu kept budi from writing for 10 minutes",
    "ibu turned slow mode off",
    "ibu set slow mode to 30 seconds",
    "ibu let everyone write",
    "ibu let only followers write",
    "ibu let only those write who have followed for 1 day",
    "ibu hid the chat from people who are not signed in",
    "ibu showed the chat to everyone",
    "ibu forbade to say the same thing twice",
    "ibu allowed links",
    "ibu blocked the word “durian”",
    "ibu made budi a moderator",
  ]);
  expect(sentencesIn("id")).toEqual([
    "ibu menjeda budi selama 10 menit",
    "ibu mematikan mode lambat",
    "ibu menyetel mode lambat ke 30 detik",
    "ibu membuka obrolan untuk semua orang",
    "ibu membatasi obrolan untuk pengikut",
    "ibu membatasi obrolan untuk yang sudah mengikuti selama 1 hari",
    "ibu menyembunyikan obrolan dari yang belum masuk",
    "ibu menampilkan obrolan kepada semua orang",
    "ibu melarang pesan yang sama diulang",
    "ibu mengizinkan tautan",
    "ibu melarang kata “durian”",
    "ibu menjadikan budi moderator",
  ]);
});
