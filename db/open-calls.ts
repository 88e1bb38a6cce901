import { desc, eq, sql } from "drizzle-orm";
import type { CallEntry, CallMode } from "./call-rooms.ts";
import type { Database } from "./open.ts";
import { newest } from "./outbox.ts";
import { callLines } from "./schema.ts";

/** What signaling asks and stores of calls that are open. Times are Unix time, ms. */

/** A line of a call's chat, as in signaling/contract/call.ts. */
export interface CallLine {
  id: string;
  at: number;
  name: string;
  color: number;
  isHost: boolean;
  text: string;
}

/** So many lines of a call are kept: nobody is shown more. */
const keptLines = 200;

export interface OpenCall {
  epoch: number;
  /** The newest command of the outbox that is part of this. */
  asOf: number;
  settings: { name: string; mode: CallMode; entry: CallEntry };
  /** What was saved, JSON; null: nothing. */
  state: string | null;
  /** Oldest first. */
  lines: CallLine[];
}

/** Opens a call: a new epoch, and all there is of it as of one moment. undefined: it has ended, or was never there. */
export async function openCall(db: Database, callId: string, now: number): Promise<OpenCall | undefined> {
  const [rooms, ids, lines] = await db.batch([
    db.all<{ epoch: number; name: string; mode: CallMode; entry: CallEntry; state: string | null }>(sql`
      UPDATE call_rooms SET epoch = epoch + 1, active_at = ${now} WHERE id = ${callId} AND ended_at IS NULL
      RETURNING epoch, name, mode, entry, state`),
    db.all<{ id: number }>(newest),
    db
      .select({
        id: callLines.id,
        at: callLines.at,
        name: callLines.name,
        color: callLines.color,
        isHost: callLines.isHost,
        text: callLines.text,
      })
      .from(callLines)
      .where(eq(callLines.callId, callId))
      .orderBy(desc(callLines.position))
      .limit(keptLines),
  ]);
  const [room] = rooms;
  if (room === undefined) return undefined;
  const { epoch, state, ...settings } = room;
  return { epoch, asOf: ids[0]?.id ?? 0, settings, state, lines: lines.toReversed() };
}

/**
 * Stores lines in their order, and the state unless it is undefined (JSON), all or nothing. A line that is stored already
 * stays as it is. Returns false, and has stored nothing, when `epoch` is not the call's or the call has ended.
 */
export async function saveCall(
  db: Database,
  callId: string,
  epoch: number,
  { state, lines }: { state: string | undefined; lines: readonly CallLine[] },
): Promise<boolean> {
  const isCurrent = sql`EXISTS (
    SELECT 1 FROM call_rooms WHERE id = ${callId} AND epoch = ${epoch} AND ended_at IS NULL)`;
  const [current] = await db.batch([
    db.all(sql`SELECT 1 WHERE ${isCurrent}`),
    db.run(sql`
      INSERT INTO call_lines (call_id, id, at, name, color, is_host, text)
      SELECT ${callId}, value ->> 'id', value ->> 'at', value ->> 'name', value ->> 'color', value ->> 'isHost',
        value ->> 'text'
      FROM json_each(${JSON.stringify(lines)}) WHERE ${isCurrent} ORDER BY key
      ON CONFLICT DO NOTHING`),
    db.run(sql`
      DELETE FROM call_lines WHERE call_id = ${callId} AND position <= (
        SELECT position FROM call_lines WHERE call_id = ${callId} ORDER BY position DESC LIMIT 1 OFFSET ${keptLines})`),
    ...(state === undefined
      ? []
      : [db.run(sql`UPDATE call_rooms SET state = ${state} WHERE id = ${callId} AND ${isCurrent}`)]),
  ]);
  return current.length > 0;
}

/** Who is in a call, and what they measured, as in api/contract/calls.ts. */
export interface CallReport {
  people: readonly { id: string; name: string; isGuest: boolean }[];
  samples: readonly {
    from: string;
    at: number;
    peer: string;
    path: "direct" | "relay" | "none";
    protocol: "udp" | "tcp" | "tls" | null;
    overMs: number;
    sentBitsPerSecond: number;
    receivedBitsPerSecond: number;
    lossIn: number | null;
    lossOut: number | null;
    jitterMs: number | null;
    roundTripMs: number | null;
    freezes: number;
    freezeMs: number;
    concealed: number | null;
  }[];
}

/**
 * Keeps a call from ending while somebody is there, and stores who that is and what was measured, all or nothing. A
 * sample about somebody who was in no report is left out. Returns false when the call has ended, or was never there.
 */
export async function recordCallReport(
  db: Database,
  callId: string,
  { people, samples }: CallReport,
  now: number,
): Promise<boolean> {
  const isOpen = sql`EXISTS (SELECT 1 FROM call_rooms WHERE id = ${callId} AND ended_at IS NULL)`;
  const given = sql`json_each(${JSON.stringify(people)})`;
  // CROSS JOIN keeps SQLite from beginning with the people, and reading the samples once for each of them.
  const person = (alias: string, peer: string) => sql`
    CROSS JOIN call_people AS ${sql.identifier(alias)}
      ON ${sql.identifier(alias)}.call_id = ${callId} AND ${sql.identifier(alias)}.peer = value ->> ${peer}`;
  const [known] = await db.batch([
    db.all(sql`SELECT 1 WHERE ${isOpen}`),
    db.run(sql`
      UPDATE call_people SET last_seen_at = ${now}
      WHERE ${isOpen} AND call_id = ${callId} AND peer IN (SELECT value ->> 'id' FROM ${given})`),
    // No upsert: each would use up an id, and by these the rows are counted when they are too many.
    db.run(sql`
      INSERT INTO call_people (call_id, peer, name, is_guest, first_seen_at, last_seen_at)
      SELECT ${callId}, value ->> 'id', value ->> 'name', value ->> 'isGuest', ${now}, ${now} FROM ${given}
      WHERE ${isOpen} AND NOT EXISTS (SELECT 1 FROM call_people WHERE call_id = ${callId} AND peer = value ->> 'id')
      ON CONFLICT DO NOTHING`),
    // Another machine's clock may be ahead of ours: what is of the future would outlive the rest.
    db.run(sql`
      INSERT INTO call_samples (call_id, at, from_id, to_id, path, protocol, over_ms, sent_bits_per_second,
        received_bits_per_second, loss_in, loss_out, jitter_ms, round_trip_ms, freezes, freeze_ms, concealed)
      SELECT ${callId}, min(value ->> 'at', ${now}), measurer.id, subject.id, value ->> 'path', value ->> 'protocol',
        value ->> 'overMs', value ->> 'sentBitsPerSecond', value ->> 'receivedBitsPerSecond', value ->> 'lossIn',
        value ->> 'lossOut', value ->> 'jitterMs', value ->> 'roundTripMs', value ->> 'freezes', value ->> 'freezeMs',
        value ->> 'concealed'
      FROM json_each(${JSON.stringify(samples)}) ${person("measurer", "from")} ${person("subject", "peer")}
      WHERE ${isOpen}
      ON CONFLICT DO NOTHING`),
    ...(people.length === 0
      ? []
      : [db.run(sql`UPDATE call_rooms SET active_at = ${now} WHERE id = ${callId} AND ended_at IS NULL`)]),
  ]);
  return known.length > 0;
}
