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

/**
 * What a sender was told last. Asking the sender itself makes the page wait for the browser's other threads: six people who
 * come at once would wait for seconds.
 */
const told = new WeakMap<RTCRtpSender, Encoding | "sound">();

async function applyVideo(
  sender: RTCRtpSender | null,
  wanted: Encoding,
  degradationPreference: RTCDegradationPreference,
): Promise<void> {
  if (sender === null || sender.track === null) return;
  const before = told.get(sender);
  if (before !== undefined && before !== "sound" && isSame(before, wanted)) return;
  await change(sender, wanted, (parameters, encoding) => {
    Object.assign(encoding, wanted);
    parameters.degradationPreference = degradationPreference;
  });
}

/** Sound goes before pictures. Not on the way too: some networks drop packets that are marked as more urgent (RFC 8835, 4.2). */
async function applySound(sender: RTCRtpSender | null): Promise<void> {
  if (sender === null || sender.track === null || told.has(sender)) return;
  await change(sender, "sound", (_, encoding) => {
    encoding.priority = "high";
  });
}

async function change(
  sender: RTCRtpSender,
  tell: Encoding | "sound",
  edit: (parameters: RTCRtpSendParameters, encoding: RTCRtpEncodingParameters) => void,
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const parameters = sender.getParameters();
    const encoding = parameters.encodings[0];
    // Before the first answer there are none.
    if (encoding === undefined) return;
    edit(parameters, encoding);
    told.set(sender, tell);
    try {
      return await sender.setParameters(parameters);
    } catch {
      // Somebody else was faster, and what was read is out of date; or the connection has been closed.
      told.delete(sender);
    }
  }
}

const isSame = (before: Encoding, wanted: Encoding): boolean =>
  before.active === wanted.active &&
  before.maxFramerate === wanted.maxFramerate &&
  before.scaleResolutionDownBy === wanted.scaleResolutionDownBy &&
  Math.abs(before.maxBitrate - wanted.maxBitrate) <= sameBitrateWithin * wanted.maxBitrate;
