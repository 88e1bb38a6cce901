import type { Peer, PeerMedia } from "../../../signaling/contract/call.ts";
import type { CallErrorCode, Told } from "../../../signaling/contract/call-messages.ts";
import { closeCodes } from "../../../signaling/contract/limits.ts";
import type { Link } from "../room-connection.ts";
import type { Place } from "./types.ts";

/** Small decisions of a call's session. */

export const nothingSent: PeerMedia = { mic: false, camera: false, screen: false };

export const isSameMedia = (one: PeerMedia, other: PeerMedia): boolean =>
  one.mic === other.mic && one.camera === other.camera && one.screen === other.screen;

const everything: PeerMedia = { mic: true, camera: true, screen: true };
const offAfter: Partial<Record<Told | CallErrorCode, PeerMedia>> = {
  muted: { ...nothingSent, mic: true },
  "share-stopped": { ...nothingSent, screen: true },
  "no-sharing": { ...nothingSent, screen: true },
  "off-stage": everything,
  "not-on-stage": everything,
};

/** What has to be switched off (true) after the server has said no, or a host has decided. */
export const mediaAfter = (reason: Told | CallErrorCode): PeerMedia => offAfter[reason] ?? nothingSent;

/** What hello said is on, and the server says is off all the same: to be switched off (true). */
export function refusedMedia(said: PeerMedia, you: Peer | undefined): PeerMedia {
  if (you === undefined) return nothingSent;
  return { mic: said.mic && !you.mic, camera: said.camera && !you.camera, screen: said.screen && !you.screen };
}

const tokenVoidAfter: ReadonlySet<number> = new Set([closeCodes.unauthorized, closeCodes.removed, closeCodes.gone]);

/** The server has closed the door with this code: whether whoever comes again must do so as somebody new. */
export const isTokenVoid = (code: number): boolean => tokenVoidAfter.has(code);

/** Where somebody is whose connection was closed for good. */
export function placeOf({ code, refusal }: Extract<Link, { type: "closed" }>): Place {
  if (refusal === undefined) return { type: "shut", code };
  return { type: "no-ticket", reason: refusal.reason ?? "unknown", message: refusal.message };
}
