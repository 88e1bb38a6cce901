import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  listCallPeople,
  listCalls,
  listSamples,
  pruneCallQuality,
  readCallFigures,
  readPairFigures,
} from "./call-quality.ts";
import {
  createCallRoom,
  deleteCallRooms,
  endCallRoom,
  endIdleCallRooms,
  findCallRoom,
  listCallRooms,
  reopenCallRoom,
} from "./call-rooms.ts";
import { listCategories } from "./categories.ts";
import { listRecentWithTag, searchAmong, searchOffline } from "./channel-search.ts";
import { findChannelByName, findOwnChannel } from "./channels.ts";
import { countFollowersOf, listFollowed, listLive, listRecentlyLive } from "./discovery.ts";
import { insertAccount, insertCallRoom } from "./fixtures.ts";
import { underLock } from "./lock.ts";
import { loggedDatabase } from "./logged-database.ts";
import { filePathOf, openDatabase } from "./open.ts";
import { openCall, recordCallReport, saveCall } from "./open-calls.ts";
import { listCommandsAfter } from "./outbox.ts";
import * as schema from "./schema.ts";
import { listPeople } from "./people-lists.ts";
import { findCurrentStream, listRunningStreams } from "./streams.ts";
import { temporaryDatabase } from "./temp-db.ts";
import { findUserByName } from "./users.ts";

test("a file: URL is the path SQLite opens", () => {
  expect(
    ["file:./a.db", "file:a.db", "file:/x/a.db", "file:///x/a.db", "file://localhost/x/a.db"].map(filePathOf),
  ).toEqual(["./a.db", "a.db", "/x/a.db", "/x/a.db", "/x/a.db"]);
});

test("eight openers of one fresh database at once all find it migrated", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "panggung-db-"));
  const url = `file:${path.join(directory, "deep", "test.db")}`;
  const opened = await Promise.all(Array.from({ length: 8 }, () => openDatabase({ url })));
  for (const { db, close } of opened) {
    expect(await db.all(sql`SELECT count(*) AS applied FROM __drizzle_migrations`)).toHaveLength(1);
    expect(await findUserByName(db, "nobody")).toBeUndefined();
    await close();
  }
  rmSync(directory, { recursive: true });
});

test("writes wait for another connection's lock and foreign keys hold", async () => {
  const { db, remove } = await temporaryDatabase();
  expect(await db.get<object>(sql`PRAGMA journal_mode`)).toMatchObject({ journal_mode: "wal" });
  expect(await db.get<object>(sql`PRAGMA busy_timeout`)).toMatchObject({ timeout: 250 });
  const orphan = { id: "s", userId: "nobody", expiresAt: 1, passwordConfirmedAt: 1 };
  await expect(db.insert(schema.sessions).values(orphan).run()).rejects.toThrow();
  remove();
});

/** A database that was written to, and its size with what waits in the log beside it. */
async function writtenDatabase(directory: string) {
  const file = path.join(directory, "test.db");
  const opened = await openDatabase({ url: `file:${file}` });
  await insertAccount(opened.db, "wati");
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(100_000);
  return { ...opened, file };
}

test("after an orderly close the one file is whole", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "panggung-db-"));
  const { close, file } = await writtenDatabase(directory);
  await close();
  expect(existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0).toBe(false);
  const copy = path.join(directory, "copy.db");
  copyFileSync(file, copy);
  const restored = await openDatabase({ url: `file:${copy}` });
  expect(await findUserByName(restored.db, "wati")).toBeDefined();
  await restored.close();
  rmSync(directory, { recursive: true });
});

test("a close is quick beside a writer that holds the lock, throws nothing, and loses nothing", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "panggung-db-"));
  const { close, file } = await writtenDatabase(directory);
  const script = `
    const { Database } = await import("bun:sqlite");
    new Database(${JSON.stringify(file)}).run("BEGIN IMMEDIATE");
    console.log("held");
    setInterval(() => {}, 1000);`;
  const holder = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  await holder.stdout.getReader().read();
  const startedAt = performance.now();
  await close();
  await close();
  expect(performance.now() - startedAt).toBeLessThan(3000);
  holder.kill("SIGKILL");
  await holder.exited;
  const again = await openDatabase({ url: `file:${file}` });
  expect(await findUserByName(again.db, "wati")).toBeDefined();
  await again.close();
  rmSync(directory, { recursive: true });
});

test("a lock keeps a second holder out, and is free once its holder was killed", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "panggung-lock-"));
  const file = path.join(directory, "lock");
  const holder = Bun.spawn(
    [
      process.execPath,
      "-e",
      `import { underLock } from ${JSON.stringify(path.join(import.meta.dir, "lock.ts"))};
       await underLock(${JSON.stringify(file)}, 1000, async () => { console.log("held"); await new Promise(() => setInterval(() => {}, 1000)); });`,
    ],
    { stdout: "pipe" },
  );
  await holder.stdout.getReader().read();
  await expect(underLock(file, 100, async () => "entered")).rejects.toThrow("Another process has held");
  holder.kill("SIGKILL");
  await holder.exited;
  expect(await underLock(file, 100, async () => "entered")).toBe("entered");
  rmSync(directory, { recursive: true });
});

test("no query on a page's path scans a table", async () => {
  const { db, remove, queries, plansOf } = await loggedDatabase();
  const { userId, channelId } = await insertAccount(db, "wati");
  queries.length = 0;
  await findUserByName(db, "wati");
  await findChannelByName(db, "wati");
  await findOwnChannel(db, { userId });
  await findCurrentStream(db, channelId);
  await listRunningStreams(db, 10);
  await listPeople(db, "all", { at: 1, id: "x" }, 10);
  await listCommandsAfter(db, "ingest", 1, 10);
  expect(queries).toHaveLength(8);
  const scans = (await plansOf()).filter((detail) => /SCAN|TEMP B-TREE/.test(detail));
  // The list of what is on now is read whole, by its own index.
  expect(scans.filter((scan) => !scan.includes("USING INDEX streams_running"))).toEqual([]);
  remove();
});

test("no query of a list or a search scans a table", async () => {
  const { db, remove, queries, plansOf } = await loggedDatabase();
  const { userId, channelId } = await insertAccount(db, "wati");
  queries.length = 0;
  await listLive(db, 10);
  await listFollowed(db, userId, 10);
  await listRecentlyLive(db, 10);
  await listRecentlyLive(db, 10, { categoryId: "music" });
  await countFollowersOf(db, [channelId]);
  await listCategories(db);
  await searchAmong(db, "wati", [channelId]);
  await searchOffline(db, "wati", 10);
  await listRecentWithTag(db, "jawa", 10);
  const scans = (await plansOf()).filter((detail) => detail.startsWith("SCAN"));
  // What is live and the categories are read whole; the rest is the full-text index, JSON, and what an index has yielded.
  const small =
    /SCAN (streams USING INDEX streams_running|categories|json_each|channel_search VIRTUAL TABLE|\(subquery)/;
  expect(scans.filter((scan) => !small.test(scan) && !scan.includes("channels_last_live"))).toEqual([]);
  remove();
});

test("no query about calls scans a table", async () => {
  const { db, remove, queries, plansOf } = await loggedDatabase();
  const callId = await insertCallRoom(db);
  const window = { from: 1, to: 2 };
  queries.length = 0;
  await findCallRoom(db, callId);
  await listCallRooms(db, ["a", "b"], 10);
  await createCallRoom(
    db,
    { id: "x", name: "x", mode: "stage", entry: "link", passcodeHash: null, hostSubject: "a", hostId: null },
    1,
  );
  await openCall(db, callId, 1);
  await saveCall(db, callId, 1, { state: "{}", lines: [] });
  await recordCallReport(db, callId, { people: [], samples: [] }, 1);
  await reopenCallRoom(db, callId, 1);
  await endCallRoom(db, callId, 1);
  await endIdleCallRooms(db, { idleSince: 1, unusedSince: 1 }, 1);
  await deleteCallRooms(db, 1);
  await pruneCallQuality(db, 1);
  await listCalls(db, window, 10);
  await listCallPeople(db, callId, window, 10);
  await readCallFigures(db, callId, window);
  await readPairFigures(db, callId, window, 10);
  await listSamples(db, callId, window, null, 10);
  expect(queries.length).toBeGreaterThan(40);
  const scans = (await plansOf()).filter((detail) => detail.startsWith("SCAN"));
  // What was given as JSON, the one row of the outbox's counter, and what an index has yielded.
  const small = /SCAN (CONSTANT ROW|json_each|sqlite_sequence|\(subquery|seen|sums)/;
  expect(scans.filter((scan) => !small.test(scan))).toEqual([]);
  remove();
});

test("a report's samples are read once, not once for each of the people", async () => {
  const { db, remove, queries, plansOf } = await loggedDatabase();
  const callId = await insertCallRoom(db);
  queries.length = 0;
  await recordCallReport(db, callId, { people: [], samples: [] }, 1);
  const steps = (await plansOf()).flatMap((detail) => /(SCAN|SEARCH) (json_each|measurer|subject)/.exec(detail) ?? []);
  expect(steps.filter((step) => / (json_each|measurer|subject)$/.test(step)).slice(-3)).toEqual([
    "SCAN json_each",
    "SEARCH measurer",
    "SEARCH subject",
  ]);
  remove();
});
