import type { Controls } from "./control-bar.ts";
import { texts } from "./texts.ts";

/** One key each, never together with another; nothing while somebody writes or a dialog is open. */

interface KeyControls extends Controls {
  /** While the space bar is held. */
  talk(isHeld: boolean): void;
}

export const shortcutList = (): [key: string, does: string][] => [
  ["M", `${texts.micOn} / ${texts.micOff.toLowerCase()}`],
  ["V", `${texts.cameraOn} / ${texts.cameraOff.toLowerCase()}`],
  [texts.shortcutSpace, texts.shortcutTalk],
  ["S", texts.share],
  ["H", texts.raiseHand],
  ["C", texts.chat],
  ["P", texts.people],
  ["Q", texts.quality],
  ["G", texts.speakerView],
  ["?", texts.shortcutHelp],
];

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])"));

/**
 * The space bar presses buttons and scrolls lists: there it belongs to them. `isWalking`: whoever is at the keys goes from
 * button to button by them. A button that was only clicked keeps the focus, and nobody who holds the space bar means it.
 */
function ownsSpace(target: EventTarget | null, isWalking: boolean): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("a, input, summary, [role=menu], [role=log]") !== null) return true;
  return isWalking && target.closest("button") !== null;
}

export function listenToKeys(controls: KeyControls, signal: AbortSignal): void {
  const actions: Record<string, () => void> = {
    m: () => controls.toggleMic(),
    v: () => controls.toggleCamera(),
    s: () => controls.toggleShare(),
    h: () => controls.toggleHand(),
    c: () => controls.togglePanel("chat"),
    p: () => controls.togglePanel("people"),
    q: () => controls.togglePanel("quality"),
    g: () => controls.toggleView(),
    "?": () => controls.openShortcuts(),
  };
  let isTalking = false;
  let isWalking = false;
  const endTalk = (): void => {
    if (!isTalking) return;
    isTalking = false;
    controls.talk(false);
  };
  document.addEventListener(
    "keydown",
    (event) => {
      const { key, target, ctrlKey, metaKey, altKey, repeat } = event;
      if (key === "Tab" || key.startsWith("Arrow")) isWalking = true;
      if (ctrlKey || metaKey || altKey || isWriting(target) || document.querySelector("dialog[open]") !== null) return;
      if (key === " ") {
        if (ownsSpace(target, isWalking)) return;
        event.preventDefault();
        if (!repeat && !isTalking) {
          // Firefox presses a button when the key comes up, whatever became of its going down.
          if (target instanceof HTMLButtonElement) target.blur();
          isTalking = true;
          controls.talk(true);
        }
        return;
      }
      const action = actions[key.toLowerCase()];
      if (action === undefined || repeat) return;
      event.preventDefault();
      action();
    },
    { signal },
  );
  document.addEventListener("pointerdown", () => (isWalking = false), { signal });
  document.addEventListener("keyup", ({ key }) => key === " " && endTalk(), { signal });
  // A key that is let go of in another window is never heard of here.
  window.addEventListener("blur", endTalk, { signal });
}
