import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { insertAccount } from "./fixtures.ts";
import { inspectDatabase } from "./inspect.ts";
import { openDatabase } from "./open.ts";

let file: string;
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), "panggung-inspect-")), "panggung.db");
});
afterEach(() => rmSync(path.dirname(file), { recursive: true }));
const inspect = () => inspectDatabase({ url: `file:${file}` });

test("where there is no database none is made", async () => {
  expect(await inspect()).toBeNull();
  expect(existsSync(file)).toBe(false);
});

test("a sound one, beside who has it open; and a change that waits for the next start stays to be made", async () => {
  const { db, close } = await openDatabase({ url: `file:${file}` });
  await insertAccount(db, "wati");
  const sound = await inspect();
  expect(sound).toMatchObject({ faults: [], pending: 0, isNewer: false });
  expect(sound?.bytes).toBeGreaterThan(100_000);
  await db.$client.execute(
    "DELETE FROM __drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM __drizzle_migrations)",
  );
  await close();
  for (let time = 0; time < 2; time += 1)
    expect(await inspect()).toMatchObject({ pending: 1, applied: (sound?.applied ?? 0) - 1 });
});

test("one that a newer version has changed is told", async () => {
  const { db, close } = await openDatabase({ url: `file:${file}` });
  await db.$client.execute("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('', 9999999999999)");
  await close();
  expect(await inspect()).toMatchObject({ faults: [], pending: 0, isNewer: true });
});

test("a damaged one is told", async () => {
  const { db, close } = await openDatabase({ url: `file:${file}` });
  await insertAccount(db, "wati");
  await close();
  const bytes = readFileSync(file);
  // The schema on the first pages stays readable.
  writeFileSync(file, bytes.fill(0xff, Math.floor(bytes.length / 2)));
  expect((await inspect())?.faults.length).toBeGreaterThan(0);
  writeFileSync(file, "no database at all".repeat(1000));
  expect((await inspect())?.faults).toEqual(["SQLITE_NOTADB"]);
});
