import { type Client, createClient } from "@libsql/client";
import { drizzle, type LibSQLDatabase } from "drizzle-orm/libsql";
import { migrate } from "drizzle-orm/libsql/migrator";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { sql } from "drizzle-orm";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { copyBeforeMigration, countMigrations, findCopyFor } from "./copy-before-migration.ts";
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
  /** Resolves in little more than a second, whatever happens. */
  close: () => Promise<void>;
  /** Where the database was copied to before its schema was changed; null: it was not changed, or is elsewhere. */
  copy: string | null;
}

const migrationsFolder = path.join(import.meta.dir, "migrations");
const migrationLockTimeoutMs = 30_000;
const checkpointWithinMs = 1000;

/** A newer version has changed the database: nothing was done to it. The message is for whoever runs this server. */
export class NewerDatabaseError extends Error {
  override name = "NewerDatabaseError";
}

/**
 * Opens the database and brings it to the newest schema, a file with a copy first. Throws when it cannot be opened or
 * written, CopyError, and NewerDatabaseError.
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
      await refuseNewer(client, file);
      await client.execute("PRAGMA journal_mode = WAL");
      const db = drizzle(client, { schema });
      const copy = await copyBeforeMigration(client, file, migrationsFolder, new Date());
      await migrate(db, { migrationsFolder });
      return { db, close: () => closeWhole(client), copy };
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
    await refuseNewer(client, null);
    // Migrations are one transaction there: of two processes that start at once one fails, and then finds them applied.
    await migrate(db, { migrationsFolder }).catch(() => migrate(db, { migrationsFolder }));
  } catch (error) {
    client.close();
    throw error;
  }
  return { db, close: async () => client.close(), copy: null };
}

/** An older version would read and write by a schema that is no longer there. `file`: null where the database is elsewhere. */
async function refuseNewer(client: Client, file: string | null): Promise<void> {
  if (!(await countMigrations(client, migrationsFolder)).isNewer) return;
  const copy = file === null ? null : findCopyFor(file, readMigrationFiles({ migrationsFolder }).length);
  const before = copy === null ? "a backup from before" : `the copy from before, ${copy}`;
  throw new NewerDatabaseError(
    `it belongs to a newer version of Panggung, and was left as it is. Run that version, or put back ${before}`,
  );
}

/**
 * What waits in the log beside the file goes into it first, so that the one file is whole for whoever copies it. Where
 * that fails nothing is lost: the log stays.
 */
async function closeWhole(client: Client): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, checkpointWithinMs);
  const checkpoint = client.execute("PRAGMA wal_checkpoint(TRUNCATE)").catch(() => undefined);
  await Promise.race([checkpoint, late.promise]);
  clearTimeout(timer);
  client.close();
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
