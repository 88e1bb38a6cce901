import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import {
  listCallPeople,
  listCalls,
  listSamples,
  pruneCallQuality,
  readCallFigures,
  readPairFigures,
} from "./call-quality.ts";
import { insertAccount, insertCallRoom } from "./fixtures.ts";
import type { Database } from "./open.ts";
import { type CallReport, recordCallReport } from "./open-calls.ts";
import { callPeople, callSamples } from "./schema.ts";
import { temporaryDatabase } from "./temp-db.ts";

let db: Database;
let remove: () => void;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
});
afterEach(() => remove());

const start = 1_800_000_000_000;
const all = { from: start, to: start + 1e9 };
const [ayu, budi] = ["a".repeat(32), "b".repeat(32)] as [string, string];
const people = [
  { id: ayu, name: "Ayu", isGuest: false },
  { id: budi, name: "Budi", isGuest: true },
];
type Sample = CallReport["samples"][number];
const sample = (at: number, more: Partial<Sample> = {}): Sample => ({
  from: ayu,
  peer: budi,
  at,
  path: "direct",
  protocol: "udp",
  overMs: 10_000,
  sentBitsPerSecond: 300_000,
  receivedBitsPerSecond: 400_000,
  lossIn: null,
  lossOut: null,
  jitterMs: null,
  roundTripMs: null,
  freezes: 0,
  freezeMs: 0,
  concealed: null,
  ...more,
});
const report = (callId: string, at: number, samples: Sample[], who = people) =>
  recordCallReport(db, callId, { people: who, samples }, at);

test("figures of a call and of each pair: ranks, times and shares, of what is known, within the window", async () => {
  const callId = await insertCallRoom(db);
  // 1 to 100 ms in an order that is not theirs, one report each 10 s.
  for (let index = 0; index < 100; index += 1) {
    const at = start + index * 10_000;
    const jitterMs = ((index * 37) % 100) + 1;
    await report(callId, at, [
      sample(at, { jitterMs, freezes: 1, freezeMs: 50, path: index < 25 ? "relay" : "direct" }),
      ...(index < 2
        ? [sample(at, { from: budi, peer: ayu, jitterMs: 1000, path: "none", lossIn: index, overMs: 5000 })]
        : []),
    ]);
  }
  const nothing = { receivedBitsPerSecond: null, lossIn: null };
  const alike = (value: number) => ({ p50: value, p95: value });
  const traffic = { receivedBitsPerSecond: alike(400_000) };
  const pairs = await readPairFigures(db, callId, all, 10);
  expect(pairs).toEqual([
    {
      fromId: 1,
      toId: 2,
      from: "Ayu",
      to: "Budi",
      samples: 100,
      measuredMs: 1_000_000,
      relayedMs: 250_000,
      withoutPathMs: 0,
      freezes: 100,
      freezeMs: 5000,
      ...nothing,
      ...traffic,
      jitterMs: { p50: 50, p95: 95 },
      roundTripMs: null,
    },
    {
      fromId: 2,
      toId: 1,
      from: "Budi",
      to: "Ayu",
      samples: 2,
      measuredMs: 10_000,
      relayedMs: 0,
      withoutPathMs: 10_000,
      freezes: 0,
      freezeMs: 0,
      ...nothing,
      ...traffic,
      lossIn: { p50: 0, p95: 1 },
      jitterMs: alike(1000),
      roundTripMs: null,
    },
  ]);
  expect(await readPairFigures(db, callId, all, 1)).toEqual([pairs[0] as never]);
  const figures = await readCallFigures(db, callId, all);
  expect(figures).toMatchObject({ samples: 102, measuredMs: 1_010_000, jitterMs: { p50: 51, p95: 97 }, freezes: 100 });
  // The window's end is not part of it.
  const part = { from: start + 10_000, to: start + 20_000 };
  expect(await readCallFigures(db, callId, part)).toMatchObject({ samples: 2, jitterMs: { p50: 38, p95: 1000 } });
  const ofThree = { from: start + 20_000, to: start + 50_000 };
  expect(await readCallFigures(db, callId, ofThree)).toMatchObject({ samples: 3, jitterMs: { p50: 49, p95: 75 } });
  expect(await readCallFigures(db, callId, { from: 0, to: 1 })).toEqual({
    samples: 0,
    measuredMs: 0,
    relayedMs: 0,
    withoutPathMs: 0,
    freezes: 0,
    freezeMs: 0,
    ...nothing,
    jitterMs: null,
    roundTripMs: null,
  });
});

test("of a long window some spans count, and the figures are about the same", async () => {
  const callId = await insertCallRoom(db);
  await report(callId, start, []);
  await db.run(sql`
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 11999)
    INSERT INTO call_samples (call_id, at, from_id, to_id, path, over_ms, sent_bits_per_second, received_bits_per_second,
      jitter_ms, freezes, freeze_ms)
    SELECT ${callId}, ${start} + i * 10000, 1, 2, iif(i % 5 = 0, 'relay', 'direct'), 10000, 1, 1, i * 7919 % 1000, 0, 0
    FROM n`);
  const brief = await readCallFigures(db, callId, all, { isBrief: true });
  expect([brief.samples, brief.relayedMs / brief.measuredMs]).toEqual([2000, 0.2]);
  expect(brief.jitterMs?.p50).toBeWithin(450, 550);
  expect(brief.jitterMs?.p95).toBeWithin(900, 1000);
  expect((await readCallFigures(db, callId, all)).samples).toBe(12_000);
});

test("calls in which somebody was in the window, the latest first, and who", async () => {
  const { userId } = await insertAccount(db, "wati");
  const [first, second] = [
    await insertCallRoom(db, { id: "1" }),
    await insertCallRoom(db, { id: "2", hostId: userId }),
  ];
  await insertCallRoom(db, { id: "3" });
  await report(first, start, []);
  await report(second, start + 1000, [], people.slice(0, 1));
  await report(first, start + 5000, [], people.slice(0, 1));
  const list = (from: number, to: number) => listCalls(db, { from: start + from, to: start + to }, 10);
  expect(await list(0, 10_000)).toEqual([
    { id: "1", name: "Kelas", hostName: null, endedAt: null, people: 2, firstSeenAt: start, lastSeenAt: start + 5000 },
    {
      id: "2",
      name: "Kelas",
      hostName: "wati",
      endedAt: null,
      people: 1,
      firstSeenAt: start + 1000,
      lastSeenAt: start + 1000,
    },
  ]);
  expect((await list(0, 1000)).map(({ id, people: number }) => [id, number])).toEqual([["1", 2]]);
  expect((await list(2000, 3000)).map(({ id, people: number }) => [id, number])).toEqual([["1", 1]]);
  expect(await list(5001, 9000)).toEqual([]);
  expect(await listCallPeople(db, first, all, 10)).toEqual([
    { name: "Ayu", isGuest: false, firstSeenAt: start, lastSeenAt: start + 5000 },
    { name: "Budi", isGuest: true, firstSeenAt: start, lastSeenAt: start },
  ]);
  expect(await listCallPeople(db, first, all, 1)).toHaveLength(1);
});

test("samples come in pages that miss none and give none twice", async () => {
  const callId = await insertCallRoom(db);
  for (let index = 0; index < 7; index += 1) {
    const at = start + index;
    await report(callId, at, [sample(at, { lossOut: 0.5 }), sample(at, { from: budi, peer: ayu })]);
  }
  const seen: [number, string | null][] = [];
  let after: { at: number; fromId: number; toId: number } | null = null;
  for (let page = 0; page < 9; page += 1) {
    const samples = await listSamples(db, callId, { from: start, to: start + 6 }, after, 5);
    seen.push(...samples.map(({ at, from }): [number, string | null] => [at - start, from]));
    after = samples.at(-1) ?? null;
    if (after === null) break;
  }
  expect(seen).toEqual(
    Array.from({ length: 12 }, (_, index) => [Math.floor(index / 2), ["Ayu", "Budi"][index % 2] ?? ""]),
  );
});

test("what is old is forgotten", async () => {
  const callId = await insertCallRoom(db);
  await report(callId, start, [sample(start)]);
  await report(callId, start + 1, [sample(start + 1)], people.slice(0, 1));
  await pruneCallQuality(db, start);
  expect([await db.$count(callSamples), await db.$count(callPeople)]).toEqual([2, 2]);
  await pruneCallQuality(db, start + 1);
  expect([await db.$count(callSamples), await db.$count(callPeople)]).toEqual([1, 1]);
  // Nobody is left of whom it tells; who has it as a file keeps the line.
  expect((await listSamples(db, callId, all, null, 9)).map(({ from, to }) => [from, to])).toEqual([["Ayu", null]]);
});
