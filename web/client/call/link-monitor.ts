import type { Peer, PeerId, QualitySample } from "../../../signaling/contract/call.ts";
import { LimitWatch } from "./limit-watch.ts";
import { barsFor, type Measured, measure, type Report, sampleOf } from "./link-stats.ts";
import type { PeerLink } from "./peer-link.ts";
import type { Quality } from "./types.ts";

/** Measures one link every two seconds, and keeps what people and the server are told of it. */

interface Reading {
  pc: RTCPeerConnection;
  report: Report;
}

/**
 * Freezes count only for pictures that were on and on the page for so many reports in a row: a picture that begins again
 * looks to the browser as if it had stood still before.
 */
const steadyReports = 3;

export class LinkMonitor {
  #last: Reading | null = null;
  /** What the next sample for the server begins with. */
  #sampled: Reading | null = null;
  /** For how many reports each has been on. */
  readonly #steady = { camera: 0, screen: 0 };
  #limit = new LimitWatch();
  #freezes = 0;
  #freezeMs = 0;
  #sampleFreezes = 0;
  #sampleFreezeMs = 0;
  measured: Measured | null = null;
  quality: Quality | null = null;

  async measure(link: PeerLink, peer: Pick<Peer, "camera" | "screen">): Promise<void> {
    const { pc } = link;
    if (pc === null || !link.isConnected) {
      this.#lose();
      return;
    }
    const stats = await pc.getStats().catch(() => null);
    // It was closed meanwhile.
    if (link.pc !== pc || stats === null) return;
    // Each look into an RTCStatsReport makes new objects of all that is in it: one look is enough.
    const report: Report = new Map(stats);
    const reading = { pc, report };
    for (const name of ["camera", "screen"] as const) {
      this.#steady[name] = peer[name] && link.isShown(name) ? this.#steady[name] + 1 : 0;
    }
    const isSteady = { camera: this.#steady.camera >= steadyReports, screen: this.#steady.screen >= steadyReports };
    const last = this.#last?.pc === pc ? this.#last : null;
    this.#last = reading;
    if (last === null) this.#limit = new LimitWatch();
    if (this.#sampled?.pc !== pc) this.#sampled = reading;
    const known = this.measured?.lossOut ?? null;
    const measured = last === null ? null : measure(last.report, report, isSteady);
    // Until the other side reports again, what it said last holds.
    this.measured = measured && { ...measured, lossOut: measured.lossOut ?? known };
    if (measured === null || this.measured === null) return;
    this.#freezes += measured.freezes;
    this.#freezeMs += measured.freezeMs;
    this.#sampleFreezes += measured.freezes;
    this.#sampleFreezeMs += measured.freezeMs;
    link.setRelayed(measured.path === "relay");
    this.quality = {
      ...this.measured,
      bars: barsFor(this.measured),
      freezes: this.#freezes,
      freezeMs: this.#freezeMs,
      limitedBy: this.#limit.see(measured),
    };
  }

  /** What was measured since the last sample, or null: nothing yet. */
  takeSample(peer: PeerId, overMs: number): QualitySample | null {
    const [from, to] = [this.#sampled, this.#last];
    const [freezes, freezeMs] = [this.#sampleFreezes, this.#sampleFreezeMs];
    this.#sampled = to;
    this.#sampleFreezes = 0;
    this.#sampleFreezeMs = 0;
    if (to === null) return noPath(peer, overMs);
    const measured = from === null ? null : measure(from.report, to.report, { camera: true, screen: true });
    return measured === null ? null : sampleOf(peer, { ...measured, freezes, freezeMs });
  }

  #lose(): void {
    this.#steady.camera = 0;
    this.#steady.screen = 0;
    this.#last = null;
    this.#sampled = null;
    this.measured = null;
    this.quality &&= { ...this.quality, ...nothing, bars: 1 };
  }
}

const nothing = {
  path: "none",
  protocol: null,
  sentBitsPerSecond: 0,
  receivedBitsPerSecond: 0,
  lossIn: null,
  lossOut: null,
  jitterMs: null,
  roundTripMs: null,
  receivedHeight: null,
  receivedFramesPerSecond: null,
  sentHeight: null,
  sentFramesPerSecond: null,
  limitedBy: null,
} as const;

const noPath = (peer: PeerId, overMs: number): QualitySample => ({
  peer,
  path: "none",
  protocol: null,
  overMs,
  sentBitsPerSecond: 0,
  receivedBitsPerSecond: 0,
  lossIn: null,
  lossOut: null,
  jitterMs: null,
  roundTripMs: null,
  freezes: 0,
  freezeMs: 0,
  concealed: null,
});
