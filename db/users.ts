import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { randomId } from "./random-id.ts";
import { storeRecoveryCodes } from "./recovery-codes.ts";
import { oneTimeLinks, type Role, sessions, users } from "./schema.ts";
import { endSessionsOf } from "./sessions.ts";

export interface User {
  id: string;
  username: string;
  passwordHash: string;
  role: Role;
  /** Unix time, ms; null: not suspended. */
  suspendedAt: number | null;
  suspendedReason: string | null;
  /** null: there is no second factor. */
  totpCipher: string | null;
}

/** What a new account needs, its channel included: every user has one. */
export interface NewAccount {
  username: string;
  passwordHash: string;
  channelId: string;
  keyHash: string;
  keyCipher: string;
  /** Hashes of its recovery codes. */
  recoveryHashes: readonly string[];
}

const userColumns = {
  id: users.id,
  username: users.username,
  passwordHash: users.passwordHash,
  role: users.role,
  suspendedAt: users.suspendedAt,
  suspendedReason: users.suspendedReason,
  totpCipher: users.totpCipher,
};

/** The user of that canonical name. */
export async function findUserByName(db: Database, username: string): Promise<User | undefined> {
  return db.select(userColumns).from(users).where(eq(users.username, username)).get();
}

export async function findUser(db: Database, id: string): Promise<User | undefined> {
  return db.select(userColumns).from(users).where(eq(users.id, id)).get();
}

/** As a condition: somebody signs in with that name, or is called so that people would take one for the other. */
const isTaken = (username: string): SQL => sql`(EXISTS (SELECT 1 FROM users WHERE username = ${username})
  OR EXISTS (SELECT 1 FROM users WHERE display_lookalike = ${username}))`;

/** Whether nobody can make an account of that canonical name, because of somebody who has one. */
export async function isUsernameTaken(db: Database, username: string): Promise<boolean> {
  return (await db.all(sql`SELECT 1 WHERE ${isTaken(username)}`)).length > 0;
}

export async function hasUsers(db: Database): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).limit(1).get()) !== undefined;
}

/** As a condition: the invitation is neither used nor expired. */
const isOpenInvitation = (codeHash: string, now: number): SQL =>
  sql`code_hash = ${codeHash} AND used_at IS NULL AND expires_at > ${now}`;

/** Whether that invitation is good for an account now. */
export async function invites(db: Database, codeHash: string, now: number): Promise<boolean> {
  return (await db.all(sql`SELECT 1 FROM invitations WHERE ${isOpenInvitation(codeHash, now)}`)).length > 0;
}

/**
 * Makes an account with the role of a viewer, and uses the invitation up where it takes one. Returns its id, or undefined
 * when the name is taken, set-up is not done, or registration is closed to whoever holds that invitation (null: none).
 * One INSERT decides.
 */
export async function createViewer(
  db: Database,
  account: NewAccount,
  invitationHash: string | null,
  now: number,
): Promise<string | undefined> {
  const takes = (registration: "open" | "invitation"): SQL =>
    sql`EXISTS (SELECT 1 FROM site_settings WHERE id = 1 AND registration = ${registration})`;
  const isInvited =
    invitationHash === null
      ? sql`false`
      : sql`EXISTS (SELECT 1 FROM invitations WHERE ${isOpenInvitation(invitationHash, now)})`;
  const allowed = sql`EXISTS (SELECT 1 FROM users)
    AND (${takes("open")} OR (${takes("invitation")} AND ${isInvited}))`;
  return insertAccount(db, account, "viewer", allowed, now, (id) => [
    db.run(sql`
      UPDATE invitations SET used_by_id = ${id}, used_at = ${now}
      WHERE ${isOpenInvitation(invitationHash ?? "", now)} AND ${takes("invitation")}
        AND EXISTS (SELECT 1 FROM users WHERE id = ${id})`),
  ]);
}

/**
 * Makes the first account, an administrator. Returns its id, or undefined unless there are no users at all and the code
 * is that of a set-up link which is neither used nor expired. One INSERT decides.
 */
export async function createFirstAdministrator(
  db: Database,
  account: NewAccount,
  codeHash: string,
  now: number,
): Promise<string | undefined> {
  const allowed = sql`NOT EXISTS (SELECT 1 FROM users) AND EXISTS (
    SELECT 1 FROM one_time_links
    WHERE code_hash = ${codeHash} AND purpose = 'setup' AND used_at IS NULL AND expires_at > ${now})`;
  const id = await insertAccount(db, account, "administrator", allowed, now, () => []);
  // No set-up link works once there is a user; what is left of them is of no use.
  if (id !== undefined) await db.delete(oneTimeLinks).where(eq(oneTimeLinks.purpose, "setup"));
  return id;
}

async function insertAccount(
  db: Database,
  account: NewAccount,
  role: Role,
  allowed: SQL,
  now: number,
  more: (id: string) => ReturnType<Database["run"]>[],
): Promise<string | undefined> {
  const id = randomId();
  const [inserted] = await db.batch([
    db.all<{ id: string }>(sql`
      INSERT INTO users (id, username, password_hash, role, created_at)
      SELECT ${id}, ${account.username}, ${account.passwordHash}, ${role}, ${now}
      WHERE ${allowed} AND NOT ${isTaken(account.username)}
      RETURNING id`),
    db.run(sql`
      INSERT INTO channels (id, user_id, name, title, key_hash, key_cipher)
      SELECT ${account.channelId}, id, username, '', ${account.keyHash}, ${account.keyCipher}
      FROM users WHERE id = ${id}`),
    storeRecoveryCodes(db, id, account.recoveryHashes),
    ...more(id),
  ]);
  return inserted[0]?.id;
}

/** The password typed last in this session: now. */
export async function markPasswordConfirmed(db: Database, sessionId: string, now: number): Promise<void> {
  await db.update(sessions).set({ passwordConfirmedAt: now }).where(eq(sessions.id, sessionId));
}

/** Sets a password and signs the person out everywhere, in the chat too, all or nothing. */
export async function changePassword(db: Database, userId: string, passwordHash: string, now: number): Promise<void> {
  await db.batch([
    ...endSessionsOf(db, sql`${userId}`, now),
    db.run(sql`DELETE FROM one_time_links WHERE user_id = ${userId}`),
    db.update(users).set({ passwordHash }).where(eq(users.id, userId)),
  ]);
}

export interface Profile {
  /** null: as they sign in. */
  displayName: string | null;
  /** 0 to 11; null: made from their id. */
  color: number | null;
}

/**
 * Sets how somebody is called. Returns false when another account has a name that looks the same: as what it signs in with,
 * or as what it is called. Of two at once one gets it. `lookalike`: what the name looks like.
 */
export async function setProfile(
  db: Database,
  userId: string,
  { displayName, color }: Profile,
  lookalike: string,
): Promise<boolean> {
  const isFree =
    displayName === null
      ? sql`true`
      : sql`NOT EXISTS (SELECT 1 FROM users AS other WHERE other.username = ${lookalike} AND other.id <> ${userId})
        AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.display_lookalike = ${lookalike} AND other.id <> ${userId})`;
  const changed = await db.all(sql`
    UPDATE users SET display_name = ${displayName}, color = ${color},
      display_lookalike = ${displayName === null ? null : lookalike}
    WHERE id = ${userId} AND ${isFree} RETURNING id`);
  return changed.length > 0;
}

/** Sets somebody's picture, which is stored; null: none. What it was before, the images' sweep removes. */
export async function setAvatar(db: Database, userId: string, avatarHash: string | null): Promise<void> {
  await db.update(users).set({ avatarHash }).where(eq(users.id, userId));
}

/** Sets up a second factor, where there is none. `step` is that of the code it was tried with. Returns whether it is. */
export async function enableTotp(db: Database, userId: string, cipher: string, step: number): Promise<boolean> {
  const enabled = await db
    .update(users)
    .set({ totpCipher: cipher, totpStep: step })
    .where(and(eq(users.id, userId), isNull(users.totpCipher)))
    .returning({ id: users.id });
  return enabled.length > 0;
}

export async function disableTotp(db: Database, userId: string): Promise<void> {
  await db.update(users).set({ totpCipher: null, totpStep: 0 }).where(eq(users.id, userId));
}
