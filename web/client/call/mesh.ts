import type { IceSettings, PeerId, Signal } from "../../../signaling/contract/call.ts";
import { areLinked, type CallState } from "./call-state.ts";
import { PeerLink, type Wanted } from "./peer-link.ts";
import type { Tracks } from "./tracks.ts";

/** A link to each peer that this device should have one to. */

interface MeshOptions {
  tracks(): Tracks;
  send(to: PeerId, connection: string, signal: Signal): void;
  onChange(): void;
}

/** What has not come back by then will not come back within a second, ms. */
const urgentForMs = 60_000;

const noIce: IceSettings = { servers: [], policy: "all", expiresAt: null };

export class Mesh {
  readonly #options: MeshOptions;
  readonly #links = new Map<PeerId, PeerLink>();
  readonly #shown = new Map<PeerId, Wanted>();
  #ice: IceSettings = noIce;
  #you: PeerId | null = null;

  constructor(options: MeshOptions) {
    this.#options = options;
  }

  get links(): ReadonlyMap<PeerId, PeerLink> {
    return this.#links;
  }

  /** Some path is missing. */
  get isBroken(): boolean {
    return [...this.#links.values()].some(({ isConnected }) => !isConnected);
  }

  /** Some path has been lost just now, or seems to be: whatever can be done for it must be done soon. */
  isUrgent(now: number): boolean {
    return [...this.#links.values()].some(({ troubleAt }) => troubleAt !== null && now - troubleAt < urgentForMs);
  }

  /** Builds and tears down as the call is now; `isLive`: the server can be reached. */
  update({ you, peers, missing, ice }: CallState, isLive: boolean, now: number): void {
    if (ice !== null && ice !== this.#ice) this.#setIce(ice);
    // Whoever comes in as somebody new has other connections: who offers follows from the ids.
    if (you !== this.#you) for (const id of this.#links.keys()) this.#drop(id);
    this.#you = you;
    const self = peers.find(({ id }) => id === you);
    const wanted = new Map(peers.filter((peer) => self !== undefined && areLinked(self, peer)).map((p) => [p.id, p]));
    for (const id of this.#links.keys()) if (!wanted.has(id)) this.#drop(id);
    for (const peer of wanted.values()) {
      const link = this.#links.get(peer.id) ?? this.#add(peer.id);
      link.setReachable(isLive && !peer.isAway && !missing.has(peer.id), now);
    }
  }

  take(from: PeerId, connection: string, signal: Signal, now: number): void {
    this.#links.get(from)?.take(connection, signal, now);
  }

  /** Twice a second. */
  care(now: number): void {
    for (const link of this.#links.values()) link.care(now);
  }

  onNetworkChange(now: number): void {
    for (const link of this.#links.values()) link.suspect(now);
  }

  /** How large the pictures of somebody are shown here, device pixels of height; remembered for a link to come. */
  show(peer: PeerId, camera: number, screen: number): void {
    this.#shown.set(peer, { camera, screen });
    this.#links.get(peer)?.show(camera, screen);
  }

  putTracks(): void {
    for (const link of this.#links.values()) link.putTracks();
  }

  close(): void {
    for (const id of this.#links.keys()) this.#drop(id);
    this.#ice = noIce;
  }

  #setIce(ice: IceSettings): void {
    this.#ice = ice;
    for (const link of this.#links.values()) link.putIce();
  }

  #add(id: PeerId): PeerLink {
    const link = new PeerLink({
      isOfferer: (this.#you ?? "") < id,
      ice: () => this.#ice,
      tracks: this.#options.tracks,
      send: (connection, signal) => this.#options.send(id, connection, signal),
      onChange: this.#options.onChange,
    });
    this.#links.set(id, link);
    const shown = this.#shown.get(id);
    if (shown !== undefined) link.show(shown.camera, shown.screen);
    return link;
  }

  #drop(id: PeerId): void {
    this.#links.get(id)?.close();
    this.#links.delete(id);
  }
}
