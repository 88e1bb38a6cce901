import { describe, expect, test } from "bun:test";
import { blockedWordFinder, cleanText, hasLink, isEmojiOnly, isTooLong, quoteOf, sameness } from "./line-text.ts";

describe("the text of a line", () => {
  test.each([
    ["  one\n two\t", "one two"],
    ["\u0000a\u0007b", "ab"],
    ["a\u202eb\u2066c", "abc"],
    ["a\u200bb", "ab"],
    ["a\u061cb", "ab"],
    ["\u3164 \uffa0", ""],
    ["e\u0301", "é"],
    ["\ud800x", "\ufffdx"],
    ["  \u200b ", ""],
    ["👩‍👩‍👧 👍🏽", "👩‍👩‍👧 👍🏽"],
    ["סלם עולם", "סלם עולם"],
  ])("%j becomes %j", (text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  test("marks do not climb over the lines above", () => {
    expect(cleanText(`z${"\u0336".repeat(200)}`)).toBe(`z${"\u0336".repeat(4)}`);
  });

  test("is counted in characters, not in UTF-16", () => {
    expect(isTooLong("👍".repeat(500))).toBe(false);
    expect(isTooLong("👍".repeat(501))).toBe(true);
    expect(isTooLong("a".repeat(501))).toBe(true);
  });

  test("a quote is short, and cuts no character in two", () => {
    expect(quoteOf("short")).toBe("short");
    const quote = quoteOf("👍".repeat(120));
    expect([...quote]).toHaveLength(100);
    expect(quote.isWellFormed()).toBe(true);
  });
});

describe("what a line consists of", () => {
  test.each(["👍", "👍🏽 🇮🇩", "👨‍👩‍👧‍👦", "1️⃣ ❤️"])("%s is emoji only", (text) => expect(isEmojiOnly(text)).toBe(true));
  test.each(["a", "👍 nice", "1", ":)"])("%s is more than emoji", (text) => expect(isEmojiOnly(text)).toBe(false));

  test("takes no longer to tell for a text that is made to be slow", () => {
    for (const emoji of ["👍🏽", "👨‍👩‍👧‍👦", "🇮🇩", "1️⃣"]) {
      const startedAt = performance.now();
      expect(isEmojiOnly(`${emoji.repeat(22)}x`)).toBe(false);
      expect(performance.now() - startedAt).toBeLessThan(100);
    }
  });

  test.each(["https://a.example/x", "see example.com!", "www.example.org", "ftp://x", "bücher.example"])(
    "%s has a link",
    (text) => expect(hasLink(text)).toBe(true),
  );
  test.each(["e.g. this", "3.14", "well... yes", "The end. New one"])("%s has none", (text) =>
    expect(hasLink(text)).toBe(false),
  );
});

describe("blocked words", () => {
  test.each([
    [["bad"], "this is BAD.", true],
    [["bad"], "badge", false],
    [["bad*"], "badge", true],
    [["bad"], "bàd", true],
    [["bad"], "b\u200dad", true],
    [["ｂａｄ"], "bad", true],
    [["c++"], "I like c++ a lot", true],
    [["a.c"], "abc", false],
    [["two words"], "these two words here", true],
    [["*"], "anything", false],
    [[], "anything", false],
  ])("%j in %j: %p", (words, text, isFound) => {
    expect(blockedWordFinder(words)(text)).toBe(isFound);
  });

  test("take no longer for a text that is made to be slow", () => {
    const find = blockedWordFinder(Array.from({ length: 200 }, (_, index) => `${"a".repeat(40)}${index}*`));
    const startedAt = performance.now();
    for (let round = 0; round < 20; round += 1) find("a".repeat(500));
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});

test("lines that differ in case, marks and spaces are the same", () => {
  expect(sameness("Hello  Wörld")).toBe(sameness("hello world"));
});
