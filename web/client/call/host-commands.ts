import type { CallRules, PeerId } from "../../../signaling/contract/call.ts";
import type { ClientMessage } from "../../../signaling/contract/messages.ts";

/** What hosts ask of the server. For anybody else it does nothing. */
export abstract class HostCommands {
  protected abstract readonly isHost: boolean;
  protected abstract send(message: ClientMessage): boolean;

  admit(knock: PeerId, accept: boolean): void {
    this.#command({ type: "admit", knock, accept });
  }

  setRules(rules: Partial<CallRules>): void {
    this.#command({ type: "rules", rules });
  }

  mute(peer: PeerId | null): void {
    this.#command({ type: "mute", peer });
  }

  askToUnmute(peer: PeerId): void {
    this.#command({ type: "ask-to-unmute", peer });
  }

  stopShare(peer: PeerId): void {
    this.#command({ type: "stop-share", peer });
  }

  lowerHand(peer: PeerId): void {
    this.#command({ type: "lower-hand", peer });
  }

  setStage(peer: PeerId, onStage: boolean): void {
    this.#command({ type: "stage", peer, onStage });
  }

  remove(peer: PeerId, bar: boolean): void {
    this.#command({ type: "remove", peer, bar });
  }

  #command(message: ClientMessage): void {
    if (this.isHost) this.send(message);
  }
}
