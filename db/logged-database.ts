import { createClient, type InStatement } from "@libsql/client";
import { spyOn } from "bun:test";
import { drizzle } from "drizzle-orm/libsql";
import * as schema from "./schema.ts";
import { temporaryDatabase } from "./temp-db.ts";

/** For tests: a database that remembers what it was asked, and says how it would go about that. */
export async function loggedDatabase() {
  const { url, remove } = await temporaryDatabase();
  const client = createClient({ url });
  const reader = createClient({ url });
  const queries: InStatement[] = [];
  const [execute, batch] = [client.execute.bind(client), client.batch.bind(client)];
  // What a batch holds is in no log of drizzle's.
  spyOn(client, "execute").mockImplementation(async (statement: InStatement | string) => {
    queries.push(statement);
    return execute(statement);
  });
  spyOn(client, "batch").mockImplementation(async (statements, mode) => {
    queries.push(...(statements as InStatement[]));
    return batch(statements, mode);
  });
  const db = drizzle(client, { schema });
  const plansOf = async (): Promise<string[]> => {
    const plans: string[] = [];
    for (const query of queries) {
      const { sql: text, args = [] } = typeof query === "string" ? { sql: query } : query;
      const plan = await reader.execute({ sql: `EXPLAIN QUERY PLAN ${text}`, args });
      plans.push(...plan.rows.map((row) => row["detail"] as string));
    }
    return plans;
  };
  return {
    db,
    queries,
    plansOf,
    remove() {
      client.close();
      reader.close();
      remove();
    },
  };
}
