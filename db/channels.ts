import { and, eq, sql } from "drizzle-orm";
import { commandForEachChannel } from "./outbox.ts";
import type { Database } from "./open.ts";
import { categories, channels, type Role, streams, users } from "./schema.ts";

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

export interface ChannelIdentity {
  id: string;
  name: string;
  title: string;
  /** As the owner wants to be called; null: as `name` says. */
  displayName: string | null;
  /** Its owner is suspended: nobody is to see it. */
  isSuspended: boolean;
}

const identityColumns = {
  id: channels.id,
  name: channels.name,
  title: channels.title,
  displayName: users.displayName,
  isSuspended: sql<boolean>`${users.suspendedAt} IS NOT NULL`.mapWith(Boolean),
};

export async function findChannelByName(db: Database, name: string): Promise<ChannelIdentity | undefined> {
  return db
    .select(identityColumns)
    .from(channels)
    .innerJoin(users, eq(users.id, channels.userId))
    .where(eq(channels.name, name))
    .get();
}

export interface ChannelLink {
  title: string;
  /** http or https. */
  url: string;
}

/** What everybody may see of a channel and its owner. */
export interface ChannelProfile extends ChannelIdentity {
  avatarHash: string | null;
  category: { id: string; name: string; nameId: string } | null;
  tags: string[];
  /** BCP 47; null: not said. */
  language: string | null;
  isMature: boolean;
  /** Markdown. */
  about: string;
  links: ChannelLink[];
  bannerHash: string | null;
  /** Unix time, ms; null: it was never live. */
  lastLiveAt: number | null;
}

/** A channel's public side. */
export async function findChannelProfile(
  db: Database,
  by: { channelId: string } | { name: string },
): Promise<ChannelProfile | undefined> {
  const row = await db
    .select({
      ...identityColumns,
      avatarHash: users.avatarHash,
      category: { id: categories.id, name: categories.name, nameId: categories.nameId },
      tags: channels.tags,
      language: channels.language,
      isMature: channels.isMature,
      about: channels.about,
      links: channels.links,
      bannerHash: channels.bannerHash,
      lastLiveAt: channels.lastLiveAt,
    })
    .from(channels)
    .innerJoin(users, eq(users.id, channels.userId))
    .leftJoin(categories, eq(categories.id, channels.categoryId))
    .where("name" in by ? eq(channels.name, by.name) : eq(channels.id, by.channelId))
    .get();
  if (row === undefined) return undefined;
  return { ...row, tags: JSON.parse(row.tags) as string[], links: JSON.parse(row.links) as ChannelLink[] };
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

/** What a stream is about. */
export interface StreamFacts {
  title: string;
  /** One that there is no more counts as none. */
  categoryId: string | null;
  tags: string[];
  language: string | null;
  isMature: boolean;
}

/** Sets what the channel's streams are about; the one that is on has the new title too. */
export async function setStreamFacts(db: Database, channelId: string, facts: StreamFacts): Promise<void> {
  const { title, categoryId, tags, language, isMature } = facts;
  await db.batch([
    db
      .update(channels)
      .set({
        title,
        categoryId: sql`(SELECT id FROM categories WHERE id = ${categoryId})`,
        tags: JSON.stringify(tags),
        language,
        isMature,
      })
      .where(eq(channels.id, channelId)),
    db
      .update(streams)
      .set({ title })
      .where(and(eq(streams.channelId, channelId), sql`${streams.state} <> 'ended'`)),
  ]);
}

/** Sets what the channel's page says of it. */
export async function setChannelText(
  db: Database,
  channelId: string,
  { about, links }: { about: string; links: ChannelLink[] },
): Promise<void> {
  await db
    .update(channels)
    .set({ about, links: JSON.stringify(links) })
    .where(eq(channels.id, channelId));
}

/** Hangs a banner over the channel's page, or takes it down (null). */
export async function setBanner(db: Database, channelId: string, hash: string | null): Promise<void> {
  await db.update(channels).set({ bannerHash: hash }).where(eq(channels.id, channelId));
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
