import { and, asc, desc, eq, lt, or, gt, isNull, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { isLine } from "./chat-lines.ts";
import type { Database } from "./open.ts";
import { channels, chatBans, chatLines, chatLog, chatModerators, users } from "./schema.ts";

/** Something that was done to a channel's chat. */
export interface LogEntry {
  id: number;
  /** Unix time, ms. */
  at: number;
  /** Names; null: nobody, or somebody whose account is gone. */
  by: string | null;
  whom: string | null;
  /** As in api/contract/chat-actions.ts. */
  action: string;
  /** The value that was set: seconds, minutes or `off`, `on` or `off`, a word. */
  detail: string | null;
  reason: string | null;
  /** Of the line that it was about, when that is stored. */
  text: string | null;
}

const actors = alias(users, "actors");
const subjects = alias(users, "subjects");

/** The log of a channel's chat, newest first, before the entry with the id `before`. */
export async function listLog(
  db: Database,
  channelId: string,
  before: number | null,
  limit: number,
): Promise<LogEntry[]> {
  return db
    .select({
      id: chatLog.id,
      at: chatLog.at,
      by: actors.username,
      whom: subjects.username,
      action: chatLog.action,
      detail: chatLog.detail,
      reason: chatLog.reason,
      text: chatLines.text,
    })
    .from(chatLog)
    .leftJoin(actors, eq(actors.id, chatLog.actorId))
    .leftJoin(subjects, eq(subjects.id, chatLog.subjectId))
    .leftJoin(chatLines, isLine("chat_lines", sql`${chatLog.channelId}`, sql`${chatLog.lineId}`))
    .where(and(eq(chatLog.channelId, channelId), before === null ? undefined : lt(chatLog.id, before)))
    .orderBy(desc(chatLog.id))
    .limit(limit);
}

/** Somebody who may not write. */
export interface Ban {
  userId: string;
  name: string;
  /** Unix time, ms; null: for ever. */
  until: number | null;
  /** The moderator's name; null: their account is gone. */
  by: string | null;
  reason: string | null;
  at: number;
}

/** Bans and timeouts in force in a channel, newest first, after the one named by the cursor. */
export async function listBans(
  db: Database,
  channelId: string,
  after: { at: number; userId: string } | null,
  limit: number,
  now: number,
): Promise<Ban[]> {
  // A row value, so that the index finds where the page starts.
  const cursor =
    after === null ? undefined : sql`(${chatBans.at}, ${chatBans.userId}) < (${after.at}, ${after.userId})`;
  return db
    .select({
      userId: chatBans.userId,
      name: subjects.username,
      until: chatBans.until,
      by: actors.username,
      reason: chatBans.reason,
      at: chatBans.at,
    })
    .from(chatBans)
    .innerJoin(subjects, eq(subjects.id, chatBans.userId))
    .leftJoin(actors, eq(actors.id, chatBans.byId))
    .where(and(eq(chatBans.channelId, channelId), or(isNull(chatBans.until), gt(chatBans.until, now)), cursor))
    .orderBy(desc(chatBans.at), desc(chatBans.userId))
    .limit(limit);
}

/** The moderators of a channel by name; at most as many as there may be. */
export async function listModerators(db: Database, channelId: string): Promise<{ id: string; name: string }[]> {
  return db
    .select({ id: users.id, name: users.username })
    .from(chatModerators)
    .innerJoin(users, eq(users.id, chatModerators.userId))
    .where(eq(chatModerators.channelId, channelId))
    .orderBy(asc(users.username));
}

/** The channels that somebody moderates, by name. */
export async function listModeratedChannels(
  db: Database,
  userId: string,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  return db
    .select({ id: channels.id, name: channels.name })
    .from(chatModerators)
    .innerJoin(channels, eq(channels.id, chatModerators.channelId))
    .where(eq(chatModerators.userId, userId))
    .orderBy(asc(channels.name))
    .limit(limit);
}
