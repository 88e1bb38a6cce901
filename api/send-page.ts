import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppEnv } from "./app-env.ts";

/**
 * Answers with a page. Who is signed out may keep it and ask whether it is still good (RFC 9110, 13.1.2); what is made for one
 * person, and what went wrong, nobody keeps.
 */
export function sendPage(c: Context<AppEnv>, text: string, status: ContentfulStatusCode): Response {
  // Hono's HTML is an object that says it is a string, and with one `c.html` gives a promise.
  const body = text.toString();
  const response = c.html(body, status);
  const { method } = c.req;
  const isKept = status === 200 && (method === "GET" || method === "HEAD") && c.get("user") === null;
  // A cookie is for one browser.
  if (!isKept || response.headers.has("set-cookie")) return response;
  // Weak: on the way it may be compressed.
  const etag = `W/"${Bun.hash(body).toString(36)}"`;
  response.headers.set("ETag", etag);
  response.headers.set("Cache-Control", "private, no-cache");
  if (!namesTag(c.req.header("if-none-match"), etag)) return response;
  response.headers.delete("Content-Type");
  return new Response(null, { status: 304, headers: response.headers });
}

const tagsMax = 20;

function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",", tagsMax).some((tag) => tag.trim() === etag);
}
