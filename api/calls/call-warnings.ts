import type { CallFacts } from "../app-env.ts";
import type { Site } from "../site.ts";

/** Why calls may fail for people who come by this site. */
export const callWarnings = ({ hasStun, hasTurn }: CallFacts, { origin }: Site) => ({
  noRelay: !hasTurn,
  // A relay says, as a STUN server does, by which address somebody is seen.
  noStun: !hasStun && !hasTurn,
  insecure: !isTrustworthy(origin),
});

/** Secure Contexts, section 3.1: https, or a name that only this machine has. Anywhere else browsers give no camera. */
function isTrustworthy(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === "https:" || /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}
