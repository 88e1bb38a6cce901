/** What both ends of the WebSocket keep to. No imports: browsers load it too. */

/** The version in hello and welcome. Another one is refused with close code 4426. */
export const protocolVersion = 1;

/** Longest frame a client may send, bytes. */
export const frameMaxBytes = 64 * 1024;

/** Longest line of chat after trimming, in characters as people count them (code points). */
export const lineMaxCharacters = 500;

/** Lines that a room remembers and sends to those who join. */
export const historyLines = 200;

/** Nobody may configure a call for more peers than this. */
export const peersMax = 32;

/** How long somebody whose connection to the server broke keeps their place in a call, ms. */
export const awayMs = 40_000;

/** How often a client says how its connections to others are, ms. */
export const qualityEveryMs = 10_000;

/** How long a server or a client waits in silence before it asks whether the other is there, ms. */
export const heartbeatEveryMs = 25_000;

/** How long the answer to that may take before the connection counts as dead, ms. */
export const heartbeatAnswerMs = 10_000;

/** No hello within this time: close 4401, ms. */
export const helloWithinMs = 5_000;

/**
 * Why the server closes a socket. 4400 to 4499: do not come back as you are (after 4401 a client that used a resume
 * token may ask for a fresh ticket, once). 4500 to 4999: come back after a pause.
 */
export const closeCodes = {
  /** Too many messages that are none. */
  protocol: 4400,
  /** No hello in time, or a ticket that is expired, used, altered or revoked. */
  unauthorized: 4401,
  /** They have left the call. */
  left: 4402,
  /** A host has removed them from the call. */
  removed: 4403,
  /** They knocked, and the host did not let them in. */
  refused: 4404,
  /** The same device has come in again by another connection. */
  replaced: 4409,
  /** The room does not exist any more, or the call has ended. */
  gone: 4410,
  /** The call has as many people as it can bear. */
  full: 4412,
  /** The host has locked the call. */
  locked: 4423,
  /** This page is older or newer than the server: reload it. */
  version: 4426,
  /** Too many messages. */
  tooMany: 4429,
  /** The server is about to stop, has not heard from api yet, or has only just started: a ticket from before is none. */
  restarting: 4503,
  /** The client does not read as fast as the room talks. */
  slow: 4508,
} as const;

/** Pauses before attempts to reconnect, ms; the last one repeats. A client adds up to a third at random. */
export const reconnectAfterMs = [0, 300, 1_200, 2_700, 4_800, 7_000] as const;
