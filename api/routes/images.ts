import { Hono } from "hono";
import { findImage } from "../../db/images.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { notFound } from "../user-error.ts";

/** `/images/HASH.webp`: avatars and banners. What is at an address never changes. */
export function imageRoutes({ db }: Pick<AppDeps, "db">) {
  return new Hono<AppEnv>().get("/images/:file{[0-9a-f]{64}\\.webp}", async (c) => {
    const [hash = ""] = c.req.param("file").split(".");
    const etag = `"${hash}"`;
    const body = c.req.header("if-none-match") === etag ? null : await findImage(db, hash);
    if (body === undefined) throw notFound();
    c.header("Cache-Control", "public, max-age=31536000, immutable");
    c.header("ETag", etag);
    // Strangers made it: should a browser take it for a page after all, it is one without scripts and of no origin.
    c.header("Content-Security-Policy", "sandbox; default-src 'none'");
    if (body === null) return c.body(null, 304);
    return c.body(new Uint8Array(body), 200, { "Content-Type": "image/webp" });
  });
}
