import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { commandForEachStream, commandForEachChannel, commandToSignaling } from "./outbox.ts";
import { revokeEach } from "./revocations.ts";

/** Lines of chat deleted by one statement: a statement keeps everybody else waiting. */
const linesAtOnce = 1000;

/** As a condition on `users`: somebody who may go. The last administrator who can sign in may not. */
const mayGo = (userId: string): SQL => sql`users.id = ${userId} AND (
  users.role <> 'administrator' OR EXISTS (
    SELECT 1 FROM users AS other
    WHERE other.role = 'administrator' AND other.role <> 'viewer' AND other.suspended_at IS NULL AND other.id <> ${userId}))`;

/** Whether an account may be deleted: not that of the last administrator. */
export async function mayDeleteAccount(db: Database, userId: string): Promise<boolean> {
  return (await db.all(sql`SELECT 1 FROM users WHERE ${mayGo(userId)}`)).length > 0;
}

/**
 * Deletes an account and everything that is theirs: their channel with its chat and streams, what they follow and have
 * written, their rooms, sessions and codes. A running stream ends; ingest and signaling are told. What is left is what
 * others need: the log of administrators and that of moderators, without the account. Their pictures go with the images'
 * sweep. Returns their channel's id; undefined, with the account still there, for the last administrator.
 */
export async function deleteAccount(db: Database, userId: string, now: number): Promise<string | undefined> {
  if (!(await mayDeleteAccount(db, userId))) return undefined;
  const ofUser = sql`FROM channels JOIN users ON users.id = channels.user_id WHERE ${mayGo(userId)}`;
  // In the chats of others these lines are in signaling's memory too: it hears of it before they are gone.
  const wroteIn = sql`FROM (
    SELECT DISTINCT channel_id FROM chat_lines WHERE author_id = ${userId}
      AND channel_id NOT IN (SELECT channels.id ${ofUser})
      AND EXISTS (SELECT 1 FROM users WHERE ${mayGo(userId)}))`;
  await db.batch([
    commandToSignaling(
      db,
      sql`json_object('type', 'chat-ban', 'channelId', channel_id, 'userId', ${userId}, 'until', ${now})`,
      wroteIn,
      now,
    ),
  ]);
  await deleteInParts(db, sql`author_id = ${userId}`);
  await deleteInParts(db, sql`channel_id IN (SELECT id FROM channels WHERE user_id = ${userId})`);

  const openRooms = sql`FROM call_rooms WHERE host_id IN (SELECT id FROM users WHERE ${mayGo(userId)}) AND ended_at IS NULL`;
  const running = sql`state <> 'ended' AND channel_id IN (SELECT channels.id ${ofUser})`;
  const results = await db.batch([
    db.all<{ id: string }>(sql`SELECT channels.id ${ofUser}`),
    ...revokeEach(db, sql`'user:' || users.id`, sql`FROM users WHERE ${mayGo(userId)}`, now),
    commandForEachChannel(db, "channel-revoked", sql`channels.id`, ofUser, now),
    commandForEachStream(db, "stream-ended", running, now),
    commandToSignaling(db, sql`json_object('type', 'call-ended', 'callId', id)`, openRooms, now),
    ...revokeEach(db, sql`'call:' || id`, openRooms, now),
    // The rest goes with the account, as the tables refer to it.
    db.run(sql`DELETE FROM users WHERE ${mayGo(userId)}`),
  ]);
  return results[0][0]?.id;
}

async function deleteInParts(db: Database, which: SQL): Promise<void> {
  for (;;) {
    const deleted = await db.all(sql`
      DELETE FROM chat_lines WHERE position IN (
        SELECT position FROM chat_lines WHERE ${which} LIMIT ${linesAtOnce}) RETURNING position`);
    if (deleted.length < linesAtOnce) return;
  }
}
