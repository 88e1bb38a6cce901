import type { Context } from "hono";
import type { z } from "zod";
import type { AppEnv, CurrentUser } from "./app-env.ts";
import type { Site } from "./site.ts";
import { unreadable, UserError } from "./user-error.ts";

const confirmedForMs = 15 * 60_000;

/** The text fields of a posted form; a field that is missing or a file reads as "". Throws UserError (400). */
export async function readForm<Name extends string>(
  c: Context<AppEnv>,
  ...names: Name[]
): Promise<Record<Name, string>> {
  const body = await c.req.parseBody().catch((error: unknown) => {
    // What fetch's standard throws for a body that is not what its type says.
    if (!(error instanceof TypeError)) throw error;
    throw unreadable();
  });
  const fields = names.map((name) => [name, typeof body[name] === "string" ? body[name] : ""] as const);
  return Object.fromEntries(fields) as Record<Name, string>;
}

/** Whether a script of ours asks, which reads JSON. */
export const sendsJson = (c: Context<AppEnv>): boolean =>
  /^application\/json\b/i.test(c.req.header("content-type") ?? "");

/** The body of a request that a script of ours sent. Throws UserError (400, 415). */
export async function readJson<T>(c: Context<AppEnv>, schema: z.ZodType<T>): Promise<T> {
  // Forms of other sites cannot have this type.
  if (!sendsJson(c)) throw expectsJson();
  const body: unknown = await c.req.json().catch((error: unknown) => {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  });
  const result = schema.safeParse(body);
  if (!result.success) throw unreadable();
  return result.data;
}

const expectsJson = (): UserError =>
  new UserError({ en: "The server expects JSON here.", id: "Server mengharapkan JSON di sini." }, { status: 415 });

/** Whether htmx asks: it wants a fragment, not a page. */
export const isHtmx = (c: Context<AppEnv>): boolean => c.req.header("hx-request") === "true";

/** Goes on to another page, from a form with or without htmx. */
export function goTo(c: Context<AppEnv>, path: string): Response {
  if (!isHtmx(c)) return c.redirect(path, 303);
  // fetch would follow a redirect and put the whole page into the form's place.
  c.header("HX-Redirect", path);
  return c.body(null, 200);
}

/** `next` from a link or form, when it is a path of ours; else the fallback. */
export function localPath(next: string | undefined, fallback: string): string {
  if (next === undefined || !next.startsWith("/")) return fallback;
  const base = "http://local.invalid";
  const url = URL.canParse(next, base) ? new URL(next, base) : undefined;
  return url?.origin === base && !url.pathname.startsWith("//") ? url.pathname + url.search : fallback;
}

/** Where somebody signs in who has to: from there they come back to this page, or to the one that a form of ours came from. */
export function signInPath(c: Context<AppEnv>): string {
  const { method, url } = c.req;
  const page = method === "GET" ? url : (c.req.header("hx-current-url") ?? c.req.header("referer") ?? "");
  const origin = method === "GET" ? new URL(url).origin : c.get("site")?.origin;
  if (!URL.canParse(page) || new URL(page).origin !== origin) return "/login";
  const { pathname, search } = new URL(page);
  return `/login?next=${encodeURIComponent(localPath(pathname + search, "/"))}`;
}

/** The page that a form of the frame was on: its path as the form says it, and the query that only the browser knows. */
export function pageOfForm(c: Context<AppEnv>, next: string): string {
  const path = localPath(next, "/");
  const from = c.req.header("referer") ?? "";
  if (!URL.canParse(from)) return path;
  const { origin, pathname, search } = new URL(from);
  return origin === c.get("site")?.origin && pathname === path ? path + search : path;
}

export function requireSite(c: Context<AppEnv>): Site {
  const site = c.get("site");
  if (site === null) throw new Error("A request without a site was let through");
  return site;
}

/** Whoever is signed in. Throws UserError (401), which pages turn into the way to sign in. */
export function requireUser(c: Context<AppEnv>): CurrentUser {
  const user = c.get("user");
  if (user === null) {
    const title = { en: "Sign in first", id: "Masuk dulu" };
    throw new UserError({ en: "Sign in to go on.", id: "Masuk untuk melanjutkan." }, { status: 401, title });
  }
  return user;
}

/**
 * The administrator who is signed in. Throws UserError (401, 403). What else is asked of administrators is asked in front
 * of all their pages: api/routes/admin-gate.tsx.
 */
export function requireAdministrator(c: Context<AppEnv>): CurrentUser {
  const user = requireUser(c);
  if (user.role !== "administrator") {
    throw new UserError(
      { en: "Only administrators can open this.", id: "Hanya administrator yang dapat membuka ini." },
      { status: 403, title: { en: "Not for you", id: "Bukan untuk Anda" } },
    );
  }
  return user;
}

/** Whether the password was typed within the last 15 minutes. */
export const hasConfirmedPassword = (user: CurrentUser, now: number): boolean =>
  now - user.passwordConfirmedAt <= confirmedForMs && now >= user.passwordConfirmedAt - confirmedForMs;
