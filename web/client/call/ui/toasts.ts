import { button, el, iconButton } from "./element.ts";
import { texts } from "./texts.ts";

/** What happens, said once, read aloud when there is a moment. */

/** As long as it takes to notice, and then to read. */
const shownMs = 3_000;
const perCharacterMs = 50;
const most = 4;

export interface ToastAction {
  label: string;
  /** For who hears it without the rest. */
  name?: string;
  style: string;
  run(): void;
}

export class Toasts {
  readonly element = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
  readonly #lasting = new Map<string, HTMLElement>();

  /** Goes by itself. */
  say(text: string): void {
    const toast = el("div", { class: "toast" }, el("p", {}, text));
    this.#add(toast);
    setTimeout(() => toast.remove(), shownMs + text.length * perCharacterMs);
  }

  /** Stays until it is answered or withdrawn; `key` names it. */
  ask(key: string, text: string, actions: ToastAction[]): void {
    this.withdraw(key);
    const toast = el("div", { class: "toast toast-lasting" }, el("p", {}, text));
    const answer = (run: () => void) => (): void => {
      this.withdraw(key);
      run();
    };
    const buttons = actions.map(({ label, name, style, run }) => {
      const element = button(style, answer(run), label);
      if (name !== undefined) element.setAttribute("aria-label", name);
      return element;
    });
    const close = iconButton(
      "call-button toast-close",
      "close",
      texts.dismiss,
      answer(() => undefined),
    );
    toast.append(el("div", { class: "button-row" }, ...buttons), close);
    this.#lasting.set(key, toast);
    this.#add(toast);
  }

  has(key: string): boolean {
    return this.#lasting.has(key);
  }

  withdraw(key: string): void {
    this.#lasting.get(key)?.remove();
    this.#lasting.delete(key);
  }

  clear(): void {
    this.#lasting.clear();
    this.element.replaceChildren();
  }

  #add(toast: HTMLElement): void {
    this.element.append(toast);
    const passing = [...this.element.querySelectorAll(".toast:not(.toast-lasting)")];
    for (const old of passing.slice(0, Math.max(0, passing.length - most))) old.remove();
  }
}
