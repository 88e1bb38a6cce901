import type { IceSettings } from "../../../signaling/contract/call.ts";
import { configurationOf, isRelayUrl } from "./ice-configuration.ts";
import { type PathChecks, type ServerCheck, transportOf } from "./path-findings.ts";

/**
 * Tries every path that is configured, one server's address at a time, for the panel that says why there is no
 * connection. What follows from it: path-findings.ts.
 */

/** Answers of servers, and of what is sent through a relay, ms. */
const gatherWithinMs = 8_000;
const passWithinMs = 6_000;
/** ICE's own code for a server that does not answer (W3C WebRTC, 4.9.1). */
const noAnswer = 701;

type Server = IceSettings["servers"][number];

/**
 * Tries them all at once; at most 14 s.
 *
 * @param onServer told of each address as soon as it is known, in no order.
 * @param signal ends it early: what is not known by then counts as unreachable.
 */
export async function checkPaths(
  ice: IceSettings,
  signal: AbortSignal,
  onServer: (check: ServerCheck) => void = () => undefined,
): Promise<PathChecks> {
  const checkAndTell = async (server: Server, url: string): Promise<ServerCheck> => {
    const check = await checkServer({ ...server, urls: [url] }, url, signal);
    onServer(check);
    return check;
  };
  const [hasNetwork, ...servers] = await Promise.all([
    hasAddress(signal),
    ...ice.servers.flatMap((server) => server.urls.map((url) => checkAndTell(server, url))),
  ]);
  return { hasNetwork, isRelayOnly: ice.policy === "relay", servers };
}

async function hasAddress(signal: AbortSignal): Promise<boolean> {
  const found = await gather({ servers: [], policy: "all", expiresAt: null }, "host", signal);
  return found.type === "candidate" || navigator.onLine;
}

async function checkServer(server: Server, url: string, signal: AbortSignal): Promise<ServerCheck> {
  const isRelay = isRelayUrl(url);
  const ice: IceSettings = { servers: [server], policy: isRelay ? "relay" : "all", expiresAt: null };
  const kind = isRelay ? ("turn" as const) : ("stun" as const);
  const check = { url, kind, transport: transportOf(url) };
  const startedAt = performance.now();
  const found = await gather(ice, isRelay ? "relay" : "srflx", signal);
  if (found.type === "error") return { ...check, result: found.isRefusal ? "refused" : "unreachable", afterMs: null };
  // A device with a public address sees the same one from outside, and is not told of it twice.
  if (found.type === "nothing" && isRelay) return { ...check, result: "unreachable", afterMs: null };
  const afterMs = Math.round(performance.now() - startedAt);
  if (isRelay && !(await passesThrough(ice, signal))) return { ...check, result: "silent", afterMs: null };
  return { ...check, result: "ok", afterMs };
}

type Gathered = { type: "candidate" } | { type: "nothing" } | { type: "error"; isRefusal: boolean };

/** Waits for a candidate of this type, an error, or the end of gathering. */
function gather(ice: IceSettings, type: RTCIceCandidateType, signal: AbortSignal): Promise<Gathered> {
  const pc = new RTCPeerConnection(configurationOf(ice));
  const within = AbortSignal.any([signal, AbortSignal.timeout(gatherWithinMs)]);
  return new Promise<Gathered>((resolve) => {
    let error: Gathered | null = null;
    pc.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate?.type === type) resolve({ type: "candidate" });
      if (candidate === null) resolve(error ?? { type: "nothing" });
    });
    // One for each network of this device: another one may still get through.
    pc.addEventListener("icecandidateerror", ({ errorCode }) => {
      error = { type: "error", isRefusal: errorCode !== noAnswer };
    });
    within.addEventListener("abort", () => resolve(error ?? { type: "error", isRefusal: false }));
    pc.createDataChannel("check");
    pc.setLocalDescription().catch(() => resolve({ type: "error", isRefusal: false }));
  }).finally(() => pc.close());
}

/** Connects this page to itself through the relay, and sends something there. */
async function passesThrough(ice: IceSettings, signal: AbortSignal): Promise<boolean> {
  const [one, other] = [new RTCPeerConnection(configurationOf(ice)), new RTCPeerConnection(configurationOf(ice))];
  const within = AbortSignal.any([signal, AbortSignal.timeout(passWithinMs)]);
  const relay = (from: RTCPeerConnection, to: RTCPeerConnection): void =>
    from.addEventListener("icecandidate", ({ candidate }) => {
      // One that comes too late or not at all is what this is here to find out.
      to.addIceCandidate(candidate ?? undefined).catch(() => undefined);
    });
  relay(one, other);
  relay(other, one);
  const hasPassed = new Promise<boolean>((resolve) => {
    within.addEventListener("abort", () => resolve(false));
    other.addEventListener("datachannel", ({ channel }) => {
      channel.addEventListener("message", () => resolve(true));
    });
    const channel = one.createDataChannel("check");
    channel.addEventListener("open", () => channel.send("through"));
  });
  try {
    await one.setLocalDescription();
    if (one.localDescription !== null) await other.setRemoteDescription(one.localDescription);
    await other.setLocalDescription();
    if (other.localDescription !== null) await one.setRemoteDescription(other.localDescription);
    return await hasPassed;
  } catch {
    return false;
  } finally {
    one.close();
    other.close();
  }
}
