import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { findCategory, listCategories } from "./categories.ts";
import { countFollowersOf, listFollowed, listLive, listOffline, listRecentlyLive } from "./discovery.ts";
import { insertAccount } from "./fixtures.ts";
import { follow } from "./follows.ts";
import type { Database } from "./open.ts";
import { channels, streams, users } from "./schema.ts";
import { temporaryDatabase } from "./temp-db.ts";

let db: Database;
let remove: () => void;
let ids: Record<"wati" | "budi" | "citra", string>;
let citra: string;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
  const [first, second, third] = [
    await insertAccount(db, "wati"),
    await insertAccount(db, "budi"),
    await insertAccount(db, "citra"),
  ];
  ids = { wati: first.channelId, budi: second.channelId, citra: third.channelId };
  citra = third.userId;
  await db.update(channels).set({ lastLiveAt: 10 }).where(eq(channels.id, ids.wati));
  await db.update(channels).set({ lastLiveAt: 20, categoryId: "music" }).where(eq(channels.id, ids.budi));
});
afterEach(() => remove());

const goLive = (channelId: string, startedAt: number, health: object | null = null) =>
  db.insert(streams).values({
    id: `stream of ${channelId}`,
    channelId,
    state: "live",
    startedAt,
    incarnation: 1,
    leaseRenewedAt: startedAt,
    health,
  });
const namesOf = (rows: { name: string }[]) => rows.map(({ name }) => name);

test("what is live comes with all that a card says", async () => {
  await goLive(ids.budi, 20, { hasThumbnail: true });
  await goLive(ids.wati, 30);
  await db.update(users).set({ displayName: "Pak Budi" }).where(eq(users.username, "budi"));
  await db
    .update(channels)
    .set({ title: "Malam", tags: '["jawa"]', language: "id", isMature: true })
    .where(eq(channels.id, ids.budi));
  const rows = await listLive(db, 10);
  expect(rows[0]).toEqual({
    channelId: ids.budi,
    streamId: `stream of ${ids.budi}`,
    name: "budi",
    displayName: "Pak Budi",
    avatarHash: null,
    title: "Malam",
    startedAt: 20,
    state: "live",
    hlsUrl: null,
    hasThumbnail: true,
    category: { id: "music", name: "Music", nameId: "Musik" },
    tags: ["jawa"],
    language: "id",
    isMature: true,
  });
  expect(rows[1]).toMatchObject({ name: "wati", displayName: "wati", category: null, tags: [], hasThumbnail: false });
  expect(await listLive(db, 1)).toHaveLength(1);
});

test("channels that are off come with the last first, of all or of a category", async () => {
  expect(namesOf(await listRecentlyLive(db, 10))).toEqual(["budi", "wati"]);
  expect(namesOf(await listRecentlyLive(db, 10, { categoryId: "music" }))).toEqual(["budi"]);
  await goLive(ids.budi, 30);
  expect(namesOf(await listRecentlyLive(db, 10))).toEqual(["wati"]);
  expect(namesOf(await listOffline(db, [ids.citra, "gone", ids.wati]))).toEqual(["citra", "wati"]);
});

test("who follows what, and how many do", async () => {
  await follow(db, citra, ids.wati, 1);
  await follow(db, citra, ids.budi, 2);
  expect(namesOf(await listFollowed(db, citra, 10))).toEqual(["budi", "wati"]);
  expect(await countFollowersOf(db, [ids.wati, ids.citra])).toEqual(new Map([[ids.wati, 1]]));
});

test("suspended people are in no list", async () => {
  await goLive(ids.wati, 30);
  await follow(db, citra, ids.wati, 1);
  await db.update(users).set({ suspendedAt: 1 }).where(eq(users.username, "wati"));
  await db.update(users).set({ suspendedAt: 1 }).where(eq(users.username, "budi"));
  expect([await listLive(db, 10), await listRecentlyLive(db, 10), await listFollowed(db, citra, 10)]).toEqual([
    [],
    [],
    [],
  ]);
});

test("categories have a name in each language", async () => {
  expect((await listCategories(db)).length).toBe(15);
  expect(await findCategory(db, "music")).toEqual({ id: "music", name: "Music", nameId: "Musik" });
  expect(await findCategory(db, "none")).toBeUndefined();
});
