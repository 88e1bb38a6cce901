import { afterEach, beforeEach, expect, test } from "bun:test";
import { insertAccount } from "../db/fixtures.ts";
import type { Database } from "../db/open.ts";
import { streams } from "../db/schema.ts";
import { temporaryDatabase } from "../db/temp-db.ts";
import { Changes } from "./changes.ts";
import { LiveList } from "./live-list.ts";
import { Viewers } from "./viewers.ts";

let db: Database;
let remove: () => void;
let changes: Changes;
let viewers: Viewers;
let live: LiveList;
let closing: AbortController;
let emitted = 0;
const ids = new Map<string, string>();
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
  changes = new Changes();
  viewers = new Viewers(changes, () => 0);
  closing = new AbortController();
  live = new LiveList({ db, changes, viewers, closing: closing.signal }, { countsEveryMs: 20 });
  emitted = 0;
  changes.on("site", () => (emitted += 1));
  for (const name of ["wati", "budi"]) ids.set(name, (await insertAccount(db, name)).channelId);
});
afterEach(() => {
  closing.abort();
  remove();
});

async function goLive(name: string, startedAt: number): Promise<void> {
  const channelId = ids.get(name) ?? "";
  await db
    .insert(streams)
    .values({ id: name, channelId, state: "live", startedAt, incarnation: 1, leaseRenewedAt: startedAt });
  changes.emit("live");
}
const names = async () => (await live.read()).map(({ name }) => name);
const setViewers = (name: string, count: number) => viewers.set(new Map([[ids.get(name) ?? "", count]]));

test("most viewers first, and the oldest of those with as many", async () => {
  await goLive("wati", 1);
  await goLive("budi", 2);
  expect(await names()).toEqual(["wati", "budi"]);
  setViewers("budi", 3);
  expect(await names()).toEqual(["budi", "wati"]);
});

test("it is read once, until something changes", async () => {
  await goLive("wati", 1);
  const [one, another] = [await live.read(), await live.read()];
  expect(another).toBe(one);
  changes.emit("live");
  expect(await live.read()).not.toBe(one);
});

test("a stream that begins is told of at once, counts together and not one by one", async () => {
  await goLive("wati", 1);
  expect(emitted).toBe(1);
  for (const count of [1, 2, 3]) setViewers("wati", count);
  expect(emitted).toBe(1);
  await new Promise<void>((resolve) => {
    const stop = changes.on("site", () => {
      stop();
      resolve();
    });
  });
  // Time for another, if one were on its way.
  await Bun.sleep(40);
  expect([emitted, (await live.read())[0]?.viewers]).toEqual([2, 3]);
});

test("what could not be read is read again", async () => {
  const broken = new LiveList({ db: {} as Database, changes, viewers, closing: closing.signal });
  await expect(broken.read()).rejects.toThrow();
  await expect(broken.read()).rejects.toThrow();
  await goLive("wati", 1);
  expect(await names()).toEqual(["wati"]);
});
