import { and, eq, gt, isNull, lte, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { oneTimeLinks, users } from "./schema.ts";
import { endSessionsOf } from "./sessions.ts";

export type LinkPurpose = "setup" | "reset";

export interface NewLink {
  codeHash: string;
  purpose: LinkPurpose;
  /** Whose password it sets; null for set-up. */
  userId: string | null;
  /** Unix time, ms. */
  expiresAt: number;
}

/** Stores a link; earlier ones for the same purpose and person stop working, and expired ones go. */
export async function createLink(db: Database, link: NewLink, now: number): Promise<void> {
  const samePerson = link.userId === null ? isNull(oneTimeLinks.userId) : eq(oneTimeLinks.userId, link.userId);
  await db.batch([
    db.delete(oneTimeLinks).where(and(eq(oneTimeLinks.purpose, link.purpose), samePerson)),
    db.delete(oneTimeLinks).where(lte(oneTimeLinks.expiresAt, now)),
    db.insert(oneTimeLinks).values(link),
  ]);
}

/** Whether the code opens something now; with the name of the person whose password it sets. Does not use it up. */
export async function findOpenLink(
  db: Database,
  purpose: LinkPurpose,
  codeHash: string,
  now: number,
): Promise<{ username: string | null } | undefined> {
  return db
    .select({ username: users.username })
    .from(oneTimeLinks)
    .leftJoin(users, eq(users.id, oneTimeLinks.userId))
    .where(
      and(
        eq(oneTimeLinks.codeHash, codeHash),
        eq(oneTimeLinks.purpose, purpose),
        isNull(oneTimeLinks.usedAt),
        gt(oneTimeLinks.expiresAt, now),
      ),
    )
    .get();
}

/**
 * Sets a password by a reset link, signs the person out everywhere, in the chat too, and uses the link up. A second factor
 * is turned off: who needs such a link may have lost everything. Returns the user's id.
 */
export async function resetPassword(
  db: Database,
  codeHash: string,
  passwordHash: string,
  now: number,
): Promise<string | undefined> {
  const owner = sql`(SELECT user_id FROM one_time_links
    WHERE code_hash = ${codeHash} AND purpose = 'reset' AND used_at IS NULL AND expires_at > ${now})`;
  const [changed] = await db.batch([
    db.all<{ id: string }>(sql`
      UPDATE users SET password_hash = ${passwordHash}, totp_cipher = NULL, totp_step = 0
      WHERE id = ${owner} RETURNING id`),
    ...endSessionsOf(db, owner, now),
    // Last: the statements above find the owner by the unused link, so of two at once only one does anything.
    db.run(sql`UPDATE one_time_links SET used_at = ${now} WHERE code_hash = ${codeHash} AND used_at IS NULL`),
  ]);
  return changed[0]?.id;
}
