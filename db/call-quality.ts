import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";

/** How calls went: who was in them, and what they measured. Times are Unix time, ms. */

/** From its beginning, up to but without its end. */
export interface TimeWindow {
  from: number;
  to: number;
}

export interface CallInWindow {
  id: string;
  name: string;
  /** null: a guest's. */
  hostName: string | null;
  endedAt: number | null;
  /** Devices that were there. */
  people: number;
  firstSeenAt: number;
  lastSeenAt: number;
}

/** Calls in which somebody was in the window, the latest first. */
export async function listCalls(db: Database, { from, to }: TimeWindow, limit: number): Promise<CallInWindow[]> {
  return db.all<CallInWindow>(sql`
    SELECT call_rooms.id, call_rooms.name, coalesce(users.display_name, users.username) AS "hostName", call_rooms.ended_at AS "endedAt", seen.people,
      seen.first AS "firstSeenAt", seen.last AS "lastSeenAt"
    FROM (
      SELECT call_id, count(*) AS people, min(first_seen_at) AS first, max(last_seen_at) AS last
      FROM call_people INDEXED BY call_people_by_age WHERE last_seen_at >= ${from} AND first_seen_at < ${to}
      GROUP BY call_id ORDER BY last DESC LIMIT ${limit}) AS seen
    JOIN call_rooms ON call_rooms.id = seen.call_id LEFT JOIN users ON users.id = call_rooms.host_id
    ORDER BY seen.last DESC`);
}

export interface PersonInCall {
  name: string;
  isGuest: boolean;
  firstSeenAt: number;
  lastSeenAt: number;
}

/** Who was in a call in the window, in the order they came. */
export async function listCallPeople(
  db: Database,
  callId: string,
  { from, to }: TimeWindow,
  limit: number,
): Promise<PersonInCall[]> {
  const rows = await db.all<Omit<PersonInCall, "isGuest"> & { isGuest: number }>(sql`
    SELECT name, is_guest AS "isGuest", first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt" FROM call_people
    WHERE call_id = ${callId} AND last_seen_at >= ${from} AND first_seen_at < ${to}
    ORDER BY first_seen_at, id LIMIT ${limit}`);
  return rows.map((row) => ({ ...row, isGuest: row.isGuest === 1 }));
}

/** Nearest rank: half of the samples, and 95 of 100, are at or below it. */
export interface Spread {
  p50: number;
  p95: number;
}

/** What somebody sent, and what was lost of that, is what the other one received: it is in the samples all the same. */
const metrics = {
  receivedBitsPerSecond: sql`received_bits_per_second`,
  lossIn: sql`loss_in`,
  jitterMs: sql`jitter_ms`,
  roundTripMs: sql`round_trip_ms`,
};
type Metric = keyof typeof metrics;
const metricNames = Object.keys(metrics) as Metric[];

/** What was measured of some connections. A metric is null when no sample knows it. */
export interface Figures extends Record<Metric, Spread | null> {
  samples: number;
  /** The time that they are about. */
  measuredMs: number;
  /** Of that: over a relay, and without any path. */
  relayedMs: number;
  withoutPathMs: number;
  freezes: number;
  freezeMs: number;
}

/** What `from` measured of the connection to `to`: ids of rows, and names. */
export interface PairFigures extends Figures {
  fromId: number;
  toId: number;
  from: string;
  to: string;
}

type Sums = Omit<Figures, Metric>;

const sums = sql`
  count(*) AS samples, coalesce(sum(over_ms), 0) AS "measuredMs", coalesce(sum(freezes), 0) AS freezes,
  coalesce(sum(freeze_ms), 0) AS "freezeMs", coalesce(sum(iif(path = 'relay', over_ms, 0)), 0) AS "relayedMs",
  coalesce(sum(iif(path = 'none', over_ms, 0)), 0) AS "withoutPathMs"`;

/** Ranking sorts, and whoever else asks the database waits for it: of more samples than this some are left out. */
const rankedAtOnce = 10_000;
/** For a list of many calls. */
const rankedInList = 2_000;
/** Of long windows every so many spans of this length count, with all samples in them. */
const spanMs = 10_000;

/** FROM and WHERE: the samples of a call in the window, or those of each `step`th span. */
const samplesOf = (callId: string, { from, to }: TimeWindow, step = 1) => sql`
  FROM call_samples WHERE call_id = ${callId} AND at >= ${from} AND at < ${to}
  ${step === 1 ? sql`` : sql`AND at / ${spanMs} % ${step} = 0`}`;

async function stepFor(db: Database, callId: string, window: TimeWindow, maxSamples: number): Promise<number> {
  const [row] = await db.all<{ samples: number }>(sql`SELECT count(*) AS samples ${samplesOf(callId, window)}`);
  return Math.max(1, Math.ceil((row?.samples ?? 0) / maxSamples));
}

/** The client is synchronous: without this nothing else would have its turn between two long statements. */
const letOthersIn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The spreads of one metric: of each connection, as somebody measured it, or of all samples together. */
async function spreadsOf(db: Database, metric: Metric, of: "pairs" | "all", samples: SQL): Promise<SpreadRow[]> {
  await letOthersIn();
  const column = metrics[metric];
  const partition = of === "pairs" ? sql`PARTITION BY from_id, to_id` : sql``;
  return db.all<SpreadRow>(sql`
    SELECT from_id AS "fromId", to_id AS "toId", min(value) AS p50, max(value) AS p95 FROM (
      SELECT from_id, to_id, ${column} AS value, row_number() OVER (${partition} ORDER BY ${column}) AS rank,
        count(*) OVER (${partition}) AS number
      ${samples} AND ${column} IS NOT NULL)
    WHERE rank IN ((number * 50 + 99) / 100, (number * 95 + 99) / 100)
    ${of === "pairs" ? sql`GROUP BY from_id, to_id` : sql`HAVING count(*) > 0`}`);
}

interface SpreadRow extends Spread {
  fromId: number;
  toId: number;
}

const noSpreads = Object.fromEntries(metricNames.map((metric) => [metric, null])) as Record<Metric, null>;

/** All that was measured in a call in the window; `isBrief`: about, from some of the samples of a long window. */
export async function readCallFigures(
  db: Database,
  callId: string,
  window: TimeWindow,
  { isBrief = false } = {},
): Promise<Figures> {
  const step = await stepFor(db, callId, window, isBrief ? rankedInList : rankedAtOnce);
  const ranked = samplesOf(callId, window, step);
  const [row] = await db.all<Sums>(sql`SELECT ${sums} ${isBrief ? ranked : samplesOf(callId, window)}`);
  if (row === undefined) throw new Error("An aggregate without a row");
  const figures: Figures = { ...row, ...noSpreads };
  for (const metric of metricNames) {
    const [spread] = await spreadsOf(db, metric, "all", ranked);
    if (spread !== undefined) figures[metric] = { p50: spread.p50, p95: spread.p95 };
  }
  return figures;
}

/** What each device measured of its connection to each other one, the longest first, at most `limit`. */
export async function readPairFigures(
  db: Database,
  callId: string,
  window: TimeWindow,
  limit: number,
): Promise<PairFigures[]> {
  const rows = await db.all<Sums & Pick<PairFigures, "fromId" | "toId" | "from" | "to">>(sql`
    SELECT from_id AS "fromId", to_id AS "toId", measurer.name AS "from", subject.name AS "to", sums.* FROM (
      SELECT from_id, to_id, ${sums} ${samplesOf(callId, window)}
      GROUP BY from_id, to_id ORDER BY "measuredMs" DESC LIMIT ${limit}) AS sums
    JOIN call_people AS measurer ON measurer.id = from_id JOIN call_people AS subject ON subject.id = to_id
    ORDER BY "from", "to", from_id, to_id`);
  const step = await stepFor(db, callId, window, rankedAtOnce);
  const pairs = new Map<string, PairFigures>();
  for (const { fromId, toId, from, to, samples, measuredMs, freezes, freezeMs, relayedMs, withoutPathMs } of rows) {
    const figures = { samples, measuredMs, freezes, freezeMs, relayedMs, withoutPathMs };
    pairs.set(`${fromId} ${toId}`, { fromId, toId, from, to, ...figures, ...noSpreads });
  }
  for (const metric of metricNames) {
    for (const { fromId, toId, p50, p95 } of await spreadsOf(db, metric, "pairs", samplesOf(callId, window, step))) {
      const pair = pairs.get(`${fromId} ${toId}`);
      if (pair !== undefined) pair[metric] = { p50, p95 };
    }
  }
  return [...pairs.values()];
}

/** A sample as it was measured; `fromId` and `toId`: who by, and of whose connection. */
export interface Sample {
  fromId: number;
  toId: number;
  at: number;
  /** null: their row is deleted already. */
  from: string | null;
  to: string | null;
  path: string;
  protocol: string | null;
  overMs: number;
  sentBitsPerSecond: number;
  receivedBitsPerSecond: number;
  /** 0 to 1, like the other shares. */
  lossIn: number | null;
  lossOut: number | null;
  jitterMs: number | null;
  roundTripMs: number | null;
  freezes: number;
  freezeMs: number;
  concealed: number | null;
}

/** The samples of a call in the window in the order of their times, after the one named by the cursor. */
export async function listSamples(
  db: Database,
  callId: string,
  { from, to }: TimeWindow,
  after: { at: number; fromId: number; toId: number } | null,
  limit: number,
): Promise<Sample[]> {
  await letOthersIn();
  // A row value, so that the index finds where the page starts.
  const cursor = after === null ? sql`` : sql`AND (at, from_id, to_id) > (${after.at}, ${after.fromId}, ${after.toId})`;
  return db.all(sql`
    SELECT at, from_id AS "fromId", to_id AS "toId", measurer.name AS "from", subject.name AS "to", path, protocol,
      over_ms AS "overMs", sent_bits_per_second AS "sentBitsPerSecond",
      received_bits_per_second AS "receivedBitsPerSecond", loss_in AS "lossIn", loss_out AS "lossOut",
      jitter_ms AS "jitterMs", round_trip_ms AS "roundTripMs", freezes, freeze_ms AS "freezeMs", concealed
    FROM call_samples
    LEFT JOIN call_people AS measurer ON measurer.id = from_id LEFT JOIN call_people AS subject ON subject.id = to_id
    WHERE call_samples.call_id = ${callId} AND at >= ${from} AND at < ${to} ${cursor}
    ORDER BY at, from_id, to_id LIMIT ${limit}`);
}

/** Rows deleted by one statement, and statements in one go. */
const deletedAtOnce = 2_000;
const deletionsAtOnce = 25;

/** So much is kept, whatever its age: about a gigabyte. */
const maxSamples = 5_000_000;
const maxPeople = 500_000;

/** Deletes what is older than `before` (ms), or more than a database should hold. */
export async function pruneCallQuality(db: Database, before: number): Promise<void> {
  const samples = sql`call_samples`;
  const people = sql`call_people`;
  await deleteInSteps(db, samples, sql`at < ${before} ORDER BY at`);
  await deleteInSteps(db, samples, sql`id <= (SELECT max(id) FROM call_samples) - ${maxSamples} ORDER BY id`);
  await deleteInSteps(db, people, sql`last_seen_at < ${before} ORDER BY last_seen_at`);
  await deleteInSteps(db, people, sql`id <= (SELECT max(id) FROM call_people) - ${maxPeople} ORDER BY id`);
}

async function deleteInSteps(db: Database, table: SQL, which: SQL): Promise<void> {
  for (let step = 0; step < deletionsAtOnce; step += 1) {
    const { rowsAffected } = await db.run(
      sql`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE ${which} LIMIT ${deletedAtOnce})`,
    );
    if (rowsAffected < deletedAtOnce) return;
    await letOthersIn();
  }
}
