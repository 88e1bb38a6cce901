import { and, asc, desc, eq, type SQL, sql } from "drizzle-orm";
import { commandForEachStream } from "./outbox.ts";
import type { Database } from "./open.ts";
import { randomId } from "./random-id.ts";
import { channels, type Role, type StreamState, streams, users } from "./schema.ts";

/** Written out, not bound: SQLite uses a partial index only where the query repeats the index's own condition. */
const isRunning = sql`${streams.state} <> 'ended'`;

/** A publisher has been let in: what the one before was refused for is settled. */
const noRefusal = sql`refused_at = NULL, refusal_reason = NULL, refusal_message = NULL, refusal_address = NULL`;

export interface PublishAttempt {
  keyHash: string;
  /** Where viewers reach the ingest that asks; null: the page's own host. */
  hlsUrl: string | null;
  /** Which machine it runs on, where there are several. */
  machine?: string | undefined;
  /** The ingest that asks has no place for another stream: only one that it may hold goes on. */
  isFull?: boolean | undefined;
  /** Whether viewers may stream too (STREAMERS=everyone). */
  everyoneMayStream: boolean;
  /** A stream whose lease was renewed last before this time (ms) has ended, and is not resumed. */
  leaseEndsBefore: number;
  /** Unix time, ms. */
  now: number;
}

export type PublishOutcome =
  | { type: "unknown-key" }
  | { type: "suspended" | "not-allowed" | "full"; channelId: string }
  /** An administrator ended its last stream; `endNote`: why. */
  | { type: "held"; channelId: string; endNote: string | null }
  | {
      type: "publishing";
      channelId: string;
      channelName: string;
      streamId: string;
      startedAt: number;
      incarnation: number;
      /** Whether a stream began or an earlier one goes on. */
      isNew: boolean;
    };

interface PublishRow {
  channelId: string;
  channelName: string;
  role: Role;
  suspendedAt: number | null;
  heldUntil: number;
  endNote: string | null;
  streamId: string | null;
  startedAt: number | null;
  incarnation: number | null;
}

/**
 * Lets the holder of a key publish: the channel's running stream goes on with the next incarnation, or a new one begins.
 * One batch decides, so of two publishers at once one begins the stream and the other is a later incarnation of it.
 */
export async function beginPublish(db: Database, attempt: PublishAttempt): Promise<PublishOutcome> {
  const { keyHash, hlsUrl, now } = attempt;
  const machine = attempt.machine ?? null;
  const hasPlace = attempt.isFull === true ? 0 : 1;
  // Strangers try keys: they must not hold the write lock, which is everybody's.
  if (!(await isKeyKnown(db, keyHash))) return { type: "unknown-key" };
  const newId = randomId();
  const channelOfKey = sql`(SELECT id FROM channels WHERE key_hash = ${keyHash})`;
  const lapsed = sql`state <> 'ended' AND channel_id = ${channelOfKey} AND lease_renewed_at < ${attempt.leaseEndsBefore}`;
  const permitted = sql`(SELECT channels.id FROM channels JOIN users ON users.id = channels.user_id
    WHERE key_hash = ${keyHash} AND held_until <= ${now}
    AND suspended_at IS NULL AND (role <> 'viewer' OR ${attempt.everyoneMayStream ? 1 : 0}))`;
  const running = sql`state <> 'ended' AND (${hasPlace} OR ${isHeldBy(sql`${machine}`)})`;
  const results = await db.batch([
    commandForEachStream(db, "stream-ended", lapsed, now),
    db.run(sql`UPDATE streams SET state = 'ended', ended_at = ${now}, end_reason = 'lease-lapsed' WHERE ${lapsed}`),
    db.run(sql`
      UPDATE streams SET state = 'live', incarnation = incarnation + 1, lease_renewed_at = ${now}, hls_url = ${hlsUrl},
        health = iif(${machine} IS NULL, health, json_set(coalesce(health, '{}'), '$.machine', ${machine}))
      WHERE ${running} AND channel_id = ${permitted}`),
    db.run(sql`
      INSERT INTO streams (id, channel_id, state, started_at, incarnation, hls_url, lease_renewed_at, title, health)
      SELECT ${newId}, id, 'live', ${now}, 1, ${hlsUrl}, ${now}, title,
        iif(${machine} IS NULL, NULL, json_object('machine', ${machine})) FROM channels
      WHERE ${hasPlace} AND id = ${permitted}
      AND NOT EXISTS (SELECT 1 FROM streams WHERE channel_id = channels.id AND state <> 'ended')`),
    commandForEachStream(db, "stream-started", sql`streams.id = ${newId}`, now),
    db.run(sql`
      UPDATE channels SET ${noRefusal},
        last_live_at = coalesce((SELECT started_at FROM streams WHERE id = ${newId}), last_live_at)
      WHERE id = ${permitted}`),
    db.all<PublishRow>(sql`
      SELECT channels.id AS "channelId", name AS "channelName", role, suspended_at AS "suspendedAt", held_until AS "heldUntil",
        (SELECT end_note FROM streams AS ended WHERE ended.channel_id = channels.id ORDER BY ended_at DESC LIMIT 1) AS "endNote",
        streams.id AS "streamId", started_at AS "startedAt", incarnation
      FROM channels JOIN users ON users.id = channels.user_id
      LEFT JOIN streams ON streams.channel_id = channels.id AND ${running}
      WHERE key_hash = ${keyHash}`),
  ]);
  return readOutcome(results[6][0], attempt, newId);
}

async function isKeyKnown(db: Database, keyHash: string): Promise<boolean> {
  const row = await db.select({ id: channels.id }).from(channels).where(eq(channels.keyHash, keyHash)).get();
  return row !== undefined;
}

function readOutcome(row: PublishRow | undefined, attempt: PublishAttempt, newId: string): PublishOutcome {
  if (row === undefined) return { type: "unknown-key" };
  const { channelId, channelName, streamId, startedAt, incarnation } = row;
  if (row.suspendedAt !== null) return { type: "suspended", channelId };
  if (row.role === "viewer" && !attempt.everyoneMayStream) return { type: "not-allowed", channelId };
  if (row.heldUntil > attempt.now) return { type: "held", channelId, endNote: row.endNote };
  if (streamId === null && attempt.isFull === true) return { type: "full", channelId };
  if (streamId === null || startedAt === null || incarnation === null)
    throw new Error("A permitted publish has no stream");
  return { type: "publishing", channelId, channelName, streamId, startedAt, incarnation, isNew: streamId === newId };
}

/** The machine whose ingest let the stream's encoder in last; only that one speaks for the stream. */
const holder = sql`json_extract(streams.health, '$.machine')`;
const isHeldBy = (machine: SQL): SQL => sql`(${holder} IS NULL OR ${machine} IS NULL OR ${holder} = ${machine})`;

/** Undefined: the stream has ended or never was; `machine` null: there is only one. */
export async function findHolder(db: Database, streamId: string): Promise<{ machine: string | null } | undefined> {
  const rows = await db.all<{ machine: string | null }>(
    sql`SELECT ${holder} AS machine FROM streams WHERE id = ${streamId} AND state <> 'ended'`,
  );
  return rows[0];
}

export interface HealthReport {
  streamId: string;
  /** Of the ingest that reports. */
  machine?: string | undefined;
  state: "live" | "interrupted";
  hlsUrl: string | null;
  hasThumbnail: boolean;
  /** Kept as it is. */
  health: unknown;
}

export interface Renewed {
  channelId: string;
  /** Whether viewers must hear of it. */
  stateChanged: boolean;
}

/**
 * Keeps health reports, one of each stream, and renews the streams' leases; however many there are, it is one commit. What is
 * not in the answer has ended, never was, or is held by another machine.
 */
export async function recordHealth(
  db: Database,
  reports: readonly HealthReport[],
  now: number,
): Promise<Map<string, Renewed>> {
  const told = sql`json_each(${JSON.stringify(reports)}) AS told`;
  const running = sql`streams.id = told.value ->> 'streamId' AND state <> 'ended'
    AND ${isHeldBy(sql`(told.value ->> 'machine')`)}`;
  const [, changed, renewed] = await db.batch([
    // An encoder came back that ingest knows, and let in without asking.
    db.run(sql`
      UPDATE channels SET ${noRefusal} WHERE refused_at IS NOT NULL AND id IN (
        SELECT channel_id FROM ${told}, streams
        WHERE ${running} AND state = 'interrupted' AND told.value ->> 'state' = 'live')`),
    db.all<{ streamId: string }>(sql`
      UPDATE streams SET state = told.value ->> 'state', hls_url = told.value ->> 'hlsUrl' FROM ${told}
      WHERE ${running} AND (state <> told.value ->> 'state' OR hls_url IS NOT told.value ->> 'hlsUrl'
        OR coalesce(json_extract(streams.health, '$.hasThumbnail'), 0) <> told.value ->> 'hasThumbnail')
      RETURNING id AS "streamId"`),
    db.all<{ streamId: string; channelId: string }>(sql`
      UPDATE streams SET health = told.value -> 'health', lease_renewed_at = ${now} FROM ${told}
      WHERE ${running} RETURNING id AS "streamId", channel_id AS "channelId"`),
  ]);
  const changedIds = new Set(changed.map(({ streamId }) => streamId));
  return new Map(
    renewed.map(({ streamId, channelId }) => [streamId, { channelId, stateChanged: changedIds.has(streamId) }]),
  );
}

/** A stream that has just changed its state. */
export interface ChangedStream {
  streamId: string;
  channelId: string;
}

/**
 * Ends a running stream and tells ingest, all or nothing; `holdUntil` (ms) keeps its channel from publishing until then.
 * With `machine`, only if that one holds it. Returns undefined when it has ended before, never was or is held elsewhere.
 */
export async function endStream(
  db: Database,
  streamId: string,
  {
    reason,
    now,
    holdUntil = 0,
    machine,
  }: { reason: string; now: number; holdUntil?: number; machine?: string | undefined },
): Promise<ChangedStream | undefined> {
  const where = sql`streams.id = ${streamId} AND state <> 'ended' AND ${isHeldBy(sql`${machine ?? null}`)}`;
  const [, , ended] = await db.batch([
    commandForEachStream(db, "stream-ended", where, now),
    db.run(sql`
      UPDATE channels SET held_until = max(held_until, ${holdUntil})
      WHERE id = (SELECT channel_id FROM streams WHERE ${where})`),
    db.all<ChangedStream>(sql`
      UPDATE streams SET state = 'ended', ended_at = ${now}, end_reason = ${reason} WHERE ${where}
      RETURNING id AS "streamId", channel_id AS "channelId"`),
  ]);
  return ended[0];
}

/** Calls live streams interrupted whose lease is older than `interruptBefore`, and ends those older than `endBefore` (ms). */
export async function sweepLeases(
  db: Database,
  { interruptBefore, endBefore, now }: { interruptBefore: number; endBefore: number; now: number },
): Promise<{ interrupted: ChangedStream[]; ended: ChangedStream[] }> {
  const lapsed = sql`state <> 'ended' AND lease_renewed_at < ${endBefore}`;
  const changedColumns: SQL = sql`RETURNING id AS "streamId", channel_id AS "channelId"`;
  const [, ended, interrupted] = await db.batch([
    commandForEachStream(db, "stream-ended", lapsed, now),
    db.all<ChangedStream>(sql`
      UPDATE streams SET state = 'ended', ended_at = ${now}, end_reason = 'lease-lapsed' WHERE ${lapsed}
      ${changedColumns}`),
    db.all<ChangedStream>(sql`
      UPDATE streams SET state = 'interrupted'
      WHERE state <> 'ended' AND state = 'live' AND lease_renewed_at < ${interruptBefore} ${changedColumns}`),
  ]);
  return { interrupted, ended };
}

/** Brings leases that lie in the future, since the clock was set back, to `now` (ms). */
export async function clampLeases(db: Database, now: number): Promise<void> {
  await db.run(sql`UPDATE streams SET lease_renewed_at = ${now} WHERE state <> 'ended' AND lease_renewed_at > ${now}`);
}

export interface StreamView {
  id: string;
  state: StreamState;
  startedAt: number;
  endedAt: number | null;
  /** One of ingest's reasons, or api's own: `operator`, `lease-lapsed`, `revoked`, `suspended`; null: it goes on. */
  endReason: string | null;
  /** Why an administrator ended it; null: they did not, or did not say. */
  endNote: string | null;
  hlsUrl: string | null;
  title: string;
  /** Most people who watched at once. */
  peakViewers: number;
  /** As reported; a newer version may have written it. */
  health: unknown;
}

const viewColumns = {
  id: streams.id,
  state: streams.state,
  startedAt: streams.startedAt,
  endedAt: streams.endedAt,
  endReason: streams.endReason,
  endNote: streams.endNote,
  hlsUrl: streams.hlsUrl,
  title: streams.title,
  peakViewers: streams.peakViewers,
  health: streams.health,
};

/** The channel's running stream, else the one that ended last. */
export async function findCurrentStream(db: Database, channelId: string): Promise<StreamView | undefined> {
  const ofChannel = eq(streams.channelId, channelId);
  const running = await db.select(viewColumns).from(streams).where(and(ofChannel, isRunning)).get();
  if (running !== undefined) return running;
  return db.select(viewColumns).from(streams).where(ofChannel).orderBy(desc(streams.endedAt)).limit(1).get();
}

export interface RunningStream {
  streamId: string;
  channelId: string;
  channelName: string;
  /** As the streamer wants to be called. */
  displayName: string;
  title: string;
  startedAt: number;
  state: "live" | "interrupted";
  hlsUrl: string | null;
  hasThumbnail: boolean;
}

/** Streams that have not ended, longest first. */
export async function listRunningStreams(db: Database, limit: number): Promise<RunningStream[]> {
  const rows = await db
    .select({
      streamId: streams.id,
      channelId: streams.channelId,
      channelName: channels.name,
      displayName: sql<string>`coalesce(${users.displayName}, ${users.username})`,
      title: channels.title,
      startedAt: streams.startedAt,
      state: streams.state,
      hlsUrl: streams.hlsUrl,
      hasThumbnail: sql<number | null>`json_extract(${streams.health}, '$.hasThumbnail')`,
    })
    .from(streams)
    .innerJoin(channels, eq(channels.id, streams.channelId))
    .innerJoin(users, eq(users.id, channels.userId))
    .where(isRunning)
    .orderBy(asc(streams.startedAt), asc(streams.id))
    .limit(limit);
  return rows.map((row) => ({
    ...row,
    state: row.state === "live" ? "live" : "interrupted",
    hasThumbnail: row.hasThumbnail === 1,
  }));
}
