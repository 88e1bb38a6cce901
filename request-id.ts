import { AsyncLocalStorage } from "node:async_hooks";

/** What follows one request, one publisher or one socket through the logs of all services, where it is called `requestId`. */
export const requestIdHeader = "X-Request-Id";

/** UUIDs, and what the usual proxies make. Nothing else: it goes into logs and onto pages. */
const wellFormed = /^[A-Za-z0-9_-]{8,64}$/;

export const newRequestId = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");

/** The id that somebody who may be believed has given to a request, or a new one. */
export const requestIdOf = (given: string | null | undefined): string =>
  typeof given === "string" && wellFormed.test(given) ? given : newRequestId();

const current = new AsyncLocalStorage<string>();

/** Answers a request: what is logged meanwhile has its id. */
export const underRequestId = <T>(requestId: string, answer: () => T): T => current.run(requestId, answer);

/** For pino's `mixin`, which adds to what it is given: a new object each time. */
export function requestLogFields(): { requestId?: string } {
  const requestId = current.getStore();
  return requestId === undefined ? {} : { requestId };
}
