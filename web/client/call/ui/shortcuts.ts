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

/** The space bar presses buttons and scrolls lists: there it belongs to them. */
const ownsSpace = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("button, a, input, summary, [role=menu], [role=log]") !== null;

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
  const endTalk = (): void => {
    if (!isTalking) return;
    isTalking = false;
    controls.talk(false);
  };
  document.addEventListener(
    "keydown",
    (event) => {
      const { key, target, ctrlKey, metaKey, altKey, repeat } = event;
      if (ctrlKey || metaKey || altKey || isWriting(target) || document.querySelector("dialog[open]") !== null) return;
      if (key === " ") {
        if (ownsSpace(target)) return;
        event.preventDefault();
        if (!repeat && !isTalking) {
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
  document.addEventListener("keyup", ({ key }) => key === " " && endTalk(), { signal });
  // A key that is let go of in another window is never heard of here.
  window.addEventListener("blur", endTalk, { signal });
}
