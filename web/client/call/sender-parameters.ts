import type { LinkPlan, Encoding } from "./adaptation.ts";
import type { PeerLink } from "./peer-link.ts";

/** Puts what adaptation has decided into the senders of a connection, and only what has changed. */

/** Bit rates that differ by less are the same. */
const sameBitrateWithin = 0.05;

export async function applyPlan(link: PeerLink, plan: LinkPlan): Promise<void> {
  await Promise.all([
    applyVideo(link.sender("camera"), plan.camera, "balanced"),
    applyVideo(link.sender("screen"), plan.screen, "maintain-resolution"),
    applySound(link.sender("mic")),
    applySound(link.sender("screenSound")),
  ]);
}

async function applyVideo(
  sender: RTCRtpSender | null,
  wanted: Encoding,
  degradationPreference: RTCDegradationPreference,
): Promise<void> {
  const parameters = sender?.getParameters();
  const encoding = parameters?.encodings[0];
  // Before the first answer there are none.
  if (sender === null || parameters === undefined || encoding === undefined) return;
  if (isSame(encoding, wanted)) return;
  Object.assign(encoding, wanted);
  parameters.degradationPreference = degradationPreference;
  await set(sender, parameters);
}

/** Sound goes before pictures. Not on the way too: some networks drop packets that are marked as more urgent (RFC 8835, 4.2). */
async function applySound(sender: RTCRtpSender | null): Promise<void> {
  const parameters = sender?.getParameters();
  const encoding = parameters?.encodings[0];
  if (sender === null || parameters === undefined || encoding === undefined) return;
  if (encoding.priority === "high") return;
  encoding.priority = "high";
  await set(sender, parameters);
}

function isSame(now: RTCRtpEncodingParameters, wanted: Encoding): boolean {
  const { maxBitrate = 0 } = now;
  return (
    now.active === wanted.active &&
    now.maxFramerate === wanted.maxFramerate &&
    now.scaleResolutionDownBy === wanted.scaleResolutionDownBy &&
    Math.abs(maxBitrate - wanted.maxBitrate) <= sameBitrateWithin * wanted.maxBitrate
  );
}

async function set(sender: RTCRtpSender, parameters: RTCRtpSendParameters): Promise<void> {
  try {
    await sender.setParameters(parameters);
  } catch {
    // The connection was closed, or negotiated anew in between: the next measurement tries again.
  }
}
