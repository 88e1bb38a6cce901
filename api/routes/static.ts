import { Hono } from "hono";
import { acceptsEncoding } from "../../accepted-encoding.ts";
import { sharedBody } from "../../shared-body.ts";
import type { AssetFile } from "../../web/build.ts";
import type { AppEnv } from "../app-env.ts";
import { notFound } from "../user-error.ts";

/** `/static/*`: files with a hash of their content in the name, so that they may be kept for ever. */
export function staticRoutes(files: Map<string, AssetFile>) {
  return new Hono<AppEnv>().get("/static/:file", (c) => {
    const file = files.get(c.req.path);
    if (file === undefined) throw notFound();
    c.header("Cache-Control", "public, max-age=31536000, immutable");
    c.header("Vary", "Accept-Encoding");
    const { body, encoding } = negotiate(file, c.req.header("accept-encoding"));
    // A strong tag names one sequence of bytes: each encoding has its own.
    const etag = encoding === null ? file.etag : file.etag.replace(/"$/, `-${encoding}"`);
    c.header("ETag", etag);
    if (c.req.header("if-none-match")?.includes(etag)) return c.body(null, 304);
    if (encoding !== null) c.header("Content-Encoding", encoding);
    c.header("Content-Type", file.contentType);
    return new Response(sharedBody(body), c.res);
  });
}

function negotiate(
  file: AssetFile,
  accepted: string | undefined,
): { body: Uint8Array; encoding: "br" | "gzip" | null } {
  if (file.brotli !== null && acceptsEncoding(accepted, "br")) return { body: file.brotli, encoding: "br" };
  if (file.gzip !== null && acceptsEncoding(accepted, "gzip")) return { body: file.gzip, encoding: "gzip" };
  return { body: file.body, encoding: null };
}
