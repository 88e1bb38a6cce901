import type { Context } from "hono";
import { findUserByName } from "../../db/users.ts";
import type { AppDeps, AppEnv, CurrentUser } from "../app-env.ts";
import { FieldError } from "./field-error.ts";

/**
 * Checks the password of whoever is signed in, which they typed again. Counts as an attempt to sign in.
 * Throws FieldError for `field` when it is wrong, UserError (429) after too many.
 */
export async function checkOwnPassword(
  c: Context<AppEnv>,
  { db, limits, passwords }: Pick<AppDeps, "db" | "limits" | "passwords">,
  { username, sessionId }: CurrentUser,
  password: string,
  field = "password",
): Promise<void> {
  const forgive = await limits.takePasswordAttempt(username, c.get("clientAddress"), sessionId);
  const { passwordHash } = (await findUserByName(db, username)) ?? {};
  if (!(await passwords.verify(password, passwordHash))) {
    throw new FieldError(field, { en: "This password is wrong.", id: "Kata sandi ini salah." });
  }
  await forgive();
}
