import { eq, type SQL, sql } from "drizzle-orm";
import { readLine, selectHistory, selectLine, type ShownLine } from "./chat-lines.ts";
import type { Database } from "./open.ts";
import { newest } from "./outbox.ts";
import { listRevocations } from "./revocations.ts";
import { channels, chatRooms } from "./schema.ts";

/** The rules of a channel's chat, as in signaling/contract/chat.ts. */
export interface RoomSettings {
  /** 0: off. */
  slowSeconds: number;
  /** null: off. */
  followersMinutes: number | null;
  signedInOnly: boolean;
  emojiOnly: boolean;
  noDuplicates: boolean;
  noLinks: boolean;
}

/** What a chat room consists of, as of one moment. */
export interface Room {
  epoch: number;
  /** The newest command of the outbox that is part of this. */
  asOf: number;
  ownerId: string;
  settings: RoomSettings;
  blockedWords: string[];
  /** Ids of users. */
  moderators: string[];
  /** Of those in force; `until` null: for ever. */
  bans: { userId: string; until: number | null }[];
  pinned: ShownLine | null;
}

/** Makes the room of a channel unless it has one. For `batch()`; does nothing for a channel that is not there. */
export const ensureRoom = (db: Database, channelId: string) =>
  db.run(sql`
    INSERT INTO chat_rooms (channel_id) SELECT id FROM channels WHERE id = ${channelId} ON CONFLICT DO NOTHING`);

/** The rows that `readRoom` makes a room of. */
const selectRoom = (db: Database, channelId: string, now: number) =>
  [
    db.all<{ id: number }>(newest),
    db
      .select({ ownerId: channels.userId, room: chatRooms })
      .from(chatRooms)
      .innerJoin(channels, eq(channels.id, chatRooms.channelId))
      .where(eq(chatRooms.channelId, channelId)),
    db.all<{ userId: string }>(sql`
      SELECT user_id AS "userId" FROM chat_moderators WHERE channel_id = ${channelId} ORDER BY since, user_id`),
    db.all<{ userId: string; until: number | null }>(sql`
      SELECT user_id AS "userId", until FROM chat_bans
      WHERE channel_id = ${channelId} AND (until IS NULL OR until > ${now}) ORDER BY at, user_id`),
    selectLine(db, channelId, sql`(SELECT pinned_line_id FROM chat_rooms WHERE channel_id = ${channelId})`),
  ] as const;

type RowsOf<Statements extends readonly unknown[]> = { [At in keyof Statements]: Awaited<Statements[At]> };

function readRoom([ids, rooms, moderators, bans, pinned]: RowsOf<ReturnType<typeof selectRoom>>): Room | undefined {
  if (rooms[0] === undefined) return undefined;
  const { ownerId, room } = rooms[0];
  const { slowSeconds, followersMinutes, signedInOnly, emojiOnly, noDuplicates, noLinks } = room;
  const pinnedRow = pinned[0];
  return {
    epoch: room.epoch,
    asOf: ids[0]?.id ?? 0,
    ownerId,
    settings: { slowSeconds, followersMinutes, signedInOnly, emojiOnly, noDuplicates, noLinks },
    blockedWords: JSON.parse(room.blockedWords) as string[],
    moderators: moderators.map(({ userId }) => userId),
    bans,
    pinned: pinnedRow === undefined ? null : readLine(pinnedRow),
  };
}

/**
 * Opens a channel's room: a new epoch, which ends the storing of lines under earlier ones, and everything there is of it,
 * as of one moment. `historyLimit`: the last lines that are wanted. undefined: there is no such channel.
 */
export async function openRoom(
  db: Database,
  channelId: string,
  historyLimit: number,
  now: number,
): Promise<{ room: Room; lines: ShownLine[] } | undefined> {
  const [, , history, ...rows] = await db.batch([
    ensureRoom(db, channelId),
    db.run(sql`UPDATE chat_rooms SET epoch = epoch + 1 WHERE channel_id = ${channelId}`),
    selectHistory(db, channelId, historyLimit),
    ...selectRoom(db, channelId, now),
  ]);
  const room = readRoom(rows);
  return room && { room, lines: history.map(readLine) };
}

/** A channel's room as it is; undefined: there is no such channel. */
export async function findRoom(db: Database, channelId: string, now: number): Promise<Room | undefined> {
  const [, ...rows] = await db.batch([ensureRoom(db, channelId), ...selectRoom(db, channelId, now)]);
  return readRoom(rows);
}

/** As an SQL expression, from `chat_rooms`: the command of api/contract/signaling-commands.ts that tells of the settings. */
export const settingsCommand: SQL = sql`json_object('type', 'chat-settings', 'channelId', channel_id,
  'settings', json_object('slowSeconds', slow_seconds, 'followersMinutes', followers_minutes,
    'signedInOnly', ${jsonBoolean(sql`signed_in_only`)}, 'emojiOnly', ${jsonBoolean(sql`emoji_only`)},
    'noDuplicates', ${jsonBoolean(sql`no_duplicates`)}, 'noLinks', ${jsonBoolean(sql`no_links`)}),
  'blockedWords', json(blocked_words))`;

function jsonBoolean(column: SQL): SQL {
  return sql`json(iif(${column}, 'true', 'false'))`;
}

/** For a fresh reader of signaling's commands: the newest one, and what was revoked since `since` (ms), as of one moment. */
export async function readChatSnapshot(
  db: Database,
  since: number,
  limit: number,
): Promise<{ id: number; revocations: { subject: string; at: number }[] }> {
  const [ids, revocations] = await db.batch([db.all<{ id: number }>(newest), listRevocations(db, since, limit)]);
  return { id: ids[0]?.id ?? 0, revocations };
}
