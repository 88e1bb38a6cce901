import type { CallSaveRequest, CallState } from "../../api/contract/calls.ts";
import { type Rate, TokenBucket } from "../chat/token-bucket.ts";
import type { CallLine, CallSettings, Peer, PeerMedia } from "../contract/call.ts";
import type { CallRoomFacts } from "../contract/call-messages.ts";
import { awayMs, closeCodes, peersMax, protocolVersion } from "../contract/limits.ts";
import type { ClientMessage } from "../contract/messages.ts";
import { CallChat } from "./call-chat.ts";
import { HostTools } from "./host-tools.ts";
import { type IceOptions, iceSettingsFor, isRenewalDue } from "./ice-servers.ts";
import { type MeasuredSample, Measurements } from "./measurements.ts";
import { type CallMember, People, type Presence, type Seat } from "./people.ts";
import { relaySignal } from "./signals.ts";
import { nothingSent, Standing } from "./standing.ts";

export interface CallRoomOptions {
  id: string;
  /** Those who may be in it, by its mode. */
  capacity: Record<CallSettings["mode"], number>;
  ice: IceOptions;
  /** There is something to save. */
  onSave(): void;
}

/** What this room is asked by those who are in it. */
export type CallMessage = Exclude<ClientMessage, { type: "hello" | "ping" | "recover" | "leave" }>;

/** Of new devices: each costs everybody in the call a connection, or a host a look at the door. */
const arrivalRate: Rate = { burst: 64, everyMs: 1000 };

/** One call: who is in it, who may do what, what goes from one to another. Knows nothing of sockets, timers or api. */
export class CallRoom {
  readonly #options: CallRoomOptions;
  readonly #people = new People(() => this.#facts);
  readonly #chat: CallChat;
  readonly #arrivals = new TokenBucket();
  #settings: CallSettings = { name: "", mode: "meeting", entry: "link" };
  readonly #standing = new Standing();
  readonly #tools: HostTools;
  /** What clients know it by: another one tells them that this process has only just begun. */
  #epoch = 0;
  #isStateUnsaved = false;
  readonly #measurements = new Measurements(this.#people);

  constructor(options: CallRoomOptions) {
    this.#options = options;
    this.#chat = new CallChat(this.#people, options.onSave);
    const room = {
      mode: () => this.#settings.mode,
      isFull: () => this.#isFull,
      letIn: this.#letIn.bind(this),
      saveState: () => this.#saveState(),
    };
    this.#tools = new HostTools({ people: this.#people, standing: this.#standing, room });
  }

  get isEmpty(): boolean {
    return this.#people.isEmpty;
  }

  get hasUnsaved(): boolean {
    return this.#isStateUnsaved || this.#chat.hasWaiting;
  }

  get #facts(): CallRoomFacts {
    const { id, capacity } = this.#options;
    return { id, ...this.#settings, capacity: capacity[this.#settings.mode] };
  }

  /** api has opened the room. What was saved counts the first time; later this process knows better. */
  begin(epoch: number, settings: CallSettings, state: CallState | null, lines: CallLine[], now: number): void {
    if (this.#epoch === 0) {
      this.#epoch = epoch;
      this.#chat.begin(lines);
      if (state !== null) this.#standing.restore(state);
    }
    this.setSettings(settings, now);
  }

  setSettings(settings: CallSettings, now: number): void {
    this.#settings = settings;
    this.#people.tell({ type: "room", room: this.#facts });
    if (settings.entry === "knock") return;
    for (const { member, presence } of this.#people.knockers()) {
      this.#people.stopKnocking(member.peerId);
      this.join(member, presence, now);
    }
  }

  /** Somebody has come: they are let in, wait, or are told why not. */
  join(member: CallMember, presence: Presence, now: number): void {
    const { caller, peerId } = member;
    if (this.#standing.isShutOut(peerId, caller)) {
      return member.close(closeCodes.removed, "a host has removed you from this call");
    }
    const seat = this.#people.seat(peerId);
    if (seat !== undefined) return this.#takeOver(seat, member, presence, now);
    const isKnown = caller.isHost || member.isReturning;
    if (this.#standing.rules.locked && !isKnown)
      return member.close(closeCodes.locked, "the host has locked this call");
    // A ticket from a minute ago may know of another entry.
    if (this.#settings.entry === "signed-in" && caller.isGuest && !isKnown) {
      return member.close(closeCodes.refused, "only people with an account may come in");
    }
    // Who is back before their old device is given up for lost takes its place.
    if (this.#isFull) this.#people.giveUpAway(caller.subject);
    if (this.#isFullFor(caller)) return member.close(closeCodes.full, "this call is full");
    if (!isKnown && this.#arrivals.take(arrivalRate, now) !== null) {
      return member.close(closeCodes.restarting, "too many come at once: try again in a moment");
    }
    if (this.#settings.entry === "knock" && !isKnown) {
      if (!this.#people.knock(member, presence, now)) return member.close(closeCodes.full, "too many wait already");
      return this.#people.tellWaiting(member);
    }
    return this.#letIn(member, presence, now);
  }

  /** The connection of a socket broke: its place is kept for a while. Who waits at the door waits no more. */
  disconnect(member: CallMember, now: number): void {
    if (this.#people.knocker(member.peerId)?.member === member) return this.#people.stopKnocking(member.peerId);
    const seat = this.#people.seatOf(member);
    if (seat === undefined) return;
    seat.member = null;
    seat.awaySince = now;
    this.#people.update(seat, { isAway: true });
    if (seat.peer.isHost) this.#people.tellDoor();
  }

  /** Somebody goes for good, or their right to be here has ended. */
  leave(member: CallMember): void {
    if (this.#people.knocker(member.peerId)?.member === member) return this.#people.stopKnocking(member.peerId);
    const seat = this.#people.seatOf(member);
    if (seat !== undefined) this.#people.remove(seat, "left");
  }

  /** The room has ended: everybody goes, and nothing more is saved. */
  end(): void {
    for (const member of this.#people.everybody()) member.close(closeCodes.gone, "this call has ended");
  }

  /** `bytes`: of the frame it came in. Returns false when this is no message for whoever sent it. */
  onMessage(member: CallMember, message: CallMessage, bytes: number, now: number): boolean {
    const knocker = this.#people.knocker(member.peerId);
    if (knocker?.member === member) {
      if (message.type === "media") knocker.presence.media = message.media;
      else if (message.type === "hand") knocker.presence.hand = message.raised;
      else return false;
      return true;
    }
    const seat = this.#people.seatOf(member);
    if (seat === undefined) return false;
    switch (message.type) {
      case "media":
        this.#setMedia(seat, message.media);
        return true;
      case "hand":
        seat.heldOff.delete("hand");
        if ((seat.peer.handAt !== null) !== message.raised)
          this.#people.update(seat, { handAt: message.raised ? now : null });
        return true;
      case "signal":
        relaySignal(this.#people, seat, message, bytes, now);
        return true;
      case "ice":
        this.#sendIce(seat, now);
        return true;
      case "quality":
        this.#measurements.add(seat, message.samples, now);
        return true;
      case "say":
        this.#chat.say(seat, message, now);
        return true;
      case "admit":
      case "rules":
      case "mute":
      case "ask-to-unmute":
      case "stop-share":
      case "lower-hand":
      case "stage":
      case "remove":
        if (seat.peer.isHost) this.#tools.use(seat, message, now);
        else this.#people.refuse(seat, "not-host", "Only the host can do this.");
        return true;
    }
  }

  /** To be called every second or so. */
  sweep(now: number): void {
    for (const seat of this.#people.seats()) {
      // A clock that was set back must keep no place for hours, nor credentials past their end.
      if (seat.awaySince !== null) seat.awaySince = Math.min(seat.awaySince, now);
      if (seat.awaySince !== null && now - seat.awaySince >= awayMs) this.#people.remove(seat, "lost");
      else if (seat.iceExpiresAt !== null && isRenewalDue(seat.iceExpiresAt, now)) this.#sendIce(seat, now);
    }
  }

  /** What api should keep. To be followed by `settle` or `putBack`. */
  takeUnsaved(): Omit<CallSaveRequest, "epoch"> {
    const lines = this.#chat.take();
    if (!this.#isStateUnsaved) return { lines };
    this.#isStateUnsaved = false;
    return { lines, state: this.#standing.toState() };
  }

  settle(): void {
    this.#chat.settle();
  }

  putBack(isStateUnsaved: boolean): void {
    this.#chat.putBack();
    this.#isStateUnsaved ||= isStateUnsaved;
  }

  /** Who is in the call, and what they have measured since the last time. Nobody: null. */
  takeReport(): { people: Pick<Peer, "id" | "name" | "isGuest">[]; samples: MeasuredSample[] } | null {
    const samples = this.#measurements.take();
    const people = this.#people.seats().map(({ peer: { id, name, isGuest } }) => ({ id, name, isGuest }));
    return people.length === 0 ? null : { people, samples };
  }

  get #isFull(): boolean {
    return this.#people.size >= this.#facts.capacity;
  }

  /** A host comes in on top of those there may be: a crowd must not keep them from showing it out. */
  #isFullFor({ isHost }: CallMember["caller"]): boolean {
    return isHost && !this.#people.hostIsHere ? this.#people.size >= peersMax : this.#isFull;
  }

  #letIn(member: CallMember, presence: Presence, now: number): void {
    const { caller, peerId } = member;
    const { name, color, isGuest, isHost } = caller;
    const onStage = this.#standing.isOnStage(peerId, caller, this.#settings.mode);
    const handAt = presence.hand ? now : null;
    const peer = { id: peerId, name, color, isGuest, isHost, onStage, ...nothingSent, handAt, isAway: false };
    const seat = this.#people.sit(member, { ...peer, ...this.#standing.allowed(peer, false, presence.media) });
    this.#welcome(seat, member, now);
    this.#people.tell({ type: "peer", peer: seat.peer }, ({ peer: { id } }) => id !== peerId);
    if (isHost) this.#people.tellDoor();
  }

  /** The same device, by a new connection: its peers never saw it go. */
  #takeOver(seat: Seat, member: CallMember, presence: Presence, now: number): void {
    const media = this.#people.withoutHeldOff(seat, presence.media);
    const isHandUp = presence.hand && !seat.heldOff.has("hand");
    // The welcome tells them.
    seat.heldOff.clear();
    const before = seat.member;
    seat.member = member;
    // It may end at once: the seat is not its own any more.
    before?.close(closeCodes.replaced, "this device has come in again");
    seat.awaySince = null;
    const handAt = isHandUp ? (seat.peer.handAt ?? now) : null;
    seat.peer = { ...seat.peer, ...this.#allowed(seat, media), handAt, isAway: false };
    this.#welcome(seat, member, now);
    this.#people.tell({ type: "peer", peer: seat.peer }, ({ peer: { id } }) => id !== member.peerId);
    if (seat.peer.isHost) this.#people.tellDoor();
  }

  #welcome(seat: Seat, member: CallMember, now: number): void {
    const ice = iceSettingsFor(seat.peer.id, this.#options.ice, now);
    seat.iceExpiresAt = ice.expiresAt;
    this.#people.send(seat, {
      type: "welcome",
      version: protocolVersion,
      you: seat.peer.id,
      resume: member.resumeToken(),
      epoch: this.#epoch,
      room: this.#facts,
      rules: this.#standing.rules,
      peers: this.#people.seats().map(({ peer }) => peer),
      knocks: seat.peer.isHost ? this.#people.knocks() : [],
      lines: [...this.#chat.lines],
      ice,
    });
  }

  #allowed({ peer, mayUnmute }: Seat, media: PeerMedia): PeerMedia {
    return this.#standing.allowed(peer, mayUnmute, media);
  }

  #setMedia(seat: Seat, said: PeerMedia): void {
    const byRules = this.#allowed(seat, said);
    // What was on its way when a host muted them does not switch it on again.
    const allowed = this.#allowed(seat, this.#people.withoutHeldOff(seat, said));
    if (!seat.peer.onStage && (said.mic || said.camera || said.screen)) {
      this.#people.refuse(seat, "not-on-stage", "You are listening: raise your hand to be brought on stage.");
    } else if (said.mic && !byRules.mic) {
      this.#people.refuse(seat, "muted", "The host has muted everybody: raise your hand to speak.");
    } else if (said.screen && !byRules.screen) {
      this.#people.refuse(seat, "no-sharing", "The host lets nobody share a screen right now.");
    }
    const { mic, camera, screen } = seat.peer;
    const isNews = mic !== allowed.mic || camera !== allowed.camera || screen !== allowed.screen;
    if (isNews) this.#people.update(seat, allowed);
    // Whoever asked for more must see what holds.
    else this.#people.send(seat, { type: "peer", peer: seat.peer });
  }

  #sendIce(seat: Seat, now: number): void {
    const ice = iceSettingsFor(seat.peer.id, this.#options.ice, now);
    seat.iceExpiresAt = ice.expiresAt;
    this.#people.send(seat, { type: "ice", ice });
  }

  #saveState(): void {
    this.#isStateUnsaved = true;
    this.#options.onSave();
  }
}
