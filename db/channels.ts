import { eq, sql } from "drizzle-orm";
import { commandForEachChannel } from "./outbox.ts";
import type { Database } from "./open.ts";
import { channels, type Role, users } from "./schema.ts";

export interface Refusal {
  /** Unix time, ms. */
  at: number;
  reason: string;
  message: string;
  remoteAddress: string;
}

export interface Channel {
  id: string;
  userId: string;
  name: string;
  title: string;
  ownerRole: Role;
  keyCipher: string;
  lastRefusal: Refusal | null;
}

export async function findChannelByName(
  db: Database,
  name: string,
): Promise<{ id: string; name: string; title: string } | undefined> {
  return db
    .select({ id: channels.id, name: channels.name, title: channels.title })
    .from(channels)
    .where(eq(channels.name, name))
    .get();
}

/** Name and title of a channel, for those who hold its id. */
export async function findChannelById(
  db: Database,
  channelId: string,
): Promise<{ id: string; name: string; title: string } | undefined> {
  return db
    .select({ id: channels.id, name: channels.name, title: channels.title })
    .from(channels)
    .where(eq(channels.id, channelId))
    .get();
}

/** Everything its owner sees of the channel. */
export async function findOwnChannel(
  db: Database,
  by: { userId: string } | { channelId: string },
): Promise<Channel | undefined> {
  const row = await db
    .select({ channel: channels, ownerRole: users.role })
    .from(channels)
    .innerJoin(users, eq(users.id, channels.userId))
    .where("userId" in by ? eq(channels.userId, by.userId) : eq(channels.id, by.channelId))
    .get();
  if (row === undefined) return undefined;
  const { id, userId, name, title, keyCipher } = row.channel;
  return { id, userId, name, title, ownerRole: row.ownerRole, keyCipher, lastRefusal: readRefusal(row.channel) };
}

function readRefusal(row: typeof channels.$inferSelect): Refusal | null {
  if (row.refusedAt === null) return null;
  return {
    at: row.refusedAt,
    reason: row.refusalReason ?? "",
    message: row.refusalMessage ?? "",
    remoteAddress: row.refusalAddress ?? "",
  };
}

export async function setTitle(db: Database, channelId: string, title: string): Promise<void> {
  await db.update(channels).set({ title }).where(eq(channels.id, channelId));
}

/** Replaces the stream key and tells ingest, all or nothing. */
export async function replaceKey(
  db: Database,
  channelId: string,
  key: { hash: string; cipher: string },
  now: number,
): Promise<void> {
  await db.batch([
    db.update(channels).set({ keyHash: key.hash, keyCipher: key.cipher }).where(eq(channels.id, channelId)),
    commandForEachChannel(db, "key-changed", sql`id`, sql`FROM channels WHERE id = ${channelId}`, now),
  ]);
}

/** Tells ingest to close the channel's encoder; the refusal that made the owner ask for it is settled. */
export async function disconnectEncoder(db: Database, channelId: string, now: number): Promise<void> {
  await db.batch([
    commandForEachChannel(db, "encoder-disconnect", sql`id`, sql`FROM channels WHERE id = ${channelId}`, now),
    db
      .update(channels)
      .set({ refusedAt: null, refusalReason: null, refusalMessage: null, refusalAddress: null })
      .where(eq(channels.id, channelId)),
  ]);
}

/** Keeps the last refusal for the studio. Returns whether there is such a channel. */
export async function recordRefusal(db: Database, channelId: string, refusal: Refusal): Promise<boolean> {
  const changed = await db
    .update(channels)
    .set({
      refusedAt: refusal.at,
      refusalReason: refusal.reason,
      refusalMessage: refusal.message,
      refusalAddress: refusal.remoteAddress,
    })
    .where(eq(channels.id, channelId))
    .returning({ id: channels.id });
  return changed.length > 0;
}
