import { count, eq, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { commandToSignaling } from "./outbox.ts";
import { revokeEach } from "./revocations.ts";
import { follows } from "./schema.ts";

/**
 * Begins to follow a channel, and tells signaling, all or nothing. One who follows already goes on following since then.
 * Returns whether it is new: nobody follows their own channel, or one that is not there.
 */
export async function follow(db: Database, userId: string, channelId: string, now: number): Promise<boolean> {
  const [, followed] = await db.batch([
    tellFollow(
      db,
      { userId, channelId, followedAt: now },
      sql`${isOthersChannel(userId, channelId)} AND NOT ${isFollowing(userId, channelId)}`,
      now,
    ),
    db.all(sql`
      INSERT INTO follows (user_id, channel_id, followed_at) SELECT ${userId}, ${channelId}, ${now}
      WHERE ${isOthersChannel(userId, channelId)} ON CONFLICT DO NOTHING RETURNING user_id`),
  ]);
  return followed.length > 0;
}

/** Ends following, and tells signaling, all or nothing. Returns whether they did follow. */
export async function unfollow(db: Database, userId: string, channelId: string, now: number): Promise<boolean> {
  const following = isFollowing(userId, channelId);
  const [, , , unfollowed] = await db.batch([
    tellFollow(db, { userId, channelId, followedAt: null }, following, now),
    // A resume token says since when somebody follows: those made before now say it wrongly.
    ...revokeEach(db, sql`${`follow:${channelId}:${userId}`}`, sql`WHERE ${following}`, now),
    db.all(sql`DELETE FROM follows WHERE user_id = ${userId} AND channel_id = ${channelId} RETURNING user_id`),
  ]);
  return unfollowed.length > 0;
}

const isFollowing = (userId: string, channelId: string) =>
  sql`EXISTS (SELECT 1 FROM follows WHERE user_id = ${userId} AND channel_id = ${channelId})`;

const isOthersChannel = (userId: string, channelId: string) =>
  sql`EXISTS (SELECT 1 FROM channels JOIN users ON users.id = ${userId} WHERE channels.id = ${channelId} AND channels.user_id <> ${userId})`;

function tellFollow(
  db: Database,
  { userId, channelId, followedAt }: { userId: string; channelId: string; followedAt: number | null },
  condition: ReturnType<typeof sql>,
  now: number,
) {
  const command = JSON.stringify({ type: "chat-follow", channelId, userId, followedAt });
  return commandToSignaling(db, sql`${command}`, sql`WHERE ${condition}`, now);
}

/** How many follow a channel. */
export async function countFollowers(db: Database, channelId: string): Promise<number> {
  const row = await db.select({ followers: count() }).from(follows).where(eq(follows.channelId, channelId)).get();
  return row?.followers ?? 0;
}

/** What api says of somebody in a ticket for a channel: since when they follow it (ms), and whether they have written there. */
export async function findChatter(
  db: Database,
  userId: string,
  channelId: string,
): Promise<{ followedAt: number | null; hasWritten: boolean }> {
  const row = await db.get<{ followedAt: number | null; hasWritten: number }>(sql`
    SELECT (SELECT followed_at FROM follows WHERE user_id = ${userId} AND channel_id = ${channelId}) AS "followedAt",
      EXISTS (SELECT 1 FROM chat_lines WHERE author_id = ${userId} AND channel_id = ${channelId}) AS "hasWritten"`);
  return { followedAt: row.followedAt, hasWritten: row.hasWritten === 1 };
}
