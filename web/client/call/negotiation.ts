import type { Signal } from "../../../signaling/contract/call.ts";
import { kindOf, type TrackName, trackNames } from "./tracks.ts";

/**
 * One RTCPeerConnection and its negotiation: the perfect negotiation of W3C WebRTC 1.0, section 10.7. Only the impolite
 * side makes the first offer, so that there are four transceivers. After that both may offer, but the polite side had
 * rather ask the other one to: in Chromium 156 a rollback leaves what was received before deaf and blind, for good.
 */

type Description = Extract<Signal, { sdp: string }>;
type Candidate = Extract<Signal, { type: "candidate" }>;

interface NegotiationOptions {
  /** The same on both sides; signals of another one are not for this one. */
  id: string;
  /** Makes the first offer, and wins when both offer at once. */
  isOfferer: boolean;
  configuration: RTCConfiguration;
  send(signal: Signal): void;
  /** The four transceivers are there. */
  onTransceivers(): void;
  /** The state of the connection or of the negotiation has changed. */
  onState(): void;
  /** It cannot be negotiated, or media was lost to a rollback: only a new one helps. */
  onBroken(): void;
}

const connectionIdBytes = 12;
/** Candidates that came before the description they belong to. */
const earlyCandidatesMax = 64;
/** Somebody whose offer is ignored has not got ours, if ours is older than this, ms. */
const lostAfterMs = 1_000;

export class Negotiation {
  readonly id: string;
  readonly pc: RTCPeerConnection;
  readonly #options: NegotiationOptions;
  /** Signals are taken in one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #isMakingOffer = false;
  #isIgnoringOffer = false;
  #early: Candidate[] = [];
  #isClosed = false;
  #offeredAt = 0;

  constructor(options: NegotiationOptions) {
    this.id = options.id;
    this.#options = options;
    const pc = new RTCPeerConnection(options.configuration);
    this.pc = pc;
    pc.addEventListener("negotiationneeded", () => void this.#offer());
    pc.addEventListener("icecandidate", ({ candidate }) => this.#onLocalCandidate(candidate));
    for (const event of ["connectionstatechange", "signalingstatechange"] as const) {
      pc.addEventListener(event, () => !this.#isClosed && options.onState());
    }
    if (!options.isOfferer) return;
    const streams = [new MediaStream(), new MediaStream()] as const;
    for (const name of trackNames) {
      pc.addTransceiver(kindOf(name), { direction: "sendrecv", streams: [streamOf(name, streams)] });
    }
    options.onTransceivers();
  }

  /** The transceiver of a track; undefined: there has been no offer yet. */
  transceiver(name: TrackName): RTCRtpTransceiver | undefined {
    return this.pc.getTransceivers()[trackNames.indexOf(name)];
  }

  get hasOfferOutstanding(): boolean {
    return this.pc.signalingState === "have-local-offer";
  }

  /** When the offer that waits for an answer was sent last, ms of `performance.now()`; null: none was. */
  get offeredAt(): number | null {
    return this.hasOfferOutstanding && !this.#isMakingOffer ? this.#offeredAt : null;
  }

  get isDtlsOver(): boolean {
    return this.pc.getSenders().some(({ transport }) => transport?.state === "failed" || transport?.state === "closed");
  }

  /** Takes in what the other side says about this connection. */
  take(signal: Description | Candidate): void {
    this.#queue = this.#queue.then(async () => {
      if (this.#isClosed) return;
      if (signal.type === "candidate") await this.#addCandidate(signal);
      else await this.#describe(signal).catch(() => this.#break());
    });
  }

  restartIce(): void {
    if (!this.#isClosed) this.pc.restartIce();
  }

  /** Sends the offer that waits for an answer once more, with all candidates known by now. */
  resendOffer(): void {
    if (this.offeredAt !== null) this.#sendDescription();
  }

  close(): void {
    this.#isClosed = true;
    this.pc.close();
  }

  async #offer(): Promise<void> {
    if (this.#isClosed) return;
    try {
      this.#isMakingOffer = true;
      await this.pc.setLocalDescription();
      // Not if an offer of the other side came in between and took its place.
      if (this.hasOfferOutstanding) this.#sendDescription();
    } catch {
      this.#break();
    } finally {
      this.#isMakingOffer = false;
    }
  }

  async #describe(description: Description): Promise<void> {
    const { pc } = this;
    const collides = description.type === "offer" && (this.#isMakingOffer || pc.signalingState !== "stable");
    this.#isIgnoringOffer = collides && this.#options.isOfferer;
    if (this.#isIgnoringOffer) {
      if (this.offeredAt !== null && performance.now() - this.offeredAt > lostAfterMs) this.resendOffer();
      return;
    }
    if (description.type === "answer" && !this.#isAnswerToOurs(description.sdp)) return;
    if (description.type === "offer" && this.#isAnswered(description.sdp)) return this.#answerAgain(description.sdp);
    await pc.setRemoteDescription(description);
    for (const candidate of this.#early.splice(0)) await this.#addCandidate(candidate);
    if (description.type === "answer") return;
    this.#prepareToSend();
    await pc.setLocalDescription();
    if (pc.signalingState === "stable") this.#sendDescription();
    if (collides) this.#break();
  }

  /** All offers but the first restart ICE, and so each has credentials of its own (RFC 8839, 4.4.3.1.1). */
  #isAnswered(offer: string): boolean {
    const { signalingState, localDescription, remoteDescription } = this.pc;
    if (signalingState !== "stable" || localDescription?.type !== "answer") return false;
    return remoteDescription !== null && ufragOf(remoteDescription.sdp) === ufragOf(offer);
  }

  /** The answer was lost, or is on its way: describing everything once more would only hold both up. */
  async #answerAgain(offer: string): Promise<void> {
    for (const candidate of candidatesOf(offer)) await this.#addCandidate(candidate);
    this.#sendDescription();
  }

  /** An offer that was sent twice is answered twice. The answer to another one has other credentials. */
  #isAnswerToOurs(sdp: string): boolean {
    const before = this.pc.currentRemoteDescription;
    return this.hasOfferOutstanding && (before === null || ufragOf(before.sdp) !== ufragOf(sdp));
  }

  /** Transceivers that an offer has made only receive until they are told otherwise. */
  #prepareToSend(): void {
    const isFirst = trackNames.every((name) => this.transceiver(name)?.currentDirection === null);
    if (this.#options.isOfferer || !isFirst) return;
    const streams = [new MediaStream(), new MediaStream()] as const;
    for (const name of trackNames) {
      const transceiver = this.transceiver(name);
      if (transceiver === undefined) continue;
      transceiver.direction = "sendrecv";
      // Sound and picture that belong together are played in step.
      transceiver.sender.setStreams(streamOf(name, streams));
    }
    this.#options.onTransceivers();
  }

  async #addCandidate({ candidate, sdpMid, sdpMLineIndex, usernameFragment }: Candidate): Promise<void> {
    if (this.pc.remoteDescription === null) {
      if (this.#early.length < earlyCandidatesMax) {
        this.#early.push({ type: "candidate", candidate, sdpMid, sdpMLineIndex, usernameFragment });
      }
      return;
    }
    try {
      await this.pc.addIceCandidate({ candidate, sdpMid, sdpMLineIndex, usernameFragment });
    } catch {
      // Of an offer that was ignored, or of an ICE generation that is over.
    }
  }

  #onLocalCandidate(candidate: RTCIceCandidate | null): void {
    if (this.#isClosed) return;
    this.#options.send({
      type: "candidate",
      candidate: candidate?.candidate ?? "",
      sdpMid: candidate?.sdpMid ?? null,
      sdpMLineIndex: candidate?.sdpMLineIndex ?? null,
      usernameFragment: candidate?.usernameFragment ?? ufragOf(this.pc.localDescription?.sdp ?? ""),
    });
  }

  #sendDescription(): void {
    const description = this.pc.localDescription;
    if (this.#isClosed || (description?.type !== "offer" && description?.type !== "answer")) return;
    if (description.type === "offer") this.#offeredAt = performance.now();
    this.#options.send({ type: description.type, sdp: description.sdp });
  }

  #break(): void {
    if (!this.#isClosed) this.#options.onBroken();
  }
}

const streamOf = (name: TrackName, [face, screen]: readonly [MediaStream, MediaStream]): MediaStream =>
  name === "mic" || name === "camera" ? face : screen;

const ufragOf = (sdp: string): string | null => /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? null;

/** Of each medium of a description. */
function candidatesOf(sdp: string): Candidate[] {
  const usernameFragment = ufragOf(sdp);
  return sdp.split(/^m=/m).flatMap((medium, index) =>
    [...medium.matchAll(/^a=(candidate:.*?)\r?$/gm)].map(([, candidate = ""]) => {
      const sdpMid = /^a=mid:(\S+)/m.exec(medium)?.[1] ?? null;
      return { type: "candidate" as const, candidate, sdpMid, sdpMLineIndex: index - 1, usernameFragment };
    }),
  );
}

export const makeConnectionId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(connectionIdBytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
