import { lte, type SQL, sql } from "drizzle-orm";
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

async function endSessions(db: Database, which: SQL, now: number): Promise<boolean> {
  const login = sql`'login:' || substr(id, 1, ${loginNameLength})`;
  const [, , ended] = await db.batch([
    ...revokeEach(db, login, sql`FROM sessions WHERE ${which}`, now),
    db.delete(sessions).where(which).returning({ id: sessions.id }),
  ]);
  return ended.length > 0;
}
