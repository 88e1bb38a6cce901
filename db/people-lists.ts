import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import type { Role } from "./schema.ts";

/** Accounts as administrators see them. */

export interface Person {
  id: string;
  username: string;
  /** null: as they sign in. */
  displayName: string | null;
  avatarHash: string | null;
  role: Role;
  /** Times are Unix time, ms. */
  createdAt: number;
  suspendedAt: number | null;
  /** When they asked for the right to stream, and why; null: they did not, or it is answered. */
  streamingAskedAt: number | null;
  streamingAskedWhy: string | null;
}

const columns = sql`id, username, display_name AS "displayName", avatar_hash AS "avatarHash", role, created_at AS "createdAt",
  suspended_at AS "suspendedAt", streaming_asked_at AS "streamingAskedAt", streaming_asked_why AS "streamingAskedWhy"`;

export const peopleFilters = ["all", "streamers", "administrators", "asking", "suspended"] as const;
export type PeopleFilter = (typeof peopleFilters)[number];

/** Where a page begins: after the person with this time and id. */
export interface PeopleCursor {
  at: number;
  id: string;
}

/** Accounts looked through for a display name, which no index knows. */
const lookedThroughMax = 20_000;

/** Accounts after the cursor: those who ask longest first, others newest first. */
export async function listPeople(
  db: Database,
  filter: PeopleFilter,
  after: PeopleCursor | null,
  limit: number,
): Promise<Person[]> {
  switch (filter) {
    case "asking":
      return db.all<Person>(sql`
        SELECT ${columns} FROM users WHERE streaming_asked_at IS NOT NULL
        ${after === null ? sql`` : sql`AND (streaming_asked_at, rowid) > (${after.at}, ${rowOf(after.id)})`}
        ORDER BY streaming_asked_at, rowid LIMIT ${limit}`);
    case "suspended":
      return db.all<Person>(sql`
        SELECT ${columns} FROM users WHERE suspended_at IS NOT NULL
        ${after === null ? sql`` : sql`AND (suspended_at, rowid) < (${after.at}, ${rowOf(after.id)})`}
        ORDER BY suspended_at DESC, rowid DESC LIMIT ${limit}`);
    case "streamers":
    case "administrators":
      // The index's own condition is repeated, so that SQLite uses it.
      return db.all<Person>(sql`
        SELECT ${columns} FROM users
        WHERE role = ${filter === "streamers" ? "streamer" : "administrator"} AND role <> 'viewer' AND ${isAfter(after)}
        ${newestFirst} LIMIT ${limit}`);
    case "all":
      return db.all<Person>(sql`SELECT ${columns} FROM users WHERE ${isAfter(after)} ${newestFirst} LIMIT ${limit}`);
  }
}

const rowOf = (id: string): SQL => sql`(SELECT rowid FROM users WHERE id = ${id})`;

// A row value, so that the index finds where the page starts.
const isAfter = (after: PeopleCursor | null): SQL =>
  after === null ? sql`TRUE` : sql`(created_at, id) < (${after.at}, ${after.id})`;
const newestFirst = sql`ORDER BY created_at DESC, id DESC`;

/** The page after one that ends with this person begins here. */
export const cursorAfter = (person: Person, filter: PeopleFilter): PeopleCursor => ({
  id: person.id,
  at:
    (filter === "asking" ? person.streamingAskedAt : filter === "suspended" ? person.suspendedAt : person.createdAt) ??
    0,
});

/** People whose username begins with `text`, by name, and then others in whose display name it stands; at most `limit`. */
export async function searchPeople(db: Database, text: string, limit: number): Promise<Person[]> {
  const prefix = text.toLowerCase().replace(/^@/, "");
  const [named, called] = await db.batch([
    db.all<Person>(sql`
      SELECT ${columns} FROM users WHERE username >= ${prefix} AND username < ${`${prefix}\u{10ffff}`}
      ORDER BY username LIMIT ${limit}`),
    // instr knows no wildcards; lower() knows ASCII alone, which is what most people type.
    db.all<Person>(sql`
      SELECT ${columns} FROM (SELECT * FROM users ${newestFirst} LIMIT ${lookedThroughMax})
      WHERE display_name IS NOT NULL AND instr(lower(display_name), ${text.toLowerCase()}) > 0 LIMIT ${limit}`),
  ]);
  const known = new Set(named.map(({ id }) => id));
  return [...named, ...called.filter(({ id }) => !known.has(id))].slice(0, limit);
}

export interface PersonDetails extends Person {
  suspendedReason: string | null;
  hasTotp: boolean;
  channel: { id: string; title: string; followers: number };
  /** What is on now; null: nothing. */
  stream: { id: string; startedAt: number } | null;
  /** Browsers they are signed in with. */
  sessions: number;
}

/** Everything that administrators see of somebody, by the canonical name; undefined: there is nobody of that name. */
export async function findPerson(db: Database, username: string): Promise<PersonDetails | undefined> {
  const row = await db.get<
    | (Omit<PersonDetails, "hasTotp" | "channel" | "stream"> & {
        hasTotp: number;
        channelId: string;
        title: string;
        followers: number;
        streamId: string | null;
        startedAt: number | null;
      })
    | undefined
  >(sql`
    SELECT users.id, username, display_name AS "displayName", avatar_hash AS "avatarHash", role, created_at AS "createdAt",
      suspended_at AS "suspendedAt", suspended_reason AS "suspendedReason", totp_cipher IS NOT NULL AS "hasTotp",
      streaming_asked_at AS "streamingAskedAt", streaming_asked_why AS "streamingAskedWhy",
      channels.id AS "channelId", channels.title, streams.id AS "streamId", streams.started_at AS "startedAt",
      (SELECT count(*) FROM follows WHERE channel_id = channels.id) AS followers,
      (SELECT count(*) FROM sessions WHERE user_id = users.id) AS sessions
    FROM users JOIN channels ON channels.user_id = users.id
    LEFT JOIN streams ON streams.channel_id = channels.id AND streams.state <> 'ended'
    WHERE username = ${username}`);
  if (row === undefined) return undefined;
  const { hasTotp, channelId, title, followers, streamId, startedAt, ...person } = row;
  return {
    ...person,
    hasTotp: hasTotp === 1,
    channel: { id: channelId, title, followers },
    stream: streamId === null || startedAt === null ? null : { id: streamId, startedAt },
  };
}

/** What waits for an administrator: people who ask to stream, and open reports; each counted up to `most`. */
export async function countWaiting(db: Database, most: number): Promise<{ asking: number; reports: number }> {
  return db.get<{ asking: number; reports: number }>(sql`
    SELECT (SELECT count(*) FROM (SELECT 1 FROM users WHERE streaming_asked_at IS NOT NULL LIMIT ${most})) AS asking,
      (SELECT count(*) FROM (SELECT 1 FROM reports WHERE closed_at IS NULL LIMIT ${most})) AS reports`);
}
