import type { ChatAction, ChatActionAnswer } from "../../api/contract/chat-actions.ts";
import type { ChatLine } from "../../signaling/contract/chat.ts";
import { authorOf, lineIdOf, nonceOf } from "../../signaling/contract/line-id.ts";
import type { ErrorCode, ServerMessage, You } from "../../signaling/contract/messages.ts";
import { Outbox, type OutboxStorage, type OwnLine } from "./chat-outbox.ts";
import {
  addHelp,
  addNotice,
  type ChatState,
  initialState,
  positionOf,
  receive,
  removedBy,
  type ShownEntry,
} from "./chat-state.ts";
import { type Link, RoomConnection } from "./room-connection.ts";

/** One page's part in a chat: the connection, what is known of the room, and one's own lines until they are stored. */

/** Who writes, as their lines show it. */
type Author = Pick<You, "id" | "name" | "displayName" | "color">;

export interface SessionOptions {
  /** The channel's name. */
  channel: string;
  /** Who the page was made for; null: a guest. Their lines wait under this name until the room has welcomed them. */
  author: Author | null;
  storage: OutboxStorage;
  /** Before the paths that are asked for; empty: the page's own origin. */
  origin: string;
  isOffline(): boolean;
  /** How many entries to keep: more while somebody reads further up. */
  maxEntries(): number;
  onChange(): void;
  /** A line was refused for good; says whether it found a place to be written anew. */
  onRefused(line: OwnLine): boolean;
  /** What people are told of a refusal, in their language. */
  refusalText(refusal: Extract<ServerMessage, { type: "error" }>): string;
  /** Lines were removed from the room. */
  onRemoved(isRemoved: (id: string) => boolean): void;
}

/** Refusals that pass by themselves: the line is sent again. */
const passing: ReadonlySet<ErrorCode> = new Set(["rate-limited", "slow-mode", "paused"]);
/** When the server does not say when to try again, ms. */
const retryAfterMs = 2_000;
const nonceBytes = 12;

export class ChatSession {
  readonly #options: SessionOptions;
  readonly #outbox: Outbox;
  readonly #connection: RoomConnection<ServerMessage>;
  #wakeTimer: ReturnType<typeof setTimeout> | undefined;
  state: ChatState = initialState;
  link: Link = { type: "connecting" };
  /** The list was loaded anew with the last messages: nothing to read aloud. */
  wasLoaded = false;
  /** No line before this time, Unix time, ms: slow mode. */
  waitUntil = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.storage, options.channel);
    this.#outbox.identify(options.author?.id ?? null);
    this.#connection = new RoomConnection({
      ticketUrl: `${options.origin}/ticket`,
      ticketRequest: { channel: options.channel },
      hello: () => {
        const position = positionOf(this.state);
        return position === null ? {} : { position };
      },
      onMessage: (message) => this.#onMessage(message),
      onLink: (link) => this.#onLink(link),
      isOffline: options.isOffline,
    });
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    clearTimeout(this.#wakeTimer);
    this.#connection.stop();
  }

  /** The network is back, or the tab is seen again. */
  checkNow(): void {
    this.#connection.checkNow();
  }

  /** The network is gone. */
  giveUp(): void {
    this.#connection.giveUp();
  }

  get mayModerate(): boolean {
    const role = this.state.you?.role ?? "viewer";
    return role !== "viewer";
  }

  /** Writes a line. Without a connection it waits; false: too many wait already, or a guest wants to write. */
  say(text: string, action: boolean, reply: ChatLine | null): boolean {
    const isGuest = this.#author === null || this.#author.name === null;
    if (this.#outbox.isFull || isGuest) return false;
    this.#outbox.add({ nonce: makeNonce(), text, action, reply: reply && quoteOf(reply), at: Date.now() });
    this.#flush();
    this.#options.onChange();
    return true;
  }

  /** Whoever writes here; null: a guest who is not welcomed yet. */
  get #author(): Author | null {
    return this.state.you ?? this.#options.author;
  }

  /** Says something to this person alone. */
  notice(text: string): void {
    this.state = addNotice(this.state, text);
    this.#options.onChange();
  }

  /** Lists the commands, to this person alone. */
  help(): void {
    this.state = addHelp(this.state);
    this.#options.onChange();
  }

  /** Asks api to do what a moderator wants; the answer's sentence, or null when there was none. */
  async act(action: ChatAction): Promise<string | null> {
    try {
      const response = await fetch(`${this.#options.origin}/@${this.#options.channel}/chat/act`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(action),
      });
      return ((await response.json()) as ChatActionAnswer).message;
    } catch {
      return null;
    }
  }

  /** The server's clock, ms, when this computer's says `now`: what ends at a time ends by that one. */
  serverTime(now: number): number {
    return now - this.#connection.clockAheadMs;
  }

  /** What the list shows at `now` (ms): the room's entries, then one's own lines that are on their way. */
  entriesAt(now: number): ShownEntry[] {
    const author = this.#author;
    const entries = this.state.entries.map((entry): ShownEntry => {
      if (entry.type !== "line") return entry;
      const isUnsaved =
        author !== null && authorOf(entry.key) === author.id && this.#outbox.isUnsaved(nonceOf(entry.key), now);
      return { ...entry, mark: isUnsaved ? "unsaved" : null };
    });
    if (author === null) return entries;
    for (const own of this.#outbox.unshown) {
      const line = lineOf(own, author, this.state.you?.role ?? "viewer");
      entries.push({ type: "line", key: line.id, line, mark: "unsent" });
    }
    return entries;
  }

  #onLink(link: Link): void {
    if (this.link.type === "live") this.#outbox.markBroken();
    // Each attempt connects for a moment: what is said about it must not come and go with them.
    if (link.type !== "connecting") this.link = link;
    this.#flush();
    this.#options.onChange();
  }

  #onMessage(message: ServerMessage): void {
    const hadGap = this.state.hasGap;
    this.state = receive(this.state, message, this.#options.maxEntries());
    const now = Date.now();
    switch (message.type) {
      case "welcome":
        this.#outbox.identify(message.you.name === null ? null : message.you.id);
        this.wasLoaded ||= message.history.type === "whole";
        break;
      case "reset":
        this.wasLoaded = true;
        break;
      case "ack":
        this.#outbox.acknowledge(message.nonces);
        break;
      case "error":
        this.#onError(message, now);
        break;
      case "events":
        if (message.events.some(({ type }) => type === "settings")) this.#onOtherRules(now);
        break;
      case "you":
        this.#onOtherRules(now);
        break;
      case "viewers":
      case "pong":
        break;
    }
    const position = positionOf(this.state);
    if (this.state.hasGap && !hadGap && position !== null) this.#connection.send({ type: "recover", position });
    if (message.type === "welcome" || message.type === "reset" || message.type === "events")
      this.#markShown(isWhole(message), now);
    const isRemoved = removedBy(message);
    if (isRemoved !== null) {
      this.#outbox.unquote(isRemoved);
      this.#options.onRemoved(isRemoved);
    }
    this.#flush();
    this.#options.onChange();
  }

  #onError(refusal: Extract<ServerMessage, { type: "error" }>, now: number): void {
    const { code, nonce, retryAfterMs: afterMs } = refusal;
    if (nonce !== undefined && passing.has(code)) {
      this.#outbox.postpone(nonce, now + (afterMs ?? retryAfterMs));
      if (code === "slow-mode" && afterMs !== undefined) this.waitUntil = now + afterMs;
      return;
    }
    const line = nonce === undefined ? null : this.#outbox.refuse(nonce);
    const isLost = line !== null && !this.#options.onRefused(line);
    // Something new stands in the field already: the text can at least be copied from here.
    const text = this.#options.refusalText(refusal);
    this.state = addNotice(this.state, isLost ? `${text} (${line.text})` : text);
  }

  /** Slow mode may be over, or shorter: what waits for it tries again. */
  #onOtherRules(now: number): void {
    this.#outbox.retryNow();
    const slowMs = this.mayModerate ? 0 : (this.state.room?.settings.slowSeconds ?? 0) * 1000;
    this.waitUntil = Math.min(this.waitUntil, now + slowMs);
  }

  #markShown(isLoadedAnew: boolean, now: number): void {
    const { you, room, entries } = this.state;
    if (you === null || room === null) return;
    const keys = new Set(entries.map(({ key }) => key));
    const before = this.#outbox.unshown.length;
    if (isLoadedAnew) this.#outbox.forgetShown();
    this.#outbox.markShown((nonce) => keys.has(lineIdOf(you.id, nonce)), now);
    const isSlow = room.settings.slowSeconds > 0 && you.role === "viewer";
    if (isSlow && this.#outbox.unshown.length < before) this.waitUntil = now + room.settings.slowSeconds * 1000;
    if (!isSlow) this.waitUntil = 0;
  }

  /** Sends what may be sent now, and looks again when that changes by itself. */
  #flush(): void {
    const now = Date.now();
    if (this.link.type === "live" && this.state.room?.writing === "open") {
      for (let say = this.#outbox.next(now); say !== null; say = this.#outbox.next(now)) this.#connection.send(say);
    }
    clearTimeout(this.#wakeTimer);
    const wakeAt = this.#outbox.wakeAt(now);
    if (wakeAt === null) return;
    this.#wakeTimer = setTimeout(() => {
      this.#flush();
      this.#options.onChange();
    }, wakeAt - now);
  }
}

const quoteOf = ({ id, name, displayName, text }: ChatLine): NonNullable<ChatLine["reply"]> => ({
  id,
  name,
  ...(displayName === undefined ? {} : { displayName }),
  text,
});

const isWhole = (message: ServerMessage): boolean =>
  message.type === "reset" || (message.type === "welcome" && message.history.type === "whole");

function makeNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(nonceBytes));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/** One's own line as the room will show it. */
function lineOf(own: OwnLine, author: Author, role: You["role"]): ChatLine {
  return {
    id: lineIdOf(author.id, own.nonce),
    at: own.at,
    name: author.name ?? "",
    ...(author.displayName === undefined ? {} : { displayName: author.displayName }),
    color: author.color,
    text: own.text,
    ...(role === "viewer" ? {} : { role }),
    ...(own.action ? { action: own.action } : {}),
    ...(own.reply === null ? {} : { reply: own.reply }),
  };
}
