import type { TimeWindow } from "../../db/call-quality.ts";

/** A window of time in a query: `?from=2026-11-21T14:00&to=…`, UTC, as `<input type="datetime-local">` sends it, or `?last=` ms. */
export interface NamedWindow {
  window: TimeWindow;
  /** As the form shows it, and what is wrong with it. */
  shown: { from: string; to: string; error?: "unclear" | "backwards" };
}

const minuteMs = 60_000;
const defaultMs = 24 * 60 * minuteMs;
const maxMs = 400 * defaultMs;

/** Reads the window that a query asks for; without one it is the last 24 hours. `now`: Unix time, ms. */
export function readWindow(query: Record<string, string>, now: number): NamedWindow {
  const { from: typedFrom, to: typedTo, last = "" } = query;
  if (typedFrom === undefined && typedTo === undefined) {
    return lastOf(/^\d{1,12}$/.test(last) ? Math.min(Math.max(Number(last), minuteMs), maxMs) : defaultMs, now);
  }
  const [from, to] = [readTime(typedFrom), readTime(typedTo)];
  if (from !== null && to !== null && from < to) return named(from, to);
  const error = from === null || to === null ? ("unclear" as const) : ("backwards" as const);
  const fallback = lastOf(defaultMs, now);
  const asTyped = (time: number | null, otherwise: string) => (time === null ? otherwise : showTime(time));
  const shown = { from: asTyped(from, fallback.shown.from), to: asTyped(to, fallback.shown.to), error };
  return { window: { from: 0, to: 0 }, shown };
}

/** Up to the next full minute: the form knows no seconds, and what has just happened is part of it. */
function lastOf(ms: number, now: number): NamedWindow {
  const to = Math.floor(now / minuteMs + 1) * minuteMs;
  return named(to - ms, to);
}

const named = (from: number, to: number): NamedWindow => ({
  window: { from, to },
  shown: { from: showTime(from), to: showTime(to) },
});

const showTime = (time: number): string => new Date(time).toISOString().slice(0, 16);

function readTime(typed: string | undefined): number | null {
  if (typed === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(typed)) return null;
  const time = Date.parse(`${typed}Z`);
  return Number.isNaN(time) ? null : time;
}
