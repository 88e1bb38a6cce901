import { popupMenu, type PopupMenu } from "../../chat-popup.ts";
import { el, icon } from "./element.ts";
import type { PersonAction } from "./person-actions.ts";

/** One menu for everything that has one: filled when it opens, and kept within the window. */
export class Popup {
  readonly element = el("div", { class: "call-menu", role: "menu", hidden: true });
  readonly #menu: PopupMenu;
  #actions: PersonAction[] = [];

  constructor(fallback: () => HTMLElement | null, signal: AbortSignal) {
    this.#menu = popupMenu(this.element, {
      signal,
      fallback,
      onChoose: (item) => {
        const action = this.#actions[Number(item.dataset["index"])];
        // After the menu has closed and the focus is back: what is chosen may move it elsewhere.
        if (action !== undefined) queueMicrotask(() => action.run());
      },
    });
    addEventListener("resize", () => this.#menu.close(), { signal });
  }

  open(opener: HTMLElement, label: string, actions: PersonAction[]): void {
    this.#actions = actions;
    this.element.setAttribute("aria-label", label);
    this.element.replaceChildren(
      ...actions.map(({ label: text, icon: name, isDanger }, index) =>
        el(
          "button",
          {
            type: "button",
            role: "menuitem",
            tabindex: "-1",
            "data-index": String(index),
            "data-danger": isDanger === true,
          },
          icon(name),
          text,
        ),
      ),
    );
    this.#menu.open(opener);
    if (!this.element.hidden) this.#place(opener);
  }

  close(): void {
    this.#menu.close();
  }

  #place(opener: HTMLElement): void {
    const at = opener.getBoundingClientRect();
    const { offsetWidth, offsetHeight, style } = this.element;
    const below = at.bottom + 4;
    const top = below + offsetHeight <= innerHeight - 8 ? below : Math.max(8, at.top - offsetHeight - 4);
    style.top = `${top}px`;
    style.left = `${Math.max(8, Math.min(at.right - offsetWidth, innerWidth - offsetWidth - 8))}px`;
  }
}
