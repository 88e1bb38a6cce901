import { expect, test } from "bun:test";
import { ExcessNotices } from "./excess-notices.ts";

const figures = { allowed: 2_500_000, sent: 4_000_000 };
const told =
  "This server takes at most 2500 kbit/s of a stream, and 4000 came. " +
  "In OBS, under Settings, Output, set the video bitrate to 2340 kbit/s or less,";

test("who comes back by itself is told once, and who comes later is let in", () => {
  const notices = new ExcessNotices();
  expect(notices.give("key", figures, 0)).toBe(`${told} and start again.`);
  expect([notices.take("other", 2000), notices.take("key", 2000), notices.take("key", 4000)]).toEqual([
    null,
    `${told} and start again.`,
    null,
  ]);
  notices.give("late", figures, 0);
  expect(notices.take("late", 15_000)).toBeNull();
});

test("who goes on as before is kept out for longer each time, however often it tries, and for 10 minutes at most", () => {
  const notices = new ExcessNotices();
  let now = 0;
  const heldSec: number[] = [];
  for (let time = 0; time < 9; time += 1) {
    const message = notices.give("key", figures, now);
    const closedAt = now;
    while (notices.take("key", now) === message) now += 1000;
    heldSec.push((now - closedAt) / 1000);
    now += 10_000;
  }
  // A second: the first time it is only refused once.
  expect(heldSec).toEqual([1, 30, 60, 120, 240, 480, 600, 600, 600]);
});

test("it is said for how long", () => {
  const notices = new ExcessNotices();
  notices.give("key", figures, 0);
  const message = `${told} wait 30 seconds, and start again.`;
  expect([notices.give("key", figures, 30_000), notices.take("key", 59_999), notices.take("key", 60_000)]).toEqual([
    message,
    message,
    null,
  ]);
});

test("after ten minutes it is the first time again", () => {
  const notices = new ExcessNotices();
  notices.give("key", figures, 0);
  notices.give("key", figures, 20_000);
  expect(notices.give("key", figures, 20_000 + 30_000 + 10 * 60_000)).toBe(`${told} and start again.`);
});

test("a clock that is set back keeps nobody out", () => {
  const notices = new ExcessNotices();
  notices.give("key", figures, 3_600_000);
  notices.give("key", figures, 3_610_000);
  expect(notices.take("key", 0)).toBeNull();
});
