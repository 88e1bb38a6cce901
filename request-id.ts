/** What follows one request, one publisher or one socket through the logs of all services, where it is called `requestId`. */
export const requestIdHeader = "X-Request-Id";

/** UUIDs, and what the usual proxies make. Nothing else: it goes into logs and onto pages. */
const wellFormed = /^[A-Za-z0-9_-]{8,64}$/;

export const newRequestId = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");

/** The id that somebody who may be believed has given to a request, or a new one. */
export const requestIdOf = (given: string | null | undefined): string =>
  typeof given === "string" && wellFormed.test(given) ? given : newRequestId();
