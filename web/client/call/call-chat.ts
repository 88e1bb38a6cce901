import type { CallLine, Peer } from "../../../signaling/contract/call.ts";
import type { CallErrorCode, CallServerMessage } from "../../../signaling/contract/call-messages.ts";
import { authorOf, lineIdOf, nonceOf } from "../../../signaling/contract/line-id.ts";
import type { ClientMessage } from "../../../signaling/contract/messages.ts";
import { Outbox, type OutboxStorage, type OwnLine } from "../chat-outbox.ts";
import type { LineView } from "./types.ts";

/** One's own lines in a call until they are stored, and how all lines are shown. */

/** Refusals that pass by themselves: the line is sent again. */
const passing: ReadonlySet<CallErrorCode> = new Set(["rate-limited", "paused"]);
/** When the server does not say when to try again, ms. */
const retryAfterMs = 2_000;
const nonceBytes = 12;

/** Whoever comes in again is somebody new: what waits does not outlive the page. */
const memory = (): OutboxStorage => {
  const items = new Map<string, string>();
  return { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => void items.set(key, value) };
};

export class CallChat {
  readonly #send: (message: ClientMessage) => boolean;
  readonly #outbox = new Outbox(memory(), "call");
  readonly #authors = new Set<string>();
  #refused: { line: OwnLine; code: CallErrorCode }[] = [];
  #wakeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
  }

  /** Whose lines these are from now on. */
  identify(author: string): void {
    this.#authors.add(author);
    this.#outbox.identify(author);
  }

  /** False: too many wait already. */
  say(text: string): boolean {
    if (this.#outbox.isFull) return false;
    this.#outbox.add({ nonce: makeNonce(), text, action: false, reply: null, at: Date.now() });
    this.flush();
    return true;
  }

  sayAgain(lineId: string): void {
    const refused = this.#refused.find(({ line }) => line.nonce === nonceOf(lineId));
    if (refused === undefined) return;
    this.#refused = this.#refused.filter((each) => each !== refused);
    this.say(refused.line.text);
  }

  markBroken(): void {
    this.#outbox.markBroken();
  }

  acknowledge(nonces: readonly string[]): void {
    this.#outbox.acknowledge(nonces);
  }

  /** True: the error was about a line. */
  takeError({ nonce, code, retryAfterMs: afterMs }: Extract<CallServerMessage, { type: "error" }>): boolean {
    if (nonce === undefined) return false;
    if (passing.has(code)) {
      this.#outbox.postpone(nonce, Date.now() + (afterMs ?? retryAfterMs));
    } else {
      const line = this.#outbox.refuse(nonce);
      if (line !== null) this.#refused.push({ line, code });
    }
    return true;
  }

  /** The room shows these lines now. `isWhole`: and none of those that were shown before. */
  markShown(lines: readonly CallLine[], isWhole: boolean): void {
    const shown = new Set(lines.filter(({ id }) => this.#authors.has(authorOf(id))).map(({ id }) => nonceOf(id)));
    if (isWhole) this.#outbox.forgetShown();
    this.#outbox.markShown((nonce) => shown.has(nonce), Date.now());
  }

  /** Sends what may be sent now, and again when more may be. Without a connection nothing goes. */
  flush(): void {
    const now = Date.now();
    clearTimeout(this.#wakeTimer);
    for (let say = this.#outbox.next(now); say !== null; say = this.#outbox.next(now)) {
      // It did not leave: the next connection sends it.
      if (!this.#send(say)) return this.#outbox.markBroken();
    }
    const wakeAt = this.#outbox.wakeAt(now);
    if (wakeAt !== null) this.#wakeTimer = setTimeout(() => this.flush(), wakeAt - now);
  }

  stop(): void {
    clearTimeout(this.#wakeTimer);
  }

  /** The room's lines, then one's own that are on their way, then those that were refused. */
  view(lines: readonly CallLine[], you: Peer | undefined): LineView[] {
    const waiting = this.#outbox.unstored;
    const views = lines.map((line): LineView => {
      const isYours = this.#authors.has(authorOf(line.id));
      return { line, isYours, state: isYours && waiting.has(nonceOf(line.id)) ? "sent" : "stored" };
    });
    if (you === undefined) return views;
    const own = (line: OwnLine): CallLine => ({
      id: lineIdOf(you.id, line.nonce),
      at: line.at,
      name: you.name,
      color: you.color,
      isHost: you.isHost,
      text: line.text,
    });
    for (const line of this.#outbox.unshown) views.push({ line: own(line), isYours: true, state: "waiting" });
    for (const { line, code } of this.#refused) views.push({ line: own(line), isYours: true, state: "refused", code });
    return views;
  }
}

const makeNonce = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(nonceBytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
