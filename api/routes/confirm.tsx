import { Hono } from "hono";
import { markPasswordConfirmed } from "../../db/users.ts";
import { ConfirmPage } from "../../web/views/auth.tsx";
import { KeyPanel } from "../../web/views/studio-key.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { checkOwnPassword } from "../auth/own-password.ts";
import { pageProps, renderFragment, renderPage } from "../page.tsx";
import { refuseForm } from "../refuse-form.ts";
import { goTo, isHtmx, localPath, readForm, requireUser } from "../request.ts";
import { requireChannel, shownKey } from "./studio.tsx";

/** `/confirm`: the password again, for what a stolen session must not do. Good for 15 minutes. */
export function confirmRoutes(deps: AppDeps) {
  const { db, clock, assets } = deps;

  return new Hono<AppEnv>()
    .get("/confirm", (c) => {
      requireUser(c);
      const next = localPath(c.req.query("next"), "/settings");
      return renderPage(c, <ConfirmPage page={pageProps(c, assets)} next={next} />);
    })
    .post("/confirm", async (c) => {
      const user = requireUser(c);
      const { password, next } = await readForm(c, "password", "next");
      try {
        await checkOwnPassword(c, deps, user, password);
        await markPasswordConfirmed(db, user.sessionId, clock());
      } catch (error) {
        return refuseForm(
          c,
          error,
          // Only the studio's key panel asks by htmx.
          ({ message }) => <KeyPanel language={c.get("language")} streamKey={null} needsPassword error={message} />,
          (problem) => <ConfirmPage page={pageProps(c, assets)} next={localPath(next, "/studio")} problem={problem} />,
        );
      }
      if (!isHtmx(c) || !user.canStream) return goTo(c, localPath(next, "/studio"));
      return renderFragment(c, <KeyPanel {...shownKey(deps, c, await requireChannel(deps, user))} />);
    });
}
