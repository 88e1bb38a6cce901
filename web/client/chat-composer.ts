import type { ChatLine } from "../../signaling/contract/chat.ts";
import { lineMaxCharacters } from "../../signaling/contract/limits.ts";
import { type ChatScriptTexts, countedText } from "../contract/chat-script-texts.ts";
import { durationText } from "../contract/duration-text.ts";
import type { Completion } from "./chat-completion.ts";
import { CompletionList } from "./chat-completion-list.ts";
import { part, showName } from "./chat-line.ts";
import type * as Emoji from "./emoji.ts";
import { pageLocale } from "./page-locale.ts";

/** Where one writes: the field that grows, its counter, completion, emoji, and the line that is being answered. */

interface ComposerCallbacks {
  /** Whether the text was taken; otherwise it stays. */
  onSubmit(text: string, reply: ChatLine | null): boolean;
  complete(text: string, caret: number): Completion | null;
  onError(message: string): void;
}

/** Of a key that belongs to an input method. Safari ends the composition before the Enter that ends it (WebKit bug 165004). */
const composingKey = 229;
/** From here on the characters that are left are counted aloud. */
const countFrom = 50;

export class Composer {
  readonly #root: HTMLElement;
  readonly #text: HTMLTextAreaElement;
  readonly #callbacks: ComposerCallbacks;
  readonly #texts: ChatScriptTexts;
  readonly #completion: CompletionList;
  readonly #emojiButton: HTMLElement;
  readonly #emojiPlace: HTMLElement;
  #emoji: Promise<Emoji.EmojiPicker> | null = null;
  #reply: ChatLine | null = null;
  readonly #sendLabel: string;
  #isConnected = false;
  #waitUntil = 0;
  #waitTimer: ReturnType<typeof setInterval> | undefined;

  constructor(root: HTMLElement, texts: ChatScriptTexts, callbacks: ComposerCallbacks, signal: AbortSignal) {
    this.#root = root;
    this.#texts = texts;
    this.#callbacks = callbacks;
    this.#sendLabel = part(root, "send").title;
    const text = part(root, "text");
    if (!(text instanceof HTMLTextAreaElement)) throw new Error("The chat's page lacks a field to write in");
    this.#text = text;
    this.#emojiPlace = part(root, "emoji");
    this.#emojiButton = root.querySelector<HTMLElement>("[data-do=emoji]") ?? this.#emojiPlace;
    this.#completion = new CompletionList(root, text, () => this.#onInput(), signal);
    const form = part(root, "composer");
    text.addEventListener("input", () => this.#onInput(), { signal });
    text.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    text.addEventListener("blur", () => this.#completion.close(), { signal });
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    form.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.#emojiPlace.addEventListener("keydown", ({ key }) => key === "Escape" && this.#closeEmoji(), { signal });
    document.addEventListener("pointerdown", ({ target }) => this.#onPointer(target), { signal });
    signal.addEventListener("abort", () => this.#leave());
  }

  focus(): void {
    this.#text.focus({ preventScroll: true });
  }

  /** Read only rather than disabled: the focus stays, and the reason is read with the field. */
  setWritable(mayWrite: boolean): void {
    this.#text.readOnly = !mayWrite;
    this.#text.toggleAttribute("data-closed", !mayWrite);
    this.#updateSend();
  }

  /** Without a connection a line can be written all the same: it waits, and the button says so. */
  setConnected(isConnected: boolean): void {
    if (isConnected === this.#isConnected) return;
    this.#isConnected = isConnected;
    this.#updateSend();
  }

  /** Slow mode: no line before `until` (Unix time, ms). */
  setWait(until: number): void {
    if (until === this.#waitUntil) return;
    this.#waitUntil = until;
    clearInterval(this.#waitTimer);
    this.#waitTimer = setInterval(() => this.#updateSend(), 250);
    this.#updateSend();
  }

  /** The next line answers this one; null: none. */
  replyTo(line: ChatLine | null): void {
    this.#reply = line;
    const place = part(this.#root, "replying");
    place.hidden = line === null;
    if (line === null) return;
    showName(part(place, "replying-name"), line);
    part(place, "replying-text").textContent = line.text;
    this.focus();
  }

  /** These lines were removed: nobody answers them any more. */
  forget(isRemoved: (id: string) => boolean): void {
    if (this.#reply === null || !isRemoved(this.#reply.id)) return;
    const hadFocus = part(this.#root, "replying").contains(document.activeElement);
    this.replyTo(null);
    if (hadFocus) this.focus();
  }

  /** A line that was refused comes back; false: something new stands there. */
  giveBack(text: string): boolean {
    if (this.#text.value.trim() !== "") return false;
    this.#text.value = text;
    this.#onInput();
    return true;
  }

  /** Offers what the word at the caret could become, as far as that is known by now. */
  complete(): void {
    const { value, selectionStart, readOnly } = this.#text;
    const isWriting = !readOnly && document.activeElement === this.#text;
    this.#completion.show(isWriting ? this.#callbacks.complete(value, selectionStart) : null);
  }

  /** Out of the page: whoever puts the chat back makes everything anew. */
  #leave(): void {
    clearInterval(this.#waitTimer);
    this.#completion.close();
    this.#setEmojiOpen(false);
    this.setConnected(true);
    this.#emojiPlace.replaceChildren();
    this.replyTo(null);
  }

  #insert(text: string): void {
    const { selectionStart, selectionEnd } = this.#text;
    this.#text.setRangeText(text, selectionStart, selectionEnd, "end");
    this.#onInput();
  }

  #charactersLeft(): number {
    return lineMaxCharacters - [...this.#text.value.trim()].length;
  }

  #onInput(): void {
    // A line is one line: what was pasted becomes one.
    if (this.#text.value.includes("\n")) {
      const { selectionEnd } = this.#text;
      this.#text.value = this.#text.value.replace(/\r?\n/g, " ");
      this.#text.setSelectionRange(selectionEnd, selectionEnd);
    }
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight + this.#text.offsetHeight - this.#text.clientHeight}px`;
    const left = this.#charactersLeft();
    const count = part(this.#root, "count");
    const counted = left < 0 ? this.#texts.over : this.#texts.left;
    count.textContent = left > countFrom ? "" : countedText(counted, Math.abs(left), pageLocale());
    count.toggleAttribute("data-over-limit", left < 0);
    this.complete();
    this.#updateSend();
  }

  #onKey(event: KeyboardEvent): void {
    // While a word is being composed, as in Japanese, Enter belongs to the input method.
    if (event.isComposing || event.keyCode === composingKey || this.#completion.onKey(event)) return;
    if (event.key === "Enter") this.#submit(event);
    else if (event.key === "Escape" && this.#reply !== null) this.replyTo(null);
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.#text.value;
    if (text.trim() === "" || this.#text.readOnly || this.#charactersLeft() < 0) return this.focus();
    // Commands are no lines: slow mode does not hold for them.
    if (!text.trimStart().startsWith("/") && Date.now() < this.#waitUntil) return this.focus();
    if (this.#callbacks.onSubmit(text, this.#reply)) {
      this.#text.value = "";
      this.replyTo(null);
      this.#onInput();
    }
    this.#closeEmoji();
    this.focus();
  }

  #updateSend(): void {
    const send = part(this.#root, "send");
    const wait = part(this.#root, "wait");
    const seconds = Math.ceil((this.#waitUntil - Date.now()) / 1000);
    const isWaiting = seconds > 0;
    if (!isWaiting) clearInterval(this.#waitTimer);
    wait.hidden = !isWaiting;
    wait.textContent = isWaiting ? String(seconds) : "";
    send.toggleAttribute("data-waiting", isWaiting);
    const isOff = isWaiting || this.#text.readOnly || this.#text.value.trim() === "" || this.#charactersLeft() < 0;
    send.setAttribute("aria-disabled", String(isOff));
    send.toggleAttribute("data-later", !this.#isConnected);
    send.title = this.#isConnected ? this.#sendLabel : this.#texts.sendLater;
    send.setAttribute("aria-label", isWaiting ? `${send.title} (${durationText(seconds, pageLocale())})` : send.title);
  }

  #onClick({ target }: Event): void {
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-do]") : null;
    if (button?.dataset["do"] === "cancel-reply") {
      this.replyTo(null);
      this.focus();
    }
    if (button?.dataset["do"] === "emoji") void this.#toggleEmoji();
  }

  #onPointer(target: EventTarget | null): void {
    const isOutside =
      target instanceof Node && !this.#emojiPlace.contains(target) && !this.#emojiButton.contains(target);
    if (isOutside && !this.#emojiPlace.hidden) this.#setEmojiOpen(false);
  }

  async #toggleEmoji(): Promise<void> {
    if (!this.#emojiPlace.hidden) return this.#closeEmoji();
    if (this.#text.readOnly) return;
    try {
      this.#emoji ??= this.#loadEmoji();
      const picker = await this.#emoji;
      this.#setEmojiOpen(true);
      // A search field with the focus would bring up a phone's keyboard, right over the emoji.
      if (!matchMedia("(pointer: coarse)").matches) picker.focus();
    } catch {
      this.#emoji = null;
      this.#callbacks.onError(this.#texts.emojiFailed);
    }
  }

  async #loadEmoji(): Promise<Emoji.EmojiPicker> {
    const { emojiScript = "", emojiData = "" } = this.#root.dataset;
    const { openEmojiPicker } = (await import(emojiScript)) as typeof Emoji;
    const picker = openEmojiPicker(emojiData, document.documentElement.lang, (emoji) => this.#insert(emoji));
    this.#emojiPlace.append(picker.element);
    return picker;
  }

  #setEmojiOpen(isOpen: boolean): void {
    this.#emojiPlace.hidden = !isOpen;
    this.#emojiButton.setAttribute("aria-expanded", String(isOpen));
  }

  #closeEmoji(): void {
    if (this.#emojiPlace.hidden) return;
    this.#setEmojiOpen(false);
    this.focus();
  }
}
