import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { readChatSnapshot } from "../../db/chat-rooms.ts";
import { insertAccount } from "../../db/fixtures.ts";
import { listCommandsAfter } from "../../db/outbox.ts";
import type { Database } from "../../db/open.ts";
import { temporaryDatabase } from "../../db/temp-db.ts";
import { Changes } from "../changes.ts";
import { appFixture } from "../fixtures.ts";
import { createOneTimePath } from "./one-time-codes.ts";
import { loginName, Sessions } from "./sessions.ts";

const now = 1_800_000_000_000;
let db: Database;
let remove: () => void;
let sessions: Sessions;
let userId: string;
let rung: number;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
  ({ userId } = await insertAccount(db, "wati"));
  const changes = new Changes();
  rung = 0;
  changes.on("outbox", () => (rung += 1));
  sessions = new Sessions({ db, clock: () => now, changes });
});
afterEach(() => remove());

const revocations = async () => (await readChatSnapshot(db, 0, 100)).revocations;
const commands = async () =>
  (await listCommandsAfter(db, "signaling", 0, 100)).map(({ command }) => JSON.parse(command) as object);
const start = async (): Promise<{ token: string; id: string }> => {
  const token = await sessions.start(userId, "a browser");
  return { token, id: (await sessions.find(token))?.id ?? "" };
};
const expire = (id: string) => db.run(sql`UPDATE sessions SET expires_at = 1000 WHERE id = ${id}`);

test("the end of a session is told to signaling at once, and kept; others go on", async () => {
  const [one, other] = [await start(), await start()];
  await sessions.end(one.id);
  const subject = `login:${loginName(one.id)}`;
  expect(await commands()).toEqual([{ type: "revoked", subject, at: now }]);
  expect([await revocations(), rung]).toEqual([[{ subject, at: now }], 1]);
  expect(await sessions.exists(other.id)).toBe(true);
});

test("a session that expires ends in the chat too: when it is looked for, and when it is swept away", async () => {
  const [found, swept, good] = [await start(), await start(), await start()];
  await expire(found.id);
  await expire(swept.id);
  expect(await sessions.find(found.token)).toBeNull();
  await sessions.deleteExpired();
  expect(await commands()).toEqual([
    { type: "revoked", subject: `login:${loginName(found.id)}`, at: now },
    { type: "revoked", subject: `login:${loginName(swept.id)}`, at: now },
  ]);
  expect([await sessions.exists(good.id), rung]).toEqual([true, 2]);
});

test("tokens that never were anybody's leave nothing behind", async () => {
  await sessions.find("nobody's");
  await sessions.end("nobody's");
  await sessions.deleteExpired();
  expect([await commands(), await revocations(), rung]).toEqual([[], [], 0]);
});

test("signing out, signing in over another session, and a new password end what was there before", async () => {
  const at = await appFixture();
  let woken = 0;
  at.changes.on("outbox", () => (woken += 1));
  const subjects = async () => (await readChatSnapshot(at.db, 0, 100)).revocations.map(({ subject }) => subject);
  const admin = await at.administrator();
  await admin.post("/logout");
  expect(await subjects()).toEqual([expect.stringMatching(/^login:[0-9a-f]{32}$/)]);
  const budi = await at.person("budi");
  await budi.post("/login", { username: "budi", password: "correct horse battery" });
  expect(await subjects()).toHaveLength(2);
  const [user] = await at.db.all<{ id: string }>(sql`SELECT id FROM users WHERE username = 'budi'`);
  const reset = at.browser();
  await reset.get(await createOneTimePath(at.db, "reset", user?.id ?? "", at.time.now));
  await reset.post("/reset", { password: "another horse battery" });
  expect(await subjects()).toContain(`user:${user?.id}`);
  expect(woken).toBe(3);
  at.remove();
});
