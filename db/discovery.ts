import { and, asc, count, desc, eq, isNotNull, isNull, notExists, type SQL, sql, type SQLWrapper } from "drizzle-orm";
import type { Database } from "./open.ts";
import { categories, channels, follows, streams, users } from "./schema.ts";

/** A category, by its names in our languages. */
export interface CategoryName {
  id: string;
  /** In English, and in Indonesian. */
  name: string;
  nameId: string;
}

/** What lists say of every channel. */
export interface ListedChannel {
  channelId: string;
  /** Of `/@name`. */
  name: string;
  /** As the owner wants to be called. */
  displayName: string;
  avatarHash: string | null;
}

/** A channel with a stream that has not ended. */
export interface LiveRow extends ListedChannel {
  streamId: string;
  title: string;
  /** Unix time, ms. */
  startedAt: number;
  state: "live" | "interrupted";
  /** Where viewers reach its ingest; null: the page's own host. */
  hlsUrl: string | null;
  hasThumbnail: boolean;
  category: CategoryName | null;
  tags: string[];
  /** BCP 47; null: not said. */
  language: string | null;
  isMature: boolean;
}

/** A channel that is off now. */
export interface OfflineRow extends ListedChannel {
  title: string;
  /** When its last stream began, Unix time, ms; null: it never had one. */
  lastLiveAt: number | null;
  category: CategoryName | null;
}

const listed = {
  channelId: channels.id,
  name: channels.name,
  displayName: sql<string>`coalesce(${users.displayName}, ${users.username})`,
  avatarHash: users.avatarHash,
};
const category = { id: categories.id, name: categories.name, nameId: categories.nameId };

/** Suspended people are in no list. */
const isListed = isNull(users.suspendedAt);

/** Streams that have not ended, longest first, with all that a card says. */
export async function listLive(db: Database, limit: number): Promise<LiveRow[]> {
  const rows = await db
    .select({
      ...listed,
      streamId: streams.id,
      title: channels.title,
      startedAt: streams.startedAt,
      state: streams.state,
      hlsUrl: streams.hlsUrl,
      hasThumbnail: sql<number | null>`json_extract(${streams.health}, '$.hasThumbnail')`,
      category,
      tags: channels.tags,
      language: channels.language,
      isMature: channels.isMature,
    })
    .from(streams)
    .innerJoin(channels, eq(channels.id, streams.channelId))
    .innerJoin(users, eq(users.id, channels.userId))
    .leftJoin(categories, eq(categories.id, channels.categoryId))
    // Written out: SQLite uses a partial index only where the query repeats the index's own condition.
    .where(and(sql`${streams.state} <> 'ended'`, isListed))
    .orderBy(asc(streams.startedAt), asc(streams.id))
    .limit(limit);
  return rows.map((row) => ({
    ...row,
    state: row.state === "live" ? "live" : "interrupted",
    hasThumbnail: row.hasThumbnail === 1,
    tags: JSON.parse(row.tags) as string[],
  }));
}

/** The channels that somebody follows, by name. */
export async function listFollowed(db: Database, userId: string, limit: number): Promise<ListedChannel[]> {
  const rows = await db
    .select(listed)
    .from(follows)
    .innerJoin(channels, eq(channels.id, follows.channelId))
    .innerJoin(users, eq(users.id, channels.userId))
    .where(and(eq(follows.userId, userId), isListed))
    .limit(limit);
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const isOff = (db: Database) =>
  notExists(
    db
      .select({ one: sql`1` })
      .from(streams)
      .where(and(eq(streams.channelId, channels.id), sql`${streams.state} <> 'ended'`)),
  );

const offlineColumns = {
  ...listed,
  title: channels.title,
  lastLiveAt: channels.lastLiveAt,
  category,
};

/** Channels that were live last, newest first; of one category or of all. */
export async function listRecentlyLive(
  db: Database,
  limit: number,
  { categoryId }: { categoryId?: string } = {},
): Promise<OfflineRow[]> {
  return db
    .select(offlineColumns)
    .from(channels)
    .innerJoin(users, eq(users.id, channels.userId))
    .leftJoin(categories, eq(categories.id, channels.categoryId))
    .where(
      and(
        isNotNull(channels.lastLiveAt),
        isListed,
        isOff(db),
        categoryId === undefined ? undefined : eq(channels.categoryId, categoryId),
      ),
    )
    .orderBy(desc(channels.lastLiveAt), desc(channels.id))
    .limit(limit);
}

/** What lists say of these channels, in the order of the ids; those that are gone are left out. */
export async function listOffline(db: Database, channelIds: readonly string[]): Promise<OfflineRow[]> {
  if (channelIds.length === 0) return [];
  const rows = await db
    .select(offlineColumns)
    .from(channels)
    .innerJoin(users, eq(users.id, channels.userId))
    .leftJoin(categories, eq(categories.id, channels.categoryId))
    .where(isOneOf(channels.id, channelIds));
  const found = new Map(rows.map((row) => [row.channelId, row]));
  return channelIds.flatMap((id) => found.get(id) ?? []);
}

/** How many follow each of the channels, by id; those that nobody follows are left out. */
export async function countFollowersOf(db: Database, channelIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .select({ channelId: follows.channelId, followers: count() })
    .from(follows)
    .where(isOneOf(follows.channelId, channelIds))
    .groupBy(follows.channelId);
  return new Map(rows.map(({ channelId, followers }) => [channelId, followers]));
}

/** As one parameter, however many there are. */
const isOneOf = (column: SQLWrapper, ids: readonly string[]): SQL =>
  sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
