import { expect, test } from "bun:test";
import { SoleSignaling } from "./sole-signaling.ts";

test("while nobody follows, everybody may ask; then only who follows, until it ends", () => {
  const sole = new SoleSignaling();
  expect([sole.admits("one", 0), sole.admits("two", 0)]).toEqual([true, true]);
  const leave = sole.follow("one", 0);
  expect([sole.admits("one", 1), sole.admits("two", 1)]).toEqual([true, false]);
  leave();
  expect(sole.admits("two", 2)).toBe(true);
});

test("the end of an older stream of the same process gives nothing away", () => {
  const sole = new SoleSignaling();
  const leaveOlder = sole.follow("one", 0);
  sole.follow("one", 1000);
  leaveOlder();
  expect(sole.admits("two", 1001)).toBe(false);
});

test("who was silent for 30 s has lost the place, and is refused once another has it", () => {
  const sole = new SoleSignaling();
  const leaveLost = sole.follow("one", 0);
  sole.admits("one", 20_000);
  expect(sole.admits("two", 49_000)).toBe(false);
  expect(sole.admits("two", 50_001)).toBe(true);
  sole.follow("two", 50_001);
  leaveLost();
  expect([sole.admits("one", 50_002), sole.admits("two", 50_002)]).toEqual([false, true]);
});
