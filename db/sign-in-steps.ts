import { and, eq, gt, isNull, lte, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { signInSteps, users } from "./schema.ts";

/** Steps that one account may have at once: one a device, and a few that were given up. */
const maxStepsEach = 10;

export interface NewStep {
  /** SHA-256 of the cookie's token, hex. */
  id: string;
  userId: string;
  /** Unix time, ms. */
  expiresAt: number;
}

/** Remembers that somebody's password was right. Steps that have expired go, and the oldest where there are too many. */
export async function createStep(db: Database, step: NewStep, now: number): Promise<void> {
  await db.batch([
    db.delete(signInSteps).where(lte(signInSteps.expiresAt, now)),
    db.run(sql`
      DELETE FROM sign_in_steps WHERE id IN (
        SELECT id FROM sign_in_steps WHERE user_id = ${step.userId}
        ORDER BY expires_at DESC LIMIT -1 OFFSET ${maxStepsEach - 1})`),
    db.insert(signInSteps).values(step),
  ]);
}

/** Whose step it is, while it is good, and how their codes are checked. */
export async function findStep(
  db: Database,
  id: string,
  now: number,
): Promise<{ userId: string; username: string; totpCipher: string | null } | undefined> {
  return db
    .select({ userId: users.id, username: users.username, totpCipher: users.totpCipher })
    .from(signInSteps)
    .innerJoin(users, eq(users.id, signInSteps.userId))
    .where(and(eq(signInSteps.id, id), gt(signInSteps.expiresAt, now), isNull(users.suspendedAt)))
    .get();
}

export async function deleteStep(db: Database, id: string): Promise<void> {
  await db.delete(signInSteps).where(eq(signInSteps.id, id));
}

/** Uses the code of a time step up, and all before it. Returns whether it was unused: of two at once one gets true. */
export async function takeTotpStep(db: Database, userId: string, totpStep: number): Promise<boolean> {
  const taken = await db.all(sql`
    UPDATE users SET totp_step = ${totpStep}
    WHERE id = ${userId} AND totp_cipher IS NOT NULL AND totp_step < ${totpStep} RETURNING id`);
  return taken.length > 0;
}

/** Uses a recovery code of theirs up, in place of the second factor. Returns whether it was unused. */
export async function takeRecoveryCode(db: Database, userId: string, codeHash: string, now: number): Promise<boolean> {
  const taken = await db.all(sql`
    UPDATE recovery_codes SET used_at = ${now}
    WHERE code_hash = ${codeHash} AND user_id = ${userId} AND used_at IS NULL RETURNING code_hash`);
  return taken.length > 0;
}
