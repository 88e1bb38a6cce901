import { and, desc, eq, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { type Act, auditEach, commandLineActor } from "./audit-log.ts";
import type { Database } from "./open.ts";
import { commandToSignaling } from "./outbox.ts";
import { revokeEach } from "./revocations.ts";
import { callLines, callRooms, users } from "./schema.ts";

/** Rooms that one maker may have at once, not counting those that have ended. */
export const maxOpenRooms = 50;
/** Rooms deleted by one statement. */
const deletedAtOnce = 200;

export type CallMode = "meeting" | "stage";
export type CallEntry = "link" | "knock" | "signed-in";

/** A room of calls; one that has ended, too. */
export interface CallRoom {
  id: string;
  name: string;
  mode: CallMode;
  entry: CallEntry;
  /** argon2id, PHC string; null: none is asked for. */
  passcodeHash: string | null;
  /** Who made it: a user's id, or a guest's. */
  hostSubject: string;
  /** As they want to be called; null: a guest. */
  hostName: string | null;
  /** Unix time, ms, like the others. */
  createdAt: number;
  /** When somebody was there last. */
  activeAt: number;
  endedAt: number | null;
}

const columns = {
  id: callRooms.id,
  name: callRooms.name,
  mode: callRooms.mode,
  entry: callRooms.entry,
  passcodeHash: callRooms.passcodeHash,
  hostSubject: callRooms.hostSubject,
  hostName: sql<string | null>`coalesce(${users.displayName}, ${users.username})`,
  createdAt: callRooms.createdAt,
  activeAt: callRooms.activeAt,
  endedAt: callRooms.endedAt,
};

const selectRooms = (db: Database) =>
  db.select(columns).from(callRooms).leftJoin(users, eq(users.id, callRooms.hostId));

export async function findCallRoom(db: Database, id: string): Promise<CallRoom | undefined> {
  return selectRooms(db).where(eq(callRooms.id, id)).get();
}

/** What somebody has made, under any of their ids: open rooms newest first, then those that ended last; so many of these. */
export async function listCallRooms(
  db: Database,
  hostSubjects: readonly string[],
  maxEnded: number,
): Promise<CallRoom[]> {
  const isTheirs = inArray(callRooms.hostSubject, [...hostSubjects]);
  const [open, ended] = await db.batch([
    selectRooms(db)
      .where(and(isTheirs, isNull(callRooms.endedAt)))
      .orderBy(desc(callRooms.createdAt))
      .limit(maxOpenRooms * hostSubjects.length),
    selectRooms(db)
      .where(and(isTheirs, isNotNull(callRooms.endedAt)))
      .orderBy(desc(callRooms.endedAt))
      .limit(maxEnded),
  ]);
  return [...open, ...ended];
}

export interface NewCallRoom {
  id: string;
  name: string;
  mode: CallMode;
  entry: CallEntry;
  passcodeHash: string | null;
  hostSubject: string;
  /** The same, when it is a user; else null. */
  hostId: string | null;
}

/** As a condition: this maker may have one room more. */
const hasPlace = (hostSubject: SQL) => sql`(
  SELECT count(*) FROM call_rooms AS others WHERE others.host_subject = ${hostSubject} AND others.ended_at IS NULL
) < ${maxOpenRooms}`;

/** Makes a room. Returns false, and makes none, when its maker has as many as there may be. */
export async function createCallRoom(db: Database, room: NewCallRoom, now: number): Promise<boolean> {
  const { id, name, mode, entry, passcodeHash, hostSubject, hostId } = room;
  const made = await db.all(sql`
    INSERT INTO call_rooms (id, name, mode, entry, passcode_hash, host_subject, host_id, created_at, active_at)
    SELECT ${id}, ${name}, ${mode}, ${entry}, ${passcodeHash}, ${hostSubject}, ${hostId}, ${now}, ${now}
    WHERE ${hasPlace(sql`${hostSubject}`)} RETURNING id`);
  return made.length > 0;
}

export interface CallRoomChange {
  name: string;
  entry: CallEntry;
  /** null: asks for none from now on; undefined: as it was. */
  passcodeHash: string | null | undefined;
}

/** Changes a room and tells signaling, all or nothing. Returns false when it has ended or is gone. */
export async function changeCallRoom(db: Database, id: string, change: CallRoomChange, now: number): Promise<boolean> {
  const { name, entry, passcodeHash } = change;
  const [changed] = await db.batch([
    db
      .update(callRooms)
      .set(passcodeHash === undefined ? { name, entry } : { name, entry, passcodeHash })
      .where(and(eq(callRooms.id, id), isNull(callRooms.endedAt)))
      .returning({ id: callRooms.id }),
    commandToSignaling(
      db,
      sql`json_object('type', 'call-settings', 'callId', id,
        'settings', json_object('name', name, 'mode', mode, 'entry', entry))`,
      sql`FROM call_rooms WHERE id = ${id} AND ended_at IS NULL`,
      now,
    ),
  ]);
  return changed.length > 0;
}

/**
 * Ends a call for everybody and tells signaling, all or nothing; `administrator`: who ends what is not theirs, for the log.
 * Returns false when it had ended already.
 */
export async function endCallRoom(
  db: Database,
  id: string,
  now: number,
  administrator: Act["actor"] | null = null,
): Promise<boolean> {
  return endCallRooms(db, sql`id = ${id} AND ended_at IS NULL`, now, administrator);
}

/**
 * Ends the rooms in which nobody was since `idleSince` (ms), but those that nobody has ever entered only when they were
 * made before `unusedSince`: their links may have been sent ahead. Returns whether there were any.
 */
export async function endIdleCallRooms(
  db: Database,
  { idleSince, unusedSince }: { idleSince: number; unusedSince: number },
  now: number,
): Promise<boolean> {
  const isOver = sql`active_at < ${idleSince} AND (epoch > 0 OR active_at < ${unusedSince})`;
  return endCallRooms(db, sql`ended_at IS NULL AND ${isOver}`, now);
}

async function endCallRooms(
  db: Database,
  which: SQL,
  now: number,
  administrator: Act["actor"] | null = null,
): Promise<boolean> {
  const from = sql`FROM call_rooms WHERE ${which}`;
  const entry = { action: "call-ended", detail: sql`call_rooms.id`, subject: { name: sql`call_rooms.name` } } as const;
  const [, , , , , ended] = await db.batch([
    auditEach(
      db,
      { actor: administrator ?? commandLineActor, now },
      entry,
      sql`${from} AND ${administrator === null ? 0 : 1}`,
    ),
    commandToSignaling(db, sql`json_object('type', 'call-ended', 'callId', id)`, from, now),
    // Should it be opened again, whoever was in it knocks or says the passcode like everybody else.
    ...revokeEach(db, sql`'call:' || id`, from, now),
    // What was said in a call is gone with it.
    db.delete(callLines).where(sql`call_id IN (SELECT id FROM call_rooms WHERE ${which})`),
    db.all(sql`UPDATE call_rooms SET ended_at = ${now} WHERE ${which} RETURNING id`),
  ]);
  return ended.length > 0;
}

/**
 * Opens a room that has ended again, with the settings it had and what its host had decided: who is barred stays so. What
 * signaling had open of it can save nothing more. Returns false when it has not ended, or when its maker has as many open
 * ones as there may be.
 */
export async function reopenCallRoom(db: Database, id: string, now: number): Promise<boolean> {
  const opened = await db.all(sql`
    UPDATE call_rooms SET ended_at = NULL, active_at = ${now}, epoch = epoch + 1
    WHERE id = ${id} AND ended_at IS NOT NULL AND ${hasPlace(sql`call_rooms.host_subject`)} RETURNING id`);
  return opened.length > 0;
}

/** Deletes rooms that ended before `before` (ms), with all there is of them; some of them, when there are many. */
export async function deleteCallRooms(db: Database, before: number): Promise<void> {
  await db.run(sql`
    DELETE FROM call_rooms WHERE id IN (
      SELECT id FROM call_rooms WHERE ended_at IS NOT NULL AND ended_at < ${before} LIMIT ${deletedAtOnce})`);
}
