import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SerialClient } from "./serial-client.ts";

let directory: string;
let file: string;
let client: SerialClient;
/** Another connection, to see what is committed. */
let reader: SerialClient;
let holder: { kill: () => void; exited: Promise<unknown> } | undefined;
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "panggung-db-"));
  file = path.join(directory, "test.db");
  client = new SerialClient(`file:${file}`);
  await client.execute("PRAGMA journal_mode = WAL");
  await client.execute(
    "CREATE TABLE lines (id INTEGER PRIMARY KEY, text TEXT NOT NULL, parent INTEGER REFERENCES lines)",
  );
  reader = new SerialClient(`file:${file}`);
});
afterEach(async () => {
  await releaseWriteLock();
  client.close();
  reader.close();
  rmSync(directory, { recursive: true });
});

const stored = async () => (await reader.execute("SELECT text FROM lines ORDER BY id")).rows.map((row) => row["text"]);
const insert = (text: string) =>
  client.execute({ sql: "INSERT INTO lines (text) VALUES (?) RETURNING text", args: [text] });
const insertBoth = (text: string) =>
  client.batch([
    { sql: "INSERT INTO lines (text) VALUES (?)", args: [`${text} 1`] },
    { sql: "INSERT INTO lines (text) SELECT text || '+' FROM lines WHERE text = ?", args: [`${text} 1`] },
  ]);

/** Another process takes the write lock: within one process two builds of SQLite do not see each other's locks. */
async function holdWriteLock(forMs: number): Promise<void> {
  await releaseWriteLock();
  const script = `
    const { Database } = await import("bun:sqlite");
    const db = new Database(${JSON.stringify(file)});
    db.run("BEGIN IMMEDIATE");
    console.log("held");
    await Bun.sleep(${forMs});
    db.run("ROLLBACK");`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  holder = child;
  await child.stdout.getReader().read();
}

async function releaseWriteLock(): Promise<void> {
  holder?.kill();
  await holder?.exited;
}

test("what is written while another process writes waits, and is really committed", async () => {
  await holdWriteLock(400);
  await insert("a");
  expect(await stored()).toEqual(["a"]);
  await holdWriteLock(400);
  await insertBoth("b");
  expect(await stored()).toEqual(["a", "b 1", "b 1+"]);
});

test("what queued behind a call that met the lock is committed too, in order", async () => {
  await holdWriteLock(400);
  await Promise.all([insert("a"), insertBoth("b"), insert("c"), client.execute("SELECT * FROM lines"), insert("d")]);
  expect(await stored()).toEqual(["a", "b 1", "b 1+", "c", "d"]);
});

test("a lock that is never given back fails the call, and afterwards everything is committed again", async () => {
  client.close();
  client = new SerialClient(`file:${file}`, { giveUpAfterMs: 300 });
  await holdWriteLock(60_000);
  await expect(insert("a")).rejects.toThrow("locked");
  await releaseWriteLock();
  await insertBoth("b");
  await insert("c");
  expect(await stored()).toEqual(["b 1", "b 1+", "c"]);
});

test("an error that is not about locks is not repeated, and the next call works", async () => {
  await expect(insertBoth("x").then(() => client.execute("INSERT INTO lines (text) VALUES (NULL)"))).rejects.toThrow(
    "NOT NULL",
  );
  await expect(client.batch([{ sql: "INSERT INTO lines (text) VALUES ('y')" }, { sql: "nonsense" }])).rejects.toThrow();
  await insert("z");
  expect(await stored()).toEqual(["x 1", "x 1+", "z"]);
});

test("foreign keys hold, also on the connection that replaces another", async () => {
  const orphan = "INSERT INTO lines (text, parent) VALUES ('orphan', 999)";
  await expect(client.execute(orphan)).rejects.toThrow("FOREIGN KEY");
  await holdWriteLock(400);
  await insert("a");
  await expect(client.execute(orphan)).rejects.toThrow("FOREIGN KEY");
});

test("there are no interactive transactions", async () => {
  // oxlint-disable-next-line no-restricted-properties -- it is what is refused here
  await expect(client.transaction()).rejects.toThrow("batch() only");
});

test("a full disk is remembered until something can be stored again", async () => {
  expect(client.storageFault).toBeNull();
  await client.execute("PRAGMA max_page_count = 3");
  await expect(insert("x".repeat(100_000))).rejects.toThrow("SQLITE_FULL");
  await client.execute("SELECT 1");
  await client.execute("UPDATE lines SET text = 'a' WHERE id = 0");
  await client.batch(["UPDATE lines SET text = 'a' WHERE id = 0 RETURNING id", "SELECT 1"]);
  expect(client.storageFault).toBe("SQLITE_FULL");
  await client.execute("PRAGMA max_page_count = 1000");
  await insert("small");
  expect(client.storageFault).toBeNull();
  expect(await stored()).toEqual(["small"]);
});
