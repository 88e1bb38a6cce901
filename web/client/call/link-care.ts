/** What is to be done about a connection between two peers at a moment: decided here, done by peer-link.ts. Times are ms. */

export interface LinkCondition {
  /** Makes the first offer of each connection. */
  isOfferer: boolean;
  /** null: there is no connection; the answering side has none until it is offered one. */
  state: RTCPeerConnectionState | null;
  /** DTLS has failed or ended: no other path helps. */
  isDtlsOver: boolean;
  /** This connection has carried media already. */
  wasConnected: boolean;
  /** When this connection began; without one: when it was first wanted. */
  startedAt: number;
  /** Since when it has not been connected; null: it is. */
  brokenAt: number | null;
  /** Since when both sides can be reached by signaling; null: they cannot. */
  reachableAt: number | null;
  /** When the offer that waits for an answer was sent last; null: none waits. */
  offeredAt: number | null;
  /** Restarts of ICE since it was connected last, and when the last one was. */
  restarts: number;
  restartedAt: number | null;
  /** When the other side was asked last for a new connection. */
  renewAskedAt: number | null;
  /** The network of this device has changed since the last restart. */
  hasNetworkChanged: boolean;
}

/** `begin`: a new connection. `ask`: the other side is asked to begin one. */
export type Care = "none" | "begin" | "ask" | "restart" | "resend-offer";

/** ICE is not given up at once: paths that are gone for a moment come back by themselves. */
const restartAfterMs = 5_000;
/** The offering side is first: two restarts at once only get in each other's way. */
const answererLaterMs = 1_000;
/** Between restarts: short at first, then longer, since on a slow line each needs its time. */
const restartEveryMs = 2_000;
const quickRestarts = 6;
const restartSlowerBy = 1.5;
const restartEveryMostMs = 10_000;
/** A path that has never been found is not there sooner for being looked for every 2 s. */
const firstRestartEveryMs = 5_000;
const offerAgainAfterMs = 2_000;
/** A connection that is not mended within this time is begun anew. */
const beginAnewAfterMs = 30_000;
/** Two connections do not follow each other faster than this. */
export const beginEveryMs = 2_000;
const askAfterMs = 4_000;

export function careFor(link: LinkCondition, now: number): Care {
  const { isOfferer, state, reachableAt } = link;
  if (reachableAt === null) return "none";
  if (state === null) return isOfferer ? "begin" : askUnlessAsked(link, reachableAt, now);
  const isOver = state === "closed" || link.isDtlsOver;
  if (isOver || now - Math.max(link.brokenAt ?? now, reachableAt, link.startedAt) >= beginAnewAfterMs) {
    if (!isOfferer) return askUnlessAsked(link, link.brokenAt ?? now, now);
    if (now - link.startedAt >= beginEveryMs) return "begin";
    return "none";
  }
  if (link.offeredAt !== null) return now - link.offeredAt >= offerAgainAfterMs ? "resend-offer" : "none";
  return isRestartDue(link, now) ? "restart" : "none";
}

function askUnlessAsked({ startedAt, renewAskedAt }: LinkCondition, since: number, now: number): Care {
  return now - Math.max(startedAt, since, renewAskedAt ?? 0) >= askAfterMs ? "ask" : "none";
}

function isRestartDue(link: LinkCondition, now: number): boolean {
  const { state, brokenAt, restartedAt, restarts, wasConnected } = link;
  if (link.hasNetworkChanged && state !== "new") return true;
  if (brokenAt === null) return false;
  const pauseMs = wasConnected ? pauseBefore(restarts) : firstRestartEveryMs;
  if (restartedAt !== null && now - restartedAt < pauseMs) return false;
  if (state === "failed") return true;
  if (!wasConnected) return false;
  return now - brokenAt >= restartAfterMs + (link.isOfferer ? 0 : answererLaterMs);
}

const pauseBefore = (restarts: number): number =>
  Math.min(restartEveryMostMs, restartEveryMs * restartSlowerBy ** Math.max(0, restarts - quickRestarts));
