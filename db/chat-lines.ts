import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";

/** What was said, and what somebody is in the channel where it was said. */
export interface ShownLine {
  id: string;
  /** Unix time, ms. */
  at: number;
  authorId: string;
  name: string;
  /** How the author wants to be called; null: as `name` says. */
  displayName: string | null;
  /** What the author chose; null: nothing. */
  color: number | null;
  role: "viewer" | "moderator" | "streamer" | "administrator";
  text: string;
  action: boolean;
  first: boolean;
  /** The line it answers, shortened; null: none, or one that is gone. */
  reply: { id: string; name: string; displayName: string | null; text: string } | null;
}

interface LineRow {
  id: string;
  at: number;
  authorId: string;
  name: string;
  displayName: string | null;
  color: number | null;
  role: ShownLine["role"];
  text: string;
  action: number;
  first: number;
  replyId: string | null;
  replyName: string | null;
  replyDisplayName: string | null;
  replyText: string | null;
}

/** Whether a row of `chat_lines`, or an alias of it, is the line with that id: in the words of its index. */
export const isLine = (alias: "chat_lines" | "line" | "quoted", channelId: SQL, id: SQL) => {
  const row = sql.identifier(alias);
  return sql`${row}.author_id = substr(${id}, 1, 32) AND ${row}.channel_id = ${channelId} AND ${row}.id = ${id}`;
};

/** More of a line than a quote needs is left out. */
const quoteMaxCharacters = 100;

/** Those columns of a line, an alias of chat_lines, that show it; its author is `users`, its channel `channels`. */
const shownColumns = sql`
  line.id, line.at, line.author_id AS "authorId", users.username AS name,
  users.display_name AS "displayName", users.color, line.text, line.action, line.first,
  CASE WHEN users.id = channels.user_id THEN 'streamer' WHEN users.role = 'administrator' THEN 'administrator'
    WHEN chat_moderators.user_id IS NOT NULL THEN 'moderator' ELSE 'viewer' END AS role,
  quoted.id AS "replyId", quoter.username AS "replyName",
  quoter.display_name AS "replyDisplayName",
  CASE WHEN length(quoted.text) > ${quoteMaxCharacters}
    THEN substr(quoted.text, 1, ${quoteMaxCharacters - 1}) || '…' ELSE quoted.text END AS "replyText"`;

/** What they come from, when `line` is what they are of. */
const shownJoins = sql`
  JOIN users ON users.id = line.author_id JOIN channels ON channels.id = line.channel_id
  LEFT JOIN chat_moderators ON chat_moderators.channel_id = line.channel_id AND chat_moderators.user_id = line.author_id
  LEFT JOIN chat_lines AS quoted ON ${isLine("quoted", sql`line.channel_id`, sql`line.reply_to`)}
    AND quoted.removed_at IS NULL
  LEFT JOIN users AS quoter ON quoter.id = quoted.author_id`;

/** The rows of the last `limit` lines of a channel that are not removed, oldest first; for `batch()`, with `readLine`. */
export const selectHistory = (db: Database, channelId: string, limit: number) =>
  db.all<LineRow>(sql`
    SELECT ${shownColumns} FROM (
      SELECT * FROM chat_lines WHERE channel_id = ${channelId} AND removed_at IS NULL
      ORDER BY position DESC LIMIT ${limit}) AS line
    ${shownJoins} ORDER BY line.position`);

/** The row of a line that is not removed, or none; `lineId` is an SQL expression. For `batch()`, with `readLine`. */
export const selectLine = (db: Database, channelId: string, lineId: SQL) =>
  db.all<LineRow>(sql`
    SELECT ${shownColumns} FROM chat_lines AS line ${shownJoins}
    WHERE ${isLine("line", sql`${channelId}`, lineId)} AND line.removed_at IS NULL`);

export function readLine(row: LineRow): ShownLine {
  const { replyId, replyName, replyDisplayName, replyText, action, first, ...line } = row;
  const reply =
    replyId === null || replyName === null || replyText === null
      ? null
      : { id: replyId, name: replyName, displayName: replyDisplayName, text: replyText };
  return { ...line, action: action === 1, first: first === 1, reply };
}

/** A line that is stored and not removed. */
export async function findLine(db: Database, channelId: string, lineId: string): Promise<ShownLine | undefined> {
  const [row] = await selectLine(db, channelId, sql`${lineId}`);
  return row && readLine(row);
}

/** A line as it is stored. Its id begins with its author's, 32 characters. */
export interface NewLine {
  id: string;
  /** Unix time, ms. */
  at: number;
  text: string;
  action: boolean;
  first: boolean;
  replyTo: string | null;
}

/** As in api/contract/chat.ts. */
export type StoreOutcome = "stored" | "known" | "removed" | "refused";

/** A moderator who bans somebody removes what they wrote within this time, ms. */
export const banRemovesMs = 24 * 60 * 60_000;

/**
 * Stores lines in their order, all or nothing, each with the channel's stream that was on at the line's own time.
 * Lines that are stored already stay as they are. Returns the outcome of each, or "stale" when `epoch` is not the room's,
 * and then nothing is stored.
 */
export async function storeLines(
  db: Database,
  channelId: string,
  epoch: number,
  lines: readonly NewLine[],
  now: number,
): Promise<StoreOutcome[] | "stale"> {
  const given = sql`json_each(${JSON.stringify(lines)})`;
  const isCurrent = sql`EXISTS (SELECT 1 FROM chat_rooms WHERE channel_id = ${channelId} AND epoch = ${epoch})`;
  const [, current, found] = await db.batch([
    db.run(sql`
      INSERT INTO chat_lines
        (id, channel_id, author_id, epoch, at, text, action, first, reply_to, stream_id, stream_offset_ms, removed_at)
      SELECT said.id, ${channelId}, users.id, ${epoch}, said.at, said.text, said.action, said.first, said.reply_to,
        streams.id, said.at - streams.started_at, CASE WHEN ${isUnwanted(channelId)} THEN ${now} END
      FROM (
        SELECT key, value ->> 'id' AS id, value ->> 'at' AS at, value ->> 'text' AS text, value ->> 'action' AS action,
          value ->> 'first' AS first, value ->> 'replyTo' AS reply_to FROM ${given}) AS said
      JOIN users ON users.id = substr(said.id, 1, 32)
      LEFT JOIN streams ON streams.id = ${streamDuring(channelId)}
      WHERE ${isCurrent}
      ORDER BY said.key
      ON CONFLICT DO NOTHING`),
    db.all(sql`SELECT 1 WHERE ${isCurrent}`),
    db.all<{ epoch: number | null; removedAt: number | null; isSame: number }>(sql`
      SELECT line.epoch, line.removed_at AS "removedAt", line.at = given.value ->> 'at' AS "isSame" FROM ${given} AS given
      LEFT JOIN chat_lines AS line ON ${isLine("line", sql`${channelId}`, sql`given.value ->> 'id'`)}
      ORDER BY given.key`),
  ]);
  if (current.length === 0) return "stale";
  return found.map((line) => {
    if (line.epoch === null) return "refused";
    if (line.removedAt !== null) return "removed";
    // Sent again by its author, a line has a new time: the one that is stored was shown then.
    return line.epoch === epoch && line.isSame === 1 ? "stored" : "known";
  });
}

/**
 * The channel's stream that was on at `said.at`. One that runs still, else the first that ended after that: streams of
 * one channel do not overlap, so no other can be it, and each is one step in an index.
 */
const streamDuring = (channelId: string) => sql`coalesce(
  (SELECT id FROM streams WHERE channel_id = ${channelId} AND state <> 'ended' AND started_at <= said.at),
  (SELECT id FROM (SELECT id, started_at FROM streams WHERE channel_id = ${channelId} AND ended_at > said.at
    ORDER BY ended_at LIMIT 1) WHERE started_at <= said.at))`;

/** Whether a moderator was faster than the storage: deleted `said`, or banned its author at or after it. */
const isUnwanted = (channelId: string) => sql`(
  EXISTS (SELECT 1 FROM chat_log
    WHERE line_id = said.id AND channel_id = ${channelId} AND action = 'delete')
  OR EXISTS (SELECT 1 FROM chat_log
    WHERE subject_id = users.id AND channel_id = ${channelId} AND at >= said.at AND at < said.at + ${banRemovesMs}
    AND action IN ('ban', 'timeout'))
  OR EXISTS (SELECT 1 FROM chat_bans
    WHERE user_id = users.id AND channel_id = ${channelId} AND at <= said.at AND (until IS NULL OR until > said.at)))`;
