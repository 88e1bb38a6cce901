import { describe, expect, test } from "bun:test";
import { cleanName } from "./clean-text.ts";

describe("a name", () => {
  test.each([
    ["  Ayu\n Wati ", "Ayu Wati"],
    ["Bu\u00addi", "Budi"],
    ["Bu\u200ddi\u200c", "Budi"],
    ["admin\u202e", "admin"],
    ["a\u{e0041}b", "ab"],
    ["e\u0301", "é"],
    [`z${"\u0336".repeat(200)}`, `z${"\u0336".repeat(4)}`],
    ["\u3164\u2800 \u115f", ""],
    ["\u200d\u200c", ""],
    ["\u0007", ""],
    ["\ufe0f", ""],
    ["\u0301\u20dd", ""],
    ["Budi\ufe0f", "Budi"],
    // What joins where it belongs stays.
    ["علی\u200cرضا", "علی\u200cرضا"],
    ["क्\u200dष", "क्\u200dष"],
    ["👩🏽\u200d🚀 Citra", "👩🏽\u200d🚀 Citra"],
    ["❤️\u200d🔥", "❤️\u200d🔥"],
    ["1️⃣ ☎︎", "1️⃣ ☎︎"],
    ["__proto__", "__proto__"],
    ["<b>x</b>", "<b>x</b>"],
  ])("%j becomes %j", (typed, clean) => {
    expect(cleanName(typed)).toBe(clean);
    expect(cleanName(clean)).toBe(clean);
  });

  test("takes no longer for one that is made to be slow", () => {
    const startedAt = performance.now();
    for (const piece of ["\u200d", "a\u0301", "👩\u200d", " \u200b"]) cleanName(piece.repeat(50_000));
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
