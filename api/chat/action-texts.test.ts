import { expect, test } from "bun:test";
import { type ActionTexts, say } from "./action-texts.ts";

test("nothing is left untranslated, and who it is about is named", () => {
  let names: (keyof ActionTexts)[] = [];
  say((texts) => {
    names = Object.keys(texts) as (keyof ActionTexts)[];
    return "";
  });
  expect(names.length).toBeGreaterThan(40);
  for (const name of names) {
    const { en, id } = say((texts) => {
      const text = texts[name];
      return typeof text === "string" ? text : (text as (name: string, seconds: number) => string)("90", 60);
    });
    expect([name, en]).not.toEqual([name, id]);
    expect([name, /90/.test(en)]).toEqual([name, /90/.test(id)]);
  }
});
