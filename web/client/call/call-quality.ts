import type { Peer, PeerId, QualitySample } from "../../../signaling/contract/call.ts";
import { qualityEveryMs } from "../../../signaling/contract/limits.ts";
import { adapt, type Adaptation, type LinkPlan, unadapted } from "./adaptation.ts";
import { LinkMonitor } from "./link-monitor.ts";
import type { PeerLink } from "./peer-link.ts";
import { applyPlan } from "./sender-parameters.ts";
import type { Tracks } from "./tracks.ts";
import type { Quality } from "./types.ts";

/** Measures all links of a call, and has what is sent follow what they carry. */

type Links = ReadonlyMap<PeerId, PeerLink>;

export class CallQuality {
  readonly #monitors = new Map<PeerId, LinkMonitor>();
  #adaptation: Adaptation = unadapted;

  /** What the camera is asked for. */
  get capture(): Adaptation["capture"] {
    return this.#adaptation.capture;
  }

  qualityOf(peer: PeerId): Quality | null {
    return this.#monitors.get(peer)?.quality ?? null;
  }

  /** Whether the picture for somebody is left out for the sake of the sound. */
  isPaused(peer: PeerId): boolean {
    return this.#adaptation.plans.get(peer)?.isVideoPaused ?? false;
  }

  /** Every two seconds. */
  async measure(links: Links, peers: readonly Peer[], tracks: Tracks, now: number): Promise<void> {
    for (const id of this.#monitors.keys()) if (!links.has(id)) this.#monitors.delete(id);
    const work = peers.flatMap((peer) => {
      const link = links.get(peer.id);
      if (link === undefined) return [];
      const monitor = this.#monitors.get(peer.id) ?? new LinkMonitor();
      this.#monitors.set(peer.id, monitor);
      return [monitor.measure(link, peer)];
    });
    await Promise.all(work);
    this.#decide(links, tracks, (id) => this.#monitors.get(id)?.measured ?? null, now);
  }

  /** Something other than a measurement has changed: tracks, or how large somebody shows them. */
  adapt(links: Links, tracks: Tracks, now: number): void {
    this.#decide(links, tracks, () => null, now);
  }

  takeSamples(): QualitySample[] {
    return [...this.#monitors].flatMap(([id, monitor]) => monitor.takeSample(id, qualityEveryMs) ?? []);
  }

  #decide(links: Links, tracks: Tracks, measuredOf: (peer: PeerId) => LinkMonitor["measured"], now: number): void {
    const connected = [...links].filter(([, { isConnected }]) => isConnected);
    const receivers = new Map(connected.map(([id, { wanted }]) => [id, { wanted, measured: measuredOf(id) }]));
    const input = { camera: sizeOf(tracks.camera), screen: sizeOf(tracks.screen), receivers };
    for (const [id, plan] of this.#adaptation.plans) {
      if (!receivers.has(id)) this.#apply(links.get(id), withoutPictures(plan));
    }
    this.#adaptation = adapt(this.#adaptation, input, now);
    for (const [id, plan] of this.#adaptation.plans) this.#apply(links.get(id), plan);
  }

  #apply(link: PeerLink | undefined, plan: LinkPlan): void {
    if (link !== undefined) void applyPlan(link, plan);
  }
}

/**
 * For a path that is lost. Pictures that wait in the sender until it is back are old by then, and stand in the way of new
 * ones for seconds; sound does not pile up, and shows at once that it is back.
 */
const withoutPictures = (plan: LinkPlan): LinkPlan => ({
  ...plan,
  camera: { ...plan.camera, active: false },
  screen: { ...plan.screen, active: false },
});

function sizeOf(track: MediaStreamTrack | null): { width: number; height: number } | null {
  const { width, height } = track?.getSettings() ?? {};
  return width === undefined || height === undefined ? null : { width, height };
}
