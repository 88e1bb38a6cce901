import type { CallMode, PeerId } from "../contract/call.ts";
import type { Told } from "../contract/call-messages.ts";
import { closeCodes } from "../contract/limits.ts";
import type { ClientMessage } from "../contract/messages.ts";
import type { Caller } from "../contract/tickets.ts";
import type { CallMember, People, Presence, Seat } from "./people.ts";
import { nothingSent, type Standing } from "./standing.ts";

type Of<Type extends ClientMessage["type"]> = Extract<ClientMessage, { type: Type }>;
export type HostMessage = Of<
  "admit" | "rules" | "mute" | "ask-to-unmute" | "stop-share" | "lower-hand" | "stage" | "remove"
>;

interface ToolsOptions {
  people: People;
  standing: Standing;
  room: {
    mode(): CallMode;
    isFull(): boolean;
    letIn(member: CallMember, presence: Presence, now: number): void;
    /** Something that must outlive this process has changed. */
    saveState(): void;
  };
}

/** What hosts can do to others; that it is a host who asks is for the caller to see to. */
export class HostTools {
  readonly #people: People;
  readonly #standing: Standing;
  readonly #room: ToolsOptions["room"];

  constructor({ people, standing, room }: ToolsOptions) {
    this.#people = people;
    this.#standing = standing;
    this.#room = room;
  }

  use(host: Seat, message: HostMessage, now: number): void {
    if (message.type === "admit") return this.#answerKnock(host, message, now);
    if (message.type === "rules") return this.#setRules(message.rules);
    if (message.type === "mute") return this.#mute(host, message.peer);
    const seat = this.#people.seat(message.peer);
    if (seat === undefined) return this.#people.refuse(host, "no-such-peer", "They have left already.");
    switch (message.type) {
      case "ask-to-unmute":
        seat.mayUnmute = true;
        seat.heldOff.delete("mic");
        return this.#tell(host, seat, "asked-to-unmute");
      case "stop-share":
        if (!seat.peer.screen) return undefined;
        seat.heldOff.add("screen");
        this.#people.update(seat, { screen: false });
        return this.#tell(host, seat, "share-stopped");
      case "lower-hand":
        if (seat.peer.handAt === null) return undefined;
        seat.heldOff.add("hand");
        this.#people.update(seat, { handAt: null });
        return this.#tell(host, seat, "hand-lowered");
      case "stage":
        return this.#setStage(host, seat, message.onStage);
      case "remove":
        return this.#expel(seat, message.bar);
    }
  }

  #answerKnock(host: Seat, { knock, accept }: Of<"admit">, now: number): void {
    const knocker = this.#people.knocker(knock);
    if (knocker === undefined) return this.#people.refuse(host, "no-such-peer", "They have stopped waiting.");
    if (accept && this.#room.isFull()) {
      return this.#people.refuse(host, "full", "The call is full: somebody must leave first.");
    }
    this.#people.stopKnocking(knock);
    if (accept) return this.#room.letIn(knocker.member, knocker.presence, now);
    return knocker.member.close(closeCodes.refused, "the host did not let you in");
  }

  #setRules(change: Of<"rules">["rules"]): void {
    const { rules } = this.#standing;
    const { locked = rules.locked, mayUnmute = rules.mayUnmute, mayShare = rules.mayShare } = change;
    this.#standing.rules = { locked, mayUnmute, mayShare };
    this.#people.tell({ type: "rules", rules: this.#standing.rules });
    this.#room.saveState();
  }

  #mute(host: Seat, peer: PeerId | null): void {
    for (const seat of this.#people.seats()) {
      const isMeant = peer === null ? !seat.peer.isHost : seat.peer.id === peer;
      if (!isMeant) continue;
      seat.mayUnmute = false;
      if (seat.peer.mic || seat.member === null) seat.heldOff.add("mic");
      if (!seat.peer.mic) continue;
      this.#people.update(seat, { mic: false });
      this.#tell(host, seat, "muted");
    }
  }

  #setStage(host: Seat, seat: Seat, onStage: boolean): void {
    if (this.#room.mode() !== "stage" || seat.peer.isHost || seat.peer.onStage === onStage) return;
    this.#standing.setStage(seat.peer.id, onStage);
    this.#people.update(seat, onStage ? { onStage, handAt: null } : { onStage, ...nothingSent });
    this.#tell(host, seat, onStage ? "on-stage" : "off-stage");
    this.#room.saveState();
  }

  /** Out, and with a bar all other devices of the same person too. A host cannot be put out of their own room. */
  #expel({ peer: { id, isHost }, caller }: Seat, isBarred: boolean): void {
    if (isHost) return;
    // With their account a host may be in by a device that did not make the room.
    const isMeant = (peer: PeerId, { subject, isHost: isOfHost }: Caller): boolean =>
      !isOfHost && (peer === id || (isBarred && subject === caller.subject));
    for (const { member } of this.#people.knockers()) {
      if (!isMeant(member.peerId, member.caller)) continue;
      this.#people.stopKnocking(member.peerId);
      member.close(closeCodes.removed, "a host has removed you from this call");
    }
    for (const seat of this.#people.seats()) {
      if (!isMeant(seat.peer.id, seat.caller)) continue;
      this.#standing.shutOut(seat.peer.id, seat.caller, isBarred);
      this.#people.remove(seat, "removed");
      seat.member?.close(closeCodes.removed, "a host has removed you from this call");
    }
    this.#room.saveState();
  }

  #tell({ peer: { name } }: Seat, seat: Seat, what: Told): void {
    this.#people.send(seat, { type: "told", what, by: name });
  }
}
