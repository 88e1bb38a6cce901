import { type SQL, sql } from "drizzle-orm";
import { type Act, auditEach } from "./audit-log.ts";
import type { Database } from "./open.ts";
import { commandForEachChannel, commandForEachStream } from "./outbox.ts";
import type { ChangedStream } from "./streams.ts";

/**
 * Statements for `batch()`: of the channels that `ofChannels` (FROM and WHERE) yields, ingest forgets the keys and closes the
 * encoders, and what is on ends.
 */
export const takeOffTheAir = (db: Database, ofChannels: SQL, reason: "revoked" | "suspended", now: number) => {
  const running = sql`state <> 'ended' AND channel_id IN (SELECT channels.id ${ofChannels})`;
  return [
    commandForEachChannel(db, "channel-revoked", sql`channels.id`, ofChannels, now),
    commandForEachStream(db, "stream-ended", running, now),
    db.run(sql`UPDATE streams SET state = 'ended', ended_at = ${now}, end_reason = ${reason} WHERE ${running}`),
  ] as const;
};

/**
 * An administrator ends a running stream; its channel cannot publish until `holdUntil` (ms). All or nothing, ingest is told,
 * and through it the encoder: `message`. Returns undefined when it has ended before or never was.
 */
export async function endStreamNow(
  db: Database,
  streamId: string,
  { reason, message, holdUntil }: { reason: string | null; message: string; holdUntil: number },
  act: Act,
): Promise<ChangedStream | undefined> {
  const where = sql`streams.id = ${streamId} AND state <> 'ended'`;
  const [, , , ended] = await db.batch([
    auditEach(
      db,
      act,
      { action: "stream-ended", detail: reason, subject: { id: sql`users.id`, name: sql`users.username` } },
      sql`FROM streams JOIN channels ON channels.id = channel_id JOIN users ON users.id = user_id WHERE ${where}`,
    ),
    commandForEachStream(db, "stream-ended", where, act.now, message),
    db.run(sql`
      UPDATE channels SET held_until = max(held_until, ${holdUntil})
      WHERE id = (SELECT channel_id FROM streams WHERE ${where})`),
    db.all<ChangedStream>(sql`
      UPDATE streams SET state = 'ended', ended_at = ${act.now}, end_reason = 'operator', end_note = ${reason}
      WHERE ${where}
      RETURNING id AS "streamId", channel_id AS "channelId"`),
  ]);
  return ended[0];
}
