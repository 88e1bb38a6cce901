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

/** The tokens of those who call, each good for what its holder needs and for nothing else. */
export interface InternalTokens {
  /** INGEST_TOKEN. */
  ingest: string;
  /** SIGNALING_TOKEN, for everything below /chat and /calls. */
  signaling: string;
}

/** Lets in who knows the token of what is asked for, compared in constant time. */
export const requireToken = (tokens: InternalTokens) => {
  const ingest = { expected: digest(`Bearer ${tokens.ingest}`), name: "INGEST_TOKEN", holder: "ingest" };
  const signaling = { expected: digest(`Bearer ${tokens.signaling}`), name: "SIGNALING_TOKEN", holder: "signaling" };
  return createMiddleware(async (c, next) => {
    const { expected, name, holder } = /^\/(chat|calls)\//.test(c.req.path) ? signaling : ingest;
    if (!timingSafeEqual(digest(c.req.header("authorization") ?? ""), expected)) {
      return c.json({ error: `The token is missing or wrong: is ${name} the same in api and ${holder}?` }, 401);
    }
    return next();
  });
};
