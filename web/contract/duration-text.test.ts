import { expect, test } from "bun:test";
import { durationText } from "./duration-text.ts";

const lengths = [0, 1, 30, 60, 90, 600, 3600, 5400, 86_400, 172_800, 1_209_600];

test("durations are said in the largest unit that is whole", () => {
  expect(lengths.map((seconds) => durationText(seconds, "en"))).toEqual([
    "0 seconds",
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

test("in Indonesian too", () => {
  expect([30, 600, 3600, 172_800].map((seconds) => durationText(seconds, "id"))).toEqual([
    "30 detik",
    "10 menit",
    "1 jam",
    "2 hari",
  ]);
});
