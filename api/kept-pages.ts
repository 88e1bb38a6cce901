import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app-env.ts";
import type { Changes } from "./changes.ts";
import { type SentPage, sendKeptPage } from "./send-page.ts";

/** Pages in memory at most. */
const pagesMax = 200;
const keyMaxCharacters = 1000;
/** Cookies that tell people apart, and change nothing on a page of somebody who is signed out. */
const personalCookie = /^(__Host-)?panggung_(session|guest|device)=/;

/** A page, and what else its handler decided. */
interface KeptPage extends SentPage {
  mediaUrl: string | null;
}

interface Entry {
  /** null: what came was no page that others may have. */
  page: Promise<KeptPage | null>;
  untilMs: number;
}

export interface KeptPagesOptions {
  changes: Changes;
  /** For so long what was made for one is good for others, ms; 0: not at all. */
  maxAgeMs: number;
}

/**
 * Makes a page once for all who come at the same time without an account, as they do when a link goes round: home, lists and
 * channels. What people do here, and streams that begin and end, make all pages anew at once.
 */
export function keepPages({ changes, maxAgeMs }: KeptPagesOptions) {
  const entries = new Map<string, Entry>();
  changes.on("live", () => entries.clear());

  const keep = createMiddleware<AppEnv>(async (c, next) => {
    const key = keyOf(c);
    if (maxAgeMs === 0 || key === null) return next();
    const now = performance.now();
    const known = entries.get(key);
    if (known !== undefined && known.untilMs > now) {
      const page = await known.page;
      if (page === null) return next();
      c.set("mediaUrl", page.mediaUrl);
      return sendKeptPage(c, page);
    }
    const { promise, resolve } = Promise.withResolvers<KeptPage | null>();
    // At the end of the order in which they were made.
    entries.delete(key);
    entries.set(key, { page: promise, untilMs: now + maxAgeMs });
    const [oldest] = entries.keys();
    if (entries.size > pagesMax && oldest !== undefined) entries.delete(oldest);
    try {
      return await next();
    } finally {
      const sent = c.get("sentPage");
      resolve(sent === null ? null : { ...sent, mediaUrl: c.get("mediaUrl") });
    }
  });

  const forget = createMiddleware<AppEnv>(async (c, next) => {
    await next();
    if (c.req.method !== "GET" && c.req.method !== "HEAD") entries.clear();
  });

  return { keep, forget };
}

/** The same for all who would get the same page; null: this one is for nobody else. */
function keyOf(c: Context<AppEnv>): string | null {
  const { method, url, path } = c.req;
  const site = c.get("site");
  if (method !== "GET" || c.get("user") !== null || site === null || url.includes("?")) return null;
  if (c.req.header("hx-request") !== undefined) return null;
  const cookies = c.req.header("cookie")?.split("; ") ?? [];
  const shared = cookies.filter((cookie) => !personalCookie.test(cookie)).toSorted();
  const key = [site.origin, path, c.get("language"), ...shared].join("\n");
  return key.length <= keyMaxCharacters ? key : null;
}
