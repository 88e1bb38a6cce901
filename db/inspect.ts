import { type Client, createClient } from "@libsql/client";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { countMigrations, type MigrationCount } from "./copy-before-migration.ts";
import { type DatabaseOptions, filePathOf } from "./open.ts";
import { isStorageFault } from "./serial-client.ts";

/** How a database is, without changing anything in it. Where it is broken, no migrations are counted. */
export interface Inspection extends MigrationCount {
  /** Of the file and what waits beside it to be written there; null: the database is elsewhere. */
  bytes: number | null;
  /** What SQLite says is broken; empty: nothing, or it was not asked. */
  faults: string[];
}

const migrationsFolder = path.join(import.meta.dir, "migrations");

/** Looks at a database; null: there is none yet. Throws when it cannot be opened or read. */
export async function inspectDatabase({ url, authToken }: DatabaseOptions): Promise<Inspection | null> {
  const file = url.startsWith("file:") ? filePathOf(url) : null;
  // To open it would make it.
  if (file !== null && !existsSync(file)) return null;
  const client = createClient(authToken === undefined ? { url } : { url, authToken });
  try {
    if (file === null) return { bytes: null, faults: [], ...(await countMigrations(client, migrationsFolder)) };
    const bytes = [file, `${file}-wal`].reduce((sum, each) => sum + (existsSync(each) ? statSync(each).size : 0), 0);
    const faults = await findFaults(client);
    if (faults.length > 0) return { bytes, faults, applied: 0, pending: 0, isNewer: false };
    return { bytes, faults, ...(await countMigrations(client, migrationsFolder)) };
  } finally {
    client.close();
  }
}

/** What is badly damaged cannot even be checked. */
async function findFaults(client: Client): Promise<string[]> {
  try {
    await client.execute("SELECT count(*) FROM sqlite_master");
    const { rows } = await client.execute("PRAGMA quick_check(5)");
    return rows.map((row) => row["quick_check"] as string).filter((line) => line !== "ok");
  } catch (error) {
    if (isStorageFault(error) && /CORRUPT|NOTADB/.test(error.code)) return [error.code];
    throw error;
  }
}
