import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { insertAccount } from "./fixtures.ts";
import { findImage, storeImage, sweepImages } from "./images.ts";
import type { Database } from "./open.ts";
import { channels, users } from "./schema.ts";
import { temporaryDatabase } from "./temp-db.ts";

let db: Database;
let remove: () => void;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
});
afterEach(() => remove());

const image = (letter: string) => ({ hash: letter.repeat(64), body: Buffer.from(`body of ${letter}`) });
const isThere = async (letter: string) => (await findImage(db, image(letter).hash)) !== undefined;

test("a picture comes back as it was stored; one that is stored again is the same", async () => {
  await storeImage(db, image("a"), 1);
  await storeImage(db, image("a"), 2);
  expect(Buffer.from((await findImage(db, image("a").hash)) ?? []).toString()).toBe("body of a");
  expect(await findImage(db, image("b").hash)).toBeUndefined();
});

test("what is somebody's avatar or a channel's banner stays, what is new stays, the rest goes", async () => {
  const { userId, channelId } = await insertAccount(db, "wati");
  for (const letter of ["a", "b", "c", "d"]) await storeImage(db, image(letter), 1000);
  await db
    .update(users)
    .set({ avatarHash: image("a").hash })
    .where(eq(users.id, userId));
  await db
    .update(channels)
    .set({ bannerHash: image("b").hash })
    .where(eq(channels.id, channelId));
  await storeImage(db, image("d"), 5000);
  await sweepImages(db, 2000);
  expect(await Promise.all(["a", "b", "c", "d"].map(isThere))).toEqual([true, true, false, true]);
  await db.update(users).set({ avatarHash: null }).where(eq(users.id, userId));
  await sweepImages(db, 2000);
  expect(await isThere("a")).toBe(false);
});

test("the sweep looks each old picture up by indexes", async () => {
  const plan = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN
    DELETE FROM images WHERE created_at < 5 AND NOT EXISTS (SELECT 1 FROM users WHERE avatar_hash = images.hash)
    AND NOT EXISTS (SELECT 1 FROM channels WHERE banner_hash = images.hash)`);
  expect(plan.map(({ detail }) => detail).join("\n")).not.toMatch(/\bSCAN\b/);
});
