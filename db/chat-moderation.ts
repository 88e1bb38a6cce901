import { type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { banRemovesMs, isLine } from "./chat-lines.ts";
import { type Member, memberOf, standing } from "./chat-members.ts";
import { ensureRoom, settingsCommand } from "./chat-rooms.ts";
import type { Database } from "./open.ts";
import { commandToSignaling } from "./outbox.ts";

/** Limits of one channel: moderators, blocked words, bans and timeouts. */
export const maxModerators = 100;
export const maxBlockedWords = 200;
export const maxBans = 10_000;

/** Those who join are sent so many lines: signaling/contract/limits.ts. */
const historyLines = 200;

/** What is done to a channel's chat; whom it is done to stands in the act. */
export type Moderation =
  | { action: "delete"; lineId: string }
  /** `until`: Unix time, ms. */
  | { action: "timeout"; until: number; seconds: number }
  | { action: "ban" | "unban" | "mod" | "unmod" | "unpin" }
  | { action: "slow"; seconds: number }
  | { action: "followers"; minutes: number | null }
  | { action: "signed-in" | "emoji-only"; on: boolean }
  | { action: "duplicates" | "links"; allowed: boolean }
  | { action: "block-word" | "unblock-word"; word: string }
  /** `line`: the line as browsers get it, JSON. */
  | { action: "pin"; lineId: string; line: string };

export interface Act {
  channelId: string;
  /** Who does it. */
  actor: Member;
  /** Whom it is done to: somebody, or the author of a line. */
  subject: Member | null;
  reason: string | null;
  /** Unix time, ms. */
  now: number;
}

/** One moderation as statements. */
interface Plan {
  lineId?: string;
  /** The value that was set, for the log. */
  detail?: string;
  /** Whether there is anything to do. */
  isDue: SQL;
  /** What is done, after `isDone` has become true. */
  statements: (isDone: SQL) => BatchItem<"sqlite">[];
}

/**
 * Does it: the log's row, signaling's commands and the change, all or nothing. Returns false, and has done nothing, where
 * that changes nothing, where a limit is reached, or when actor or subject do not stand any more as the act says.
 */
export async function moderate(db: Database, act: Act, moderation: Moderation): Promise<boolean> {
  const { channelId, actor, subject, reason, now } = act;
  const { lineId = null, detail = null, isDue, statements } = planOf(db, act, moderation);
  const stands = ({ id, standing: asRead }: Member) =>
    sql`EXISTS (SELECT 1 ${memberOf(channelId, now)} WHERE users.id = ${id} AND ${standing} = ${asRead})`;
  const subjectId = subject?.id ?? null;
  // The row of the log decides: what follows in the batch asks whether the newest one is this.
  const isDone = sql`EXISTS (SELECT 1 FROM chat_log WHERE id = (SELECT max(id) FROM chat_log)
    AND channel_id = ${channelId} AND at = ${now} AND actor_id = ${actor.id} AND action = ${moderation.action}
    AND subject_id IS ${subjectId} AND line_id IS ${lineId} AND detail IS ${detail})`;
  const [, , logged] = await db.batch([
    ensureRoom(db, channelId),
    // Those that are over count for nothing any more.
    db.run(sql`DELETE FROM chat_bans WHERE channel_id = ${channelId} AND until <= ${now}`),
    db.all(sql`
      INSERT INTO chat_log (channel_id, actor_id, action, subject_id, line_id, detail, reason, at)
      SELECT ${channelId}, ${actor.id}, ${moderation.action}, ${subjectId}, ${lineId}, ${detail}, ${reason}, ${now}
      WHERE ${stands(actor)} AND ${subject === null ? sql`true` : stands(subject)} AND ${isDue} RETURNING id`),
    ...statements(isDone),
  ]);
  return logged.length > 0;
}

function planOf(db: Database, act: Act, moderation: Moderation): Plan {
  switch (moderation.action) {
    case "delete":
      return removal(db, act, moderation.lineId);
    case "timeout":
      return ban(db, act, moderation.until, String(moderation.seconds));
    case "ban":
      return ban(db, act, null);
    case "unban":
      return unban(db, act);
    case "mod":
    case "unmod":
      return appointment(db, act, moderation.action === "mod");
    case "slow":
      return setting(db, act, sql`slow_seconds`, moderation.seconds, String(moderation.seconds));
    case "followers":
      return setting(db, act, sql`followers_minutes`, moderation.minutes, String(moderation.minutes ?? "off"));
    case "signed-in":
      return toggle(db, act, sql`signed_in_only`, moderation.on, moderation.on);
    case "emoji-only":
      return toggle(db, act, sql`emoji_only`, moderation.on, moderation.on);
    case "duplicates":
      return toggle(db, act, sql`no_duplicates`, !moderation.allowed, moderation.allowed);
    case "links":
      return toggle(db, act, sql`no_links`, !moderation.allowed, moderation.allowed);
    case "block-word":
      return blockWord(db, act, moderation.word);
    case "unblock-word":
      return unblockWord(db, act, moderation.word);
    case "pin":
      return pin(db, act, moderation.lineId, moderation.line);
    case "unpin":
      return unpin(db, act);
  }
}

/** A statement that tells signaling a command of this channel, and whom it is about if anybody, where the condition holds. */
function tell(db: Database, { channelId, now }: Act, type: string, more: Record<string, unknown>, condition: SQL) {
  const command = JSON.stringify({ type, channelId, ...more });
  return commandToSignaling(db, sql`${command}`, sql`WHERE ${condition}`, now);
}

const subjectOf = ({ subject }: Act): string => {
  if (subject === null) throw new Error("This is done to somebody");
  return subject.id;
};

function removal(db: Database, act: Act, lineId: string): Plan {
  const { channelId, now } = act;
  const isPinned = sql`channel_id = ${channelId} AND pinned_line_id = ${lineId}`;
  const line = isLine("chat_lines", sql`${channelId}`, sql`${lineId}`);
  return {
    lineId,
    // A line that is not stored yet is removed by the log: storeLines looks there.
    isDue: sql`NOT EXISTS (SELECT 1 FROM chat_log WHERE line_id = ${lineId} AND channel_id = ${channelId} AND action = 'delete')
      AND NOT EXISTS (SELECT 1 FROM chat_lines WHERE ${line} AND removed_at IS NOT NULL)`,
    statements: (isDone) => [
      tell(db, act, "chat-removed", { lineId }, isDone),
      ...takeDown(db, act, isPinned, isDone),
      db.run(sql`UPDATE chat_lines SET removed_at = ${now} WHERE ${line} AND ${isDone}`),
    ],
  };
}

/** Statements that take the pinned line down where `isPinned` says so of `chat_rooms`. */
const takeDown = (db: Database, act: Act, isPinned: SQL, isDone: SQL) => [
  tell(db, act, "chat-pinned", { line: null }, sql`${isDone} AND EXISTS (SELECT 1 FROM chat_rooms WHERE ${isPinned})`),
  db.run(sql`UPDATE chat_rooms SET pinned_line_id = NULL WHERE ${isPinned} AND ${isDone}`),
];

/** `until` null: for ever, which ends being a moderator too. Somebody who is banned for ever is not timed out. */
function ban(db: Database, act: Act, until: number | null, detail?: string): Plan {
  const { channelId, now } = act;
  const userId = subjectOf(act);
  const ofSubject = sql`channel_id = ${channelId} AND user_id = ${userId}`;
  const isModerator = sql`EXISTS (SELECT 1 FROM chat_moderators WHERE ${ofSubject})`;
  const shown = sql`author_id = ${userId} AND channel_id = ${channelId} AND removed_at IS NULL`;
  return {
    ...(detail === undefined ? {} : { detail }),
    isDue: sql`NOT EXISTS (SELECT 1 FROM chat_bans WHERE ${ofSubject} AND until IS NULL)
      AND (SELECT count(*) FROM chat_bans WHERE channel_id = ${channelId}) < ${maxBans}`,
    statements: (isDone) => [
      tell(db, act, "chat-ban", { userId, until }, isDone),
      ...takeDown(db, act, sql`channel_id = ${channelId} AND substr(pinned_line_id, 1, 32) = ${userId}`, isDone),
      // Whatever is in the history that those who join are sent, and a day's worth of what recordings will show.
      db.run(sql`
        UPDATE chat_lines SET removed_at = ${now} WHERE ${shown} AND ${isDone} AND position IN (
          SELECT position FROM chat_lines WHERE channel_id = ${channelId} AND removed_at IS NULL
          ORDER BY position DESC LIMIT ${historyLines})`),
      db.run(sql`
        UPDATE chat_lines SET removed_at = ${now} WHERE ${shown} AND at >= ${now - banRemovesMs} AND ${isDone}`),
      ...(until === null
        ? [
            tell(db, act, "chat-role", { userId, isModerator: false }, sql`${isDone} AND ${isModerator}`),
            db.run(sql`DELETE FROM chat_moderators WHERE ${ofSubject} AND ${isDone}`),
          ]
        : []),
      db.run(sql`
        INSERT INTO chat_bans (channel_id, user_id, until, by_id, reason, at)
        SELECT ${channelId}, ${userId}, ${until}, ${act.actor.id}, ${act.reason}, ${now} WHERE ${isDone}
        ON CONFLICT (channel_id, user_id)
        DO UPDATE SET until = excluded.until, by_id = excluded.by_id, reason = excluded.reason, at = excluded.at`),
    ],
  };
}

function unban(db: Database, act: Act): Plan {
  const userId = subjectOf(act);
  const ofSubject = sql`channel_id = ${act.channelId} AND user_id = ${userId}`;
  return {
    isDue: sql`EXISTS (SELECT 1 FROM chat_bans WHERE ${ofSubject})`,
    statements: (isDone) => [
      tell(db, act, "chat-unban", { userId }, isDone),
      db.run(sql`DELETE FROM chat_bans WHERE ${ofSubject} AND ${isDone}`),
    ],
  };
}

function appointment(db: Database, act: Act, isModerator: boolean): Plan {
  const { channelId, now } = act;
  const userId = subjectOf(act);
  const ofSubject = sql`channel_id = ${channelId} AND user_id = ${userId}`;
  const exists = sql`EXISTS (SELECT 1 FROM chat_moderators WHERE ${ofSubject})`;
  const isFree = sql`NOT ${exists} AND NOT EXISTS (SELECT 1 FROM chat_bans WHERE ${ofSubject})
    AND (SELECT count(*) FROM chat_moderators WHERE channel_id = ${channelId}) < ${maxModerators}`;
  return {
    isDue: isModerator ? isFree : exists,
    statements: (isDone) => [
      tell(db, act, "chat-role", { userId, isModerator }, isDone),
      isModerator
        ? db.run(sql`
            INSERT INTO chat_moderators (channel_id, user_id, since) SELECT ${channelId}, ${userId}, ${now} WHERE ${isDone}
            ON CONFLICT DO NOTHING`)
        : db.run(sql`DELETE FROM chat_moderators WHERE ${ofSubject} AND ${isDone}`),
    ],
  };
}

/** Sets one column of `chat_rooms`, so that two people who set different rules at once both get theirs. */
function setting(db: Database, { channelId, now }: Act, column: SQL, value: SQL | number | null, detail: string): Plan {
  const ofRoom = sql`channel_id = ${channelId}`;
  return {
    detail,
    isDue: sql`EXISTS (SELECT 1 FROM chat_rooms WHERE ${ofRoom} AND ${column} IS NOT ${value})`,
    statements: (isDone) => [
      db.run(sql`UPDATE chat_rooms SET ${column} = ${value} WHERE ${ofRoom} AND ${isDone}`),
      commandToSignaling(db, settingsCommand, sql`FROM chat_rooms WHERE ${ofRoom} AND ${isDone}`, now),
    ],
  };
}

const toggle = (db: Database, act: Act, column: SQL, value: boolean, detail: boolean): Plan =>
  setting(db, act, column, value ? 1 : 0, detail ? "on" : "off");

function blockWord(db: Database, act: Act, word: string): Plan {
  const more = sql`CASE WHEN json_array_length(blocked_words) >= ${maxBlockedWords}
    OR EXISTS (SELECT 1 FROM json_each(blocked_words) WHERE value = ${word})
    THEN blocked_words ELSE json_insert(blocked_words, '$[#]', ${word}) END`;
  return setting(db, act, sql`blocked_words`, more, word);
}

function unblockWord(db: Database, act: Act, word: string): Plan {
  const others = sql`(SELECT json_group_array(value) FROM json_each(blocked_words) WHERE value <> ${word})`;
  return setting(db, act, sql`blocked_words`, others, word);
}

function pin(db: Database, act: Act, lineId: string, line: string): Plan {
  const { channelId, now } = act;
  return {
    lineId,
    isDue: sql`EXISTS (SELECT 1 FROM chat_lines
        WHERE ${isLine("chat_lines", sql`${channelId}`, sql`${lineId}`)} AND removed_at IS NULL)
      AND EXISTS (SELECT 1 FROM chat_rooms WHERE channel_id = ${channelId} AND pinned_line_id IS NOT ${lineId})`,
    statements: (isDone) => [
      db.run(sql`UPDATE chat_rooms SET pinned_line_id = ${lineId} WHERE channel_id = ${channelId} AND ${isDone}`),
      commandToSignaling(
        db,
        sql`json_object('type', 'chat-pinned', 'channelId', ${channelId}, 'line', json(${line}))`,
        sql`WHERE ${isDone}`,
        now,
      ),
    ],
  };
}

function unpin(db: Database, act: Act): Plan {
  const isPinned = sql`channel_id = ${act.channelId} AND pinned_line_id IS NOT NULL`;
  return {
    isDue: sql`EXISTS (SELECT 1 FROM chat_rooms WHERE ${isPinned})`,
    statements: (isDone) => takeDown(db, act, isPinned, isDone),
  };
}
