import type { Context } from "hono";
import { createHash } from "node:crypto";
import { randomHex } from "../../db/random-id.ts";
import { createStep } from "../../db/sign-in-steps.ts";
import type { Role } from "../../db/schema.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { goTo, localPath } from "../request.ts";
import { readDeviceMark, setDeviceMark, setSessionToken, setShownCodes, setStepToken } from "./cookies.ts";

/** How long somebody may look for their second factor. */
const stepMaxAgeSeconds = 5 * 60;

/** By this the database finds a step: SHA-256 of the cookie's token, hex. */
export const stepIdOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** A new session each time: one that somebody planted before is of no use to them. */
export async function signIn(
  c: Context<AppEnv>,
  { sessions, knownDevices }: Pick<AppDeps, "sessions" | "knownDevices">,
  userId: string,
): Promise<void> {
  const earlier = c.get("user");
  if (earlier !== null) await sessions.end(earlier.sessionId);
  setSessionToken(c, await sessions.start(userId, c.req.header("user-agent") ?? ""));
  const mark = readDeviceMark(c);
  setDeviceMark(c, mark !== undefined && knownDevices.find(mark, userId) !== null ? mark : knownDevices.mark(userId));
}

/** Where somebody lands who wanted to go nowhere else. */
export const firstPage = ({ everyoneMayStream }: Pick<AppDeps, "everyoneMayStream">, role: Role): string =>
  role !== "viewer" || everyoneMayStream ? "/studio" : "/";

const nextOf = (path: string, next: string): string =>
  next === "" ? path : `${path}?next=${encodeURIComponent(next)}`;

/** Asks for the second factor of somebody whose password was right, and remembers that it was. */
export async function askForCode(
  c: Context<AppEnv>,
  { db, clock }: Pick<AppDeps, "db" | "clock">,
  userId: string,
  next: string,
): Promise<Response> {
  const token = randomHex(20);
  const now = clock();
  await createStep(db, { id: stepIdOf(token), userId, expiresAt: now + stepMaxAgeSeconds * 1000 }, now);
  setStepToken(c, token, stepMaxAgeSeconds);
  return goTo(c, nextOf("/login/code", localPath(next, "")));
}

/** Goes to the page that shows new recovery codes, this once, and from there to `next`. */
export function showCodes(
  c: Context<AppEnv>,
  { recoveryCodes }: Pick<AppDeps, "recoveryCodes">,
  { codes, userId, next }: { codes: readonly string[]; userId: string; next: string },
): Response {
  setShownCodes(c, recoveryCodes.wrap(codes, userId));
  return goTo(c, nextOf("/recovery-codes", next));
}
