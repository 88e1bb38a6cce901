import { Picker } from "emoji-picker-element";

/** The emoji picker, as chat-composer.ts loads it. */

export interface EmojiPicker {
  element: HTMLElement;
  /** Puts the keyboard into its search. */
  focus(): void;
}

/** `dataSource`: URL of the emoji and their names. `onPick` gets what to insert. */
export function openEmojiPicker(dataSource: string, onPick: (emoji: string) => void): EmojiPicker {
  const picker = new Picker({ dataSource, locale: "en" });
  const root = picker.shadowRoot;
  // Its style element is inline, which the pages' policy forbids; as a sheet of the script's own it is allowed.
  const style = root?.querySelector("style");
  if (root !== null && style !== null && style !== undefined) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style.textContent);
    root.adoptedStyleSheets = [sheet];
    style.remove();
  }
  picker.addEventListener("emoji-click", ({ detail }) => {
    if (detail.unicode !== undefined) onPick(detail.unicode);
  });
  return {
    element: picker,
    focus: () => root?.querySelector<HTMLElement>("input")?.focus(),
  };
}
