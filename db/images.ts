import { and, eq, lt, notExists, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { channels, images, users } from "./schema.ts";

/**
 * Keeps a picture, so that an avatar or a banner can refer to it: what nothing refers to goes an hour later. One that is
 * there already counts as new.
 */
export async function storeImage(
  db: Database,
  { hash, body }: { hash: string; body: Uint8Array },
  now: number,
): Promise<void> {
  await db
    .insert(images)
    .values({ hash, body: Buffer.from(body), createdAt: now })
    .onConflictDoUpdate({ target: images.hash, set: { createdAt: now } });
}

/** WebP. */
export async function findImage(db: Database, hash: string): Promise<Uint8Array | undefined> {
  const row = await db.select({ body: images.body }).from(images).where(eq(images.hash, hash)).get();
  return row?.body;
}

/** Removes pictures from before `storedBefore` (ms) that are nobody's avatar and no channel's banner. */
export async function sweepImages(db: Database, storedBefore: number): Promise<void> {
  const asAvatar = db
    .select({ one: sql`1` })
    .from(users)
    .where(eq(users.avatarHash, images.hash));
  const asBanner = db
    .select({ one: sql`1` })
    .from(channels)
    .where(eq(channels.bannerHash, images.hash));
  await db.delete(images).where(and(lt(images.createdAt, storedBefore), notExists(asAvatar), notExists(asBanner)));
}
