import { Hono } from "hono";
import { findUserByName, markPasswordConfirmed } from "../../db/users.ts";
import { KeyPanel } from "../../web/views/studio.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { renderFragment } from "../page.tsx";
import { goTo, isHtmx, localPath, readForm, requireUser } from "../request.ts";
import { UserError } from "../user-error.ts";
import { requireChannel, shownKey } from "./studio.tsx";

/** `POST /confirm`: the password again, for what a stolen session must not do. Good for 15 minutes. */
export function confirmRoutes(deps: AppDeps) {
  const { db, clock, passwords, limits } = deps;

  return new Hono<AppEnv>().post("/confirm", async (c) => {
    const user = requireUser(c);
    const { password, next } = await readForm(c, "password", "next");
    // Only the studio's key panel asks by htmx.
    try {
      const forgive = await limits.takePasswordAttempt(user.username, c.get("clientAddress"));
      const { passwordHash } = (await findUserByName(db, user.username)) ?? {};
      if (!(await passwords.verify(password, passwordHash))) throw new UserError("This password is wrong.");
      await forgive();
      await markPasswordConfirmed(db, user.sessionId, clock());
    } catch (error) {
      if (!(error instanceof UserError) || !isHtmx(c)) throw error;
      return renderFragment(c, <KeyPanel streamKey={null} needsPassword error={error.message} />, error.status);
    }
    if (!isHtmx(c) || !user.canStream) return goTo(c, localPath(next, "/studio"));
    return renderFragment(c, <KeyPanel {...shownKey(deps, await requireChannel(deps, user))} />);
  });
}
