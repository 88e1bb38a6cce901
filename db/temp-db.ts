import { sql } from "drizzle-orm";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Database, openDatabase } from "./open.ts";

/** A real, migrated database in a directory of its own, for tests. `remove` closes and deletes it. */
export async function temporaryDatabase(): Promise<{
  db: Database;
  url: string;
  close: () => void;
  remove: () => void;
}> {
  const directory = mkdtempSync(path.join(tmpdir(), "panggung-db-"));
  const url = `file:${path.join(directory, "test.db")}`;
  const { db } = await openDatabase({ url });
  const close = (): void => db.$client.close();
  // It need not outlive the machine.
  await db.run(sql`PRAGMA synchronous = OFF`);
  return {
    db,
    url,
    close,
    remove: () => {
      close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
