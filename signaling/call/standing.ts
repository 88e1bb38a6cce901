import type { CallState } from "../../api/contract/calls.ts";
import {
  type CallMode,
  type CallRules,
  defaultRules,
  type Peer,
  type PeerId,
  type PeerMedia,
} from "../contract/call.ts";
import type { Caller } from "../contract/tickets.ts";

export const nothingSent: PeerMedia = { mic: false, camera: false, screen: false };

/** Of each list; the oldest go first. */
const rememberedMax = 500;

/** What hosts have decided: the rules, who is barred, who is on stage. All of it outlives this process. */
export class Standing {
  rules: CallRules = defaultRules;
  /** Subjects. */
  readonly #barred = new Set<string>();
  readonly #removed = new Set<PeerId>();
  readonly #onStage = new Set<PeerId>();

  restore({ rules, barred, removed, onStage }: CallState): void {
    this.rules = rules;
    for (const subject of barred) this.#barred.add(subject);
    for (const peer of removed) this.#removed.add(peer);
    for (const peer of onStage) this.#onStage.add(peer);
  }

  toState(): CallState {
    const [barred, removed, onStage] = [[...this.#barred], [...this.#removed], [...this.#onStage]];
    return { rules: this.rules, barred, removed, onStage };
  }

  isShutOut(peer: PeerId, { subject, isHost }: Caller): boolean {
    return !isHost && (this.#removed.has(peer) || this.#barred.has(subject));
  }

  shutOut(peer: PeerId, { subject }: Caller, isBarred: boolean): void {
    remember(this.#removed, peer);
    if (isBarred) remember(this.#barred, subject);
  }

  isOnStage(peer: PeerId, { isHost }: Caller, mode: CallMode): boolean {
    return mode === "meeting" || isHost || this.#onStage.has(peer);
  }

  setStage(peer: PeerId, onStage: boolean): void {
    if (onStage) remember(this.#onStage, peer);
    else this.#onStage.delete(peer);
  }

  /** What of this somebody may send now. `wasAsked`: a host has asked them to unmute. What is on already may stay. */
  allowed(peer: Peer, wasAsked: boolean, { mic, camera, screen }: PeerMedia): PeerMedia {
    if (!peer.onStage) return nothingSent;
    if (peer.isHost) return { mic, camera, screen };
    return {
      mic: mic && (peer.mic || wasAsked || this.rules.mayUnmute),
      camera,
      screen: screen && (peer.screen || this.rules.mayShare),
    };
  }
}

function remember(set: Set<string>, value: string): void {
  set.add(value);
  const [oldest] = set;
  if (set.size > rememberedMax && oldest !== undefined) set.delete(oldest);
}
