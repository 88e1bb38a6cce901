import { sql } from "drizzle-orm";
import { listOffline, type OfflineRow } from "./discovery.ts";
import type { Database } from "./open.ts";
import { searchDocuments } from "./schema.ts";

/** Words of a search beyond these are not looked at, nor letters of a word beyond those. */
const maxWords = 8;
const maxLetters = 32;
/** So many of the channels that match are put in order. */
const maxMatches = 500;

/**
 * What people typed as a query of FTS5: each word in quotes, so that nothing of it is syntax, and good as the beginning
 * of a longer one; a single letter is a word of its own, or it would fit half of everything. null: there is no word in it.
 */
export function searchQuery(typed: string): string | null {
  const words = typed.normalize("NFC").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (words.length === 0) return null;
  return words
    .slice(0, maxWords)
    .map((word) => [...word].slice(0, maxLetters).join(""))
    .map((word) => (word.length === 1 ? `"${word}"` : `"${word}"*`))
    .join(" ");
}

/** A name counts most, then tags and title, then the category. */
const rank = sql`bm25(channel_search, 10, 10, 4, 2, 5)`;

/** Of these channels those that match, best first. `typed`: as people type it. */
export async function searchAmong(db: Database, typed: string, channelIds: readonly string[]): Promise<string[]> {
  const query = searchQuery(typed);
  if (query === null || channelIds.length === 0) return [];
  const rows = await db.all<{ channelId: string }>(sql`
    SELECT ${searchDocuments.channelId} AS "channelId" FROM channel_search
    JOIN ${searchDocuments} ON ${searchDocuments.id} = channel_search.rowid
    WHERE channel_search MATCH ${query} AND channel_search.rowid IN (
      SELECT id FROM search_documents WHERE channel_id IN (SELECT value FROM json_each(${JSON.stringify(channelIds)})))
    ORDER BY ${rank} LIMIT ${maxMatches}`);
  return rows.map(({ channelId }) => channelId);
}

/**
 * Channels that are off and match, best first. Those that never were live are found when their owner may stream, or by
 * their whole name: everybody has a channel, and few mean to use it.
 */
export async function searchOffline(db: Database, typed: string, limit: number): Promise<OfflineRow[]> {
  const query = searchQuery(typed);
  if (query === null) return [];
  const rows = await db.all<{ channelId: string }>(sql`
    SELECT channels.id AS "channelId" FROM (
      SELECT rowid AS document, ${rank} AS score FROM channel_search
      WHERE channel_search MATCH ${query} ORDER BY score LIMIT ${maxMatches})
    JOIN ${searchDocuments} ON ${searchDocuments.id} = document
    JOIN channels ON channels.id = ${searchDocuments.channelId}
    JOIN users ON users.id = channels.user_id
    WHERE users.suspended_at IS NULL
    AND (last_live_at IS NOT NULL OR role <> 'viewer' OR channels.name = ${typed.trim().toLowerCase()})
    AND NOT EXISTS (SELECT 1 FROM streams WHERE streams.channel_id = channels.id AND state <> 'ended')
    ORDER BY score LIMIT ${limit}`);
  return listOffline(
    db,
    rows.map(({ channelId }) => channelId),
  );
}

/** Channels with exactly this tag that are off, those that were live last first. */
export async function listRecentWithTag(db: Database, tag: string, limit: number): Promise<OfflineRow[]> {
  const words = searchQuery(tag);
  if (words === null) return [];
  const rows = await db.all<{ channelId: string }>(sql`
    SELECT channels.id AS "channelId" FROM (
      SELECT rowid AS document FROM channel_search
      WHERE channel_search MATCH ${`tags : (${words})`} ORDER BY rowid DESC LIMIT ${maxMatches})
    JOIN ${searchDocuments} ON ${searchDocuments.id} = document
    JOIN channels ON channels.id = ${searchDocuments.channelId}
    JOIN users ON users.id = channels.user_id
    WHERE users.suspended_at IS NULL AND last_live_at IS NOT NULL
    AND EXISTS (SELECT 1 FROM json_each(channels.tags) WHERE value = ${tag})
    AND NOT EXISTS (SELECT 1 FROM streams WHERE streams.channel_id = channels.id AND state <> 'ended')
    ORDER BY last_live_at DESC LIMIT ${limit}`);
  return listOffline(
    db,
    rows.map(({ channelId }) => channelId),
  );
}
