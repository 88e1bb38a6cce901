import { createMiddleware } from "hono/factory";
import type { Logger } from "pino";
import { requestIdHeader, requestIdOf } from "../../request-id.ts";

/** What the handlers of the private listener find in their context. */
export interface InternalEnv {
  Variables: {
    /** Of the publisher or the socket that a service asks for. */
    requestId: string;
  };
}

/** Takes over the id that the calling service has given to what it does, and notes each call under it. */
export const nameRequest = (log: Logger) =>
  createMiddleware<InternalEnv>(async (c, next) => {
    const startedAt = performance.now();
    const requestId = requestIdOf(c.req.header(requestIdHeader));
    c.set("requestId", requestId);
    await next();
    const { method, path } = c.req;
    const ms = Math.round(performance.now() - startedAt);
    log.debug({ requestId, method, path, status: c.res.status, ms }, "internal request");
  });
