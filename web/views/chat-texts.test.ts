import { expect, test } from "bun:test";
import { chatCommandNames, parseCommand } from "../contract/chat-commands.ts";
import { languages } from "../contract/language.ts";
import { chatCommandTexts } from "./chat-command-texts.ts";
import { chatScriptTexts } from "./chat-script-texts.ts";
import { chatTexts } from "./chat-texts.ts";
import { moderationTexts } from "./moderation-texts.ts";

/** Every sentence of a dictionary by its path; functions are asked with a name. */
function sentences(dictionary: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(dictionary) as [string, unknown][]) {
    const here = `${path}/${key}`;
    if (typeof value === "string") found.set(here, value);
    else if (typeof value === "function") found.set(here, String((value as (name: string) => unknown)("Budi")));
    else if (typeof value === "object" && value !== null) {
      for (const [inner, text] of sentences(value, here)) found.set(inner, text);
    }
  }
  return found;
}

const english = sentences({
  panel: chatTexts.en,
  script: chatScriptTexts.en,
  commands: chatCommandTexts.en,
  moderation: moderationTexts.en,
});
const indonesian = sentences({
  panel: chatTexts.id,
  script: chatScriptTexts.id,
  commands: chatCommandTexts.id,
  moderation: moderationTexts.id,
});

/** The same in both languages: borrowed words, and commands that name nothing of ours. */
const shared =
  /^\/(panel\/(emoji|roles\/(moderator|administrator)|status\/(timedOut|followLonger)\/1)|commands\/(help|slow|followers|signedin|emojionly|unique|links|unpin)\/usage)$/;

test("nothing is left untranslated", () => {
  const same = [...english].filter(([path, text]) => indonesian.get(path) === text && !shared.test(path));
  expect(same).toEqual([]);
  expect(english.size).toBeGreaterThan(150);
});

test("who is spoken of, and what the script fills in, is in both languages", () => {
  const placesOf = (text: string | undefined): string[] => (text?.match(/Budi|\{\w+\}/g) ?? []).toSorted();
  const differing = [...english].filter(([path, text]) => {
    const other = indonesian.get(path);
    // Indonesian counts without plurals.
    return !path.endsWith("/one") && placesOf(text).join() !== placesOf(other).join();
  });
  expect(differing).toEqual([]);
});

test("each command's usage is one that it takes itself", () => {
  for (const language of languages) {
    for (const name of chatCommandNames) {
      const { usage } = chatCommandTexts[language][name];
      const example = usage.replace(/[[\]]/g, "").replace(/\|\S+/, "");
      expect([usage, parseCommand(example).type]).not.toEqual([usage, "error"]);
    }
  }
});
