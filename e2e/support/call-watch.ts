import type { BrowserContext, Page } from "@playwright/test";

/**
 * What really arrives in a call's page, seen from the browser's side: the page knows nothing of it. Pictures are counted
 * when they are shown, sound where it is played, and paths by the browser's own statistics (W3C webrtc-stats).
 */

/** In each page before its own scripts: keeps peer connections, when pictures of each track of others were shown, and the last click. */
const watchScript = `(() => {
  if (window.watched !== undefined) return;
  const watched = { peers: [], remote: new Set(), shownAtMs: {}, clickedAtMs: 0, described: 0 };
  Object.defineProperty(window, "watched", { value: watched });
  const Native = window.RTCPeerConnection;
  if (Native === undefined) return;
  window.RTCPeerConnection = class RTCPeerConnection extends Native {
    constructor(...settings) {
      super(...settings);
      watched.peers.push(this);
      this.addEventListener("track", ({ track }) => watched.remote.add(track.id));
    }
    setLocalDescription(...description) {
      watched.described += 1;
      return super.setLocalDescription(...description);
    }
  };
  addEventListener("click", () => { watched.clickedAtMs = performance.timeOrigin + performance.now(); }, true);
  const followed = new WeakSet();
  const remoteOf = (video) => video.srcObject?.getVideoTracks().find(({ id }) => watched.remote.has(id))?.id;
  const follow = (video) => {
    followed.add(video);
    const shown = () => {
      const id = remoteOf(video);
      if (id !== undefined) (watched.shownAtMs[id] ??= []).push(performance.timeOrigin + performance.now());
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  };
  const look = () => {
    for (const video of document.querySelectorAll("video")) if (!followed.has(video)) follow(video);
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})()`;

/** From now on each page of these people is watched. */
export async function watch(context: BrowserContext): Promise<void> {
  await context.addInitScript(watchScript);
}

/** One way that media takes, by the ends of the candidate pair in use. */
export interface MediaPath {
  local: "host" | "srflx" | "prflx" | "relay";
  remote: "host" | "srflx" | "prflx" | "relay";
  /** From here to the other, or to the relay. */
  protocol: "udp" | "tcp" | "tls";
  roundTripMs: number | null;
}

/** Of one peer connection. Counts are since it began. */
export interface PeerReport {
  state: string;
  path: MediaPath | null;
  /** Some candidate of the other side tells an address of its own, and not a relay's. */
  knowsAddress: boolean;
  /** All video that arrives: the camera's and the screen's. */
  video: Incoming & { framesDecoded: number; height: number };
  /** `energy`: of all that was heard; `concealed` of `samples` had to be made up. */
  audio: Incoming & { energy: number; concealed: number; samples: number };
  sent: { videoBytes: number; audioBytes: number; height: number; framesPerSecond: number };
}

interface Incoming {
  bytes: number;
  packets: number;
  lost: number;
}

/** In the page: PeerReport of each connection that is not closed and has media. */
const readReports = `Promise.all(watched.peers
  .filter(({ connectionState, remoteDescription }) => connectionState !== "closed" && /^m=(audio|video)/m.test(remoteDescription?.sdp ?? ""))
  .map(async (peer) => {
    const all = [...(await peer.getStats()).values()];
    const byId = new Map(all.map((each) => [each.id, each]));
    const sum = (type, kind, field) => all
      .filter((each) => each.type === type && each.kind === kind)
      .reduce((total, each) => total + (each[field] ?? 0), 0);
    const most = (type, field) => Math.max(0, ...all
      .filter((each) => each.type === type && each.kind === "video")
      .map((each) => each[field] ?? 0));
    const incoming = (kind) => ({
      bytes: sum("inbound-rtp", kind, "bytesReceived"),
      packets: sum("inbound-rtp", kind, "packetsReceived"),
      lost: sum("inbound-rtp", kind, "packetsLost"),
    });
    const transport = all.find(({ type }) => type === "transport");
    const pair = byId.get(transport?.selectedCandidatePairId);
    const [local, remote] = [byId.get(pair?.localCandidateId), byId.get(pair?.remoteCandidateId)];
    return {
      state: peer.connectionState,
      path: local === undefined || remote === undefined ? null : {
        local: local.candidateType,
        remote: remote.candidateType,
        protocol: local.relayProtocol ?? local.protocol,
        roundTripMs: pair.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000,
      },
      knowsAddress: all.some(({ type, candidateType }) => type === "remote-candidate" && candidateType !== "relay"),
      video: {
        ...incoming("video"),
        framesDecoded: sum("inbound-rtp", "video", "framesDecoded"),
        height: most("inbound-rtp", "frameHeight"),
      },
      audio: {
        ...incoming("audio"),
        energy: sum("inbound-rtp", "audio", "totalAudioEnergy"),
        concealed: sum("inbound-rtp", "audio", "concealedSamples"),
        samples: sum("inbound-rtp", "audio", "totalSamplesReceived"),
      },
      sent: {
        videoBytes: sum("outbound-rtp", "video", "bytesSent"),
        audioBytes: sum("outbound-rtp", "audio", "bytesSent"),
        height: most("outbound-rtp", "frameHeight"),
        framesPerSecond: most("outbound-rtp", "framesPerSecond"),
      },
    };
  }))`;

export const reportsOf = (page: Page): Promise<PeerReport[]> => page.evaluate<PeerReport[]>(readReports);

/** When pictures of others were shown since then, Unix time in ms. */
export const shownSince = (page: Page, sinceMs: number): Promise<number[]> =>
  page.evaluate<number[]>(
    `Object.values(watched.shownAtMs).flat().filter((atMs) => atMs >= ${sinceMs}).sort((a, b) => a - b)`,
  );

/** When the first picture of each of the others' tracks was shown, Unix time in ms, in that order. */
export const firstShown = (page: Page): Promise<number[]> =>
  page.evaluate<number[]>("Object.values(watched.shownAtMs).map(([first]) => first).sort((a, b) => a - b)");

/** Whether any picture of somebody else was shown within the last 500 ms. */
export const isShowing = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(
    "Object.values(watched.shownAtMs).some((shown) => shown.at(-1) > performance.timeOrigin + performance.now() - 500)",
  );

/** How many offers and answers this page has made. */
export const descriptionsMade = (page: Page): Promise<number> => page.evaluate<number>("watched.described");

/** When somebody last clicked in this page, Unix time in ms. */
export const clickedAt = (page: Page): Promise<number> => page.evaluate<number>("watched.clickedAtMs");

/** Longest time without a picture of anybody else between two moments, ms; from `sinceMs` to `untilMs` when there was none. */
export const longestGap = async (page: Page, sinceMs: number, untilMs: number): Promise<number> =>
  gapIn(await shownSince(page, sinceMs), sinceMs, untilMs);

/** The same of that track of the others for which it was longest; each that was ever shown counts until the end, and none is a gap. */
export async function longestGapOfOne(page: Page, sinceMs: number, untilMs: number): Promise<number> {
  const tracks = await page.evaluate<number[][]>(
    `Object.values(watched.shownAtMs).map((shown) => shown.filter((atMs) => atMs >= ${sinceMs}))`,
  );
  if (tracks.length === 0) return untilMs - sinceMs;
  return Math.max(...tracks.map((shown) => gapIn(shown, sinceMs, untilMs)));
}

function gapIn(shown: readonly number[], sinceMs: number, untilMs: number): number {
  const moments = [sinceMs, ...shown.filter((atMs) => atMs <= untilMs), untilMs];
  return Math.max(...moments.slice(1).map((atMs, index) => atMs - (moments[index] ?? atMs)));
}

/** In the page: how many elements play sound of others aloud. */
export const playedAloud = (page: Page): Promise<number> =>
  page.evaluate<number>(`[...document.querySelectorAll("audio, video")].filter((element) =>
    !element.paused && !element.muted && element.volume > 0 &&
    element.srcObject?.getAudioTracks().some(({ id, readyState, enabled }) => watched.remote.has(id) && readyState === "live" && enabled)).length`);

/** In the page: what somebody does who sends their sound whatever the call has decided. */
export async function sendAllSound(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const media = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const peer of watched.peers.filter(({ connectionState }) => connectionState === "connected")) {
      // Microphone, camera, screen, and the screen's sound: the first is what everybody would hear.
      await peer.getTransceivers()[0].sender.replaceTrack(media.getAudioTracks()[0]);
    }
  })()`);
}
