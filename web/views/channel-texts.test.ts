import { expect, test } from "bun:test";
import { playerTexts } from "./player-texts.ts";
import { studioFormTexts } from "./studio-form-texts.ts";
import { studioTexts } from "./studio-texts.ts";
import { agoInWords, watchTexts } from "./watch-texts.ts";

/** Every sentence of a dictionary by its path; functions are asked with a number, which also reads as a name. */
function sentences(dictionary: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(dictionary) as [string, unknown][]) {
    const here = `${path}/${key}`;
    if (typeof value === "string") found.set(here, value);
    else if (typeof value === "function") found.set(here, String((value as (count: number) => unknown)(1_234)));
    else if (typeof value === "object" && value !== null) {
      for (const [inner, text] of sentences(value, here)) found.set(inner, text);
    }
  }
  return found;
}

const allIn = (language: "en" | "id") =>
  sentences({
    watch: watchTexts[language],
    player: playerTexts[language],
    studio: studioTexts[language],
    form: studioFormTexts[language],
  });
const english = allIn("en");
const indonesian = allIn("id");

/** The same in both languages: borrowed words, signs. */
const shared =
  /^\/(watch\/(mature|studio)|player\/(volume|keyNames\/arrows|unknown)|studio\/(studio|video|mono|stereo|server))$/;

test("nothing of a channel's page, its player and the studio is left untranslated", () => {
  const same = [...english].filter(([path, text]) => indonesian.get(path) === text && !shared.test(path));
  expect(same).toEqual([]);
  expect(english.size).toBeGreaterThan(150);
});

test("numbers and names are in both languages, as each writes them", () => {
  const differing = [...english].filter(([path, text]) => {
    const other = indonesian.get(path) ?? "";
    return /1,?234/.test(text) !== /1\.?234/.test(other) || text.includes("{n}") !== other.includes("{n}");
  });
  expect(differing).toEqual([]);
  expect([watchTexts.en.followers(1), watchTexts.en.followers(1_200)]).toEqual(["1 follower", "1,200 followers"]);
  expect(watchTexts.id.followers(1_200)).toBe("1.200 pengikut");
});

test("a while ago, in the largest unit that is full", () => {
  const day = 86_400_000;
  expect([20_000, 59 * 60_000, 26 * 3_600_000, 45 * day, 800 * day].map((ms) => agoInWords("en", ms))).toEqual([
    "this minute",
    "59 minutes ago",
    "yesterday",
    "last month",
    "2 years ago",
  ]);
  expect(agoInWords("id", 3 * day)).toBe("3 hari yang lalu");
});
