import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { listRecentWithTag, searchAmong, searchOffline, searchQuery } from "./channel-search.ts";
import { insertAccount } from "./fixtures.ts";
import type { Database } from "./open.ts";
import { categories, channels, streams, users } from "./schema.ts";
import { temporaryDatabase } from "./temp-db.ts";

let db: Database;
let remove: () => void;
let wati: { userId: string; channelId: string };
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
  wati = await insertAccount(db, "wati");
  const tags = JSON.stringify(["seni-rupa", "jawa"]);
  await db.update(channels).set({ title: "Wayang kulit, café chantant", categoryId: "music", tags, lastLiveAt: 1 });
  await insertAccount(db, "budi");
});
afterEach(() => remove());

const found = async (typed: string) => (await searchOffline(db, typed, 10)).map(({ name }) => name);

test.each([
  ["a name", "wati"],
  ["its beginning, in capitals", "WAT"],
  ["words of the title, in any order, begun", "kul way"],
  ["without accents", "cafe"],
  ["with accents", "CAFÉ"],
  ["a category in English", "music"],
  ["a category in Indonesian", "musik"],
  ["a tag", "seni-rupa"],
  ["a part of a tag", "rupa"],
])("a channel is found by %s", async (_, typed) => {
  expect(await found(typed)).toEqual(["wati"]);
});

test.each([
  '"',
  "*",
  "-",
  "((",
  "   ",
  "",
  "\0",
  "'; DROP TABLE users; --",
  "name:wati",
  "wati NOT x",
  "NEAR(wati)",
  "^x",
])("%p is words or nothing, never a query's syntax", async (typed) => {
  expect(await found(typed)).toEqual([]);
});

test("what is looked at of a search has a limit", () => {
  const query = searchQuery(`${"long".repeat(1000)} ${"word ".repeat(1000)}`);
  expect(query?.length).toBeLessThan(8 * 40);
  expect(searchQuery("a ab")).toBe('"a" "ab"*');
});

test("names count more than titles", async () => {
  await db
    .update(channels)
    .set({ title: "With wati tonight", lastLiveAt: 2 })
    .where(sql`name = 'budi'`);
  expect(await found("wati")).toEqual(["wati", "budi"]);
});

test("the index follows what changes, whoever changes it", async () => {
  await db
    .update(channels)
    .set({ title: "Gamelan" })
    .where(sql`name = 'wati'`);
  expect([await found("wayang"), await found("gamelan")]).toEqual([[], ["wati"]]);
  await db
    .update(users)
    .set({ displayName: "Bu Guru" })
    .where(sql`username = 'wati'`);
  expect(await found("guru")).toEqual(["wati"]);
  await db
    .update(categories)
    .set({ name: "Sounds" })
    .where(sql`id = 'music'`);
  expect([await found("sounds"), await found("music")]).toEqual([["wati"], []]);
  await db.delete(categories).where(sql`id = 'music'`);
  expect(await found("sounds")).toEqual([]);
  await db.run(sql`VACUUM`);
  expect(await found("gamelan")).toEqual(["wati"]);
  await db.delete(users).where(sql`username = 'wati'`);
  expect(await found("gamelan")).toEqual([]);
  expect(await db.all(sql`SELECT rowid FROM channel_search WHERE channel_search MATCH 'gamelan OR wati'`)).toEqual([]);
});

test("viewers who never were live are found by their whole name alone, suspended people not at all", async () => {
  await insertAccount(db, "penonton", "viewer");
  expect([await found("penon"), await found("Penonton ")]).toEqual([[], ["penonton"]]);
  await db
    .update(users)
    .set({ suspendedAt: 1 })
    .where(sql`username = 'wati'`);
  expect(await found("wati")).toEqual([]);
});

test("channels that are live are looked for among those that are", async () => {
  const { channelId } = wati;
  await db
    .insert(streams)
    .values({ id: "s", channelId, state: "live", startedAt: 1, incarnation: 1, leaseRenewedAt: 1 });
  expect(await found("wayang")).toEqual([]);
  expect(await searchAmong(db, "wayang", [channelId, "another"])).toEqual([channelId]);
  expect(await searchAmong(db, "wayang", ["another"])).toEqual([]);
});

test("a tag is that tag, not a part of another", async () => {
  const names = async (tag: string) => (await listRecentWithTag(db, tag, 10)).map(({ name }) => name);
  expect([await names("seni-rupa"), await names("seni"), await names("jawa"), await names('x") OR "jawa')]).toEqual([
    ["wati"],
    [],
    ["wati"],
    [],
  ]);
});
