import { expect, test } from "bun:test";
import { SoundWatch } from "./sound-watch.ts";

const ana = "a".repeat(32);

/** Every 200 ms from `fromMs` on; who was suspected when. Sound comes where `comes` says so. */
function listen(watch: SoundWatch, fromMs: number, untilMs: number, comes: boolean): number[] {
  const suspected: number[] = [];
  for (let now = fromMs; now < untilMs; now += 200) {
    if (watch.listen(new Map([[ana, comes ? now : fromMs]]), now).length > 0) suspected.push(now);
  }
  return suspected;
}

test("whose sound stops is suspected once, after a second and a half", () => {
  const watch = new SoundWatch();
  expect(listen(watch, 0, 2_000, true)).toEqual([]);
  expect(listen(watch, 2_000, 20_000, false)).toEqual([3_600]);
  expect(watch.silentMs(ana, 20_000)).toBe(18_000);
});

test("many short silences are one suspicion in ten seconds", () => {
  const watch = new SoundWatch();
  const suspected: number[] = [];
  for (let startMs = 0; startMs < 24_000; startMs += 3_000) {
    suspected.push(
      ...listen(watch, startMs, startMs + 1_000, true),
      ...listen(watch, startMs + 1_000, startMs + 3_000, false),
    );
  }
  expect(suspected).toEqual([2_600, 14_600]);
});

test("a page that was held up suspects nobody for what it has not heard meanwhile", () => {
  const watch = new SoundWatch();
  listen(watch, 0, 1_000, true);
  expect(watch.listen(new Map([[ana, 800]]), 60_000)).toEqual([]);
  expect(watch.listen(new Map([[ana, 800]]), 60_200)).toEqual([]);
});

test("who is muted is not missed", () => {
  const watch = new SoundWatch();
  listen(watch, 0, 1_000, true);
  for (let now = 1_000; now < 5_000; now += 200) expect(watch.listen(new Map(), now)).toEqual([]);
  expect(listen(watch, 5_000, 6_000, true)).toEqual([]);
});
