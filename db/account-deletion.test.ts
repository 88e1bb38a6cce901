import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { deleteAccount, mayDeleteAccount } from "./account-deletion.ts";
import { insertAccount } from "./fixtures.ts";
import type { Database } from "./open.ts";
import { chatLines, users } from "./schema.ts";
import { temporaryDatabase } from "./temp-db.ts";

let db: Database;
let remove: () => void;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
});
afterEach(() => remove());

test("of the last two administrators who go at once one stays, and one who is suspended counts for none", async () => {
  const [one, other] = [
    await insertAccount(db, "ibu", "administrator"),
    await insertAccount(db, "bapak", "administrator"),
  ];
  const gone = await Promise.all([one, other].map(({ userId }) => deleteAccount(db, userId, 1000)));
  expect(gone.filter((channelId) => channelId !== undefined)).toHaveLength(1);
  const [left] = await db.select({ id: users.id }).from(users);
  const { userId } = await insertAccount(db, "paman", "administrator");
  await db.update(users).set({ suspendedAt: 1 }).where(eq(users.id, userId));
  expect([await mayDeleteAccount(db, left?.id ?? ""), await mayDeleteAccount(db, userId)]).toEqual([false, true]);
});

test("more lines than one statement deletes are gone, wherever they stand, and others' are not", async () => {
  const [wati, budi] = [await insertAccount(db, "wati"), await insertAccount(db, "budi")];
  const linesOf = (authorId: string, channelId: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      id: `${authorId}.nonce-${index}`,
      channelId,
      authorId,
      epoch: 1,
      at: index,
      text: "halo",
      action: false,
      first: false,
    }));
  for (const lines of [
    linesOf(wati.userId, budi.channelId, 1500),
    linesOf(budi.userId, wati.channelId, 1500),
    linesOf(budi.userId, budi.channelId, 10),
  ]) {
    for (let at = 0; at < lines.length; at += 500) await db.insert(chatLines).values(lines.slice(at, at + 500));
  }
  expect(await deleteAccount(db, wati.userId, 1000)).toBe(wati.channelId);
  const left = await db.all<{ author: string; lines: number }>(
    sql`SELECT author_id AS author, count(*) AS lines FROM chat_lines GROUP BY author_id`,
  );
  expect(left).toEqual([{ author: budi.userId, lines: 10 }]);
});
