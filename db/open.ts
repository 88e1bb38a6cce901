import { type Client, createClient } from "@libsql/client";
import { drizzle, type LibSQLDatabase } from "drizzle-orm/libsql";
import { migrate } from "drizzle-orm/libsql/migrator";
import { sql } from "drizzle-orm";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { copyBeforeMigration } from "./copy-before-migration.ts";
import { underLock } from "./lock.ts";
import * as schema from "./schema.ts";
import { isStorageFault, SerialClient } from "./serial-client.ts";

/**
 * The one handle on the data. Use single statements and `batch()` only: the native client is synchronous, and an
 * interactive transaction that overlaps another in this process fails with SQLITE_BUSY after stalling everything.
 */
export type Database = LibSQLDatabase<typeof schema> & { $client: Client };

export interface DatabaseOptions {
  /** `file:…`, `libsql://…` or `http(s)://…`. */
  url: string;
  authToken?: string | undefined;
}

export interface OpenDatabase {
  db: Database;
  close: () => void;
  /** Where the database was copied to before its schema was changed; null: it was not changed, or is elsewhere. */
  copy: string | null;
}

const migrationsFolder = path.join(import.meta.dir, "migrations");
const migrationLockTimeoutMs = 30_000;

/**
 * Opens the database and brings it to the newest schema, a file with a copy first. Throws when it cannot be opened or
 * written, and CopyError.
 */
export async function openDatabase({ url, authToken }: DatabaseOptions): Promise<OpenDatabase> {
  return url.startsWith("file:") ? openFile(url) : openRemote(url, authToken);
}

async function openFile(url: string): Promise<OpenDatabase> {
  const file = filePathOf(url);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  return underLock(`${file}.migration-lock`, migrationLockTimeoutMs, async () => {
    const client = new SerialClient(url);
    try {
      await client.execute("PRAGMA journal_mode = WAL");
      const db = drizzle(client, { schema });
      const copy = await copyBeforeMigration(client, file, migrationsFolder, new Date());
      await migrate(db, { migrationsFolder });
      return { db, close: () => client.close(), copy };
    } catch (error) {
      client.close();
      throw error;
    }
  });
}

async function openRemote(url: string, authToken: string | undefined): Promise<OpenDatabase> {
  const client = createClient(authToken === undefined ? { url } : { url, authToken });
  const db = drizzle(client, { schema });
  try {
    // Migrations are one transaction there: of two processes that start at once one fails, and then finds them applied.
    await migrate(db, { migrationsFolder }).catch(() => migrate(db, { migrationsFolder }));
  } catch (error) {
    client.close();
    throw error;
  }
  return { db, close: () => client.close(), copy: null };
}

/** The URL of the database file in a data directory. */
export const databaseUrlIn = (dataDirectory: string): string =>
  pathToFileURL(path.join(dataDirectory, "panggung.db")).href;

/** The path in a `file:` URL as SQLite reads it: `file:./a.db`, `file:/a.db`, `file:///a.db`. */
export function filePathOf(url: string): string {
  const withoutScheme = url.slice("file:".length).replace(/[?#].*$/, "");
  return decodeURIComponent(
    withoutScheme.startsWith("//") ? withoutScheme.slice(2).replace(/^[^/]*/, "") : withoutScheme,
  );
}

/** Why the database cannot do its job, as a sentence; null when it can: it answers, and the last write was stored. */
export async function databaseProblem(db: Database): Promise<string | null> {
  try {
    await db.all(sql`SELECT 1 FROM ${schema.users} LIMIT 1`);
  } catch {
    return "The database does not answer.";
  }
  const fault = db.$client instanceof SerialClient ? db.$client.storageFault : null;
  return fault === null ? null : `Nothing can be stored (${fault}): look at the disk of the database.`;
}

/** Whether an error of a query says that the disk is full, broken or not to be written. */
export const isDiskTrouble = (error: unknown): boolean =>
  isStorageFault(error) || (error instanceof Error && isStorageFault(error.cause));
