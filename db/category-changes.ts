import { sql } from "drizzle-orm";
import { type Act, auditEach } from "./audit-log.ts";
import type { Database } from "./open.ts";

/** What administrators do to the list of categories. */

export interface CategoryNames {
  /** In English, and in Indonesian. */
  name: string;
  nameId: string;
}

/** Returns false when there is a category with this id, or `most` of them. */
export async function addCategory(
  db: Database,
  { id, name, nameId }: CategoryNames & { id: string },
  most: number,
  act: Act,
): Promise<boolean> {
  const hasPlace = sql`NOT EXISTS (SELECT 1 FROM categories WHERE id = ${id}) AND (SELECT count(*) FROM categories) < ${most}`;
  const [, added] = await db.batch([
    auditEach(
      db,
      act,
      { action: "category-added", detail: namesOf({ name, nameId }), subject: { name: sql`${id}` } },
      sql`WHERE ${hasPlace}`,
    ),
    db.all(sql`
      INSERT INTO categories (id, name, name_id) SELECT ${id}, ${name}, ${nameId} WHERE ${hasPlace} RETURNING id`),
  ]);
  return added.length > 0;
}

/** Returns whether there is such a category. */
export async function renameCategory(
  db: Database,
  id: string,
  { name, nameId }: CategoryNames,
  act: Act,
): Promise<boolean> {
  const differs = sql`id = ${id} AND (name <> ${name} OR name_id <> ${nameId})`;
  const [, , found] = await db.batch([
    auditEach(
      db,
      act,
      { action: "category-renamed", detail: namesOf({ name, nameId }), subject: { name: sql`id` } },
      sql`FROM categories WHERE ${differs}`,
    ),
    db.run(sql`UPDATE categories SET name = ${name}, name_id = ${nameId} WHERE ${differs}`),
    db.all(sql`SELECT id FROM categories WHERE id = ${id}`),
  ]);
  return found.length > 0;
}

/** Channels that had it have none then. Returns whether there was such a category. */
export async function removeCategory(db: Database, id: string, act: Act): Promise<boolean> {
  const [, removed] = await db.batch([
    auditEach(
      db,
      act,
      { action: "category-removed", detail: sql`name || ' / ' || name_id`, subject: { name: sql`id` } },
      sql`FROM categories WHERE id = ${id}`,
    ),
    db.all(sql`DELETE FROM categories WHERE id = ${id} RETURNING id`),
  ]);
  return removed.length > 0;
}

const namesOf = ({ name, nameId }: CategoryNames): string => `${name} / ${nameId}`;
