import { createHash } from "node:crypto";
import { createLink, type LinkPurpose } from "../../db/one-time-links.ts";
import type { Database } from "../../db/open.ts";
import { randomHex } from "../../db/random-id.ts";

const validForMs = 60 * 60_000;

/** By this the database finds a code: SHA-256, hex. 128 random bits need no slow hash. */
export const hashCode = (code: string): string => createHash("sha256").update(code).digest("hex");

/** Makes a link that works once within an hour, and returns its path. `userId`: whose password it sets; null for set-up. */
export async function createOneTimePath(
  db: Database,
  purpose: LinkPurpose,
  userId: string | null,
  now: number,
): Promise<string> {
  const code = randomHex(16);
  await createLink(db, { codeHash: hashCode(code), purpose, userId, expiresAt: now + validForMs }, now);
  return `/${purpose}?code=${code}`;
}
