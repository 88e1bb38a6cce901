import type { CallSession, CallView, PeerView } from "../types.ts";
import { texts } from "./texts.ts";

/** What can be done with somebody in the call. */
export interface PersonAction {
  label: string;
  icon: string;
  isDanger?: true;
  run(): void;
}

/** For hosts; empty for everybody else, and for oneself. `onRemove` asks before it removes. */
export function hostActions(
  session: CallSession,
  { you, room }: CallView,
  { peer, isYou }: PeerView,
  onRemove: (person: { id: string; name: string }) => void,
): PersonAction[] {
  if (you?.peer.isHost !== true || isYou) return [];
  const { id, name } = peer;
  const actions: (PersonAction | false)[] = [
    room?.mode === "stage" &&
      !peer.isHost && {
        label: peer.onStage ? texts.takeOffStage : texts.bringOnStage,
        icon: "stage",
        run: () => session.setStage(id, !peer.onStage),
      },
    peer.onStage &&
      (peer.mic
        ? { label: texts.mute, icon: "mic-off", run: () => session.mute(id) }
        : { label: texts.askToUnmute, icon: "mic", run: () => session.askToUnmute(id) }),
    peer.screen && { label: texts.stopTheirShare, icon: "screen-off", run: () => session.stopShare(id) },
    peer.handAt !== null && { label: texts.lowerTheirHand, icon: "hand", run: () => session.lowerHand(id) },
    !peer.isHost && { label: texts.remove, icon: "remove-person", isDanger: true, run: () => onRemove({ id, name }) },
  ];
  return actions.filter((action) => action !== false);
}
