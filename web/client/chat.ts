import type { ChatAction } from "../../api/contract/chat-actions.ts";
import type { ChatLine } from "../../signaling/contract/chat.ts";
import { type ChatCommandName, parseCommand } from "../contract/chat-commands.ts";
import { type ChatScriptTexts, countedText } from "../contract/chat-script-texts.ts";
import { type CommandText, completionAt } from "./chat-completion.ts";
import { Composer } from "./chat-composer.ts";
import { part } from "./chat-line.ts";
import { LineMenu } from "./chat-line-menu.ts";
import { ChatList } from "./chat-list.ts";
import type { OutboxStorage } from "./chat-outbox.ts";
import { PinnedMessage } from "./chat-pinned.ts";
import { popupMenu } from "./chat-popup.ts";
import { ChatSession, type SessionOptions } from "./chat-session.ts";
import { showRules, showStatus } from "./chat-situation.ts";
import { statusOf } from "./chat-status.ts";
import { commandErrorText, refusalText } from "./chat-words.ts";
import { EmojiSearch } from "./emoji-search.ts";
import { pageLocale } from "./page-locale.ts";

const maxEntries = 500;
/** While somebody reads further up, nothing is taken from under their eyes, up to here. */
const maxEntriesPaused = 2_000;
const tickMs = 1_000;

/**
 * `<live-chat>`: a channel's chat. Its HTML, texts included, comes from the server (web/views/chat.tsx). The script must
 * run after the parser has gone by, as modules do.
 */
class LiveChat extends HTMLElement {
  #session: ChatSession | null = null;
  #list: ChatList | null = null;
  #menu: LineMenu | null = null;
  #composer: Composer | null = null;
  #pinned: PinnedMessage | null = null;
  #disconnected = new AbortController();
  #frame = 0;
  /** What the page was told last. */
  #viewers: number | null = null;

  connectedCallback(): void {
    this.#disconnected = new AbortController();
    const { signal } = this.#disconnected;
    // Taken out of the page and put back, it still holds what it showed before.
    part(this, "list").replaceChildren();
    const texts = this.#texts();
    const session = new ChatSession({
      channel: this.dataset["channel"] ?? "",
      author: JSON.parse(this.dataset["author"] ?? "null") as SessionOptions["author"],
      storage: tabStorage(),
      origin: "",
      isOffline: () => !navigator.onLine,
      maxEntries: () => (this.#list?.isPaused === true ? maxEntriesPaused : maxEntries),
      onChange: () => this.#renderSoon(),
      onRefused: (line) => this.#composer?.giveBack(line.action ? `/me ${line.text}` : line.text) === true,
      refusalText: (refusal) => refusalText(texts, refusal, pageLocale()),
      onRemoved: (isRemoved) => {
        this.#composer?.forget(isRemoved);
        this.#menu?.forget(isRemoved);
        // What was read aloud of it can be found there until something else is.
        part(this, "aloud").textContent = "";
      },
    });
    const emoji = new EmojiSearch(this.dataset["emojiData"] ?? "", () => composer.complete());
    const composer = new Composer(
      this,
      texts,
      {
        onSubmit: (text, reply) => this.#submit(text, reply),
        complete: (text, caret) =>
          completionAt(text, caret, { ...this.#known(), findEmoji: (start) => emoji.find(start) }),
        onError: (message) => session.notice(message),
      },
      signal,
    );
    this.#session = session;
    this.#composer = composer;
    this.#pinned = new PinnedMessage(this, signal);
    this.#buildList(session, composer, signal);
    this.#bindButtons(signal);
    this.#bindWindow(session, signal);
    session.start();
  }

  disconnectedCallback(): void {
    this.#disconnected.abort();
    this.#session?.stop();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #buildList(session: ChatSession, composer: Composer, signal: AbortSignal): void {
    const texts = this.#texts();
    const onReply = (line: ChatLine): void => {
      if (part(this, "composer").hidden) return;
      composer.replyTo(line);
      this.#list?.goToNewest();
    };
    const menu = new LineMenu(
      this,
      texts,
      {
        onReply,
        onAct: (action) => void this.#act(action),
        onNotice: (text) => session.notice(text),
        onClosed: () => part(this, "list"),
      },
      signal,
    );
    this.#menu = menu;
    this.#list = new ChatList(
      this,
      texts,
      {
        onLineMenu: (line, opener, home) => menu.open(line, opener, home, session.state.you),
        onReply,
        onLeave: () => {
          this.#list?.goToNewest();
          if (!part(this, "composer").hidden) composer.focus();
        },
        onGone: () => session.notice(texts.gone),
      },
      signal,
    );
  }

  #bindButtons(signal: AbortSignal): void {
    const menu = this.querySelector<HTMLElement>("#chat-menu");
    const popup =
      menu &&
      popupMenu(menu, {
        signal,
        fallback: () => null,
        onChoose: (item) => item.dataset["do"] === "help" && this.#session?.help(),
      });
    const onClick = (name: string, listener: (button: HTMLElement, event: Event) => void): void => {
      const button = this.querySelector<HTMLElement>(`[data-do="${name}"]`);
      button?.addEventListener("click", (event) => listener(button, event), { signal });
    };
    onClick("menu", (button) => popup?.open(button));
    onClick("reload", () => location.reload());
    onClick("unpin", () => void this.#act({ action: "unpin" }));
    onClick("pop-out", (link, event) => {
      const { href } = link as HTMLAnchorElement;
      // A browser that opens no windows for scripts follows the link.
      if (window.open(href, "_blank", "popup,width=400,height=720") !== null) event.preventDefault();
    });
  }

  #bindWindow(session: ChatSession, signal: AbortSignal): void {
    window.addEventListener("online", () => session.checkNow(), { signal });
    window.addEventListener("offline", () => session.giveUp(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || session.checkNow(), { signal });
    // iOS lays its keyboard over the page: the chat that fills the window takes what is left.
    const { visualViewport } = window;
    visualViewport?.addEventListener(
      "resize",
      // What somebody enlarges with two fingers stays as large as it is.
      () => document.body.style.setProperty("--visible-height", `${visualViewport.height * visualViewport.scale}px`),
      { signal },
    );
    // Time passes: slow mode ends, a timeout is over.
    const timer = setInterval(() => this.#renderSoon(), tickMs);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  #submit(typed: string, reply: ChatLine | null): boolean {
    const session = this.#session;
    if (session === null) return false;
    const parsed = parseCommand(typed);
    // The answer comes at the end, like everything that is new.
    if (parsed.type !== "say") this.#list?.goToNewest();
    switch (parsed.type) {
      case "say":
        this.#list?.goToNewest();
        if (session.say(parsed.text, parsed.action, reply)) return true;
        session.notice(this.#texts().full);
        return false;
      case "act":
        void this.#act(parsed.action, typed);
        return true;
      case "help":
        session.help();
        return true;
      case "error":
        session.notice(commandErrorText(this.#texts(), parsed.error, (name) => this.#commandText(name).usage));
        return false;
    }
  }

  /** `typed`: the command, which comes back when it could not be sent. */
  async #act(action: ChatAction, typed = ""): Promise<void> {
    const answer = await this.#session?.act(action);
    if (typeof answer !== "string" && typed !== "") this.#composer?.giveBack(typed);
    this.#session?.notice(answer ?? this.#texts().failed);
  }

  #known() {
    const { state, mayModerate } = this.#session ?? { state: null, mayModerate: false };
    const role = state?.you?.role;
    const lines = (state?.entries ?? []).flatMap((entry) => (entry.type === "line" ? [entry.line] : []));
    // Of each the latest line, as they are called by now; the latest of all first.
    const latest = new Map<string, ChatLine>();
    for (const line of lines.toReversed()) if (!latest.has(line.name)) latest.set(line.name, line);
    latest.delete(state?.you?.name ?? "");
    return {
      people: [...latest.values()],
      mayModerate,
      isStreamer: role === "streamer" || role === "administrator",
      commandText: (name: ChatCommandName) => this.#commandText(name),
    };
  }

  /** What the script says, as the page has it. */
  #texts(): ChatScriptTexts {
    return JSON.parse(this.dataset["texts"] ?? "{}") as ChatScriptTexts;
  }

  /** As the list of commands says it. */
  #commandText(name: ChatCommandName): CommandText {
    const help = this.querySelector<HTMLTemplateElement>("template[data-template=help]");
    const [usage, text] = help?.content.querySelector(`[data-command=${name}]`)?.children ?? [];
    return { usage: usage?.textContent ?? "", help: text?.textContent ?? "" };
  }

  /** Once a frame, however much arrives; a hidden page draws nothing. */
  #renderSoon(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render(): void {
    const session = this.#session;
    if (session === null) return;
    const { state, link } = session;
    const { you, room, viewers } = state;
    const now = Date.now();
    this.dataset["link"] = link.type;
    const role = you?.role ?? "viewer";
    // Who is no moderator any more, or has become one, is offered something else.
    if (this.dataset["role"] !== role) this.#menu?.close();
    this.dataset["role"] = role;
    const isMore = this.#list?.show(session.entriesAt(now), you?.name?.toLowerCase() ?? null, session.wasLoaded);
    if (isMore === true) this.#renderSoon();
    else session.wasLoaded = false;
    const status = statusOf(link, state, session.serverTime(now));
    showStatus(this, status);
    this.#composer?.setWritable(status.mayWrite);
    this.#composer?.setConnected(link.type === "live" && (room === null || room.writing === "open"));
    this.#composer?.setWait(session.waitUntil);
    if (you !== null) {
      this.#setHidden(part(this, "composer"), you.name === null);
      this.#setHidden(part(this, "sign-in"), you.name !== null);
      for (const element of this.querySelectorAll<HTMLElement>("[data-for=moderators]")) {
        this.#setHidden(element, !session.mayModerate);
      }
    }
    if (room !== null) this.#showRoom(room, you?.name?.toLowerCase() ?? null, state.entries.length === 0);
    if (viewers !== null && viewers !== this.#viewers) {
      this.#viewers = viewers;
      const place = part(this, "viewers");
      place.textContent = countedText(this.#texts().watching, viewers, pageLocale());
      place.hidden = false;
      this.dispatchEvent(new CustomEvent("chat-viewers", { detail: viewers, bubbles: true }));
    }
  }

  #setHidden(element: HTMLElement, isHidden: boolean): void {
    if (element.hidden === isHidden) return;
    // What goes away must not take the focus with it.
    if (isHidden && element.contains(document.activeElement)) this.#list?.focus();
    element.hidden = isHidden;
  }

  #showRoom(room: NonNullable<ChatSession["state"]["room"]>, myName: string | null, isEmpty: boolean): void {
    const { settings, pinned } = room;
    const blank = settings.signedInOnly && myName === null ? "signed-in-only" : isEmpty ? "empty" : null;
    for (const element of this.querySelectorAll<HTMLElement>("[data-blank]")) {
      this.#setHidden(element, element.dataset["blank"] !== blank);
    }
    this.#setHidden(part(this, "pinned"), pinned === null);
    if (pinned !== null) this.#pinned?.show(pinned, myName);
    showRules(this, settings);
  }
}

/** A browser that is told to store nothing refuses even to be asked: the lines then live as long as the page. */
function tabStorage(): OutboxStorage {
  try {
    return sessionStorage;
  } catch {
    return { getItem: () => null, setItem: () => undefined };
  }
}

customElements.define("live-chat", LiveChat);
