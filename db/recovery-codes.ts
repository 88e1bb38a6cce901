import { and, count, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { recoveryCodes, users } from "./schema.ts";
import { endSessionsOf } from "./sessions.ts";

/** A statement for `batch()`: gives an account that is there these codes, beside those it has. */
export const storeRecoveryCodes = (db: Database, userId: string, hashes: readonly string[]) =>
  db.run(sql`
    INSERT INTO recovery_codes (code_hash, user_id)
    SELECT value, ${userId} FROM json_each(${JSON.stringify(hashes)})
    WHERE EXISTS (SELECT 1 FROM users WHERE id = ${userId})`);

/** Gives somebody new codes; the ones before are void. */
export async function replaceRecoveryCodes(db: Database, userId: string, hashes: readonly string[]): Promise<void> {
  await db.batch([
    db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId)),
    storeRecoveryCodes(db, userId, hashes),
  ]);
}

/** How many codes somebody has left. */
export async function countRecoveryCodes(db: Database, userId: string): Promise<number> {
  const row = await db
    .select({ left: count() })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt)))
    .get();
  return row?.left ?? 0;
}

export interface Recovered {
  id: string;
  totpCipher: string | null;
}

/**
 * Sets a password by a recovery code, signs the person out everywhere and uses the code up. Returns undefined, and has done
 * nothing, when there is no such user who may sign in, or no such code of
 * theirs that is left. Of two at once only one does anything.
 */
export async function recoverPassword(
  db: Database,
  { username, codeHash, passwordHash }: { username: string; codeHash: string; passwordHash: string },
  now: number,
): Promise<Recovered | undefined> {
  const owner = sql`(
    SELECT users.id FROM recovery_codes JOIN users ON users.id = recovery_codes.user_id
    WHERE recovery_codes.code_hash = ${codeHash} AND recovery_codes.used_at IS NULL
      AND users.username = ${username} AND users.suspended_at IS NULL)`;
  const [found] = await db.batch([
    db
      .select({ id: users.id, totpCipher: users.totpCipher })
      .from(users)
      .where(sql`id = ${owner}`),
    ...endSessionsOf(db, owner, now),
    db.run(sql`DELETE FROM one_time_links WHERE user_id = ${owner}`),
    db.run(sql`UPDATE users SET password_hash = ${passwordHash} WHERE id = ${owner}`),
    // Last: the statements above find the owner by the unused code.
    db.run(sql`UPDATE recovery_codes SET used_at = ${now} WHERE code_hash = ${codeHash} AND user_id = ${owner}`),
  ]);
  return found[0];
}
