import { expect, test } from "bun:test";
import { Audience } from "./audience.ts";

const seconds = (count: number): number => count * 1000;

test("newcomers are turned away while it is full, and let in when somebody has left", () => {
  const audience = new Audience(2);
  expect(audience.admit("a", "Firefox", 0)).toBe(true);
  expect(audience.admit("b", "Chrome", 0)).toBe(true);
  expect(audience.admit("c", "Firefox", seconds(1))).toBe(false);
  for (let at = 1; at <= 20; at += 1) audience.note("a", "Firefox", seconds(at));
  expect(audience.admit("c", "Firefox", seconds(14))).toBe(false);
  expect(audience.admit("c", "Firefox", seconds(20))).toBe(true);
  expect(audience.admit("b", "Chrome", seconds(20))).toBe(false);
});

test("who watches comes in again, also when it is full, and counts once", () => {
  const audience = new Audience(1);
  for (let at = 0; at < 100; at += 10) expect(audience.admit("a", "Firefox", seconds(at))).toBe(true);
});

test("who watched before this process began counts, beyond the limit too", () => {
  const audience = new Audience(2);
  for (const viewer of ["a", "b", "c"]) audience.note(viewer, "", 0);
  expect(audience.admit("c", "", seconds(10))).toBe(true);
  audience.note("b", "", seconds(10));
  // c and b are still two.
  expect(audience.admit("d", "", seconds(20))).toBe(false);
});

test.each([
  [1000, 950],
  [100, 50],
  [30, 15],
  [10, 5],
  [3, 2],
  [2, 1],
])("of %d places one address that makes up players leaves %d to others", (most, left) => {
  const audience = new Audience(most);
  for (let player = 0; player < 5000; player += 1) {
    expect(audience.admit("a", `player ${player}`, player)).toBe(true);
    audience.note("a", `reader ${player}`, player);
  }
  for (let viewer = 0; viewer < left; viewer += 1) expect(audience.admit(`v${viewer}`, "", seconds(6))).toBe(true);
  expect(audience.admit("one too many", "", seconds(6))).toBe(false);
});
