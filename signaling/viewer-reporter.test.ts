import { expect, test } from "bun:test";
import pino from "pino";
import { channelsPerReport, ViewerReport } from "../api/contract/viewers.ts";
import { ViewerReporter } from "./viewer-reporter.ts";

const idOf = (number: number): string => number.toString(16).padStart(32, "0");

function reporting() {
  const state = {
    now: 0,
    isAway: false,
    counts: new Map<string, number>(),
    told: [] as ViewerReport["counts"][],
    warnings: 0,
    /** What api takes its time with. */
    answer: Promise.resolve(),
  };
  const log = pino({ level: "warn" }, { write: () => void (state.warnings += 1) });
  const reporter = new ViewerReporter({
    log,
    now: () => state.now,
    counts: () => state.counts,
    api: {
      async reportViewers({ counts }) {
        if (state.isAway) throw new Error("api is away");
        state.told.push(counts);
        await state.answer;
      },
    },
  });
  /** So many seconds, with a call every 2 s. */
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 2) {
      state.now += 2000;
      await reporter.report();
    }
  };
  return { state, reporter, pass };
}

test("api hears of changes within 2 s, and otherwise every 20 s", async () => {
  const { state, pass } = reporting();
  await pass(2);
  state.counts.set(idOf(1), 3);
  await pass(4);
  expect(state.told).toEqual([[], [[idOf(1), 3]]]);
  await pass(18);
  expect(state.told).toHaveLength(3);
  state.counts.delete(idOf(1));
  await pass(2);
  expect(state.told.at(-1)).toEqual([]);
});

test("what could not be told is told as soon as api is back, with one line in the log", async () => {
  const { state, pass } = reporting();
  state.counts.set(idOf(1), 3);
  await pass(2);
  state.isAway = true;
  state.counts.set(idOf(1), 4);
  await pass(60);
  state.isAway = false;
  await pass(2);
  expect([state.told.at(-1), state.warnings]).toEqual([[[idOf(1), 4]], 1]);
});

test("one report at a time, however slow api is", async () => {
  const { state, reporter, pass } = reporting();
  const held = Promise.withResolvers<void>();
  state.answer = held.promise;
  const first = reporter.report();
  state.counts.set(idOf(1), 3);
  await pass(20);
  expect(state.told).toHaveLength(1);
  held.resolve();
  await first;
  await pass(2);
  expect(state.told).toEqual([[], [[idOf(1), 3]]]);
});

test("a report is one that api takes, with the busiest channels where there are too many", async () => {
  const { state, pass } = reporting();
  for (let i = 0; i < channelsPerReport + 5; i += 1) state.counts.set(idOf(i), i + 1);
  await pass(2);
  const report = { counts: state.told[0] ?? [] };
  expect(ViewerReport.parse(report)).toEqual(report);
  expect(Math.min(...report.counts.map(([, viewers]) => viewers))).toBe(6);
  expect(JSON.stringify(report).length).toBeLessThan(1024 * 1024);
});
