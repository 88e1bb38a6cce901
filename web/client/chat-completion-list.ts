import type { Completion } from "./chat-completion.ts";
import { fromTemplate, part } from "./chat-line.ts";

/** The suggestions above the field; the focus stays in the field (aria-activedescendant). */
export class CompletionList {
  readonly #root: HTMLElement;
  readonly #list: HTMLElement;
  readonly #text: HTMLTextAreaElement;
  readonly #onInserted: () => void;
  #completion: Completion | null = null;
  #selected = 0;

  constructor(root: HTMLElement, text: HTMLTextAreaElement, onInserted: () => void, signal: AbortSignal) {
    this.#root = root;
    this.#text = text;
    this.#onInserted = onInserted;
    this.#list = root.querySelector<HTMLElement>("[role=listbox]") ?? text;
    // By the pointer's first touch: a click would come after the field has lost the focus and closed the list.
    this.#list.addEventListener("pointerdown", (event) => this.#onPointer(event), { signal });
  }

  close(): void {
    this.show(null);
  }

  show(completion: Completion | null): void {
    this.#completion = completion;
    if (completion?.isWhole === true) return this.#accept(0);
    this.#selected = 0;
    const options = (completion?.options ?? []).map(({ label, hint }, index) => {
      const node = fromTemplate(this.#root, "option");
      node.id = `chat-option-${index}`;
      part(node, "label").textContent = label;
      part(node, "hint").textContent = hint;
      return node;
    });
    this.#list.replaceChildren(...options);
    this.#list.hidden = options.length === 0;
    this.#select(0);
  }

  /** Whether the key was for the list. */
  onKey(event: KeyboardEvent): boolean {
    const completion = this.#completion;
    if (completion === null) return false;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        const { length } = completion.options;
        this.#select((this.#selected + (event.key === "ArrowDown" ? 1 : length - 1)) % length);
        break;
      }
      case "Enter":
        // What stands there already whole is sent rather than completed.
        if (this.#isWhole(completion)) return false;
        this.#accept(this.#selected);
        break;
      case "Tab":
        if (event.shiftKey) return false;
        this.#accept(this.#selected);
        break;
      case "Escape":
        this.close();
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  #onPointer(event: Event): void {
    event.preventDefault();
    const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    const index = option === null ? -1 : [...this.#list.children].indexOf(option);
    if (index >= 0) this.#accept(index);
  }

  #isWhole({ from, to, options }: Completion): boolean {
    return options[this.#selected]?.insert.trim() === this.#text.value.slice(from, to);
  }

  #accept(index: number): void {
    const completion = this.#completion;
    const option = completion?.options[index];
    if (completion === null || option === undefined) return;
    this.close();
    this.#text.setRangeText(option.insert, completion.from, completion.to, "end");
    this.#onInserted();
  }

  #select(index: number): void {
    this.#selected = index;
    for (const [position, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(position === index));
      if (position === index) option.scrollIntoView({ block: "nearest" });
    }
    if (this.#completion === null) this.#text.removeAttribute("aria-activedescendant");
    else this.#text.setAttribute("aria-activedescendant", `chat-option-${index}`);
  }
}
