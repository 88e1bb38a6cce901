import type { Client } from "@libsql/client";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";

/** So many copies are kept. */
const copiesKept = 3;
/** `panggung-0003-20261121T200512Z.db`: the newest migration in it, and when it was made. */
const copyName = /^panggung-(\d{4})-(\d{8}T\d{6}Z)\.db$/;

/** A new schema waits, and the database could not be copied first: nothing has been changed. The message is for whoever runs this server. */
export class CopyError extends Error {
  override name = "CopyError";
}

export interface MigrationCount {
  /** Those that the database has had. */
  applied: number;
  /** Those in the folder that it has not. */
  pending: number;
  /** Whether it has had one that is newer than all in the folder: a newer version has changed it. */
  isNewer: boolean;
}

/** What a database has had of the migrations in a folder. */
export async function countMigrations(client: Client, migrationsFolder: string): Promise<MigrationCount> {
  const known = readMigrationFiles({ migrationsFolder });
  const table = await client.execute("SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'");
  if (table.rows.length === 0) return { applied: 0, pending: known.length, isNewer: false };
  // As drizzle judges: what is newer than the newest that was applied.
  const { rows } = await client.execute(
    "SELECT count(*) AS applied, max(created_at) AS newest FROM __drizzle_migrations",
  );
  const newest = Number(rows[0]?.["newest"] ?? 0);
  return {
    applied: Number(rows[0]?.["applied"] ?? 0),
    pending: known.filter(({ folderMillis }) => folderMillis > newest).length,
    isNewer: known.every(({ folderMillis }) => folderMillis < newest),
  };
}

/**
 * Copies a database file into `backups` beside it, mode 600, when migrations wait for it and it holds data; of older
 * copies the newest are kept. Returns the copy's path, null where none was needed. Throws CopyError.
 */
export async function copyBeforeMigration(
  client: Client,
  file: string,
  migrationsFolder: string,
  now: Date,
): Promise<string | null> {
  const { applied, pending } = await countMigrations(client, migrationsFolder);
  if (applied === 0 || pending === 0) return null;
  const folder = copiesFolder(file);
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const copy = path.join(folder, `panggung-${String(applied - 1).padStart(4, "0")}-${time}.db`);
  const draft = `${copy}.part`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeDrafts(folder);
    await client.execute({ sql: "VACUUM INTO ?", args: [draft] });
    chmodSync(draft, 0o600);
    renameSync(draft, copy);
  } catch (error) {
    if (existsSync(draft)) rmSync(draft);
    throw new CopyError(
      `a new version changes the database, and a copy of it could not be made in ${folder} (${reasonOf(error)}). ` +
        `Nothing was changed. Make room for ${megabytes(file)} MB there, see that it can be written, and start again`,
      { cause: error },
    );
  }
  removeOldCopies(folder, path.basename(copy));
  return copy;
}

/** What a copy that was cut off by the end of its process left. */
function removeDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.endsWith(".part") && copyName.test(name.slice(0, -".part".length))) rmSync(path.join(folder, name));
  }
}

/** The one just made stays whatever its time says: a board without a clock may believe that it is 1970. */
function removeOldCopies(folder: string, justMade: string): void {
  const others = listCopies(folder).filter(({ name }) => name !== justMade);
  others.sort((a, b) => b.time.localeCompare(a.time));
  for (const { name } of others.slice(copiesKept - 1)) rmSync(path.join(folder, name));
}

/** Of the copies that a version with so many migrations can open, the one with the most of them, the newest of those. */
export function findCopyFor(file: string, migrations: number): string | null {
  const folder = copiesFolder(file);
  if (!existsSync(folder)) return null;
  const [best] = listCopies(folder)
    .filter(({ applied }) => applied <= migrations)
    .sort((a, b) => b.applied - a.applied || b.time.localeCompare(a.time));
  return best === undefined ? null : path.join(folder, best.name);
}

/** `applied`: how many migrations each has had. */
const listCopies = (folder: string): { name: string; applied: number; time: string }[] =>
  readdirSync(folder).flatMap((name) => {
    const [, newest, time] = copyName.exec(name) ?? [];
    return newest === undefined || time === undefined ? [] : [{ name, applied: Number(newest) + 1, time }];
  });

const copiesFolder = (file: string): string => path.join(path.dirname(file), "backups");

const megabytes = (file: string): number => Math.ceil(statSync(file).size / 1_000_000);

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
