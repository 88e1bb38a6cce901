import type { CallView } from "../types.ts";
import { el, iconButton, setAttributes, setText } from "./element.ts";
import { texts } from "./texts.ts";

export type PanelName = "chat" | "people" | "quality" | "paths";

export interface Panel {
  readonly title: string;
  readonly element: HTMLElement;
  update(view: CallView): void;
  /** It is seen from now on; where the focus goes, or null: to the heading. */
  onShown(): HTMLElement | null;
  onHidden?(): void;
}

/** Beside the stage, or over it on a phone: one panel at a time. */
export class SidePanel {
  readonly element: HTMLElement;
  readonly #heading = el("h2", { tabindex: "-1" });
  readonly #place = el("div", { class: "panel-place" });
  readonly #panels: Record<PanelName, Panel>;
  #open: PanelName | null = null;
  #opener: HTMLElement | null = null;

  constructor(panels: Record<PanelName, Panel>, onClose: () => void) {
    this.#panels = panels;
    this.element = el(
      "aside",
      { class: "side-panel", id: "call-panel", hidden: true },
      el("header", {}, this.#heading, iconButton("call-button", "close", texts.close, onClose)),
      this.#place,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      onClose();
    });
  }

  get open(): PanelName | null {
    return this.#open;
  }

  /** `opener`: where the focus goes when it closes. null: closes. */
  show(name: PanelName | null, opener: HTMLElement | null, view: CallView): void {
    if (this.#open !== null) this.#panels[this.#open].onHidden?.();
    const hadFocus = this.element.contains(document.activeElement);
    this.#open = name;
    setAttributes(this.element, { hidden: name === null });
    if (name === null) {
      if (hadFocus) (this.#opener?.isConnected === true ? this.#opener : null)?.focus();
      this.#opener = null;
      return;
    }
    const panel = this.#panels[name];
    this.#opener = opener;
    setText(this.#heading, panel.title);
    setAttributes(this.element, { "aria-label": panel.title, "data-panel": name });
    this.#place.replaceChildren(panel.element);
    panel.update(view);
    (panel.onShown() ?? this.#heading).focus({ preventScroll: true });
  }

  update(view: CallView): void {
    if (this.#open === null) return;
    const hadFocus = this.element.contains(document.activeElement);
    this.#panels[this.#open].update(view);
    // What had the focus went with whoever it was about: the keyboard stays in the panel.
    if (hadFocus && !this.element.contains(document.activeElement)) this.#heading.focus({ preventScroll: true });
  }
}
