import { expect, test } from "bun:test";
import { english } from "./texts-en.ts";
import { indonesian } from "./texts-id.ts";

/** Every sentence of a dictionary by its path; functions are asked with a name and a number. */
function sentences(dictionary: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(dictionary) as [string, unknown][]) {
    const here = `${path}/${key}`;
    if (typeof value === "string") found.set(here, value);
    else if (typeof value === "function")
      found.set(here, String((value as (...given: unknown[]) => unknown)("Budi", 2)));
    else if (typeof value === "object" && value !== null) {
      for (const [inner, text] of sentences(value, here)) found.set(inner, text);
    }
  }
  return found;
}

/** The same in both languages. */
const shared = new Set(["/jitter"]);

test("nothing is left untranslated", () => {
  const other = sentences(indonesian);
  const same = [...sentences(english)].filter(([path, text]) => other.get(path) === text && !shared.has(path));
  expect(same).toEqual([]);
});

test("who is spoken of is named in both languages", () => {
  const names = (dictionary: object): string[] =>
    [...sentences(dictionary)].filter(([, text]) => text.includes("Budi")).map(([path]) => path);
  expect(names(indonesian)).toEqual(names(english));
  expect(names(english).length).toBeGreaterThan(20);
});

test("one is one, and two are many", () => {
  expect([0, 1, 2].map(english.unread)).toEqual(["0 new messages", "1 new message", "2 new messages"]);
  expect([1, 2].map(indonesian.unread)).toEqual(["1 pesan baru", "2 pesan baru"]);
});
