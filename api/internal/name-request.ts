import { createMiddleware } from "hono/factory";
import type { Logger } from "pino";
import { requestIdHeader, requestIdOf, underRequestId } from "../../request-id.ts";

/** Does everything under the id that the calling service has given to its publisher or socket, and notes each call. */
export const nameRequest = (log: Logger) =>
  createMiddleware((c, next) =>
    underRequestId(requestIdOf(c.req.header(requestIdHeader)), async () => {
      const startedAt = performance.now();
      await next();
      const { method, path } = c.req;
      const ms = Math.round(performance.now() - startedAt);
      log.debug({ method, path, status: c.res.status, ms }, "internal request");
    }),
  );
