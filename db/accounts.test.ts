import { afterEach, beforeEach, expect, test } from "bun:test";
import { replaceKey } from "./channels.ts";
import { insertAccount } from "./fixtures.ts";
import { createLink, findOpenLink, resetPassword } from "./one-time-links.ts";
import type { Database } from "./open.ts";
import { canContinueAfter, newestCommandId, pruneCommands, readSnapshot } from "./outbox.ts";
import { invitations, siteSettings } from "./schema.ts";
import { temporaryDatabase } from "./temp-db.ts";
import { createFirstAdministrator, createViewer, enableTotp, findUserByName, hasUsers } from "./users.ts";

let db: Database;
let remove: () => void;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
});
afterEach(() => remove());

const account = (username: string) => ({
  username,
  passwordHash: `password of ${username}`,
  channelId: `channel-${username}`,
  keyHash: `hash-of-${username}`,
  keyCipher: "cipher",
  recoveryHashes: [`code of ${username}`],
});
const setupLink = (codeHash: string) => ({ codeHash, purpose: "setup", userId: null, expiresAt: 5000 }) as const;

test("nobody registers before there is an administrator", async () => {
  expect(await createViewer(db, account("early"), null, 1000)).toBeUndefined();
  expect(await hasUsers(db)).toBe(false);
});

test("of ten set-ups at once by the same link one makes the administrator", async () => {
  await createLink(db, setupLink("code"), 1000);
  const ids = await Promise.all(
    Array.from({ length: 10 }, (_, index) => createFirstAdministrator(db, account(`admin${index}`), "code", 2000)),
  );
  expect(ids.filter((id) => id !== undefined)).toHaveLength(1);
  expect(await db.query.users.findMany()).toHaveLength(1);
  expect(await findOpenLink(db, "setup", "code", 2000)).toBeUndefined();
});

test.each([
  ["another code", "guess", 2000],
  ["an expired code", "code", 5000],
] as const)("set-up with %s makes nobody", async (_, codeHash, now) => {
  await createLink(db, setupLink("code"), 1000);
  expect(await createFirstAdministrator(db, account("admin"), codeHash, now)).toBeUndefined();
  expect(await hasUsers(db)).toBe(false);
});

test("a reset link does not set up, a set-up link does not reset", async () => {
  const { userId } = await insertAccount(db, "wati");
  await createLink(db, { codeHash: "reset", purpose: "reset", userId, expiresAt: 5000 }, 1000);
  await createLink(db, setupLink("code"), 1000);
  expect(await createFirstAdministrator(db, account("admin"), "reset", 2000)).toBeUndefined();
  expect(await resetPassword(db, "code", "new", 2000)).toBeUndefined();
});

test("of two people who register a name at once one gets it", async () => {
  await insertAccount(db, "admin", "administrator");
  const ids = await Promise.all(
    [1, 2, 3].map(() => createViewer(db, { ...account("wati"), channelId: `c${Math.random()}` }, null, 1000)),
  );
  expect(ids.filter((id) => id !== undefined)).toHaveLength(1);
  expect((await findUserByName(db, "wati"))?.role).toBe("viewer");
});

test("a reset link works once, for its owner alone", async () => {
  const wati = await insertAccount(db, "wati");
  await insertAccount(db, "budi");
  await createLink(db, { codeHash: "code", purpose: "reset", userId: wati.userId, expiresAt: 5000 }, 1000);
  expect(await findOpenLink(db, "reset", "code", 2000)).toEqual({ username: "wati" });
  expect(await findOpenLink(db, "reset", "code", 5000)).toBeUndefined();
  const resets = await Promise.all(["one", "two"].map((hash) => resetPassword(db, "code", hash, 2000)));
  expect(resets.filter((id) => id === wati.userId)).toHaveLength(1);
  expect((await findUserByName(db, "wati"))?.passwordHash).toBe("one");
  expect((await findUserByName(db, "budi"))?.passwordHash).toBe("none");
});

test("a new link for the same person makes the earlier one void", async () => {
  const { userId } = await insertAccount(db, "wati");
  const link = { purpose: "reset", userId, expiresAt: 5000 } as const;
  await createLink(db, { ...link, codeHash: "first" }, 1000);
  await createLink(db, { ...link, codeHash: "second" }, 1000);
  expect(await findOpenLink(db, "reset", "first", 2000)).toBeUndefined();
  expect(await findOpenLink(db, "reset", "second", 2000)).toBeDefined();
});

test("a reader goes on only where no command it has not seen was pruned", async () => {
  const { channelId } = await insertAccount(db, "wati");
  for (const now of [1000, 2000, 3000]) await replaceKey(db, channelId, { hash: `h${now}`, cipher: "c" }, now);
  expect(await newestCommandId(db)).toBe(3);
  await pruneCommands(db, 2500);
  expect(await Promise.all([0, 1, 2, 3, 4].map((id) => canContinueAfter(db, id)))).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
  await pruneCommands(db, 9000);
  expect(await canContinueAfter(db, 2)).toBe(false);
  expect(await canContinueAfter(db, 3)).toBe(true);
  expect(await readSnapshot(db)).toEqual({ id: 3, streams: [] });
});

test("where everybody may register an invitation is not used up; where none may it opens nothing", async () => {
  await insertAccount(db, "admin", "administrator");
  await db.insert(invitations).values({ codeHash: "code", createdAt: 0, expiresAt: 5000 });
  const usedAt = async () => (await db.select().from(invitations))[0]?.usedAt;
  expect(await createViewer(db, account("wati"), "code", 1000)).toBeDefined();
  expect(await usedAt()).toBeNull();
  await db.update(siteSettings).set({ registration: "closed" });
  expect(await createViewer(db, account("budi"), "code", 1000)).toBeUndefined();
  await db.update(siteSettings).set({ registration: "invitation" });
  // A name that is taken uses nothing up either.
  expect(await createViewer(db, { ...account("wati"), channelId: "other" }, "code", 1000)).toBeUndefined();
  expect(await usedAt()).toBeNull();
  expect(await createViewer(db, account("budi"), "code", 1000)).toBeDefined();
  expect(await usedAt()).toBe(1000);
});

test("of two second factors set up at once one is kept", async () => {
  const { userId } = await insertAccount(db, "wati");
  const enabled = await Promise.all(["one", "other"].map((cipher) => enableTotp(db, userId, cipher, 7)));
  expect(enabled).toEqual([true, false]);
  expect(await findUserByName(db, "wati")).toMatchObject({ totpCipher: "one" });
});
