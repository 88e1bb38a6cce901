import { type ChatScriptTexts, countedText } from "../contract/chat-script-texts.ts";
import { part } from "./chat-line.ts";
import { pageLocale } from "./page-locale.ts";

/** Where the list stands: at its end, following, or held while somebody reads further up or is at a line. */

/** Nearer to the end than this counts as at the end, px. */
const nearPx = 48;
/** Positions are fractions of pixels: this far away is not away, px. */
const stillPx = 2;
/** Screen readers look at what was added a moment after it was: a history is in by then, ms. */
const quietMs = 300;
/** More lines than this within that time cannot be listened to: then only those to oneself are read aloud. */
const busyLines = 20;
const busyMs = 10_000;

export class ChatScroll {
  readonly #list: HTMLElement;
  readonly #button: HTMLElement;
  readonly #label: HTMLElement;
  readonly #texts: ChatScriptTexts;
  #isScrolledUp = false;
  #lastTop = 0;
  /** Where the end was when the list was put there. */
  #endTop = 0;
  #unseen = 0;
  #quietUntil = 0;
  /** When lines came, ms; no more than tell whether the chat is busy. */
  #arrivals: number[] = [];
  #isBusy = false;
  readonly #aloud: HTMLElement;

  constructor(root: HTMLElement, list: HTMLElement, texts: ChatScriptTexts, signal: AbortSignal) {
    this.#texts = texts;
    this.#list = list;
    this.#label = part(root, "newest");
    this.#aloud = part(root, "aloud");
    this.#button = this.#label.closest("button") ?? this.#label;
    this.#button.addEventListener("click", () => this.goToNewest(), { signal });
    list.addEventListener("scroll", () => this.#onScroll(), { signal, passive: true });
    list.addEventListener("focusin", () => this.#update(), { signal });
    list.addEventListener("focusout", () => requestAnimationFrame(() => this.#resume()), { signal });
    // A keyboard that slides in, a composer that grows: what was at the end stays at the end.
    const observer = new ResizeObserver(() => this.#resume());
    observer.observe(list);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  get isPaused(): boolean {
    const { activeElement } = document;
    const isAtLine = activeElement !== this.#list && this.#list.contains(activeElement);
    return this.#isScrolledUp || isAtLine || this.#hasOpenMenu();
  }

  #hasOpenMenu(): boolean {
    const menu = this.#list.parentElement?.querySelector<HTMLElement>("[role=menu]");
    return menu?.hidden === false;
  }

  goToNewest(): void {
    const hadFocus = this.#button === document.activeElement;
    this.#isScrolledUp = false;
    this.#goToEnd();
    this.#update();
    if (hadFocus) this.#list.focus({ preventScroll: true });
  }

  /** What is higher than the list is read from its beginning. */
  readFromTop(node: HTMLElement): void {
    if (node.offsetHeight <= this.#list.clientHeight) return;
    this.#list.scrollTop += node.getBoundingClientRect().top - this.#list.getBoundingClientRect().top;
    this.#isScrolledUp = true;
    this.#update();
    this.readAloud(node.innerText);
  }

  /**
   * Changes the list by `change`, which says how many lines came; what is being read stays where it is. `stays` says
   * which nodes will still be there.
   */
  change(isQuiet: boolean, stays: (node: Element) => boolean, change: () => number): void {
    const { isPaused } = this;
    if (isQuiet) this.#beQuiet();
    const anchor = isPaused ? this.#firstVisible(stays) : null;
    const topBefore = anchor?.getBoundingClientRect().top ?? 0;
    const added = change();
    this.#count(isQuiet ? 0 : added);
    if (!isPaused) {
      this.#goToEnd();
    } else {
      this.#unseen += added;
      if (anchor !== null) this.#list.scrollTop += anchor.getBoundingClientRect().top - topBefore;
    }
    this.#update();
  }

  /** A line to this person: read aloud even when the others are not. */
  readAloud(text: string): void {
    if (Date.now() >= this.#quietUntil && this.#list.getAttribute("aria-live") === "off")
      this.#aloud.textContent = text;
  }

  #count(added: number): void {
    const now = Date.now();
    for (let n = 0; n < Math.min(added, busyLines + 1); n += 1) this.#arrivals.push(now);
    this.#arrivals = this.#arrivals.slice(-busyLines - 1).filter((at) => now - at < busyMs);
    const isBusy = this.#arrivals.length > busyLines;
    if (isBusy && !this.#isBusy) this.#aloud.textContent = this.#texts.busy;
    this.#isBusy = isBusy;
  }

  #firstVisible(stays: (node: Element) => boolean): Element | null {
    const { top } = this.#list.getBoundingClientRect();
    for (const node of this.#list.children) {
      if (stays(node) && node.getBoundingClientRect().bottom > top) return node;
    }
    return null;
  }

  #beQuiet(): void {
    this.#quietUntil = Date.now() + quietMs;
    setTimeout(() => this.#update(), quietMs);
  }

  #goToEnd(): void {
    this.#list.scrollTop = this.#list.scrollHeight;
    this.#endTop = this.#list.scrollTop;
    this.#lastTop = this.#endTop;
  }

  #onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#list;
    // Told of our own move after the list has changed its height, as when a phone's keyboard slides in.
    if (!this.#isScrolledUp && scrollTop === this.#endTop) return;
    // Somebody who moves up slowly must not be pulled back by the next line before they are far enough.
    const slackPx = scrollTop < this.#lastTop ? stillPx : nearPx;
    this.#lastTop = scrollTop;
    this.#isScrolledUp = scrollHeight - scrollTop - clientHeight > slackPx;
    this.#update();
  }

  #resume(): void {
    if (!this.isPaused) this.#goToEnd();
    this.#update();
  }

  #update(): void {
    const { isPaused } = this;
    if (!isPaused) this.#unseen = 0;
    this.#button.hidden = !this.#isScrolledUp && this.#unseen === 0;
    const { newest, newMessages } = this.#texts;
    const label = this.#unseen === 0 ? newest : countedText(newMessages, this.#unseen, pageLocale());
    if (this.#label.textContent !== label) this.#label.textContent = label;
    const live = isPaused || this.#isBusy || Date.now() < this.#quietUntil ? "off" : "polite";
    if (this.#list.getAttribute("aria-live") !== live) this.#list.setAttribute("aria-live", live);
  }
}
