import { createClient } from "@libsql/client";
import { Database as Sqlite } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { drizzle } from "drizzle-orm/libsql";
import { migrate } from "drizzle-orm/libsql/migrator";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { openDatabase } from "./open.ts";
import { findUserByName } from "./users.ts";

let directory: string;
let url: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "panggung-copy-"));
  url = `file:${path.join(directory, "panggung.db")}`;
});
afterEach(() => rmSync(directory, { recursive: true }));

const Journal = z.looseObject({ entries: z.array(z.looseObject({ idx: z.number() })) });
/** The newest migration that the older version had. */
const olderSchema = 3;

/** A database as an older version left it, with an account in it. */
async function olderDatabase(): Promise<void> {
  const folder = path.join(directory, "older-migrations");
  cpSync(path.join(import.meta.dir, "migrations"), folder, { recursive: true });
  leaveOlder(folder);
  const client = createClient({ url });
  await migrate(drizzle(client), { migrationsFolder: folder });
  await client.execute(
    "INSERT INTO users (id, username, password_hash, role, created_at) VALUES ('u1', 'wati', '', 'streamer', 1)",
  );
  client.close();
}

function leaveOlder(migrationsFolder: string): void {
  const journalPath = path.join(migrationsFolder, "meta", "_journal.json");
  const journal = Journal.parse(JSON.parse(readFileSync(journalPath, "utf8")));
  const entries = journal.entries.filter(({ idx }) => idx <= olderSchema);
  writeFileSync(journalPath, JSON.stringify({ ...journal, entries }));
}

const backups = (): string[] => readdirSync(path.join(directory, "backups")).sort();

/** How many migrations a database file has had. */
function appliedIn(file: string): unknown {
  const sqlite = new Sqlite(file, { readonly: true });
  try {
    return sqlite.query("SELECT count(*) AS applied FROM __drizzle_migrations").get();
  } finally {
    sqlite.close();
  }
}

test("before a new schema the database is copied as it was, once, for its owner alone", async () => {
  await olderDatabase();
  const { db, close, copy } = await openDatabase({ url });
  expect(await findUserByName(db, "wati")).toBeDefined();
  await close();
  expect(backups()).toEqual([expect.stringMatching(/^panggung-0003-\d{8}T\d{6}Z\.db$/)]);
  expect(copy).toBe(path.join(directory, "backups", backups()[0] ?? ""));
  expect(statSync(copy ?? "").mode & 0o777).toBe(0o600);
  expect(appliedIn(copy ?? "")).toEqual({ applied: olderSchema + 1 });
  expect(new Sqlite(copy ?? "", { readonly: true }).query("SELECT username FROM users").all()).toEqual([
    { username: "wati" },
  ]);

  const again = await openDatabase({ url });
  await again.close();
  expect(again.copy).toBeNull();
  expect(backups()).toHaveLength(1);
});

test("a database without data is not copied", async () => {
  const { close, copy } = await openDatabase({ url });
  await close();
  expect(copy).toBeNull();
  expect(readdirSync(directory)).not.toContain("backups");
});

test("the newest three copies are kept, and what is none stays", async () => {
  await olderDatabase();
  const folder = path.join(directory, "backups");
  mkdirSync(folder);
  const older = [
    "panggung-0000-20250101T000000Z.db",
    "panggung-0001-20250301T000000Z.db",
    "panggung-0009-20250201T000000Z.db",
  ];
  for (const name of [...older, "panggung-0002-20250101T000000Z.db.part", "mine.db"])
    writeFileSync(path.join(folder, name), "");
  const { close, copy } = await openDatabase({ url });
  await close();
  expect(new Set(backups())).toEqual(new Set([...older.slice(1), path.basename(copy ?? ""), "mine.db"]));
});

test("the copy just made stays, also where the clock is behind all others", async () => {
  await olderDatabase();
  const folder = path.join(directory, "backups");
  mkdirSync(folder);
  const later = [
    "panggung-0000-20990101T000000Z.db",
    "panggung-0001-20990201T000000Z.db",
    "panggung-0002-20990301T000000Z.db",
  ];
  for (const name of later) writeFileSync(path.join(folder, name), "");
  const { close, copy } = await openDatabase({ url });
  await close();
  expect(new Set(backups())).toEqual(new Set([...later.slice(1), path.basename(copy ?? "")]));
});

/** As an older version, which knows the first migrations only, finds a newer one's database. */
async function openedByOlder(url: string): Promise<string> {
  const source = path.join(directory, "older-source");
  cpSync(import.meta.dir, source, { recursive: true });
  leaveOlder(path.join(source, "migrations"));
  symlinkSync(path.join(import.meta.dir, "../node_modules"), path.join(directory, "node_modules"));
  const script = `
    const { openDatabase } = await import(${JSON.stringify(path.join(source, "open.ts"))});
    const opened = await openDatabase({ url: ${JSON.stringify(url)} }).catch((error) => error);
    console.log(String(opened));`;
  const older = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  return (await older.stdout.text()).trim();
}

test("an older version refuses a newer one's database, leaves it as it is, and names the copy that it can use", async () => {
  await olderDatabase();
  const { close, copy } = await openDatabase({ url });
  await close();
  const newer = "panggung-0006-20990101T000000Z.db";
  for (const name of [newer, "panggung-0001-20990101T000000Z.db", "mine.db"])
    writeFileSync(path.join(directory, "backups", name), "");
  const file = path.join(directory, "panggung.db");
  const before = readFileSync(file);
  expect(await openedByOlder(url)).toBe(
    "NewerDatabaseError: it belongs to a newer version of Panggung, and was left as it is. " +
      `Run that version, or put back the copy from before, ${copy}`,
  );
  expect(readFileSync(file).equals(before)).toBe(true);
  rmSync(path.join(directory, "backups"), { recursive: true });
  const again = await openDatabase({ url });
  await again.db.$client.execute("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('', 9999999999999)");
  await again.close();
  await expect(openDatabase({ url })).rejects.toThrow(/Run that version, or put back a backup from before$/);
});

test("without room for a copy the schema stays as it is, and the error says what to do", async () => {
  await olderDatabase();
  writeFileSync(path.join(directory, "backups"), "no folder");
  const failed = await openDatabase({ url }).catch((error: unknown) => error);
  expect(String(failed)).toMatch(
    /^CopyError: a new version changes the database, .*Nothing was changed\. Make room for 1 MB there/,
  );
  expect(appliedIn(path.join(directory, "panggung.db"))).toEqual({ applied: olderSchema + 1 });
});
