import { asc, eq } from "drizzle-orm";
import type { CategoryName } from "./discovery.ts";
import type { Database } from "./open.ts";
import { categories } from "./schema.ts";

/** All of them, in the order of their ids. */
export async function listCategories(db: Database): Promise<CategoryName[]> {
  return db.select().from(categories).orderBy(asc(categories.id));
}

export async function findCategory(db: Database, id: string): Promise<CategoryName | undefined> {
  return db.select().from(categories).where(eq(categories.id, id)).get();
}
