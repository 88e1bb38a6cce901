import { expect, test } from "bun:test";
import { languageOf, negotiateLanguage } from "./language.ts";

test.each([
  [undefined, "en"],
  ["", "en"],
  ["id", "id"],
  ["id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", "id"],
  ["en-GB,en;q=0.9,id;q=0.8", "en"],
  ["jv,id;q=0.9,en;q=0.8", "id"],
  ["in-ID", "id"],
  ["fr,de;q=0.8", "en"],
  ["fr;q=1, id;q=0", "en"],
  ["en;q=0.3, ID;q=0.5", "id"],
  ["*", "en"],
  ["*;q=0.1, id;q=0.2", "id"],
  ["id;q=abc", "en"],
] as const)("%p is answered in %p", (header, language) => {
  expect(negotiateLanguage(header)).toBe(language);
});

test("a header without end is not read to it", () => {
  expect(negotiateLanguage(`${"fr,".repeat(10_000)}id`)).toBe("en");
});

test("only a code of ours is a language", () => {
  expect(["en", "id", "ID", "", "fr", "__proto__", null, undefined].map(languageOf)).toEqual([
    "en",
    "id",
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});
