import type { Encoding, LinkPlan } from "./adaptation.ts";
import type { PeerLink } from "./peer-link.ts";

/** Puts what adaptation has decided into the senders of a connection, and only what has changed. */

/** Bit rates that differ by less are the same. */
const sameBitrateWithin = 0.05;
/** Parameters can be set only as they were read last, by whomever. */
const attempts = 3;

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
  await change(sender, (parameters, encoding) => {
    if (isSame(encoding, wanted)) return false;
    Object.assign(encoding, wanted);
    parameters.degradationPreference = degradationPreference;
    return true;
  });
}

/** Sound goes before pictures. Not on the way too: some networks drop packets that are marked as more urgent (RFC 8835, 4.2). */
async function applySound(sender: RTCRtpSender | null): Promise<void> {
  await change(sender, (_, encoding) => {
    if (encoding.priority === "high") return false;
    encoding.priority = "high";
    return true;
  });
}

/** `edit` says whether there is anything to change. */
async function change(
  sender: RTCRtpSender | null,
  edit: (parameters: RTCRtpSendParameters, encoding: RTCRtpEncodingParameters) => boolean,
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const parameters = sender?.getParameters();
    const encoding = parameters?.encodings[0];
    // Before the first answer there are none.
    if (sender === null || parameters === undefined || encoding === undefined || !edit(parameters, encoding)) return;
    try {
      return await sender.setParameters(parameters);
    } catch {
      // Somebody else was faster, and what was read is out of date; or the connection has been closed.
    }
  }
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
