import { describe, expect, test } from "bun:test";
import { holdMs, windowMaxBytes, windowMaxSegments } from "./limits.ts";
import { type HoldResult, LiveWindow } from "./window.ts";

class Clock {
  ms = 0;
  now = (): number => this.ms;
}

function start(clock = new Clock()): { window: LiveWindow; clock: Clock } {
  const window = new LiveWindow({
    incarnation: 1,
    firstSequence: 0,
    discontinuitySequence: 1000,
    startsDiscontinuous: false,
    now: clock.now,
  });
  return { window, clock };
}

interface SegmentOptions {
  parts?: number;
  independent?: boolean;
  discontinuity?: boolean;
  partBytes?: number;
  durationSec?: number;
}

function addSegment(window: LiveWindow, options: SegmentOptions = {}): void {
  const { parts = 8, independent = true, discontinuity = false, partBytes = 10, durationSec = 0.25 } = options;
  const isFirst = window.nextPartNumber === 0;
  window.startSegment({
    discontinuity,
    init: isFirst || discontinuity ? new Uint8Array(4) : null,
    programDateTimeMs: 0,
    independent,
  });
  for (let i = 0; i < parts; i++)
    window.addPart({ durationSec, independent: i === 0, data: new Uint8Array(partBytes).fill(i) });
  window.endSegment();
}

/** The result once it is there, or "held". */
async function soon(held: Promise<HoldResult>): Promise<HoldResult | "held"> {
  return Promise.race([held, new Promise<"held">((resolve) => setImmediate(() => resolve("held")))]);
}

describe("what is live", () => {
  test("reaches back 24 s and 6 segments, and no further", () => {
    const { window } = start();
    for (let i = 0; i < 30; i++) addSegment(window);
    expect(window.segments.map((segment) => segment.sequence)).toEqual([
      18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
    ]);
  });

  test("reaches back to the last key frame, however far", () => {
    const { window } = start();
    addSegment(window);
    for (let i = 0; i < 40; i++) addSegment(window, { independent: false });
    expect(window.segments).toHaveLength(41);
    addSegment(window);
    expect(window.segments.length).toBeLessThan(14);
  });

  test("counts the discontinuities that have left", () => {
    const { window } = start();
    for (let i = 0; i < 14; i++) addSegment(window, { discontinuity: i === 1 });
    expect(window.segments[0]?.sequence).toBe(2);
    expect(window.discontinuitySequence).toBe(1001);
  });

  test("is bounded in bytes, at the cost of its length", () => {
    const { window } = start();
    for (let i = 0; i < 40; i++) addSegment(window, { parts: 2, partBytes: windowMaxBytes / 20, durationSec: 1 });
    expect(window.bytes).toBeLessThanOrEqual(windowMaxBytes * 1.1);
    expect(window.segments.length).toBeGreaterThanOrEqual(9);
  });
});

test("very short segments do not pile up until they are 24 s", () => {
  const { window } = start();
  for (let i = 0; i < 1000; i++) addSegment(window, { parts: 1, durationSec: 0.001, discontinuity: true });
  expect(window.segments).toHaveLength(windowMaxSegments);
  expect(window.bytes).toBe(windowMaxSegments * 10);
});

describe("bytes", () => {
  test("of a complete segment are its parts, held once", () => {
    const { window } = start();
    addSegment(window, { parts: 3, partBytes: 2 });
    expect([...(window.segment(0) ?? [])]).toEqual([0, 0, 1, 1, 2, 2]);
    expect(window.part(1)?.buffer).toBe(window.segment(0)?.buffer);
    // Nothing else is in that buffer, which is answered from as a whole.
    expect([window.bytes, window.segment(0)?.buffer.byteLength]).toEqual([6, 6]);
  });

  test("stay three target durations after they left the window, then go", () => {
    const { window, clock } = start();
    for (let i = 0; i < 13; i++) addSegment(window);
    expect(window.segments[0]?.sequence).toBe(1);
    clock.ms = holdMs - 1;
    window.sweep();
    expect([window.segment(0)?.length, window.part(7)?.length]).toEqual([80, 10]);
    clock.ms = holdMs;
    window.sweep();
    expect([window.segment(0), window.part(7), window.part(8)?.length]).toEqual([undefined, undefined, 10]);
    expect(window.bytes).toBe(960);
  });

  test("and requests do not wait for a clock that was set back", async () => {
    const { window, clock } = start();
    clock.ms = 3_600_000;
    for (let i = 0; i < 20; i++) addSegment(window);
    const inWindow = window.segments.length * 8 * 10;
    const held = window.hold(() => false);
    clock.ms = 0;
    window.sweep();
    expect(window.bytes).toBe(inWindow);
    expect(await soon(held)).toBe("timeout");
  });

  test("of initialization go with the last segment that needs them", () => {
    const { window, clock } = start();
    for (let i = 0; i < 20; i++) addSegment(window, { discontinuity: i === 3 });
    clock.ms = holdMs;
    window.sweep();
    expect([window.init(0), window.init(1)?.length]).toEqual([undefined, 4]);
  });
});

describe("blocking reload", () => {
  test("reaches: RFC 8216bis 6.2.5.2", () => {
    const { window } = start();
    addSegment(window, { parts: 3 });
    window.startSegment({ discontinuity: false, init: null, programDateTimeMs: 0, independent: true });
    window.addPart({ durationSec: 0.2, independent: true, data: new Uint8Array(1) });
    const cases: [number, number | null, boolean][] = [
      [0, null, true],
      [0, 2, true],
      [0, 3, true], // past the end of segment 0: part 0 of segment 1
      [1, 0, true],
      [1, 1, false],
      [1, null, false],
      [2, 0, false],
    ];
    for (const [sequence, part, expected] of cases)
      expect([sequence, part, window.reaches(sequence, part)]).toEqual([sequence, part, expected]);
  });

  test("is let go by the part it waits for, and not by the one before", async () => {
    const { window } = start();
    addSegment(window, { parts: 1 });
    const held = window.hold(() => window.reaches(1, 1));
    window.startSegment({ discontinuity: false, init: null, programDateTimeMs: 0, independent: true });
    window.addPart({ durationSec: 0.2, independent: true, data: new Uint8Array(1) });
    expect(await soon(held)).toBe("held");
    window.addPart({ durationSec: 0.2, independent: false, data: new Uint8Array(1) });
    expect(await soon(held)).toBe("ready");
    expect(window.heldCount).toBe(0);
  });

  test("ends with the stream, or after three target durations", async () => {
    const { window, clock } = start();
    const patient = window.hold(() => false);
    clock.ms = holdMs - 1;
    window.sweep();
    expect(await soon(patient)).toBe("held");
    clock.ms = holdMs;
    window.sweep();
    expect(await soon(patient)).toBe("timeout");
    const client = new AbortController();
    const impatient = window.hold(() => false, client.signal);
    client.abort();
    expect([await soon(impatient), window.heldCount]).toEqual(["timeout", 0]);
    const ended = window.hold(() => false);
    window.end();
    expect(await soon(ended)).toBe("ended");
    expect(await soon(window.hold(() => false))).toBe("ended");
  });
});
