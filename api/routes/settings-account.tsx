import { type Context, Hono } from "hono";
import { deleteAccount, mayDeleteAccount } from "../../db/account-deletion.ts";
import { endOtherSessions, endSessionNamed, listSessions } from "../../db/sessions.ts";
import { DeleteForm, DeletePage, SessionsPage } from "../../web/views/settings-account.tsx";
import { settingsTexts } from "../../web/views/settings-texts.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { clearSessionToken } from "../auth/cookies.ts";
import { FieldError } from "../auth/field-error.ts";
import { canonicalUsername } from "../auth/names.ts";
import { checkOwnPassword } from "../auth/own-password.ts";
import { loginName } from "../auth/sessions.ts";
import { describeUserAgent } from "../auth/user-agent.ts";
import { pageProps, renderPage } from "../page.tsx";
import { refuseForm } from "../refuse-form.ts";
import { goTo, readForm, requireUser } from "../request.ts";
import { UserError } from "../user-error.ts";

const told = (which: "wrongUsername" | "lastAdministrator") => ({
  en: settingsTexts.en[which],
  id: settingsTexts.id[which],
});

/** `/settings/sessions` and `/settings/account`: where somebody is signed in, and the end of an account. */
export function accountSettingsRoutes(deps: AppDeps) {
  const { db, clock, changes, assets, log } = deps;

  const wentOn = (c: Context<AppEnv>, hasEnded: boolean): Response => {
    if (hasEnded) changes.emit("outbox");
    return goTo(c, hasEnded ? "/settings/sessions?ended" : "/settings/sessions");
  };

  return new Hono<AppEnv>()
    .get("/settings/sessions", async (c) => {
      const user = requireUser(c);
      // lucia judges sessions by the machine's clock.
      const sessions = (await listSessions(db, user.id, Math.floor(Date.now() / 1000))).map(
        ({ id, createdAt, seenAt, userAgent }) => ({
          name: loginName(id),
          isThis: id === user.sessionId,
          ...describeUserAgent(userAgent),
          createdAt,
          seenAt,
        }),
      );
      const props = { sessions, now: clock(), hasEnded: c.req.query("ended") !== undefined };
      return renderPage(c, <SessionsPage page={pageProps(c, assets)} {...props} />);
    })
    .post("/settings/sessions/end", async (c) => {
      const user = requireUser(c);
      const { session } = await readForm(c, "session");
      return wentOn(c, await endSessionNamed(db, user.id, session, clock()));
    })
    .post("/settings/sessions/end-others", async (c) => {
      const user = requireUser(c);
      return wentOn(c, await endOtherSessions(db, user.id, user.sessionId, clock()));
    })
    .get("/settings/account", async (c) => {
      const { id, username } = requireUser(c);
      const isLastAdministrator = !(await mayDeleteAccount(db, id));
      const props = { username, isLastAdministrator };
      return renderPage(c, <DeletePage page={pageProps(c, assets)} {...props} />);
    })
    .post("/settings/delete", async (c) => {
      const user = requireUser(c);
      const { username, password } = await readForm(c, "username", "password");
      try {
        if (canonicalUsername(username) !== user.username) throw new FieldError("username", told("wrongUsername"));
        await checkOwnPassword(c, deps, user, password);
        const channelId = await deleteAccount(db, user.id, clock());
        if (channelId === undefined) throw new UserError(told("lastAdministrator"), { status: 403 });
        log.info({ userId: user.id }, "account deleted");
        changes.emit("outbox");
        changes.channelChanged(channelId);
        clearSessionToken(c);
        return goTo(c, "/goodbye");
      } catch (error) {
        const props = { username: user.username };
        return refuseForm(
          c,
          error,
          (problem) => <DeleteForm language={c.get("language")} {...props} problem={problem} />,
          (problem) => (
            <DeletePage page={pageProps(c, assets)} {...props} isLastAdministrator={false} problem={problem} />
          ),
        );
      }
    });
}
