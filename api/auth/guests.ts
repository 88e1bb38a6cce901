import type { Context } from "hono";
import { createHash } from "node:crypto";
import { randomHex } from "../../db/random-id.ts";
import type { AppEnv } from "../app-env.ts";
import { readGuestToken, setGuestToken } from "./cookies.ts";

/** People without an account: each browser is one of them, in all its tabs, for as long as it comes back within 30 days. */

/** Half of its hash: others may learn the id, and must not be able to take the cookie's place. */
const idOf = (token: string): string => `guest:${createHash("sha256").update(token).digest("hex").slice(0, 32)}`;

/** The guest's id that this browser had before; null: none. */
export function findGuest(c: Context<AppEnv>): string | null {
  const token = readGuestToken(c);
  return token === undefined ? null : idOf(token);
}

/** The guest's id of this browser, which gets one now or keeps it for longer. */
export function ensureGuest(c: Context<AppEnv>): string {
  const token = readGuestToken(c) ?? randomHex(16);
  setGuestToken(c, token);
  return idOf(token);
}
