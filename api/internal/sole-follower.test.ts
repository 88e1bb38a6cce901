import { expect, test } from "bun:test";
import { SoleFollower } from "./sole-follower.ts";

function followers() {
  const sole = new SoleFollower();
  const cuts: string[] = [];
  return { cuts, enter: (node: string, atMs: number) => sole.enter(node, atMs, () => cuts.push(node)) };
}

test("the place is one's until it is given back", () => {
  const { enter, cuts } = followers();
  const leave = enter("one", 0);
  expect(enter("two", 1000)).toBeNull();
  leave?.();
  expect(enter("two", 1001)).not.toBeNull();
  expect(cuts).toEqual([]);
});

test("who comes again takes its own place, and the connection it had is cut", () => {
  const { enter, cuts } = followers();
  const leaveBefore = enter("one", 0);
  expect(enter("one", 1000)).not.toBeNull();
  expect(cuts).toEqual(["one"]);
  leaveBefore?.();
  expect(enter("two", 1001)).toBeNull();
});

test("one who lives comes back when it is cut, and keeps the place", () => {
  const { enter, cuts } = followers();
  const leave = enter("one", 0);
  expect(enter("two", 31_000)).toBeNull();
  expect(cuts).toEqual(["one"]);
  leave?.();
  expect(enter("two", 31_300)).toBeNull();
  expect(enter("one", 31_400)).not.toBeNull();
  expect(enter("two", 38_500)).toBeNull();
  expect(cuts).toEqual(["one"]);
});

test("one who was lost without a word is cut, and loses the place", () => {
  const { enter, cuts } = followers();
  enter("one", 0);
  expect(enter("two", 31_000)).toBeNull();
  expect(enter("two", 36_000)).toBeNull();
  expect(enter("two", 38_100)).not.toBeNull();
  expect(cuts).toEqual(["one"]);
});
