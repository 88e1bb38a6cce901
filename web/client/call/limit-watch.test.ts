import { expect, test } from "bun:test";
import { LimitWatch } from "./limit-watch.ts";
import type { Quality } from "./types.ts";

type Reason = Quality["limitedBy"];

function see(watch: LimitWatch, reasons: Reason[], sentFramesPerSecond: number | null = 30): Reason[] {
  return reasons.map((limitedBy) => watch.see({ limitedBy, sentFramesPerSecond }));
}

const afterGrowing = (): LimitWatch => {
  const watch = new LimitWatch();
  see(watch, ["none", "none", "none", "none", "none"]);
  return watch;
};

test("a connection that has just begun is held back by nothing", () => {
  const six: Reason[] = Array.from({ length: 6 }, () => "bandwidth");
  expect(see(new LimitWatch(), six)).toEqual([null, null, null, null, null, "bandwidth"]);
});

test("once is nothing, twice in a row is worth a word", () => {
  expect(see(afterGrowing(), ["bandwidth", "none", "cpu", "bandwidth", "bandwidth", "cpu"])).toEqual([
    null,
    null,
    null,
    null,
    "bandwidth",
    null,
  ]);
});

test("what is not sent is not held back", () => {
  expect(see(afterGrowing(), ["bandwidth", "bandwidth"], null)).toEqual([null, null]);
  expect(see(afterGrowing(), ["bandwidth", "bandwidth"], 0)).toEqual([null, null]);
});
