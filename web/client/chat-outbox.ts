import type { ChatLine } from "../../signaling/contract/chat.ts";
import type { ClientMessage } from "../../signaling/contract/messages.ts";

/**
 * One's own lines until they are stored, in order. They survive a reload of the page, and are sent again under the same
 * nonce after a broken connection: the server shows each once.
 */

export interface OwnLine {
  nonce: string;
  text: string;
  action: boolean;
  reply: NonNullable<ChatLine["reply"]> | null;
  /** When it was written, Unix time, ms. */
  at: number;
  /** Sent on a connection that broke since. */
  again: boolean;
}

interface Waiting extends OwnLine {
  /** Sent on this connection, and not refused. */
  isSent: boolean;
  /** Not before this time, ms; 0: at once. */
  retryAt: number;
  /** When the room showed it; null: not yet. */
  shownAt: number | null;
}

type Say = Extract<ClientMessage, { type: "say" }>;

/** Lines that may wait at once. */
export const maxWaitingLines = 50;
/** Without an acknowledgement for this long, a shown line is said to be not yet saved, ms. */
export const unsavedAfterMs = 2_000;

/** Where they survive a reload: the tab's session storage. */
export interface OutboxStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export class Outbox {
  readonly #storage: OutboxStorage;
  readonly #key: string;
  #author: string | null = null;
  #lines: Waiting[] = [];

  /** `channel` names the place in the storage: tabs on two channels do not mix. */
  constructor(storage: OutboxStorage, channel: string) {
    this.#storage = storage;
    this.#key = `panggung.chat.${channel}`;
  }

  /**
   * Whose lines these are: the ones left over from before a reload come back, another account's are forgotten. null: a
   * guest's, who has none; what waits in the storage stays there for its author.
   */
  identify(author: string | null): void {
    if (author === this.#author) return;
    this.#author = author;
    this.#lines =
      author === null
        ? []
        : readStored(this.#storage.getItem(this.#key), author).map((line) => ({
            ...line,
            // A tab that was made from this one brings the same lines back while this one may send them.
            again: true,
            isSent: false,
            retryAt: 0,
            shownAt: null,
          }));
  }

  get isFull(): boolean {
    return this.#lines.length >= maxWaitingLines;
  }

  add(line: Omit<OwnLine, "again">): void {
    this.#lines.push({ ...line, again: false, isSent: false, retryAt: 0, shownAt: null });
    this.#store();
  }

  /**
   * The next line to send at `now` (ms), or null: nothing is left, or the one before has not come back yet. One at a time:
   * a line that is refused for a while must not be overtaken. What is shown already needs no such care.
   */
  next(now: number): Say | null {
    for (const line of this.#lines) {
      const isShown = line.shownAt !== null;
      if (line.isSent && isShown) continue;
      if (line.isSent || line.retryAt > now) return null;
      const say = sayOf(line);
      line.isSent = true;
      // Before it leaves: after a reload nobody could tell whether it had.
      this.#store();
      return say;
    }
    return null;
  }

  /** The connection broke: what had been sent may be stored already or not. */
  markBroken(): void {
    for (const line of this.#lines) {
      line.again ||= line.isSent;
      line.isSent = false;
      line.retryAt = 0;
    }
    this.#store();
  }

  /** The room shows these lines now, among others. What it has shown once may have been removed since, or be too far up. */
  markShown(isShown: (nonce: string) => boolean, now: number): void {
    for (const line of this.#lines) if (isShown(line.nonce)) line.shownAt ??= now;
  }

  /** The list is loaded anew: what was shown before is void. */
  forgetShown(): void {
    for (const line of this.#lines) line.shownAt = null;
  }

  /** These lines were removed: nothing quotes them any more. */
  unquote(isRemoved: (id: string) => boolean): void {
    for (const line of this.#lines) if (line.reply !== null && isRemoved(line.reply.id)) line.reply = null;
    this.#store();
  }

  /** They are stored. */
  acknowledge(nonces: readonly string[]): void {
    this.#lines = this.#lines.filter(({ nonce }) => !nonces.includes(nonce));
    this.#store();
  }

  /** Not now: it is sent again at `retryAt` (ms). */
  postpone(nonce: string, retryAt: number): void {
    const line = this.#lines.find((candidate) => candidate.nonce === nonce);
    if (line === undefined) return;
    line.isSent = false;
    line.retryAt = retryAt;
  }

  /** What was a reason to wait may be none any more: the room's rules changed, or who this person is in it. */
  retryNow(): void {
    for (const line of this.#lines) line.retryAt = 0;
  }

  /** Never: it is taken out and handed back. */
  refuse(nonce: string): OwnLine | null {
    const line = this.#lines.find((candidate) => candidate.nonce === nonce) ?? null;
    if (line !== null) this.acknowledge([nonce]);
    return line;
  }

  /** Those that the room does not show yet. */
  get unshown(): readonly OwnLine[] {
    return this.#lines.filter(({ shownAt }) => shownAt === null);
  }

  /** The nonces of those that are not known to be stored, shown or not. */
  get unstored(): ReadonlySet<string> {
    return new Set(this.#lines.map(({ nonce }) => nonce));
  }

  /** Whether a line that is shown has waited too long for its acknowledgement. */
  isUnsaved(nonce: string, now: number): boolean {
    const shownAt = this.#lines.find((line) => line.nonce === nonce)?.shownAt ?? null;
    return shownAt !== null && now - shownAt >= unsavedAfterMs;
  }

  /** When to look again without being told to, ms; null: never. */
  wakeAt(now: number): number | null {
    const times = this.#lines.flatMap(({ retryAt, shownAt }) => [
      retryAt,
      shownAt === null ? 0 : shownAt + unsavedAfterMs,
    ]);
    const ahead = times.filter((time) => time > now);
    return ahead.length === 0 ? null : Math.min(...ahead);
  }

  #store(): void {
    if (this.#author === null) return;
    const lines: OwnLine[] = this.#lines.map(({ nonce, text, action, reply, at, again, isSent }) => {
      return { nonce, text, action, reply, at, again: again || isSent };
    });
    try {
      this.#storage.setItem(this.#key, JSON.stringify({ author: this.#author, lines }));
    } catch {
      // No room, or a browser that stores nothing: the lines live as long as the page.
    }
  }
}

function sayOf({ nonce, text, action, reply, again }: OwnLine): Say {
  return {
    type: "say",
    nonce,
    text,
    ...(action ? { action } : {}),
    ...(reply === null ? {} : { replyTo: reply.id }),
    ...(again ? { again } : {}),
  };
}

function readStored(stored: string | null, author: string): OwnLine[] {
  try {
    const { author: owner, lines } = JSON.parse(stored ?? "{}") as { author?: string; lines?: OwnLine[] };
    return owner === author && Array.isArray(lines) ? lines : [];
  } catch {
    return [];
  }
}
