import { sql } from "drizzle-orm";
import type { Database } from "./open.ts";

export type Standing = "viewer" | "moderator" | "streamer" | "administrator";

/** Somebody as they stand in one channel. */
export interface Member {
  id: string;
  name: string;
  /** A moderator who is banned or timed out is none meanwhile. */
  standing: Standing;
  /** Kept from writing until then (ms), for ever, or not (null). */
  bannedUntil: number | "ever" | null;
}

/** What somebody is in the channel, as an expression over `memberOf`. */
export const standing = sql`
  CASE WHEN users.id = channels.user_id THEN 'streamer' WHEN users.role = 'administrator' THEN 'administrator'
    WHEN chat_moderators.user_id IS NOT NULL AND chat_bans.user_id IS NULL THEN 'moderator' ELSE 'viewer' END`;
/** FROM: accounts in one channel, each with its row of `chat_moderators` and of `chat_bans` in force. */
export const memberOf = (channelId: string, now: number) => sql`
  FROM users JOIN channels ON channels.id = ${channelId}
  LEFT JOIN chat_moderators ON chat_moderators.channel_id = channels.id AND chat_moderators.user_id = users.id
  LEFT JOIN chat_bans ON chat_bans.channel_id = channels.id AND chat_bans.user_id = users.id
    AND (chat_bans.until IS NULL OR chat_bans.until > ${now})`;

/** Finds somebody by their id or canonical name; undefined: there is no such account, or no such channel. */
export async function findMember(
  db: Database,
  channelId: string,
  by: { userId: string } | { username: string },
  now: number,
): Promise<Member | undefined> {
  const [row] = await db.all<Omit<Member, "bannedUntil"> & { isBanned: number; until: number | null }>(sql`
    SELECT users.id, users.username AS name, ${standing} AS standing, chat_bans.user_id IS NOT NULL AS "isBanned",
      chat_bans.until
    ${memberOf(channelId, now)}
    WHERE ${"userId" in by ? sql`users.id = ${by.userId}` : sql`users.username = ${by.username}`}`);
  if (row === undefined) return undefined;
  const { isBanned, until, ...member } = row;
  return { ...member, bannedUntil: isBanned === 1 ? (until ?? "ever") : null };
}
