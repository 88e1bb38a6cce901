import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq, type SQL, sql } from "drizzle-orm";
import { insertAccount } from "./fixtures.ts";
import type { Database } from "./open.ts";
import { streams, viewerSamples } from "./schema.ts";
import { beginPublish, endStream } from "./streams.ts";
import { temporaryDatabase } from "./temp-db.ts";
import { pruneViewerSamples, raisePeaks, readViewerCurve, sampleViewers } from "./viewer-samples.ts";

let db: Database;
let remove: () => void;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
});
afterEach(() => remove());

const minuteMs = 60_000;

async function startStream(username: string) {
  const { channelId, keyHash } = await insertAccount(db, username);
  const attempt = { keyHash, hlsUrl: null, everyoneMayStream: false, leaseEndsBefore: 0, now: 1000 };
  const outcome = await beginPublish(db, attempt);
  if (outcome.type !== "publishing") throw new Error(outcome.type);
  return { channelId, streamId: outcome.streamId };
}

const peak = async (id: string) =>
  (await db.select({ peak: streams.peakViewers }).from(streams).where(eq(streams.id, id)).get())?.peak;

test("a peak is the most that was counted while the stream was on", async () => {
  const wati = await startStream("wati");
  const budi = await startStream("budi");
  await raisePeaks(
    db,
    new Map([
      [wati.channelId, 5],
      [budi.channelId, 2],
      ["nobody's", 9],
    ]),
  );
  await raisePeaks(db, new Map([[wati.channelId, 3]]));
  await raisePeaks(db, new Map());
  expect([await peak(wati.streamId), await peak(budi.streamId)]).toEqual([5, 2]);
  await endStream(db, wati.streamId, { reason: "unpublished", now: 2000 });
  await raisePeaks(db, new Map([[wati.channelId, 50]]));
  expect(await peak(wati.streamId)).toBe(5);
});

test("each running stream has a sample a minute, with nobody too; an ended one has none", async () => {
  const wati = await startStream("wati");
  const budi = await startStream("budi");
  // Before it began.
  await sampleViewers(db, new Map([[wati.channelId, 4]]), 0);
  await sampleViewers(
    db,
    new Map([
      [wati.channelId, 4],
      ["nobody's", 9],
    ]),
    minuteMs,
  );
  await sampleViewers(db, new Map([[wati.channelId, 7]]), 2 * minuteMs);
  await sampleViewers(db, new Map([[wati.channelId, 8]]), 2 * minuteMs);
  await endStream(db, budi.streamId, { reason: "unpublished", now: 2000 });
  await sampleViewers(db, new Map([[budi.channelId, 1]]), 3 * minuteMs);
  expect(await readViewerCurve(db, wati.streamId)).toEqual([
    { at: minuteMs, viewers: 4 },
    { at: 2 * minuteMs, viewers: 8 },
    { at: 3 * minuteMs, viewers: 0 },
  ]);
  expect(await readViewerCurve(db, budi.streamId)).toEqual([
    { at: minuteMs, viewers: 0 },
    { at: 2 * minuteMs, viewers: 0 },
  ]);
  expect(await readViewerCurve(db, "nothing")).toEqual([]);
  await pruneViewerSamples(db, 2 * minuteMs);
  expect((await readViewerCurve(db, wati.streamId)).map(({ at }) => at)).toEqual([2 * minuteMs, 3 * minuteMs]);
});

test("a curve has at most 500 points, and keeps the heights of a day", async () => {
  const { streamId } = await startStream("wati");
  const rows = Array.from({ length: 1440 }, (_, i) => ({
    streamId,
    at: i * minuteMs,
    viewers: i === 777 ? 90 : i % 7,
  }));
  await db.insert(viewerSamples).values(rows);
  const curve = await readViewerCurve(db, streamId);
  expect(curve.length).toBe(480);
  expect(Math.max(...curve.map(({ viewers }) => viewers))).toBe(90);
  expect(curve.slice(0, 2)).toEqual([
    { at: 0, viewers: 2 },
    { at: 3 * minuteMs, viewers: 5 },
  ]);
});

test("nothing here scans a table", async () => {
  const planOf = async (query: SQL) =>
    (await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query}`)).map(({ detail }) => detail).join("; ");
  const plans = [
    await planOf(sql`UPDATE streams SET peak_viewers = counted.value ->> 1 FROM json_each('[]') AS counted
      WHERE streams.channel_id = counted.value ->> 0 AND state <> 'ended' AND peak_viewers < counted.value ->> 1`),
    await planOf(sql`UPDATE viewer_samples SET viewers = counted.value ->> 1 FROM json_each('[]') AS counted
      JOIN streams ON streams.channel_id = counted.value ->> 0 AND state <> 'ended'
      WHERE viewer_samples.stream_id = streams.id AND at = 1`),
    await planOf(sql`DELETE FROM viewer_samples WHERE at < 1`),
    await planOf(sql`SELECT min(at) FROM viewer_samples WHERE stream_id = 'a' GROUP BY at / 60000`),
  ];
  expect(plans.filter((plan) => /SCAN (streams|viewer_samples)/.test(plan))).toEqual([]);
});
