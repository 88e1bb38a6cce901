import { button, el, setText } from "./element.ts";

export interface ScreenAction {
  label: string;
  /** Where it leads, or what it does. */
  to: string | (() => void);
}

/** Instead of the call: what happened, and what can be done now. */
export class MessageScreen {
  readonly element: HTMLElement;
  readonly #heading = el("h2", { tabindex: "-1" });
  readonly #text = el("p", { class: "lead" });
  readonly #actions = el("div", { class: "button-row" });
  readonly #extra = el("div", { class: "message-extra" });

  constructor() {
    this.element = el(
      "section",
      { class: "call-message panel" },
      el("div", { role: "status" }, this.#heading, this.#text),
      this.#actions,
      this.#extra,
    );
  }

  /** The first action is the one that most want. */
  show(title: string, text: string, actions: ScreenAction[], extra: HTMLElement | null = null): void {
    setText(this.#heading, title);
    setText(this.#text, text);
    this.#extra.replaceChildren(...(extra === null ? [] : [extra]));
    this.#actions.replaceChildren(
      ...actions.map(({ label, to }, index) => {
        const style = index === 0 ? "button" : "button button-quiet";
        return typeof to === "string" ? el("a", { class: style, href: to }, label) : button(style, to, label);
      }),
    );
  }

  /** Something is on its way: nothing is to be pressed twice. */
  setBusy(isBusy: boolean): void {
    for (const element of this.#actions.querySelectorAll("button")) element.disabled = isBusy;
  }

  focus(): void {
    this.#heading.focus({ preventScroll: true });
  }
}
