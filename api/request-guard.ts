import { createMiddleware } from "hono/factory";
import type { AppDeps, AppEnv } from "./app-env.ts";
import { isPrivateHostname, plainAddress } from "../addresses.ts";
import { newRequestId, requestIdHeader, requestIdOf, underRequestId } from "../request-id.ts";
import { readSessionToken, setSessionToken } from "./auth/cookies.ts";
import { languageFor } from "./language.ts";
import { contentSecurityPolicy, permissionsPolicy, siteOf } from "./site.ts";
import { memoize } from "./memo.ts";
import { UserError } from "./user-error.ts";

/** Finds out who asks, and by which address; and gives the answer its security headers, whatever the answer is. */
export function identifyRequest({ site, trustedProxies: proxies, log }: AppDeps) {
  const findSite = memoize(
    (url: URL, forwardedProto: string | undefined) => siteOf(site, url, forwardedProto),
    ({ origin }, forwardedProto) => `${origin} ${forwardedProto}`,
  );
  const policyOf = memoize(
    contentSecurityPolicy,
    (at, mediaUrl, isEmbeddable) => `${at?.origin} ${at?.hlsUrl} ${mediaUrl} ${isEmbeddable}`,
  );
  let hasWarned = false;
  return createMiddleware<AppEnv>(async (c, next) => {
    const startedAt = performance.now();
    const peer = c.env.remoteAddress;
    const forwardedFor = c.req.header("x-forwarded-for");
    // Anybody can send the header, but only a neighbour is likely to be a proxy that was forgotten.
    if (!hasWarned && forwardedFor !== undefined && !proxies.has(peer) && isPrivateHostname(peer)) {
      hasWarned = true;
      log.warn(
        { proxy: plainAddress(peer) },
        "a proxy that is not in TRUSTED_PROXIES forwards requests: all its visitors count as one, and as coming over http",
      );
    }
    const forwardedProto = proxies.has(peer) ? lastOf(c.req.header("x-forwarded-proto")) : undefined;
    c.set("requestId", proxies.has(peer) ? requestIdOf(c.req.header(requestIdHeader)) : newRequestId());
    c.set("site", findSite(new URL(c.req.url), forwardedProto));
    c.set("clientAddress", proxies.clientAddress(peer, c.req.raw.headers));
    c.set("user", null);
    c.set("mediaUrl", null);
    c.set("sentPage", null);
    c.set("mayCapture", false);
    c.set("isEmbeddable", false);
    c.set("language", languageFor(c));
    await underRequestId(c.get("requestId"), next);
    const isEmbeddable = c.get("isEmbeddable");
    // Not by `c.header`: once there is an answer, each call of it makes another of the same body.
    const { headers } = c.res;
    headers.set(requestIdHeader, c.get("requestId"));
    // What is no page has a policy of its own.
    if (!headers.has("Content-Security-Policy")) {
      headers.set("Content-Security-Policy", policyOf(c.get("site"), c.get("mediaUrl"), isEmbeddable));
    }
    if (isEmbeddable) {
      // No value of it means "any site": only the policy above can say that.
      headers.delete("X-Frame-Options");
      headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    }
    headers.set("Permissions-Policy", permissionsPolicy(c.get("mayCapture")));
    // The path alone: a query may hold a one-time code.
    const { method, path } = c.req;
    log.debug(
      {
        requestId: c.get("requestId"),
        method,
        path,
        status: c.res.status,
        ms: Math.round(performance.now() - startedAt),
      },
      "request",
    );
  });
}

const lastOf = (list: string | undefined): string | undefined => list?.split(",").at(-1)?.trim().toLowerCase();

/** Refuses hosts that are not ours: a page elsewhere can point its own name at a private address. */
export const checkHost = createMiddleware<AppEnv>(async (c, next) => {
  if (c.get("site") === null) {
    const message = {
      en: "This address is not one of this server's. Whoever runs it can set PUBLIC_URL to allow it.",
      id: "Alamat ini bukan milik server ini. Pengelolanya dapat mengizinkannya dengan PUBLIC_URL.",
    };
    throw new UserError(message, { status: 421, title: { en: "Wrong address", id: "Alamat salah" } });
  }
  return next();
});

/** Refuses forms that another site sends: what changes something must come from a page of ours. */
export const checkOrigin = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.method === "GET" || c.req.method === "HEAD") return next();
  const origin = c.req.header("origin");
  const fetchSite = c.req.header("sec-fetch-site");
  const isOwn = origin === undefined ? fetchSite === "same-origin" : origin === c.get("site")?.origin;
  if (!isOwn || (fetchSite !== undefined && fetchSite !== "same-origin")) {
    const message = {
      en: "This form came from another site. Open the page here and try again; behind a proxy, PUBLIC_URL must be set.",
      id: "Formulir ini datang dari situs lain. Buka halamannya di sini dan coba lagi; di belakang proksi, PUBLIC_URL harus diisi.",
    };
    throw new UserError(message, { status: 403, title: { en: "Not from here", id: "Bukan dari sini" } });
  }
  return next();
});

/** Finds whoever is signed in. */
export function loadUser({ sessions, clock, everyoneMayStream }: AppDeps) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const token = readSessionToken(c);
    const seenAt = clock();
    const session = token === undefined ? null : await sessions.find(token);
    if (session !== null && token !== undefined && session.user.suspendedAt === null) {
      const { suspendedAt: _, ...account } = session.user;
      c.set("user", {
        ...account,
        canStream: account.role !== "viewer" || everyoneMayStream,
        sessionId: session.id,
        passwordConfirmedAt: session.passwordConfirmedAt,
        seenAt,
      });
      if (session.isExtended) setSessionToken(c, token);
    }
    // What is on a page depends on who looks at it.
    c.header("Cache-Control", "private, no-store");
    return next();
  });
}
