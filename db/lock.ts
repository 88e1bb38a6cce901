import { Database as Sqlite } from "bun:sqlite";

const retryEveryMs = 50;

/**
 * Runs `work` while holding an exclusive lock on `file`, which is made when missing and left behind.
 * The lock is SQLite's own on an empty database, so the kernel lets it go when its holder dies: there are no stale locks.
 * Throws when another process still holds it after `timeoutMs`, or when the file cannot be written.
 */
export async function underLock<T>(file: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const lock = new Sqlite(file, { create: true });
  try {
    await acquire(lock, file, timeoutMs);
    return await work();
  } finally {
    lock.close();
  }
}

async function acquire(lock: Sqlite, file: string, timeoutMs: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += retryEveryMs) {
    try {
      lock.run("BEGIN EXCLUSIVE");
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (waitedMs >= timeoutMs) throw new Error(`Another process has held ${file} for ${timeoutMs / 1000} s`);
    }
    await Bun.sleep(retryEveryMs);
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
