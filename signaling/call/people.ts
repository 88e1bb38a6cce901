import { TokenBucket } from "../chat/token-bucket.ts";
import type { Knock, Peer, PeerId, PeerMedia } from "../contract/call.ts";
import type { CallErrorCode, CallRoomFacts, CallServerMessage } from "../contract/call-messages.ts";
import { protocolVersion } from "../contract/limits.ts";
import type { Caller } from "../contract/tickets.ts";

/** One socket that has come to a call. */
export interface CallMember {
  /** Under which all logs have this socket. */
  readonly requestId: string;
  readonly caller: Caller;
  /** The same for a device that comes back. */
  readonly peerId: PeerId;
  /** It came by a resume token, which only those have who were in the call. */
  readonly isReturning: boolean;
  send(frame: string): void;
  /** For the next hello. */
  resumeToken(): string;
  close(code: number, reason: string): void;
}

/** What a device says of itself at its hello. */
export interface Presence {
  media: PeerMedia;
  hand: boolean;
}

/** A place in the call. */
export interface Seat {
  /** null: its connection is broken. */
  member: CallMember | null;
  caller: Caller;
  peer: Peer;
  awaySince: number | null;
  /** A host has asked them to unmute, and so they may. */
  mayUnmute: boolean;
  /** What a host has switched off, until the device says so itself: before, it may not have heard of it. */
  readonly heldOff: Set<"mic" | "screen" | "hand">;
  /** When the relay's credentials that it has end; null: never. */
  iceExpiresAt: number | null;
  readonly lines: TokenBucket;
  /** Of KiB. */
  readonly signals: TokenBucket;
}

interface Knocker {
  member: CallMember;
  presence: Presence;
  since: number;
}

/** Those who wait to be let in, at most; of them so many from one person. */
const knockersMax = 32;
const knockersOfOneMax = 3;

/** Who is in a call, and who waits before its door. */
export class People {
  readonly #seats = new Map<PeerId, Seat>();
  readonly #knockers = new Map<PeerId, Knocker>();
  readonly #facts: () => CallRoomFacts;

  constructor(facts: () => CallRoomFacts) {
    this.#facts = facts;
  }

  get size(): number {
    return this.#seats.size;
  }

  get isEmpty(): boolean {
    return this.#seats.size === 0 && this.#knockers.size === 0;
  }

  get hostIsHere(): boolean {
    return this.seats().some(({ peer, member }) => peer.isHost && member !== null);
  }

  seat(peer: PeerId): Seat | undefined {
    return this.#seats.get(peer);
  }

  seats(): Seat[] {
    return [...this.#seats.values()];
  }

  /** The seat of this socket; none when another socket of the same device has taken it over. */
  seatOf(member: CallMember): Seat | undefined {
    const seat = this.#seats.get(member.peerId);
    return seat?.member === member ? seat : undefined;
  }

  sit(member: CallMember, peer: Peer): Seat {
    const seat: Seat = {
      member,
      caller: member.caller,
      peer,
      awaySince: null,
      mayUnmute: false,
      heldOff: new Set(),
      iceExpiresAt: null,
      lines: new TokenBucket(),
      signals: new TokenBucket(),
    };
    this.#seats.set(peer.id, seat);
    return seat;
  }

  /** Takes somebody's place away, and tells those who stay. */
  remove({ peer: { id, isHost } }: Seat, why: "left" | "lost" | "removed"): void {
    this.#seats.delete(id);
    this.tell({ type: "left", peer: id, why });
    if (isHost) this.tellDoor();
  }

  /** Gives up the places that are kept for devices of this person. */
  giveUpAway(subject: string): void {
    for (const seat of this.seats())
      if (seat.member === null && seat.caller.subject === subject) this.remove(seat, "lost");
  }

  /** What a device says that it sends, without what a host has switched off meanwhile. */
  withoutHeldOff({ heldOff }: Seat, { mic, camera, screen }: PeerMedia): PeerMedia {
    if (!mic) heldOff.delete("mic");
    if (!screen) heldOff.delete("screen");
    return { mic: mic && !heldOff.has("mic"), camera, screen: screen && !heldOff.has("screen") };
  }

  /** Has somebody wait before the door; false when too many do. */
  knock(member: CallMember, presence: Presence, now: number): boolean {
    const { subject } = member.caller;
    const ofSame = this.knockers().filter((knocker) => knocker.member.caller.subject === subject);
    if (this.#knockers.size >= knockersMax || ofSame.length >= knockersOfOneMax) return false;
    this.#knockers.set(member.peerId, { member, presence, since: now });
    this.#tellKnocks();
    return true;
  }

  knocker(id: PeerId): Knocker | undefined {
    return this.#knockers.get(id);
  }

  knockers(): Knocker[] {
    return [...this.#knockers.values()];
  }

  stopKnocking(id: PeerId): void {
    if (this.#knockers.delete(id)) this.#tellKnocks();
  }

  knocks(): Knock[] {
    return this.knockers().map(({ member: { peerId, caller }, since }) => ({
      id: peerId,
      name: caller.name,
      isGuest: caller.isGuest,
      since,
    }));
  }

  /** To everybody in the call, or to those who pass. Made into a frame once. */
  tell(message: CallServerMessage, isMeant: (seat: Seat) => boolean = () => true): void {
    const frame = JSON.stringify(message);
    for (const seat of this.#seats.values()) if (isMeant(seat)) seat.member?.send(frame);
  }

  send(seat: Seat | undefined, message: CallServerMessage): void {
    seat?.member?.send(JSON.stringify(message));
  }

  refuse(seat: Seat, code: CallErrorCode, message: string, more: { nonce?: string; retryAfterMs?: number } = {}): void {
    this.send(seat, { type: "error", code, message, ...more });
  }

  /** Changes what is known of somebody, and tells everybody, them too. */
  update(seat: Seat, change: Partial<Peer>): void {
    seat.peer = { ...seat.peer, ...change };
    this.tell({ type: "peer", peer: seat.peer });
  }

  /** Those at the door are told whether a host is here to let them in. */
  tellDoor(): void {
    const frame = this.#waitingFrame();
    for (const { member } of this.#knockers.values()) member.send(frame);
  }

  tellWaiting(member: CallMember): void {
    member.send(this.#waitingFrame());
  }

  /** Every socket, in the call and before it. */
  everybody(): CallMember[] {
    const seated = this.seats().flatMap(({ member }) => (member === null ? [] : [member]));
    return [...seated, ...this.knockers().map(({ member }) => member)];
  }

  #waitingFrame(): string {
    const { hostIsHere } = this;
    const waiting: CallServerMessage = { type: "waiting", version: protocolVersion, room: this.#facts(), hostIsHere };
    return JSON.stringify(waiting);
  }

  #tellKnocks(): void {
    this.tell({ type: "knocks", knocks: this.knocks() }, ({ peer }) => peer.isHost);
  }
}
