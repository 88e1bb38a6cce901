import { lt, type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { commandToSignaling } from "./outbox.ts";
import { chatRevocations } from "./schema.ts";

/**
 * Statements for `batch()`: from `now` on, sockets and resume tokens of each subject (an SQL expression such as
 * `'user:' || id`) that `from` (FROM and WHERE) yields are void, and signaling is told.
 */
export const revokeEach = (db: Database, subject: SQL, from: SQL, now: number) =>
  [
    commandToSignaling(db, sql`json_object('type', 'revoked', 'subject', ${subject}, 'at', ${now})`, from, now),
    rememberRevocation(db, subject, from, now),
  ] as const;

/** The same, for a reader that starts later. */
function rememberRevocation(db: Database, subject: SQL, from: SQL, now: number) {
  // Without a WHERE, SQLite would take ON for the condition of a join.
  return db.run(sql`
    INSERT INTO chat_revocations (subject, at) SELECT ${subject}, ${now} ${from}
    ON CONFLICT (subject) DO UPDATE SET at = max(at, excluded.at)`);
}

/** What was revoked since `since` (ms): first sessions and people, then the rest, newest first, at most `limit`. */
export function listRevocations(db: Database, since: number, limit: number) {
  return db.all<{ subject: string; at: number }>(sql`
    SELECT subject, at FROM chat_revocations WHERE at > ${since}
    ORDER BY subject LIKE 'follow:%' OR subject LIKE 'call:%', at DESC LIMIT ${limit}`);
}

/** Forgets revocations older than `before` (ms). */
export async function pruneRevocations(db: Database, before: number): Promise<void> {
  await db.delete(chatRevocations).where(lt(chatRevocations.at, before));
}
