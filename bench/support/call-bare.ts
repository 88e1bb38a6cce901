import type { Page } from "@playwright/test";

/**
 * The least that a call can be, to hold ours against: pages of one browser that tell each other their descriptions over a
 * BroadcastChannel, without a server, names, rules or statistics. [I/O]
 */

const script = `
const channel = new BroadcastChannel("call");
const me = crypto.randomUUID();
const peers = new Map();
let media = null;
let isIn = false;
const send = (to, body) => channel.postMessage({ from: me, to, ...body });
function connect(other) {
  const peer = new RTCPeerConnection();
  peers.set(other, peer);
  for (const track of media.getTracks()) peer.addTrack(track, media);
  peer.onicecandidate = ({ candidate }) => send(other, { candidate: candidate?.toJSON() ?? null });
  peer.ontrack = ({ track, streams }) => {
    if (track.kind !== "video") return;
    const video = Object.assign(document.createElement("video"), { autoplay: true, srcObject: streams[0] });
    document.querySelector("main").append(video);
  };
  return peer;
}
channel.onmessage = async ({ data: { from, to, joins, leaves, description, candidate } }) => {
  if (!isIn || (to !== undefined && to !== me)) return;
  if (leaves) {
    peers.get(from)?.close();
    peers.delete(from);
  } else if (joins) {
    // Of two the one with the smaller name offers: the other says that it is here.
    if (peers.has(from)) return;
    if (me > from) return to === undefined ? send(from, { joins: true }) : undefined;
    const peer = connect(from);
    await peer.setLocalDescription();
    send(from, { description: peer.localDescription.toJSON() });
  } else if (description !== undefined) {
    const peer = peers.get(from) ?? connect(from);
    await peer.setRemoteDescription(description);
    if (description.type !== "offer") return;
    await peer.setLocalDescription();
    send(from, { description: peer.localDescription.toJSON() });
  } else if (candidate !== null) await peers.get(from)?.addIceCandidate(candidate).catch(() => undefined);
};
document.querySelector("#ready").onclick = async () => {
  media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  document.querySelector("#join").disabled = false;
};
addEventListener("pagehide", () => channel.postMessage({ from: me, leaves: true }));
document.querySelector("#join").onclick = () => {
  isIn = true;
  channel.postMessage({ from: me, joins: true });
};
`;

const page = `<!doctype html><title>Bare call</title><button id="ready">Use camera and microphone</button>
<button id="join" disabled>Join</button><main></main><script>${script}</script>`;

/** Serves the page on this machine. Its callers must be in one browser context: a BroadcastChannel does not leave it. */
export function serveBareCall(): { url: string; stop(): void } {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(page, { headers: { "Content-Type": "text/html" } }),
  });
  return { url: server.url.href, stop: () => void server.stop(true) };
}

/** Goes as far as one can before joining. */
export async function prepareBare(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: "Use camera and microphone" }).click();
  await page.locator("#join:enabled").waitFor();
}
