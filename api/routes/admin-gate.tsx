import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Act } from "../../db/audit-log.ts";
import { countWaiting } from "../../db/people-lists.ts";
import { lacksSecondFactor } from "../../db/site-settings.ts";
import { findUserByName, markPasswordConfirmed } from "../../db/users.ts";
import { type AdminFrameProps, PasswordAgainPage } from "../../web/views/admin-frame.tsx";
import { adminTexts, type DoneKey } from "../../web/views/admin-texts.ts";
import type { AppDeps, AppEnv, CurrentUser } from "../app-env.ts";
import { pageProps, renderPage } from "../page.tsx";
import { goTo, hasConfirmedPassword, localPath, readForm, requireAdministrator } from "../request.ts";
import { UserError } from "../user-error.ts";

const waitingCountedMax = 100;
/** Where administrators set up what they lack. */
export const secondFactorPath = "/settings/second-factor";

/**
 * In front of everything at `/admin`: for administrators alone, with a second factor where that is the rule, and whatever
 * changes something with a password that was typed lately. Without one the act waits until it is typed, with all that its
 * form said. What is refused is said on the page of the form, which `ask` gets as somebody's browser would.
 */
export function administratorsOnly(deps: AppDeps, ask: AskApp) {
  const { db, clock } = deps;
  return createMiddleware<AppEnv>(async (c, next) => {
    const user = requireAdministrator(c);
    if (!user.hasTotp && (await lacksSecondFactor(db, user.id))) return goTo(c, secondFactorPath);
    if (c.req.method === "GET" || c.req.method === "HEAD") return next();
    if (!hasConfirmedPassword(user, clock())) {
      const { password } = await readForm(c, "password");
      if (password === "") return askForPassword(deps, c);
      try {
        await confirmPassword(deps, c, user, password);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return askForPassword(deps, c, error);
      }
    }
    await next();
    if (c.error instanceof UserError) await sayInPlace(c, c.error, ask);
    return undefined;
  });
}

type AskApp = (request: Request, env: AppEnv["Bindings"]) => Response | Promise<Response>;

/** Instead of a page that says nothing but the error: the page of the form, with the error above it, where it can be shown. */
async function sayInPlace(c: Context<AppEnv>, error: UserError, ask: AskApp): Promise<void> {
  const { next } = await readForm(c, "next");
  const path = localPath(next, "/admin");
  // What is gone is gone from the page too.
  if (error.status === 404 || !/^\/admin(?:\/|\?|$)/.test(path)) return;
  const headers = new Headers(c.req.raw.headers);
  for (const name of ["content-type", "content-length", "if-none-match"]) headers.delete(name);
  const adminError = error.told(c.get("language")).message;
  const page = await ask(new Request(new URL(path, c.req.url).href, { headers }), { ...c.env, adminError });
  if (page.status !== 200) return;
  c.res = new Response(page.body, { status: error.status, headers: c.res.headers });
}

async function confirmPassword(deps: AppDeps, c: Context<AppEnv>, user: CurrentUser, password: string): Promise<void> {
  const { db, clock, limits, passwords } = deps;
  const forgive = await limits.takePasswordAttempt(user.username, c.get("clientAddress"), user.sessionId);
  const { passwordHash } = (await findUserByName(db, user.username)) ?? {};
  if (!(await passwords.verify(password, passwordHash))) {
    throw new UserError({ en: adminTexts.en.passwordWrong, id: adminTexts.id.passwordWrong }, { status: 403 });
  }
  await forgive();
  await markPasswordConfirmed(db, user.sessionId, clock());
}

async function askForPassword(deps: AppDeps, c: Context<AppEnv>, error?: UserError): Promise<Response> {
  const body = await c.req.parseBody();
  const fields = Object.entries(body).filter(
    (field): field is [string, string] => typeof field[1] === "string" && field[0] !== "password",
  );
  const back = localPath(typeof body["next"] === "string" ? body["next"] : undefined, "/admin");
  if (error?.retryAfterSeconds !== undefined) c.header("Retry-After", String(error.retryAfterSeconds));
  const frame = await frameOf(deps, c);
  return renderPage(
    c,
    <PasswordAgainPage
      frame={{ ...frame, page: { ...frame.page, path: back } }}
      action={c.req.path}
      fields={fields}
      back={back}
      error={error?.told(c.get("language")).message}
    />,
    error?.status ?? 403,
  );
}

/** What the pages of the administration have around them. */
export async function frameOf({ db, assets }: AppDeps, c: Context<AppEnv>): Promise<AdminFrameProps> {
  const done = c.req.query("done");
  return {
    page: pageProps(c, assets),
    waiting: await countWaiting(db, waitingCountedMax),
    ...(isDone(done) ? { done } : {}),
    error: c.env.adminError,
  };
}

const isDone = (key: string | undefined): key is DoneKey => key !== undefined && Object.hasOwn(adminTexts.en.done, key);

/** Who acts, and when: for the log. */
export function actOf(c: Context<AppEnv>, { clock }: AppDeps): Act {
  const { id, username } = requireAdministrator(c);
  return { actor: { id, name: username }, now: clock() };
}

/** Back to the page whose form was sent, which says what was done. */
export async function goBack(c: Context<AppEnv>, fallback: string, done: DoneKey): Promise<Response> {
  const { next } = await readForm(c, "next");
  const url = new URL(localPath(next, fallback), "http://local.invalid");
  url.searchParams.set("done", done);
  return goTo(c, url.pathname + url.search);
}

/** The page's own path and query, for forms that lead back to it. */
export function hereOf(c: Context<AppEnv>): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.delete("done");
  const query = searchParams.toString();
  return query === "" ? pathname : `${pathname}?${query}`;
}

/** One line that somebody typed: trimmed, spaces as one. Throws UserError (422) unless it has `least` to `most` characters. */
export function readLine(typed: string, { least, most }: { least: 0 | 1; most: number }): string {
  const line = typed.replace(/[\s\p{Cc}]+/gu, " ").trim();
  const length = [...line].length;
  if (length >= least && length <= most) return line;
  const say = (language: "en" | "id"): string => {
    const { errors } = adminTexts[language];
    return length < least ? errors.reason(most) : errors.tooLong(most);
  };
  throw new UserError({ en: say("en"), id: say("id") });
}
