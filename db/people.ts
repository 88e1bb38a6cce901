import { asc, sql } from "drizzle-orm";
import { commandForEachChannel, commandForEachStream } from "./outbox.ts";
import type { Database } from "./open.ts";
import { type Role, users } from "./schema.ts";

export interface Person {
  id: string;
  username: string;
  role: Role;
  createdAt: number;
}

/** Accounts in the order they were made, after the one named by the cursor. */
export async function listPeople(
  db: Database,
  after: { createdAt: number; id: string } | null,
  limit: number,
): Promise<Person[]> {
  // A row value, so that the index finds where the page starts.
  const cursor =
    after === null ? undefined : sql`(${users.createdAt}, ${users.id}) > (${after.createdAt}, ${after.id})`;
  return db
    .select({ id: users.id, username: users.username, role: users.role, createdAt: users.createdAt })
    .from(users)
    .where(cursor)
    .orderBy(asc(users.createdAt), asc(users.id))
    .limit(limit);
}

/** Gives a viewer the right to stream. Returns whether there is such a user who is not an administrator. */
export async function allowStreaming(db: Database, userId: string): Promise<boolean> {
  const changed = await db.all(
    sql`UPDATE users SET role = 'streamer' WHERE id = ${userId} AND role <> 'administrator' RETURNING id`,
  );
  return changed.length > 0;
}

/**
 * Takes the right to stream away, ends a running stream and tells ingest, all or nothing.
 * Returns the channel's id, or undefined when there is no such user or the user is an administrator.
 */
export async function revokeStreaming(db: Database, userId: string, now: number): Promise<string | undefined> {
  const ofUser = sql`FROM channels JOIN users ON users.id = channels.user_id
    WHERE users.id = ${userId} AND users.role <> 'administrator'`;
  const running = sql`state <> 'ended' AND channel_id IN (SELECT channels.id ${ofUser})`;
  const [, , , , changed] = await db.batch([
    commandForEachChannel(db, "channel-revoked", sql`channels.id`, ofUser, now),
    commandForEachStream(db, "stream-ended", running, now),
    db.run(sql`UPDATE streams SET state = 'ended', ended_at = ${now}, end_reason = 'revoked' WHERE ${running}`),
    db.run(sql`UPDATE users SET role = 'viewer' WHERE id = ${userId} AND role <> 'administrator'`),
    db.all<{ id: string }>(sql`SELECT channels.id ${ofUser}`),
  ]);
  return changed[0]?.id;
}
