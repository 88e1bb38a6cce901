import type { IceSettings, Signal } from "../../../signaling/contract/call.ts";
import { configurationOf, hasRelay } from "./ice-configuration.ts";
import { careFor } from "./link-care.ts";
import { makeConnectionId, Negotiation } from "./negotiation.ts";
import { pathStateOf } from "./path-state.ts";
import { type TrackName, trackNames, type Tracks } from "./tracks.ts";
import type { PathState } from "./types.ts";

/** What connects this device to one other, for as long as both are in the call: one connection, and the next if it dies. */

interface LinkOptions {
  /** Of the two, the one with the smaller id offers. */
  isOfferer: boolean;
  ice(): IceSettings;
  tracks(): Tracks;
  send(connection: string, signal: Signal): void;
  /** The path, or what arrives, has changed. */
  onChange(): void;
}

/** How large somebody shows the pictures of somebody else, device pixels of height; 0: not at all. */
export interface Wanted {
  camera: number;
  screen: number;
}

/** Nobody can have it restarted faster than this. */
const restartEveryLeastMs = 500;
/** A window that is being resized shows pictures in another size with each frame; so often at most that is said. */
const wantEveryMs = 400;

export class PeerLink {
  readonly #options: LinkOptions;
  #negotiation: Negotiation | null = null;
  #startedAt = performance.now();
  #brokenAt: number | null = performance.now();
  #brokenAtUnix = Date.now();
  #reachableAt: number | null = null;
  #wasConnected = false;
  #restarts = 0;
  #restartedAt: number | null = null;
  #renewAskedAt: number | null = null;
  #isSuspect = false;
  #suspectedAt: number | null = null;
  #isBeyondRepair = false;
  /** What was found out about relays. */
  #hasRelayCandidate = false;
  #isRelayed = false;
  #want: Wanted | null = null;
  #isWantUnsaid = false;
  #wantSaidAt = Number.NEGATIVE_INFINITY;
  #streams: Record<"camera" | "sound" | "screen", MediaStream> | null = null;
  /** What the other side wants of our pictures; null: it has not said. */
  wanted: Wanted | null = null;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get pc(): RTCPeerConnection | null {
    return this.#negotiation?.pc ?? null;
  }

  get isConnected(): boolean {
    return this.#brokenAt === null;
  }

  /** When it was lost, or suspected to be, ms of `performance.now()`; null: never, or it is back since. */
  get troubleAt(): number | null {
    return this.#brokenAt ?? this.#suspectedAt;
  }

  /** What arrives, each the same object for as long as the connection lives. */
  get streams(): Record<"camera" | "sound" | "screen", MediaStream> | null {
    return this.#streams;
  }

  /** Whether these pictures of the other side are on this page; until that is known, they may be. */
  isShown(name: keyof Wanted): boolean {
    return this.#want === null || this.#want[name] > 0;
  }

  sender(name: TrackName): RTCRtpSender | null {
    return this.#negotiation?.transceiver(name)?.sender ?? null;
  }

  receiver(name: TrackName): RTCRtpReceiver | null {
    return this.#negotiation?.transceiver(name)?.receiver ?? null;
  }

  path(now: number): PathState {
    const facts = {
      brokenAt: this.#brokenAt,
      reachableAt: this.#reachableAt,
      sinceMs: this.#brokenAtUnix,
      wasConnected: this.#wasConnected,
      hasFailed: this.pc?.connectionState === "failed",
      isRelayed: this.#isRelayed,
      why: this.#whyFailed(),
    };
    return pathStateOf(facts, now);
  }

  /** Signals reach the other side from now on, or no more. */
  setReachable(isReachable: boolean, now: number): void {
    const wasReachable = this.#reachableAt !== null;
    if (isReachable === wasReachable) return;
    this.#reachableAt = isReachable ? now : null;
    if (isReachable) this.#resend(now);
    this.care(now);
  }

  /** What was sent while one of the two was away is lost: it is said again. */
  #resend(now: number): void {
    this.#negotiation?.resendOffer();
    this.#sayWhatIsWanted(now);
  }

  /** Does what is due. Called twice a second, and whenever something has happened. */
  care(now: number): void {
    if (this.#isClosed) return;
    if (this.#isWantUnsaid && now - this.#wantSaidAt >= wantEveryMs) this.#sayWhatIsWanted(now);
    const negotiation = this.#negotiation;
    const care = careFor(
      {
        isOfferer: this.#options.isOfferer,
        state: negotiation?.pc.connectionState ?? null,
        isBeyondRepair: this.#isBeyondRepair || negotiation?.isDtlsOver === true,
        wasConnected: this.#wasConnected,
        startedAt: this.#startedAt,
        brokenAt: this.#brokenAt,
        reachableAt: this.#reachableAt,
        offeredAt: negotiation?.offeredAt ?? null,
        restarts: this.#restarts,
        restartedAt: this.#restartedAt,
        renewAskedAt: this.#renewAskedAt,
        isSuspect: this.#isSuspect,
      },
      now,
    );
    if (care === "resend-offer") negotiation?.resendOffer();
    if (care === "restart") this.#restart(now);
    if (care !== "begin") return;
    if (this.#options.isOfferer) return this.#begin(makeConnectionId(), now);
    this.#renewAskedAt = now;
    this.#options.send(negotiation?.id ?? makeConnectionId(), { type: "renew" });
  }

  /** Other paths may be there, or are needed: the network has changed, or nothing comes any more. */
  suspect(now: number): void {
    this.#suspectedAt = now;
    this.#isSuspect = true;
    this.care(now);
  }

  take(connection: string, signal: Signal, now: number): void {
    if (this.#isClosed) return;
    const isCurrent = this.#negotiation?.id === connection;
    switch (signal.type) {
      case "offer":
        // Only the offering side begins connections; an unknown id from the other is an old one's.
        if (!isCurrent && !this.#options.isOfferer) this.#begin(connection, now);
        if (this.#negotiation?.id === connection) this.#negotiation.take(signal);
        break;
      case "answer":
      case "candidate":
        if (isCurrent) this.#negotiation?.take(signal);
        break;
      case "restart":
        if (this.#options.isOfferer && isCurrent) this.#onRestartAsked(now);
        break;
      case "renew":
        if (this.#options.isOfferer) this.#onRenew(isCurrent, now);
        break;
      case "want":
        if (!isCurrent) break;
        this.wanted = { camera: signal.camera, screen: signal.screen };
        this.#options.onChange();
        break;
    }
  }

  /** How large the pictures of the other side are shown here, px of height; 0: not at all. */
  show(camera: number, screen: number): void {
    if (this.#want?.camera === camera && this.#want.screen === screen) return;
    this.#want = { camera, screen };
    this.#isWantUnsaid = true;
    this.care(performance.now());
  }

  /** Sends these tracks from now on. */
  putTracks(): void {
    const tracks = this.#options.tracks();
    for (const name of trackNames) {
      const sender = this.sender(name);
      if (sender === null || sender.track === tracks[name]) continue;
      // It fails only for a connection that has just been closed.
      sender.replaceTrack(tracks[name]).catch(() => undefined);
    }
  }

  /** Fresh credentials; they count from the next gathering of candidates on. */
  putIce(): void {
    try {
      this.pc?.setConfiguration(configurationOf(this.#options.ice()));
    } catch {
      // A server's address that this browser does not take: what was configured before goes on.
    }
  }

  /** Which kind of path carries it, as statistics say. */
  setRelayed(isRelayed: boolean): void {
    if (isRelayed === this.#isRelayed) return;
    this.#isRelayed = isRelayed;
    this.#options.onChange();
  }

  close(): void {
    this.#isClosed = true;
    this.#negotiation?.close();
    this.#negotiation = null;
    this.#streams = null;
  }

  #begin(id: string, now: number): void {
    this.#negotiation?.close();
    this.#startedAt = now;
    this.#wasConnected = false;
    this.#restarts = 0;
    this.#restartedAt = null;
    this.#renewAskedAt = null;
    this.#isSuspect = false;
    this.#isBeyondRepair = false;
    this.#hasRelayCandidate = false;
    this.wanted = null;
    this.#streams = null;
    if (this.#brokenAt === null) this.#markBroken(now);
    let negotiation: Negotiation | null = null;
    const isCurrent = (): boolean => negotiation !== null && this.#negotiation === negotiation;
    negotiation = new Negotiation({
      id,
      isOfferer: this.#options.isOfferer,
      configuration: configurationOf(this.#options.ice()),
      send: (signal) => {
        if (signal.type === "candidate" && / typ relay /.test(signal.candidate)) this.#hasRelayCandidate = true;
        this.#options.send(id, signal);
      },
      onTransceivers: () => queueMicrotask(() => isCurrent() && this.#onTransceivers()),
      onState: () => isCurrent() && this.#onState(performance.now()),
      onBroken: () => isCurrent() && this.#onBroken(),
    });
    this.#negotiation = negotiation;
    this.#options.onChange();
  }

  #onTransceivers(): void {
    const tracksOf = (...names: TrackName[]): MediaStreamTrack[] =>
      names.flatMap((name) => this.receiver(name)?.track ?? []);
    this.#streams = {
      camera: new MediaStream(tracksOf("camera")),
      sound: new MediaStream(tracksOf("mic")),
      screen: new MediaStream(tracksOf("screen", "screenSound")),
    };
    this.putTracks();
    this.#options.onChange();
  }

  #onState(now: number): void {
    const { pc } = this;
    if (pc === null) return;
    if (pc.connectionState === "connected") {
      if (this.#brokenAt === null) return;
      this.#brokenAt = null;
      this.#wasConnected = true;
      this.#suspectedAt = null;
      this.#restarts = 0;
      this.#restartedAt = null;
      this.#sayWhatIsWanted(now);
      this.#options.onChange();
    } else if (this.#brokenAt === null) {
      this.#markBroken(now);
      this.#options.onChange();
    }
    this.care(now);
  }

  #markBroken(now: number): void {
    this.#brokenAt = now;
    this.#brokenAtUnix = Date.now();
  }

  #onBroken(): void {
    this.#isBeyondRepair = true;
    this.care(performance.now());
  }

  #restart(now: number): void {
    this.#restarts += 1;
    this.#restartedAt = now;
    this.#isSuspect = false;
    const { isOfferer, send } = this.#options;
    if (isOfferer) this.#negotiation?.restartIce();
    else if (this.#negotiation !== null) send(this.#negotiation.id, { type: "restart" });
  }

  /** The other side needs new paths. One offer for that is enough at a time. */
  #onRestartAsked(now: number): void {
    const isRecent = this.#restartedAt !== null && now - this.#restartedAt < restartEveryLeastMs;
    if (!isRecent && this.#negotiation?.hasOfferOutstanding === false) this.#restart(now);
  }

  /** The other side has no use for the connection that it names, or has none at all. */
  #onRenew(isCurrent: boolean, now: number): void {
    const negotiation = this.#negotiation;
    const isUnanswered = negotiation !== null && negotiation.pc.currentRemoteDescription === null;
    if (!isCurrent && isUnanswered) return negotiation.resendOffer();
    // As soon as one may begin again.
    this.#isBeyondRepair = true;
    this.care(now);
  }

  #sayWhatIsWanted(now: number): void {
    if (this.#want === null || this.#negotiation === null) return;
    this.#isWantUnsaid = false;
    this.#wantSaidAt = now;
    this.#options.send(this.#negotiation.id, { type: "want", ...this.#want });
  }

  #whyFailed(): Extract<PathState, { type: "failed" }>["why"] {
    if (!hasRelay(this.#options.ice())) return "no-relay";
    return this.#hasRelayCandidate ? "unknown" : "relay-unreachable";
  }
}
