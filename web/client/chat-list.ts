import type { ChatLine } from "../../signaling/contract/chat.ts";
import type { ChatScriptTexts } from "../contract/chat-script-texts.ts";
import { fillLine, fromTemplate, markLine, nameLine, part, shownName } from "./chat-line.ts";
import { ChatScroll } from "./chat-scroll.ts";
import type { ShownEntry, ShownLine } from "./chat-state.ts";

/** The list of messages: its nodes follow the entries, the keyboard walks its lines. */

interface ListCallbacks {
  /** `home`: where the focus goes afterwards. */
  onLineMenu(line: ChatLine, opener: HTMLElement, home: HTMLElement): void;
  onReply(line: ChatLine): void;
  onLeave(): void;
  /** A quoted line is not in the list any more. */
  onGone(): void;
}

interface Shown {
  node: HTMLElement;
  /** null: a division or a notice. */
  shown: ShownLine | null;
}

/** A frame stays short even on a slow phone. */
const maxFreshPerFrame = 100;
/** By then a screen reader has taken what it reads of a new line: names and times of its buttons are no part of it. */
const readWithinMs = 1_000;

export class ChatList {
  readonly #root: HTMLElement;
  readonly #element: HTMLElement;
  readonly #callbacks: ListCallbacks;
  readonly #scroll: ChatScroll;
  #shown = new Map<string, Shown>();
  #keyOf = new WeakMap<Element, string>();
  /** The line whose links and buttons the Tab key reaches. */
  #active: HTMLElement | null = null;

  constructor(root: HTMLElement, texts: ChatScriptTexts, callbacks: ListCallbacks, signal: AbortSignal) {
    this.#root = root;
    this.#element = part(root, "list");
    this.#callbacks = callbacks;
    this.#scroll = new ChatScroll(root, this.#element, texts, signal);
    this.#element.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.#element.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.#element.addEventListener("focusin", ({ target }) => this.#activate(lineNodeOf(target)), { signal });
  }

  /** Somebody reads further up, or is at a line: nothing may move. */
  get isPaused(): boolean {
    return this.#scroll.isPaused;
  }

  goToNewest(): void {
    if (this.#element.contains(document.activeElement)) this.#element.focus({ preventScroll: true });
    this.#scroll.goToNewest();
  }

  focus(): void {
    this.#element.focus({ preventScroll: true });
  }

  /**
   * Brings the list in line with `entries`. `isQuiet`: not for reading aloud, such as a history. Of a burst only the
   * newest are placed at once; true: call again in the next frame for what came before them.
   */
  show(entries: readonly ShownEntry[], myName: string | null, isQuiet: boolean): boolean {
    const fresh = entries.filter(({ key }) => !this.#shown.has(key)).slice(0, -maxFreshPerFrame);
    const later = new Set(fresh.map(({ key }) => key));
    const placed = later.size === 0 ? entries : entries.filter(({ key }) => !later.has(key));
    const wanted = new Set(placed.map(({ key }) => key));
    const help = placed.find(({ type, key }) => type === "help" && !this.#shown.has(key));
    this.#scroll.change(
      isQuiet || later.size > 0,
      (node) => wanted.has(this.#keyOf.get(node) ?? ""),
      () => {
        this.#removeAllBut(wanted);
        return this.#place(placed, myName);
      },
    );
    const helpNode = help && this.#shown.get(help.key)?.node;
    if (helpNode !== undefined) this.#scroll.readFromTop(helpNode);
    return later.size > 0;
  }

  #removeAllBut(wanted: ReadonlySet<string>): void {
    for (const [key, { node }] of this.#shown) {
      if (wanted.has(key)) continue;
      if (node.contains(document.activeElement)) this.#moveFocusFrom(node, wanted);
      if (node === this.#active) this.#active = null;
      node.remove();
      this.#shown.delete(key);
    }
  }

  /** A line that goes must not take the focus with it. */
  #moveFocusFrom(node: HTMLElement, wanted: ReadonlySet<string>): void {
    let next = node.nextElementSibling;
    while (next !== null && !(isLine(next) && wanted.has(this.#keyOf.get(next) ?? ""))) next = next.nextElementSibling;
    (next instanceof HTMLElement ? next : this.#element).focus({ preventScroll: true });
  }

  /** How many of them are new to this person. */
  #place(entries: readonly ShownEntry[], myName: string | null): number {
    const fresh: HTMLElement[] = [];
    let added = 0;
    let cursor = this.#element.firstElementChild;
    for (const entry of entries) {
      let known = this.#shown.get(entry.key);
      if (known === undefined) {
        known = this.#make(entry);
        fresh.push(known.node);
        if (entry.type === "notice" || (entry.type === "line" && entry.mark !== "unsent")) added += 1;
      }
      if (entry.type === "line") this.#fill(known, entry, myName);
      if (known.node === cursor) cursor = cursor.nextElementSibling;
      else this.#element.insertBefore(known.node, cursor);
    }
    if (fresh.length > 0) setTimeout(() => showTools(fresh), readWithinMs);
    return added;
  }

  #fill(known: Shown, entry: ShownLine, myName: string | null): void {
    // One's own line comes again, as the room has it; what has not changed must not be read again.
    if (known.shown === null || !isSame(known.shown.line, entry.line)) {
      const isToMe = fillLine(this.#root, known.node, entry.line, myName);
      if (isToMe && known.shown === null) this.#scroll.readAloud(`${shownName(entry.line)}: ${entry.line.text}`);
    }
    known.shown = entry;
    markLine(this.#root, known.node, entry.mark);
  }

  #make(entry: ShownEntry): Shown {
    const node = fromTemplate(this.#root, entry.type);
    if (entry.type === "line") nameLine(node);
    if (entry.type === "notice") {
      part(node, "text").textContent = entry.text;
      this.#scroll.readAloud(entry.text);
    }
    const made: Shown = { node, shown: null };
    this.#shown.set(entry.key, made);
    this.#keyOf.set(node, entry.key);
    return made;
  }

  #lineAt(node: Element | null): ChatLine | null {
    const shown = node === null ? null : (this.#shown.get(this.#keyOf.get(node) ?? "")?.shown ?? null);
    // Nobody else knows a line that was not sent yet: it can be neither answered nor removed.
    return shown === null || shown.mark === "unsent" ? null : shown.line;
  }

  #activate(node: HTMLElement | null): void {
    for (const [line, tabIndex] of [
      [this.#active, -1],
      [node, 0],
    ] as const) {
      for (const control of line?.querySelectorAll<HTMLElement>("a, button") ?? []) control.tabIndex = tabIndex;
    }
    this.#active = node;
  }

  #onClick({ target, pointerType }: PointerEvent): void {
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-do]") : null;
    if (button?.dataset["do"] === "jump") this.jump(button.dataset["line"] ?? "");
    // Who uses a mouse is at no line afterwards: the chat goes on.
    const home = pointerType === "mouse" ? this.#element : null;
    if (button?.dataset["do"] === "line-menu") this.#openMenu(lineNodeOf(button), home);
  }

  #openMenu(node: HTMLElement | null, home = node): void {
    const line = this.#lineAt(node);
    const opener = node?.querySelector<HTMLElement>("[data-do=line-menu]");
    if (node === null || line === null || opener === null || opener === undefined) return;
    this.#callbacks.onLineMenu(line, opener, home ?? node);
  }

  /** Goes to a line that was quoted. */
  jump(id: string): void {
    const node = this.#shown.get(id)?.node;
    if (node === undefined) return this.#callbacks.onGone();
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.toggleAttribute("data-found", true);
    node.addEventListener("animationend", () => node.removeAttribute("data-found"), { once: true });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const node = lineNodeOf(target);
    const isOnControl = target instanceof Element && target.closest("a, button") !== null;
    if (this.#onWalkingKey(event.key, node)) event.preventDefault();
    else if (event.key === "Escape") this.#callbacks.onLeave();
    else if (event.key === "Enter" && !isOnControl && node !== null) {
      event.preventDefault();
      this.#openMenu(node);
    } else if (event.key.toLowerCase() === "r" && node !== null) {
      const line = this.#lineAt(node);
      if (line === null) return;
      event.preventDefault();
      this.#callbacks.onReply(line);
    }
  }

  #onWalkingKey(key: string, node: HTMLElement | null): boolean {
    const lines = [...this.#element.children].filter(isLine);
    const index = node === null ? lines.length : lines.indexOf(node);
    switch (key) {
      case "ArrowUp":
        lines[Math.max(0, index - 1)]?.focus();
        return true;
      case "ArrowDown":
        lines[Math.min(lines.length - 1, index + 1)]?.focus();
        return true;
      case "Home":
        lines[0]?.focus();
        return true;
      case "End":
        this.goToNewest();
        return true;
      default:
        return false;
    }
  }
}

const isSame = (before: ChatLine, now: ChatLine): boolean =>
  before === now || JSON.stringify(before) === JSON.stringify(now);

function showTools(lines: readonly HTMLElement[]): void {
  for (const line of lines) line.querySelector(".chat-tools")?.removeAttribute("aria-hidden");
}

const isLine = (node: Element): node is HTMLElement =>
  node instanceof HTMLElement && node.classList.contains("chat-line");

const lineNodeOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>(".chat-line") : null;
