/** What is to be done about a connection between two peers at a moment: decided here, done by peer-link.ts. Times are ms. */

export interface LinkCondition {
  /** Makes the first offer of each connection. */
  isOfferer: boolean;
  /** null: there is no connection; the answering side has none until it is offered one. */
  state: RTCPeerConnectionState | null;
  /** No other path helps it: DTLS has failed or ended, media was lost to a rollback, or the other side says so. */
  isBeyondRepair: boolean;
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
  /** Since the last restart the network of this device has changed, or sound that should come has stopped. */
  isSuspect: boolean;
}

/** `begin`: a new connection. `restart`: new paths for it. Whoever answers asks the other side for either. */
export type Care = "none" | "begin" | "restart" | "resend-offer";

/** ICE is not given up at once: paths that are gone for a moment come back by themselves. */
const restartAfterMs = 5_000;
/** The offering side is first: both see it at about the same time, and one restart is enough. */
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
const beginEveryMs = 2_000;
/** Whoever waits for an offer asks for it after so long, and as often. */
const askEveryMs = 4_000;

export function careFor(link: LinkCondition, now: number): Care {
  const { state, reachableAt } = link;
  if (reachableAt === null) return "none";
  if (state === null) {
    const sinceMs = now - Math.max(link.startedAt, reachableAt, link.renewAskedAt ?? 0);
    return link.isOfferer || sinceMs >= askEveryMs ? "begin" : "none";
  }
  const isTooLong = now - Math.max(link.brokenAt ?? now, reachableAt, link.startedAt) >= beginAnewAfterMs;
  if (state === "closed" || link.isBeyondRepair || isTooLong) return isBeginDue(link, now) ? "begin" : "none";
  if (link.offeredAt !== null) return now - link.offeredAt >= offerAgainAfterMs ? "resend-offer" : "none";
  return isRestartDue(link, now) ? "restart" : "none";
}

function isBeginDue({ isOfferer, startedAt, renewAskedAt }: LinkCondition, now: number): boolean {
  if (isOfferer) return now - startedAt >= beginEveryMs;
  return renewAskedAt === null || now - renewAskedAt >= askEveryMs;
}

function isRestartDue(link: LinkCondition, now: number): boolean {
  const { state, brokenAt, restartedAt, restarts, wasConnected } = link;
  if (link.isSuspect && state !== "new") return true;
  if (brokenAt === null) return false;
  const pauseMs = wasConnected ? pauseBefore(restarts) : firstRestartEveryMs;
  if (restartedAt !== null && now - restartedAt < pauseMs) return false;
  if (state === "failed") return true;
  if (!wasConnected) return false;
  return now - brokenAt >= restartAfterMs + (link.isOfferer ? 0 : answererLaterMs);
}

const pauseBefore = (restarts: number): number =>
  Math.min(restartEveryMostMs, restartEveryMs * restartSlowerBy ** Math.max(0, restarts - quickRestarts));
