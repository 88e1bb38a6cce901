import { createHmac } from "node:crypto";
import type { IceSettings, PeerId } from "../contract/call.ts";

/** The slice of config.ts that says how calls find their way. */
export interface IceOptions {
  stunUrls: readonly string[];
  turnUrls: readonly string[];
  /** Shared with the relay: each peer gets credentials of its own, for an hour. */
  turnSecret: string | undefined;
  /** Fixed credentials of a hosted relay, used when there is no secret. */
  turnUsername: string | undefined;
  turnCredential: string | undefined;
  policy: IceSettings["policy"];
}

const credentialLifeMs = 60 * 60_000;
/** New ones are sent with this much left: an ICE restart at any moment has a quarter of an hour. */
const renewBeforeMs = 15 * 60_000;

/** Whether new credentials are due for somebody whose own end then; also when the clock was set back since. */
export const isRenewalDue = (expiresAt: number, now: number): boolean =>
  expiresAt - now < renewBeforeMs || expiresAt - now > credentialLifeMs;

/** What a peer that has just been let in is told of STUN and TURN. */
export function iceSettingsFor(peer: PeerId, options: IceOptions, now: number): IceSettings {
  const { stunUrls, turnUrls, turnSecret, turnUsername, turnCredential, policy } = options;
  const servers: IceSettings["servers"] = stunUrls.length === 0 ? [] : [{ urls: [...stunUrls] }];
  if (turnUrls.length === 0) return { servers, policy, expiresAt: null };
  if (turnSecret === undefined) {
    servers.push({ urls: [...turnUrls], username: turnUsername ?? "", credential: turnCredential ?? "" });
    return { servers, policy, expiresAt: null };
  }
  const expiresAt = now + credentialLifeMs;
  // "A REST API for access to TURN services" (draft-uberti-behave-turn-rest), section 2.2; coturn's use-auth-secret.
  const username = `${Math.floor(expiresAt / 1000)}:${peer}`;
  const credential = createHmac("sha1", turnSecret).update(username).digest("base64");
  servers.push({ urls: [...turnUrls], username, credential });
  return { servers, policy, expiresAt };
}
