import { expect, test } from "bun:test";
import { ChatAction } from "../../api/contract/chat-actions.ts";
import { durationWords, wordsOf } from "./moderation-words.ts";

test("durations are said in the largest unit that is whole", () => {
  const said = [1, 30, 60, 90, 600, 3600, 5400, 86_400, 172_800, 1_209_600].map(durationWords);
  expect(said).toEqual([
    "1 second",
    "30 seconds",
    "1 minute",
    "90 seconds",
    "10 minutes",
    "1 hour",
    "90 minutes",
    "1 day",
    "2 days",
    "14 days",
  ]);
});

test("the log says what was set to what", () => {
  const sentences = (
    [
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
    ] as const
  ).map(([action, detail]) => {
    const [before, after] = wordsOf(action, detail);
    return ["ibu", before, ...(after === undefined ? [] : ["budi", after])].join(" ");
  });
  expect(sentences).toEqual([
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
});

test("there are words for every action", () => {
  for (const { shape } of ChatAction.options)
    expect(wordsOf(shape.action.value, "1").join("").length).toBeGreaterThan(3);
});
