import { expect, test } from "bun:test";
import { checkDisplayName, lookalike } from "./display-names.ts";

const check = (typed: string) => checkDisplayName(typed, { mayBeReserved: false });

test.each([
  ["  Ayu   Wati ", "Ayu Wati"],
  ["", null],
  [" \t ", null],
  ["Иван Петров", "Иван Петров"],
  ["山田 Taro", "山田 Taro"],
  ["علی\u200cرضا", "علی\u200cرضا"],
  ["e\u0301lodie", "élodie"],
  ["👩🏽\u200d🚀 Citra", "👩🏽\u200d🚀 Citra"],
  ["O'Brien <3", "O'Brien <3"],
  ["x".repeat(40), "x".repeat(40)],
])("%j is taken as %j", (typed, name) => {
  expect(check(typed)).toBe(name);
});

test.each([
  ["x".repeat(41), "at most 40"],
  ["Wa\u200dti", "cannot be seen"],
  ["Wati\u202e", "cannot be seen"],
  ["Wati\u0007", "cannot be seen"],
  [`z${"\u0336".repeat(9)}`, "cannot be seen"],
  ["★ ★", "at least one letter"],
  ["Wаti", "mixes alphabets"],
  ["Ρanggung", "mixes alphabets"],
  ["Admin", "reserved"],
  ["Pang gung", "reserved"],
  ["Ádmïn.", "reserved"],
  ["ａｄｍｉｎ", "reserved"],
])("%j is refused: %s", (typed, why) => {
  expect(() => check(typed)).toThrow(why);
});

test("an administrator may be called what they are", () => {
  expect(checkDisplayName("Support", { mayBeReserved: true })).toBe("Support");
});

test("names that look alike are alike", () => {
  expect(["Wati", "w á t i", "ԝаtі", "ＷＡＴＩ", "WATI."].map(lookalike)).toEqual(Array(5).fill("wati"));
  expect(lookalike("wati_2")).toBe("wati_2");
  expect(lookalike("ратi")).toBe("pati");
  // What has only one alphabet, and none of ours: Cherokee, Armenian, Coptic, Lisu, the letters of mathematics.
  expect(["ᏔᎪᎢᎥ", "ոօ", "ⲟⲥ", "ꓪꓮꓔꓴ", "𝔴𝔞𝔱𝔦"].map(lookalike)).toEqual(["wati", "no", "oc", "watu", "wati"]);
  expect(["ВЕНКО", "венко", "Οὐαί", "ᴡᴀᴛɪ"].map(lookalike)).toEqual(["behko", "behko", "ouai", "wati"]);
  // Letters of usernames stay what they are.
  expect(lookalike("mira_01l")).toBe("mira_01l");
  expect(lookalike("山田太郎")).toBe("山田太郎");
});
