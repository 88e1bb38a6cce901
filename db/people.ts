import { type SQL, sql } from "drizzle-orm";
import { type Act, type AuditAction, auditEach } from "./audit-log.ts";
import type { Database } from "./open.ts";
import { revokeEach } from "./revocations.ts";
import type { Role } from "./schema.ts";
import { takeOffTheAir } from "./stopped-streams.ts";

/** What administrators do to people's accounts. Each act is one batch, with its row of the log in it. */

const theSubject = { id: sql`users.id`, name: sql`users.username` };

/** For each of the users that `which` selects. */
const auditUsers = (db: Database, act: Act, action: AuditAction, detail: string | SQL | null, which: SQL) =>
  auditEach(db, act, { action, detail, subject: theSubject }, sql`FROM users WHERE ${which}`);

const theirChannel = sql`(SELECT channels.id FROM channels WHERE user_id = users.id)`;
/** What was asked for is answered. */
const answered = sql`streaming_asked_at = NULL, streaming_asked_why = NULL`;

/** Gives a viewer the right to stream; a streamer keeps it. Returns whether there is such a user who is not an administrator. */
export async function allowStreaming(db: Database, userId: string, act: Act): Promise<boolean> {
  const [, changed] = await db.batch([
    auditUsers(db, act, "streaming-allowed", null, sql`id = ${userId} AND role = 'viewer'`),
    db.all(sql`UPDATE users SET role = 'streamer', ${answered}
      WHERE id = ${userId} AND role <> 'administrator' RETURNING id`),
  ]);
  return changed.length > 0;
}

/**
 * Takes the right to stream away, ends a running stream and tells ingest, all or nothing.
 * Returns the channel's id, or undefined when there is no such user or the user is an administrator.
 */
export async function revokeStreaming(db: Database, userId: string, act: Act): Promise<string | undefined> {
  const ofUser = sql`FROM channels JOIN users ON users.id = channels.user_id
    WHERE users.id = ${userId} AND users.role <> 'administrator'`;
  const [, , , , , changed] = await db.batch([
    auditUsers(db, act, "streaming-stopped", null, sql`id = ${userId} AND role = 'streamer'`),
    ...takeOffTheAir(db, ofUser, "revoked", act.now),
    db.run(sql`UPDATE users SET role = 'viewer' WHERE id = ${userId} AND role <> 'administrator'`),
    db.all<{ id: string }>(sql`SELECT channels.id ${ofUser}`),
  ]);
  return changed[0]?.id;
}

/** Says no to somebody who has asked for the right to stream; `why` is for them. Returns whether they had asked. */
export async function declineStreaming(db: Database, userId: string, why: string, act: Act): Promise<boolean> {
  const asks = sql`id = ${userId} AND streaming_asked_at IS NOT NULL`;
  const [, changed] = await db.batch([
    auditUsers(db, act, "streaming-declined", why, asks),
    db.all(sql`UPDATE users SET ${answered} WHERE ${asks} RETURNING id`),
  ]);
  return changed.length > 0;
}

export type RoleOutcome =
  { type: "changed"; channelId: string } | { type: "unchanged" | "last-administrator" | "suspended" | "unknown" };

/**
 * Changes somebody's role. There is always one administrator who is not suspended; nobody who is suspended becomes one.
 * `endsStreams`: without the role of a streamer they may not stream, so what is on ends. Chat and calls hear of it.
 */
export async function changeRole(
  db: Database,
  userId: string,
  { role, endsStreams }: { role: Role; endsStreams: boolean },
  act: Act,
): Promise<RoleOutcome> {
  const hasOther = sql`EXISTS (SELECT 1 FROM users AS others
    WHERE others.role = 'administrator' AND others.role <> 'viewer' AND others.suspended_at IS NULL AND others.id <> ${userId})`;
  const changes = sql`users.id = ${userId} AND users.role <> ${role}
    AND (users.role <> 'administrator' OR ${hasOther})
    AND (users.suspended_at IS NULL OR ${role} <> 'administrator')`;
  // A ticket says who is an administrator: those made before now say it wrongly.
  const administers = sql`FROM users WHERE ${changes} AND (users.role = 'administrator' OR ${role} = 'administrator')`;
  const offTheAir = sql`FROM channels JOIN users ON users.id = channels.user_id
    WHERE ${endsStreams && role === "viewer" ? 1 : 0} AND ${changes}`;
  const [before, , , , , , , changed] = await db.batch([
    db.all<{ role: Role; suspendedAt: number | null }>(
      sql`SELECT role, suspended_at AS "suspendedAt" FROM users WHERE id = ${userId}`,
    ),
    auditUsers(db, act, "role-changed", sql`users.role || ' → ' || ${role}`, changes),
    ...revokeEach(db, sql`'user:' || id`, administers, act.now),
    ...takeOffTheAir(db, offTheAir, "revoked", act.now),
    db.all<{ channelId: string }>(sql`
      UPDATE users SET role = ${role},
        streaming_asked_at = CASE WHEN ${role} = 'viewer' THEN streaming_asked_at END,
        streaming_asked_why = CASE WHEN ${role} = 'viewer' THEN streaming_asked_why END
      WHERE ${changes} RETURNING ${theirChannel} AS "channelId"`),
  ]);
  const [found] = before;
  const [row] = changed;
  if (found === undefined) return { type: "unknown" };
  if (row !== undefined) return { type: "changed", channelId: row.channelId };
  if (found.role === role) return { type: "unchanged" };
  const isSuspended = found.suspendedAt !== null && role === "administrator";
  return { type: isSuspended ? "suspended" : "last-administrator" };
}

/**
 * Shuts somebody out: their sessions end, in chat and calls too, what they stream ends, and nobody can sign in or publish as
 * them. `reason` is told to them. Returns the channel's id, or undefined when there is no such user, they are suspended
 * already, or they are an administrator, who has to lose that role first.
 */
export async function suspend(db: Database, userId: string, reason: string, act: Act): Promise<string | undefined> {
  const which = sql`users.id = ${userId} AND users.suspended_at IS NULL AND users.role <> 'administrator'`;
  const ofUser = sql`FROM channels JOIN users ON users.id = channels.user_id WHERE ${which}`;
  const [, , , , , , , , suspended] = await db.batch([
    auditUsers(db, act, "suspended", reason, which),
    ...signOutStatements(db, which, act.now),
    ...takeOffTheAir(db, ofUser, "suspended", act.now),
    db.all<{ id: string }>(sql`
      UPDATE users SET suspended_at = ${act.now}, suspended_reason = ${reason}, ${answered} WHERE ${which}
      RETURNING ${theirChannel} AS id`),
  ]);
  return suspended[0]?.id;
}

/** Returns the channel's id, or undefined when there is no such user or they are not suspended. */
export async function liftSuspension(db: Database, userId: string, act: Act): Promise<string | undefined> {
  const which = sql`users.id = ${userId} AND users.suspended_at IS NOT NULL`;
  const [, lifted] = await db.batch([
    auditUsers(db, act, "suspension-lifted", sql`users.suspended_reason`, which),
    db.all<{ id: string }>(sql`
      UPDATE users SET suspended_at = NULL, suspended_reason = NULL WHERE ${which}
      RETURNING ${theirChannel} AS id`),
  ]);
  return lifted[0]?.id;
}

/** Statements for `batch()`: ends the sessions of the users that `which` selects, and tells signaling. */
const signOutStatements = (db: Database, which: SQL, now: number) =>
  [
    ...revokeEach(db, sql`'user:' || id`, sql`FROM users WHERE ${which}`, now),
    db.run(sql`DELETE FROM sessions WHERE user_id IN (SELECT users.id FROM users WHERE ${which})`),
    db.run(sql`DELETE FROM sign_in_steps WHERE user_id IN (SELECT users.id FROM users WHERE ${which})`),
  ] as const;

/** Ends all of somebody's sessions, in chat and calls too. Returns whether there is such a user. */
export async function signOutEverywhere(db: Database, userId: string, act: Act): Promise<boolean> {
  const which = sql`users.id = ${userId}`;
  const [, , , , , found] = await db.batch([
    auditUsers(db, act, "signed-out", null, which),
    ...signOutStatements(db, which, act.now),
    db.all(sql`SELECT id FROM users WHERE id = ${userId}`),
  ]);
  return found.length > 0;
}

export const resetLinkValidForMs = 60 * 60_000;

/**
 * Keeps a link that sets somebody's password; an earlier one stops working. `codeHash` as in one_time_links, `expiresAt` in ms.
 * Returns their username, or undefined when there is no such user.
 */
export async function createResetLink(
  db: Database,
  userId: string,
  { codeHash, expiresAt }: { codeHash: string; expiresAt: number },
  act: Act,
): Promise<string | undefined> {
  const [, , , , found] = await db.batch([
    auditUsers(db, act, "reset-link-made", null, sql`id = ${userId}`),
    db.run(sql`DELETE FROM one_time_links WHERE user_id = ${userId} AND purpose = 'reset'`),
    db.run(sql`DELETE FROM one_time_links WHERE expires_at <= ${act.now}`),
    db.run(sql`
      INSERT INTO one_time_links (code_hash, purpose, user_id, expires_at)
      SELECT ${codeHash}, 'reset', id, ${expiresAt} FROM users WHERE id = ${userId}`),
    db.all<{ username: string }>(sql`SELECT username FROM users WHERE id = ${userId}`),
  ]);
  return found[0]?.username;
}
