import type { ChatLine } from "../../signaling/contract/chat.ts";
import { fillText, part, showName } from "./chat-line.ts";

/** The pinned message above the list: its first lines, and the whole of it for those who want it. */
export class PinnedMessage {
  readonly #place: HTMLElement;
  readonly #said: HTMLElement;
  readonly #button: HTMLElement | null;
  #id: string | null = null;

  constructor(root: HTMLElement, signal: AbortSignal) {
    this.#place = part(root, "pinned");
    this.#said = part(root, "pinned-said");
    this.#button = this.#place.querySelector<HTMLElement>("[data-do=whole-pin]");
    this.#button?.addEventListener("click", () => this.#showWhole(!this.#isWhole), { signal });
    // What fits a wide window does not fit a narrow one.
    const observer = new ResizeObserver(() => this.#measure());
    observer.observe(this.#said);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  /** `myName`: lower case, null: a guest. */
  show(line: ChatLine, myName: string | null): void {
    if (this.#id === line.id) return;
    this.#id = line.id;
    showName(part(this.#place, "pinned-name"), line);
    const text = part(this.#place, "pinned-text");
    fillText(text, line.text, myName);
    for (const link of text.querySelectorAll("a")) link.tabIndex = 0;
    this.#showWhole(false);
  }

  get #isWhole(): boolean {
    return "whole" in this.#place.dataset;
  }

  #showWhole(isWhole: boolean): void {
    this.#place.toggleAttribute("data-whole", isWhole);
    this.#button?.setAttribute("aria-expanded", String(isWhole));
    // Higher than its place it scrolls: by keyboard too.
    if (isWhole) this.#said.tabIndex = 0;
    else this.#said.removeAttribute("tabindex");
    this.#said.scrollTop = 0;
    this.#measure();
  }

  #measure(): void {
    if (this.#button === null || this.#isWhole) return;
    this.#button.hidden = this.#said.scrollHeight <= this.#said.clientHeight + 1;
  }
}
