import type { CallState } from "../../api/contract/calls.ts";
import type { CallSettings, PeerId, PeerMedia } from "../contract/call.ts";
import { CallServerMessage } from "../contract/call-messages.ts";
import type { Caller } from "../contract/tickets.ts";
import type { CallMember } from "./people.ts";
import { type CallMessage, CallRoom } from "./room.ts";
import { nothingSent } from "./standing.ts";

export const allOn: PeerMedia = { mic: true, camera: true, screen: true };

/** For tests: somebody in a call, and everything they were told, held against the contract. */
export class TestCaller implements CallMember {
  readonly requestId = "test-caller";
  readonly caller: Caller;
  readonly peerId: PeerId;
  readonly isReturning: boolean;
  received: CallServerMessage[] = [];
  closedWith: number | null = null;

  constructor(caller: Caller, peerId: PeerId, isReturning: boolean) {
    this.caller = caller;
    this.peerId = peerId;
    this.isReturning = isReturning;
  }

  send(frame: string): void {
    this.received.push(CallServerMessage.parse(JSON.parse(frame)));
  }

  resumeToken(): string {
    return `resume-${this.peerId}`;
  }

  close(code: number): void {
    this.closedWith ??= code;
  }

  /** The last message of this type; throws when none came. */
  last<Type extends CallServerMessage["type"]>(type: Type): Extract<CallServerMessage, { type: Type }> {
    const found = this.received.findLast((message) => message.type === type);
    if (found === undefined) throw new Error(`${this.caller.name} was told no ${type}`);
    return found as Extract<CallServerMessage, { type: Type }>;
  }

  has(type: CallServerMessage["type"]): boolean {
    return this.received.some((message) => message.type === type);
  }
}

interface Coming {
  isHost?: boolean;
  isGuest?: boolean;
  isReturning?: boolean;
  subject?: string;
  peerId?: PeerId;
  media?: PeerMedia;
  hand?: boolean;
}

/** For tests: a call that is open, with a clock that stands still until it is set. */
export class TestCall {
  now = 1_000_000;
  saves = 0;
  readonly room: CallRoom;
  #peers = 0;

  constructor(settings: Partial<CallSettings> = {}, state: CallState | null = null, capacity = 8) {
    this.room = new CallRoom({
      id: "test-test-test-0001",
      capacity: { meeting: capacity, stage: capacity },
      ice: {
        stunUrls: [],
        turnUrls: ["turn:relay.example:3478"],
        turnSecret: "a secret shared with the relay",
        turnUsername: undefined,
        turnCredential: undefined,
        policy: "all",
      },
      onSave: () => (this.saves += 1),
    });
    this.room.begin(1, { name: "Rapat", mode: "meeting", entry: "link", ...settings }, state, [], this.now);
  }

  come(name: string, coming: Coming = {}): TestCaller {
    const { isHost = false, isGuest = true, isReturning = false, media = nothingSent, hand = false } = coming;
    this.#peers += 1;
    const peerId = coming.peerId ?? String(this.#peers).padStart(32, "0");
    const subject = coming.subject ?? `guest:${name}`;
    const caller: Caller = { room: "call:test-test-test-0001", subject, name, color: 1, isGuest, isHost, login: null };
    const member = new TestCaller(caller, peerId, isReturning);
    this.room.join(member, { media, hand }, this.now);
    return member;
  }

  /** Returns whether the room took it as a message. */
  send(member: TestCaller, message: CallMessage, bytes = 100): boolean {
    return this.room.onMessage(member, message, bytes, this.now);
  }

  /** What `viewer` was told last of `of`. */
  peerOf(viewer: TestCaller, of: TestCaller) {
    const seen = viewer.received.findLast((message) => message.type === "peer" && message.peer.id === of.peerId);
    const welcome = viewer.received.findLast((message) => message.type === "welcome");
    if (seen?.type === "peer" && viewer.received.indexOf(seen) > (welcome ? viewer.received.indexOf(welcome) : -1))
      return seen.peer;
    return welcome?.type === "welcome" ? welcome.peers.find(({ id }) => id === of.peerId) : undefined;
  }
}
