import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { promisify } from "node:util";
import { gzip as gzipWithCallback } from "node:zlib";
import { acceptsEncoding } from "../accepted-encoding.ts";
import type { AppEnv } from "./app-env.ts";

const gzip = promisify(gzipWithCallback) as (body: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>;

/** A page that is the same for all who are signed out. */
export interface SentPage {
  body: Uint8Array<ArrayBuffer>;
  etag: string;
  /** Made for the first who can read it. */
  compressed?: Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Answers with a page. Who is signed out may keep it and ask whether it is still good (RFC 9110, 13.1.2); what is made for one
 * person, and what went wrong, nobody keeps.
 */
export function sendPage(c: Context<AppEnv>, text: string, status: ContentfulStatusCode): Response | Promise<Response> {
  // Hono's HTML is an object that says it is a string, and with one `c.html` gives a promise.
  const html = text.toString();
  const { method } = c.req;
  const isKept = status === 200 && (method === "GET" || method === "HEAD") && c.get("user") === null;
  // A cookie is for one browser.
  if (!isKept || c.res.headers.has("set-cookie")) return c.html(html, status);
  // Weak: on the way it may be compressed.
  const page: SentPage = { body: new TextEncoder().encode(html), etag: `W/"${Bun.hash(html).toString(36)}"` };
  c.set("sentPage", page);
  return sendKeptPage(c, page);
}

/**
 * Answers with a page that may have been made for somebody else, or says that it is the one they have. Only such pages are
 * compressed: in one that holds something secret beside what a stranger chose, the length would tell of the secret (BREACH).
 */
export function sendKeptPage(c: Context<AppEnv>, page: SentPage): Response | Promise<Response> {
  const { body, etag } = page;
  c.header("ETag", etag);
  c.header("Vary", "Accept-Encoding");
  c.header("Cache-Control", "private, no-cache");
  if (namesTag(c.req.header("if-none-match"), etag)) return c.body(null, 304);
  c.header("Content-Type", "text/html; charset=UTF-8");
  if (!acceptsEncoding(c.req.header("accept-encoding"), "gzip")) return c.body(body);
  c.header("Content-Encoding", "gzip");
  page.compressed ??= gzip(body);
  return page.compressed.then((compressed) => c.body(compressed));
}

const tagsMax = 20;

function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",", tagsMax).some((tag) => tag.trim() === etag);
}
