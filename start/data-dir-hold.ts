import { Database as Sqlite } from "bun:sqlite";
import { join } from "node:path";
import { StartError } from "../service.ts";

/**
 * Keeps other starts off the data directory until the returned function is called, or this process dies: two of them on
 * one database would each tell only their own viewers what happens. The lock is SQLite's on an empty file, as in
 * db/lock.ts: the kernel lets it go with its holder. Throws StartError when another start holds it.
 */
export function holdDataDir(dataDir: string): () => void {
  const hold = new Sqlite(join(dataDir, "start.lock"), { create: true });
  try {
    hold.run("BEGIN EXCLUSIVE");
    return () => hold.close();
  } catch (error) {
    hold.close();
    if (!(error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY"))) throw error;
    throw new StartError(
      `DATA_DIR=${dataDir} is in use by another start of Panggung: stop that one, or set DATA_DIR to another directory.`,
    );
  }
}
