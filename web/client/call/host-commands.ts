import type { CallRules, PeerId } from "../../../signaling/contract/call.ts";
import type { ClientMessage } from "../../../signaling/contract/messages.ts";

/** What hosts ask of the server. It refuses everybody else. */
export abstract class HostCommands {
  protected abstract send(message: ClientMessage): boolean;

  admit(knock: PeerId, accept: boolean): void {
    this.send({ type: "admit", knock, accept });
  }

  setRules(rules: Partial<CallRules>): void {
    this.send({ type: "rules", rules });
  }

  mute(peer: PeerId | null): void {
    this.send({ type: "mute", peer });
  }

  askToUnmute(peer: PeerId): void {
    this.send({ type: "ask-to-unmute", peer });
  }

  stopShare(peer: PeerId): void {
    this.send({ type: "stop-share", peer });
  }

  lowerHand(peer: PeerId): void {
    this.send({ type: "lower-hand", peer });
  }

  setStage(peer: PeerId, onStage: boolean): void {
    this.send({ type: "stage", peer, onStage });
  }

  remove(peer: PeerId, bar: boolean): void {
    this.send({ type: "remove", peer, bar });
  }
}
