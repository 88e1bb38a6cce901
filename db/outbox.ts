import { and, asc, eq, gt, lt, type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { type Audience, outbox } from "./schema.ts";

/** A row of the outbox: a command of api/contract/commands.ts or signaling-commands.ts without its id, JSON. */
export interface OutboxRow {
  id: number;
  audience: Audience;
  command: string;
}

/** The command types that concern a channel alone. */
export type ChannelCommand = "channel-revoked" | "key-changed" | "encoder-disconnect";

/** A statement for `batch()`: writes one command for each row that `from` (FROM and WHERE, with a `channelId`) yields. */
export function commandForEachChannel(db: Database, type: ChannelCommand, channelId: SQL, from: SQL, now: number) {
  return db.run(sql`
    INSERT INTO outbox (created_at, command)
    SELECT ${now}, json_object('type', ${type}, 'channelId', ${channelId}) ${from}`);
}

/**
 * A statement for `batch()`: writes one command for each row of `streams` that `where` selects. `told`: what its encoder is
 * told.
 */
export function commandForEachStream(
  db: Database,
  type: "stream-started" | "stream-ended",
  where: SQL,
  now: number,
  told?: string,
) {
  const command = sql`json_object('type', ${type}, 'streamId', streams.id, 'channelId', streams.channel_id)`;
  return db.run(sql`
    INSERT INTO outbox (created_at, command)
    SELECT ${now}, ${told === undefined ? command : sql`json_set(${command}, '$.message', ${told})`}
    FROM streams WHERE ${where}`);
}

/**
 * A statement for `batch()`: tells signaling the command that the SQL expression `json` yields for each row of `from`
 * (FROM and WHERE).
 */
export function commandToSignaling(db: Database, json: SQL, from: SQL, now: number) {
  return db.run(sql`INSERT INTO outbox (created_at, audience, command) SELECT ${now}, 'signaling', ${json} ${from}`);
}

/** Commands after `id`, oldest first, at most `limit`; of one audience or of all. */
export async function listCommandsAfter(
  db: Database,
  audience: Audience | "all",
  id: number,
  limit: number,
): Promise<OutboxRow[]> {
  const after = gt(outbox.id, id);
  return db
    .select({ id: outbox.id, audience: outbox.audience, command: outbox.command })
    .from(outbox)
    .where(audience === "all" ? after : and(eq(outbox.audience, audience), after))
    .orderBy(asc(outbox.id))
    .limit(limit);
}

/** The id of the newest command ever written, also when it has been pruned; 0 before the first. */
export async function newestCommandId(db: Database): Promise<number> {
  const row = await db.get<{ id: number } | undefined>(newest);
  return row?.id ?? 0;
}

/** As an expression: the id of the newest command ever written. */
export const newest = sql`SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0) AS id`;

/**
 * Whether a reader that has seen everything up to `id` can be served from the rows that are left.
 * False when rows after `id` were pruned, whomever they were for, or when `id` comes from another database.
 */
export async function canContinueAfter(db: Database, id: number): Promise<boolean> {
  const row = await db.get<{ newest: number; oldest: number | null }>(
    sql`SELECT (${newest}) AS newest, (SELECT min(id) FROM outbox) AS oldest`,
  );
  return id <= row.newest && (id === row.newest || (row.oldest !== null && row.oldest <= id + 1));
}

/** The running streams and the newest command id, as of one moment. */
export async function readSnapshot(
  db: Database,
): Promise<{ id: number; streams: { streamId: string; channelId: string }[] }> {
  const [ids, streams] = await db.batch([
    db.all<{ id: number }>(newest),
    db.all<{ streamId: string; channelId: string }>(
      sql`SELECT id AS "streamId", channel_id AS "channelId" FROM streams WHERE state <> 'ended' ORDER BY started_at, id`,
    ),
  ]);
  return { id: ids[0]?.id ?? 0, streams };
}

/** Drops commands older than `before` (ms). */
export async function pruneCommands(db: Database, before: number): Promise<void> {
  await db.delete(outbox).where(lt(outbox.createdAt, before));
}
