import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import type { Limits } from "../auth/limits.ts";
import { UserError } from "../user-error.ts";

/** Takes one more room, or passcode, for this address. Returns false, with `Retry-After` set, when that is too many. */
export async function takeRoom(limits: Limits, c: Context<AppEnv>): Promise<boolean> {
  try {
    await limits.takeRoom(c.get("clientAddress"));
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    c.header("Retry-After", String(error.retryAfterSeconds));
    return false;
  }
}
