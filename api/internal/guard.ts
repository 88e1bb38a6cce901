import { createHash, timingSafeEqual } from "node:crypto";
import { createMiddleware } from "hono/factory";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Turns browsers away: they reach loopback and private networks on behalf of any page. */
export const refuseBrowsers = createMiddleware(async (c, next) => {
  for (const name of c.req.raw.headers.keys()) {
    if (name === "origin" || name.startsWith("sec-fetch-")) {
      return c.json({ error: "This listener is not for browsers." }, 403);
    }
  }
  return next();
});

/** Lets in who knows the token, compared in constant time. */
export const requireToken = (token: string) => {
  const expected = digest(`Bearer ${token}`);
  return createMiddleware(async (c, next) => {
    if (!timingSafeEqual(digest(c.req.header("authorization") ?? ""), expected)) {
      return c.json({ error: "The token is missing or wrong: is INGEST_TOKEN the same in api and ingest?" }, 401);
    }
    return next();
  });
};
