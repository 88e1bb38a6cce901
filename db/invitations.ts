import { sql } from "drizzle-orm";
import { type Act, auditEach } from "./audit-log.ts";
import type { Database } from "./open.ts";

/** Links to `/register`, each good for one account: what administrators do with them. */

export interface Invitation {
  codeHash: string;
  note: string;
  /** null: an account that is gone. */
  createdByName: string | null;
  /** Times are Unix time, ms. */
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
  /** null: not used, or by an account that is gone. */
  usedByName: string | null;
  /** Where the list goes on after this one. */
  position: number;
}

/** Keeps an invitation, unless there are `mostOpen` that are good now. Returns whether it was kept. */
export async function createInvitation(
  db: Database,
  { codeHash, note, expiresAt, mostOpen }: { codeHash: string; note: string; expiresAt: number; mostOpen: number },
  act: Act,
): Promise<boolean> {
  const hasPlace = sql`(SELECT count(*) FROM (
    SELECT 1 FROM invitations WHERE used_at IS NULL AND expires_at > ${act.now} ORDER BY created_at DESC LIMIT ${mostOpen})) < ${mostOpen}`;
  const [, created] = await db.batch([
    auditEach(db, act, { action: "invitation-made", detail: note === "" ? null : note }, sql`WHERE ${hasPlace}`),
    db.all(sql`
      INSERT INTO invitations (code_hash, note, created_by_id, created_at, expires_at)
      SELECT ${codeHash}, ${note}, ${act.actor.id}, ${act.now}, ${expiresAt} WHERE ${hasPlace} RETURNING code_hash`),
  ]);
  return created.length > 0;
}

/** Newest first, after the one at `position`. */
export async function listInvitations(
  db: Database,
  after: { createdAt: number; position: number } | null,
  limit: number,
): Promise<Invitation[]> {
  const start =
    after === null
      ? sql``
      : sql`WHERE (invitations.created_at, invitations.rowid) < (${after.createdAt}, ${after.position})`;
  return db.all<Invitation>(sql`
    SELECT code_hash AS "codeHash", note, makers.username AS "createdByName", invitations.created_at AS "createdAt",
      expires_at AS "expiresAt", used_at AS "usedAt", comers.username AS "usedByName", invitations.rowid AS position
    FROM invitations
    LEFT JOIN users AS makers ON makers.id = created_by_id LEFT JOIN users AS comers ON comers.id = used_by_id
    ${start} ORDER BY invitations.created_at DESC, invitations.rowid DESC LIMIT ${limit}`);
}

/** Makes an invitation that nobody has used void. Returns whether there was one. */
export async function revokeInvitation(db: Database, codeHash: string, act: Act): Promise<boolean> {
  const which = sql`code_hash = ${codeHash} AND used_at IS NULL`;
  const [, revoked] = await db.batch([
    auditEach(
      db,
      act,
      { action: "invitation-revoked", detail: sql`nullif(note, '')` },
      sql`FROM invitations WHERE ${which}`,
    ),
    db.all(sql`DELETE FROM invitations WHERE ${which} RETURNING code_hash`),
  ]);
  return revoked.length > 0;
}
