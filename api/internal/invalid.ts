import { HTTPException } from "hono/http-exception";

/** For zValidator: names what is wrong, never its value: that may be a key. Throws HTTPException (400). */
export function refuseInvalid(
  result: { success: true } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } },
) {
  if (result.success) return;
  const issue = result.error.issues[0];
  throw new HTTPException(400, { message: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "wrong value"}` });
}
