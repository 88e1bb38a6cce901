import { asc, eq, sql } from "drizzle-orm";
import { commandForEachChannel, commandForEachStream } from "./outbox.ts";
import type { Database } from "./open.ts";
import { randomId } from "./random-id.ts";
import { oneTimeLinks, type Role, sessions, users } from "./schema.ts";

export interface User {
  id: string;
  username: string;
  passwordHash: string;
  role: Role;
}

/** What a new account needs, its channel included: every user has one. */
export interface NewAccount {
  username: string;
  passwordHash: string;
  title: string;
  channelId: string;
  keyHash: string;
  keyCipher: string;
}

const userColumns = {
  id: users.id,
  username: users.username,
  passwordHash: users.passwordHash,
  role: users.role,
};

/** The user of that canonical name. */
export async function findUserByName(db: Database, username: string): Promise<User | undefined> {
  return db.select(userColumns).from(users).where(eq(users.username, username)).get();
}

export async function hasUsers(db: Database): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).limit(1).get()) !== undefined;
}

/** Makes an account with the role of a viewer. Returns its id, or undefined when the name is taken or set-up is not done. */
export async function createViewer(db: Database, account: NewAccount, now: number): Promise<string | undefined> {
  return insertAccount(db, account, "viewer", sql`EXISTS (SELECT 1 FROM users)`, now);
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
  const id = await insertAccount(db, account, "administrator", allowed, now);
  // No set-up link works once there is a user; what is left of them is of no use.
  if (id !== undefined) await db.delete(oneTimeLinks).where(eq(oneTimeLinks.purpose, "setup"));
  return id;
}

async function insertAccount(
  db: Database,
  account: NewAccount,
  role: Role,
  allowed: ReturnType<typeof sql>,
  now: number,
): Promise<string | undefined> {
  const id = randomId();
  const [inserted] = await db.batch([
    db.all<{ id: string }>(sql`
      INSERT INTO users (id, username, password_hash, role, created_at)
      SELECT ${id}, ${account.username}, ${account.passwordHash}, ${role}, ${now}
      WHERE ${allowed} AND NOT EXISTS (SELECT 1 FROM users WHERE username = ${account.username})
      RETURNING id`),
    db.run(sql`
      INSERT INTO channels (id, user_id, name, title, key_hash, key_cipher)
      SELECT ${account.channelId}, id, username, ${account.title}, ${account.keyHash}, ${account.keyCipher}
      FROM users WHERE id = ${id}`),
  ]);
  return inserted[0]?.id;
}

export interface Person {
  id: string;
  username: string;
  role: Role;
  createdAt: number;
}

/** Accounts in the order they were made, after the one named by the cursor. */
export async function listPeople(
  db: Database,
  after: { createdAt: number; id: string } | null,
  limit: number,
): Promise<Person[]> {
  // A row value, so that the index finds where the page starts.
  const cursor =
    after === null ? undefined : sql`(${users.createdAt}, ${users.id}) > (${after.createdAt}, ${after.id})`;
  return db
    .select({ id: users.id, username: users.username, role: users.role, createdAt: users.createdAt })
    .from(users)
    .where(cursor)
    .orderBy(asc(users.createdAt), asc(users.id))
    .limit(limit);
}

/** Gives a viewer the right to stream. Returns whether there is such a user who is not an administrator. */
export async function allowStreaming(db: Database, userId: string): Promise<boolean> {
  const changed = await db.all(
    sql`UPDATE users SET role = 'streamer' WHERE id = ${userId} AND role <> 'administrator' RETURNING id`,
  );
  return changed.length > 0;
}

/**
 * Takes the right to stream away, ends a running stream and tells ingest, all or nothing.
 * Returns the channel's id, or undefined when there is no such user or the user is an administrator.
 */
export async function revokeStreaming(db: Database, userId: string, now: number): Promise<string | undefined> {
  const ofUser = sql`FROM channels JOIN users ON users.id = channels.user_id
    WHERE users.id = ${userId} AND users.role <> 'administrator'`;
  const running = sql`state <> 'ended' AND channel_id IN (SELECT channels.id ${ofUser})`;
  const [, , , , changed] = await db.batch([
    commandForEachChannel(db, "channel-revoked", sql`channels.id`, ofUser, now),
    commandForEachStream(db, "stream-ended", running, now),
    db.run(sql`UPDATE streams SET state = 'ended', ended_at = ${now}, end_reason = 'revoked' WHERE ${running}`),
    db.run(sql`UPDATE users SET role = 'viewer' WHERE id = ${userId} AND role <> 'administrator'`),
    db.all<{ id: string }>(sql`SELECT channels.id ${ofUser}`),
  ]);
  return changed[0]?.id;
}

/** The password typed last in this session: now. */
export async function markPasswordConfirmed(db: Database, sessionId: string, now: number): Promise<void> {
  await db.update(sessions).set({ passwordConfirmedAt: now }).where(eq(sessions.id, sessionId));
}
