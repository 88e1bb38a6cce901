import { expect, test } from "bun:test";
import { createClient } from "@libsql/client";
import { drizzle } from "drizzle-orm/libsql";
import { sql } from "drizzle-orm";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findChannelByName, findOwnChannel } from "./channels.ts";
import { insertAccount } from "./fixtures.ts";
import { underLock } from "./lock.ts";
import { filePathOf, openDatabase } from "./open.ts";
import { listCommandsAfter } from "./outbox.ts";
import * as schema from "./schema.ts";
import { findCurrentStream, listRunningStreams } from "./streams.ts";
import { temporaryDatabase } from "./temp-db.ts";
import { findUserByName, listPeople } from "./users.ts";

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
    close();
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
  const { url, remove } = await temporaryDatabase();
  const client = createClient({ url });
  const queries: { sql: string; args: unknown[] }[] = [];
  const db = drizzle(client, { schema, logger: { logQuery: (query, args) => queries.push({ sql: query, args }) } });
  const { userId, channelId } = await insertAccount(db, "wati");
  queries.length = 0;
  await findUserByName(db, "wati");
  await findChannelByName(db, "wati");
  await findOwnChannel(db, { userId });
  await findCurrentStream(db, channelId);
  await listRunningStreams(db, 10);
  await listPeople(db, { createdAt: 1, id: "x" }, 10);
  await listCommandsAfter(db, "ingest", 1, 10);
  expect(queries).toHaveLength(8);
  for (const query of queries) {
    const plan = await client.execute({ sql: `EXPLAIN QUERY PLAN ${query.sql}`, args: query.args as string[] });
    const scans = plan.rows.map((row) => row["detail"] as string).filter((detail) => /SCAN|TEMP B-TREE/.test(detail));
    // The list of what is on now is read whole, by its own index.
    expect(scans.filter((scan) => !scan.includes("USING INDEX streams_running"))).toEqual([]);
  }
  client.close();
  remove();
});
