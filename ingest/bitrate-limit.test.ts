import { expect, test } from "bun:test";
import { BitrateLimit } from "./bitrate-limit.ts";

const mostBitsPerSec = 1_000_000;

/** Feeds a limit so many times what is allowed, in each second; says in which second it was exceeded first. */
function exceededAfter(...timesAllowed: number[]): number | null {
  const limit = new BitrateLimit(mostBitsPerSec, 0);
  for (const [second, times] of timesAllowed.entries()) {
    for (let tenth = 0; tenth < 10; tenth += 1) limit.note((mostBitsPerSec / 80) * times, second * 1000 + tenth * 100);
    if (limit.isExceeded((second + 1) * 1000)) return second + 1;
  }
  return null;
}
const seconds = (count: number, times: number): number[] => Array.from({ length: count }, () => times);

test("what is allowed, and a little more, may go on for ever", () => {
  expect(exceededAfter(...seconds(300, 1))).toBeNull();
  expect(exceededAfter(...seconds(300, 1.14))).toBeNull();
});

test("more than that is exceeded after ten seconds, at the beginning and later", () => {
  expect(exceededAfter(...seconds(30, 1.2))).toBe(10);
  expect(exceededAfter(...seconds(30, 8))).toBe(10);
  expect(exceededAfter(...seconds(100, 1), ...seconds(60, 2))).toBe(114);
});

test("a few heavy seconds are no reason, nor is the rest of a line that was away", () => {
  expect(exceededAfter(...seconds(60, 1), ...seconds(4, 3), ...seconds(60, 1))).toBeNull();
  expect(exceededAfter(...seconds(30, 1), ...seconds(8, 0), ...seconds(2, 5), ...seconds(60, 1))).toBeNull();
  expect(exceededAfter(...seconds(30, 1), ...seconds(8, 0), ...seconds(16, 1.5), ...seconds(60, 1))).toBeNull();
});

test("a clock that was set is no reason either, and what comes lately is told", () => {
  const limit = new BitrateLimit(mostBitsPerSec, 3_600_000);
  for (let second = 0; second < 9; second += 1) limit.note(500_000, 3_600_000 + second * 1000);
  expect(limit.bitrate).toBe(4_000_000);
  limit.note(500_000, 0);
  expect(limit.isExceeded(1000)).toBe(false);
  expect(limit.bitrate).toBe(4_000_000);
});
