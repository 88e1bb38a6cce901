import { and, desc, eq, gt, lte, type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { revokeEach } from "./revocations.ts";
import { sessions } from "./schema.ts";

/** How many characters of a session's id name it to others; the whole would be more than they need. */
export const loginNameLength = 32;
/** Ends a session, and tells signaling, all or nothing. Returns whether there was one. */
export async function endSession(db: Database, sessionId: string, now: number): Promise<boolean> {
  return endSessions(db, sql`${sessions.id} = ${sessionId}`, now);
}

/** Ends the sessions that expired at `expiredAt` or before (s), and tells signaling. Returns whether there were any. */
export async function endExpiredSessions(db: Database, expiredAt: number, now: number): Promise<boolean> {
  return endSessions(db, lte(sessions.expiresAt, expiredAt), now);
}

/** Ends one of somebody's sessions by its name to others. Returns false when they have no such session. */
export async function endSessionNamed(db: Database, userId: string, name: string, now: number): Promise<boolean> {
  return endSessions(db, sql`user_id = ${userId} AND substr(id, 1, ${loginNameLength}) = ${name}`, now);
}

/** Ends all of somebody's sessions but one. Returns whether there were any. */
export async function endOtherSessions(db: Database, userId: string, keptId: string, now: number): Promise<boolean> {
  return endSessions(db, sql`user_id = ${userId} AND id <> ${keptId}`, now);
}

/** Ends the sessions of somebody's that were seen longest ago, where there are more than `kept`. */
export async function endSurplusSessions(db: Database, userId: string, kept: number, now: number): Promise<boolean> {
  const surplus = sql`SELECT id FROM sessions WHERE user_id = ${userId}
    ORDER BY seen_at DESC, created_at DESC, rowid DESC LIMIT -1 OFFSET ${kept}`;
  return endSessions(db, sql`id IN (${surplus})`, now);
}

async function endSessions(db: Database, which: SQL, now: number): Promise<boolean> {
  const login = sql`'login:' || substr(id, 1, ${loginNameLength})`;
  const [, , ended] = await db.batch([
    ...revokeEach(db, login, sql`FROM sessions WHERE ${which}`, now),
    db.delete(sessions).where(which).returning({ id: sessions.id }),
  ]);
  return ended.length > 0;
}

/** Statements for `batch()`: signs the person whose id the expression yields out everywhere, in chats and calls too. */
export const endSessionsOf = (db: Database, userId: SQL, now: number) =>
  [
    ...revokeEach(db, sql`'user:' || id`, sql`FROM users WHERE id = ${userId}`, now),
    db.run(sql`DELETE FROM sessions WHERE user_id = ${userId}`),
    db.run(sql`DELETE FROM sign_in_steps WHERE user_id = ${userId}`),
  ] as const;

export interface ListedSession {
  id: string;
  /** Unix time, ms; 0: before this was noted. */
  createdAt: number;
  /** To the hour. */
  seenAt: number;
  /** The browser's own words for itself. */
  userAgent: string;
}

/** Somebody's sessions that are good after `now` (s), the one seen last first. */
export async function listSessions(db: Database, userId: string, now: number): Promise<ListedSession[]> {
  return db
    .select({
      id: sessions.id,
      createdAt: sessions.createdAt,
      seenAt: sessions.seenAt,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, now)))
    .orderBy(desc(sessions.seenAt), desc(sessions.createdAt));
}

export async function markSessionSeen(db: Database, sessionId: string, now: number): Promise<void> {
  await db.update(sessions).set({ seenAt: now }).where(eq(sessions.id, sessionId));
}
