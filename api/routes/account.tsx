import { type Context, Hono } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import { findOpenLink, resetPassword } from "../../db/one-time-links.ts";
import { randomId } from "../../db/random-id.ts";
import { createFirstAdministrator, createViewer, findUserByName, hasUsers, type NewAccount } from "../../db/users.ts";
import {
  LoginForm,
  LoginPage,
  RegisterForm,
  RegisterPage,
  ResetForm,
  ResetPage,
  SetupForm,
  SetupPage,
} from "../../web/views/auth.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { clearCode, clearSessionToken, readCode, setCode, setSessionToken } from "../auth/cookies.ts";
import { canonicalUsername, checkNewPassword, checkNewUsername } from "../auth/names.ts";
import { hashCode } from "../auth/one-time-codes.ts";
import { pageProps, renderFragment, renderPage } from "../page.tsx";
import { goTo, isHtmx, localPath, readForm } from "../request.ts";
import { UserError } from "../user-error.ts";

const wrongCredentials = "The username or the password is wrong.";
const deadLink = new UserError(
  "This link has expired or was used before. Whoever runs this server can make a new one.",
  {
    status: 403,
    title: "This link no longer works",
  },
);
const notSetUp = new UserError("Open the set-up link that the server printed when it started.", {
  status: 403,
  title: "This stage is not set up yet",
});

/** Accounts: sign in and out, register, the first administrator, a lost password. */
export function accountRoutes(deps: AppDeps) {
  const { db, clock, changes, sessions, passwords, limits, keys, assets, log } = deps;

  /** Shows a form again, with what was wrong: the fragment to htmx, else the whole page. */
  const refuse = async (
    c: Context<AppEnv>,
    error: unknown,
    form: (message: string) => JSX.Element,
    page: (message: string) => JSX.Element,
  ): Promise<Response> => {
    if (!(error instanceof UserError)) throw error;
    if (error.retryAfterSeconds !== undefined) c.header("Retry-After", String(error.retryAfterSeconds));
    const { message, status } = error;
    return isHtmx(c) ? renderFragment(c, form(message), status) : renderPage(c, page(message), status);
  };

  /** A new session each time: one that somebody planted before is of no use to them. */
  const signIn = async (c: Context<AppEnv>, userId: string): Promise<void> => {
    const earlier = c.get("user");
    if (earlier !== null) await sessions.end(earlier.sessionId);
    setSessionToken(c, await sessions.start(userId));
  };

  const newAccount = async (username: string, password: string): Promise<NewAccount> => {
    const channelId = randomId();
    const { stored } = keys.create(channelId);
    return {
      username,
      passwordHash: await passwords.hash(password),
      title: `${username}'s stream`,
      channelId,
      keyHash: stored.hash,
      keyCipher: stored.cipher,
    };
  };

  return new Hono<AppEnv>()
    .get("/login", (c) => {
      const next = c.req.query("next");
      if (c.get("user") !== null) return goTo(c, localPath(next, "/studio"));
      const props = { values: { username: "" }, ...(next === undefined ? {} : { next: localPath(next, "/") }) };
      return renderPage(c, <LoginPage page={pageProps(c, assets)} {...props} />);
    })
    .post("/login", async (c) => {
      const { username, password, next } = await readForm(c, "username", "password", "next");
      try {
        const name = canonicalUsername(username);
        const forgive = await limits.takePasswordAttempt(name ?? "", c.get("clientAddress"));
        const user = name === null ? undefined : await findUserByName(db, name);
        if (!(await passwords.verify(password, user?.passwordHash)) || user === undefined) {
          throw new UserError(wrongCredentials);
        }
        await forgive();
        await signIn(c, user.id);
        const mayStream = user.role !== "viewer" || deps.everyoneMayStream;
        return goTo(c, localPath(next, mayStream ? "/studio" : "/"));
      } catch (error) {
        const props = { values: { username }, ...(next === "" ? {} : { next: localPath(next, "/") }) };
        return refuse(
          c,
          error,
          (message) => <LoginForm {...props} error={message} />,
          (message) => <LoginPage page={pageProps(c, assets)} {...props} error={message} />,
        );
      }
    })
    .post("/logout", async (c) => {
      const user = c.get("user");
      if (user !== null) await sessions.end(user.sessionId);
      clearSessionToken(c);
      return goTo(c, "/");
    })
    .get("/register", async (c) => {
      if (!(await hasUsers(db))) throw notSetUp;
      const next = c.req.query("next");
      const props = { values: { username: "" }, ...(next === undefined ? {} : { next: localPath(next, "/") }) };
      return renderPage(c, <RegisterPage page={pageProps(c, assets)} {...props} />);
    })
    .post("/register", async (c) => {
      const { username, password, next } = await readForm(c, "username", "password", "next");
      if (!(await hasUsers(db))) throw notSetUp;
      try {
        const name = checkNewUsername(username);
        checkNewPassword(password);
        await limits.takeRegistration(c.get("clientAddress"));
        const userId = await createViewer(db, await newAccount(name, password), clock());
        if (userId === undefined) throw new UserError("This username is taken. Choose another one.");
        log.info({ userId }, "account created");
        await signIn(c, userId);
        return goTo(c, localPath(next, deps.everyoneMayStream ? "/studio" : "/"));
      } catch (error) {
        const props = { values: { username }, ...(next === "" ? {} : { next: localPath(next, "/") }) };
        return refuse(
          c,
          error,
          (message) => <RegisterForm {...props} error={message} />,
          (message) => <RegisterPage page={pageProps(c, assets)} {...props} error={message} />,
        );
      }
    })
    .get("/setup", async (c) => {
      const code = c.req.query("code");
      if (code !== undefined) {
        await limits.takeCode(c.get("clientAddress"));
        if ((await findOpenLink(db, "setup", hashCode(code), clock())) === undefined) throw deadLink;
        setCode(c, "setup", code);
        return c.redirect("/setup", 303);
      }
      const held = readCode(c, "setup");
      if (held === undefined || (await findOpenLink(db, "setup", hashCode(held), clock())) === undefined) {
        throw (await hasUsers(db)) ? deadLink : notSetUp;
      }
      return renderPage(c, <SetupPage page={pageProps(c, assets)} values={{ username: "" }} />);
    })
    .post("/setup", async (c) => {
      const { username, password } = await readForm(c, "username", "password");
      const codeHash = hashCode(readCode(c, "setup") ?? "");
      await limits.takeCode(c.get("clientAddress"));
      // Before the password is hashed, which is the dear part; the INSERT decides again.
      if ((await findOpenLink(db, "setup", codeHash, clock())) === undefined) throw deadLink;
      try {
        const name = checkNewUsername(username, { mayBeReserved: true });
        checkNewPassword(password);
        const userId = await createFirstAdministrator(db, await newAccount(name, password), codeHash, clock());
        if (userId === undefined) throw deadLink;
        log.info({ userId }, "first administrator created");
        clearCode(c, "setup");
        await signIn(c, userId);
        return goTo(c, "/studio");
      } catch (error) {
        return refuse(
          c,
          error,
          (message) => <SetupForm values={{ username }} error={message} />,
          (message) => <SetupPage page={pageProps(c, assets)} values={{ username }} error={message} />,
        );
      }
    })
    .get("/reset", async (c) => {
      const code = c.req.query("code");
      await limits.takeCode(c.get("clientAddress"));
      const link = await findOpenLink(db, "reset", hashCode(code ?? readCode(c, "reset") ?? ""), clock());
      if (link === undefined) throw deadLink;
      if (code !== undefined) {
        setCode(c, "reset", code);
        return c.redirect("/reset", 303);
      }
      return renderPage(c, <ResetPage page={pageProps(c, assets)} username={link.username ?? ""} />);
    })
    .post("/reset", async (c) => {
      const { password } = await readForm(c, "password");
      const codeHash = hashCode(readCode(c, "reset") ?? "");
      await limits.takeCode(c.get("clientAddress"));
      const link = await findOpenLink(db, "reset", codeHash, clock());
      if (link === undefined) throw deadLink;
      const username = link.username ?? "";
      try {
        checkNewPassword(password);
        const userId = await resetPassword(db, codeHash, await passwords.hash(password), clock());
        if (userId === undefined) throw deadLink;
        changes.emit("outbox");
        log.info({ userId }, "password reset");
        clearCode(c, "reset");
        await signIn(c, userId);
        return goTo(c, "/studio");
      } catch (error) {
        return refuse(
          c,
          error,
          (message) => <ResetForm username={username} error={message} />,
          (message) => <ResetPage page={pageProps(c, assets)} username={username} error={message} />,
        );
      }
    });
}
