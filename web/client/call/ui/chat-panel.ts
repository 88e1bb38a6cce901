import { lineMaxCharacters } from "../../../../signaling/contract/limits.ts";
import { fillText } from "../../chat-line.ts";
import type { CallSession, CallView, LineView } from "../types.ts";
import { button, el, icon, setAttributes, syncList } from "./element.ts";
import type { Panel } from "./side-panel.ts";
import { texts } from "./texts.ts";

/** Nearer to the end than this counts as at the end, px. */
const nearPx = 48;

const timeFormat = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

/** What is written in the call. Whoever comes later reads it too. */
export class ChatPanel implements Panel {
  readonly title = texts.chat;
  readonly element: HTMLElement;
  readonly #session: CallSession;
  readonly #list = el("div", { class: "chat-list", role: "log", "aria-label": texts.chat, tabindex: "0" });
  readonly #blank: HTMLElement;
  readonly #newest: HTMLButtonElement;
  readonly #input: HTMLTextAreaElement;
  readonly #known = new Map<string, HTMLElement>();
  /** The first update is history. */
  #isSeen = false;
  readonly #seen = new Set<string>();

  constructor(session: CallSession) {
    this.#session = session;
    this.#blank = el("div", { class: "chat-blank" }, el("p", {}, texts.chatEmpty), el("p", {}, texts.chatEmptyText));
    this.#newest = button("button button-small chat-newest", () => this.#goToEnd(), icon("down"), texts.newestBelow);
    this.#newest.hidden = true;
    this.#input = el("textarea", {
      rows: "1",
      maxlength: String(lineMaxCharacters * 2),
      "aria-label": texts.message,
      placeholder: texts.message,
      enterkeyhint: "send",
      autocomplete: "off",
    });
    const send = el(
      "button",
      { type: "submit", class: "call-button", "aria-label": texts.send, title: texts.send },
      icon("send"),
    );
    const form = el("form", { class: "call-composer" }, this.#input, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#input.addEventListener("keydown", (event) => {
      // While a word is being composed, Enter is part of the writing system.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    this.#input.addEventListener("input", () => this.#grow());
    this.#list.addEventListener("scroll", () => this.#isAtEnd() && setAttributes(this.#newest, { hidden: true }));
    this.element = el(
      "div",
      { class: "call-chat" },
      el("div", { class: "call-chat-lines" }, this.#list, this.#blank, this.#newest),
      form,
    );
  }

  /** Lines of others that nobody has seen yet. What was there before this person came is none. */
  unread({ lines, place }: CallView, isOpen: boolean): number {
    if (place.type !== "inside") return 0;
    const others = lines.filter(({ isYours }) => !isYours);
    if (isOpen || !this.#isSeen) {
      for (const { line } of others) this.#seen.add(line.id);
      this.#isSeen = true;
    }
    return others.filter(({ line }) => !this.#seen.has(line.id)).length;
  }

  update({ lines }: CallView): void {
    const wasAtEnd = this.#isAtEnd();
    const before = this.#known.size;
    syncList(this.#list, lines, this.#known, {
      keyOf: ({ line }) => line.id,
      make: makeLine,
      update: (element, line) => this.#mark(element, line),
    });
    setAttributes(this.#blank, { hidden: lines.length > 0 });
    if (this.#known.size <= before) return;
    if (wasAtEnd || lines.at(-1)?.isYours === true) this.#goToEnd();
    else setAttributes(this.#newest, { hidden: false });
  }

  onShown(): HTMLElement | null {
    this.#goToEnd();
    // A phone's keyboard would cover what somebody came to read.
    return matchMedia("(pointer: coarse)").matches ? null : this.#input;
  }

  #send(): void {
    const text = this.#input.value.trim();
    if (text === "") return;
    this.#session.say(text);
    this.#input.value = "";
    this.#grow();
    this.#input.focus();
  }

  #grow(): void {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight}px`;
  }

  #isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#list;
    return scrollHeight - scrollTop - clientHeight < nearPx;
  }

  #goToEnd(): void {
    this.#list.scrollTop = this.#list.scrollHeight;
    setAttributes(this.#newest, { hidden: true });
  }

  #mark(element: HTMLElement, { line, state, code }: LineView): void {
    const mark = state === "stored" ? "" : state;
    if ((element.dataset["mark"] ?? "") === mark) return;
    element.querySelector(".call-mark")?.remove();
    setAttributes(element, { "data-mark": mark === "" ? null : mark });
    if (mark === "") return;
    const place = el("span", { class: "call-mark" });
    if (mark === "refused") {
      const reason =
        code !== undefined && code in texts.errors ? texts.errors[code as keyof typeof texts.errors] : texts.notSent;
      const again = button("chat-again", () => this.#session.sayAgain(line.id), texts.sendAgain);
      place.append(icon("alert"), ` ${reason} `, again);
    } else {
      place.append(texts.sending);
    }
    element.append(place);
  }
}

function makeLine({ line }: LineView): HTMLElement {
  const text = el("span", { class: "chat-text", dir: "auto" });
  fillText(text, line.text, null);
  for (const link of text.querySelectorAll("a")) link.tabIndex = 0;
  const name = el("bdi", { class: "chat-name" }, line.name);
  name.style.color = `var(--name-${line.color})`;
  const time = el("time", { datetime: new Date(line.at).toISOString() }, timeFormat.format(line.at));
  const host = line.isHost ? el("span", { class: "call-tag" }, texts.host) : null;
  return el(
    "div",
    { class: "call-line" },
    el("p", { class: "call-line-head" }, name, host, time),
    el("p", { class: "chat-said" }, text),
  );
}
