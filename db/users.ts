import { eq, sql } from "drizzle-orm";
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

/** The password typed last in this session: now. */
export async function markPasswordConfirmed(db: Database, sessionId: string, now: number): Promise<void> {
  await db.update(sessions).set({ passwordConfirmedAt: now }).where(eq(sessions.id, sessionId));
}
