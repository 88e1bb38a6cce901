import { cleanText, isTooLong } from "../chat/line-text.ts";
import type { Rate } from "../chat/token-bucket.ts";
import type { CallLine } from "../contract/call.ts";
import { authorOf, lineIdOf, nonceOf } from "../contract/line-id.ts";
import { historyLines } from "../contract/limits.ts";
import type { ClientMessage } from "../contract/messages.ts";
import type { People, Seat } from "./people.ts";

/** Lines that may wait to be saved; with more, writing pauses. */
const waitingMax = 200;
const lineRate: Rate = { burst: 8, everyMs: 1000 };

/** What was said in a call: the last lines, for those who come later, and those that are not saved yet. */
export class CallChat {
  readonly #people: People;
  readonly #onSave: () => void;
  #lines: CallLine[] = [];
  #waiting: CallLine[] = [];
  /** Of the waiting ones, those that are being saved. */
  #underWay = 0;

  /** `onSave`: there is something to save. */
  constructor(people: People, onSave: () => void) {
    this.#people = people;
    this.#onSave = onSave;
  }

  get lines(): readonly CallLine[] {
    return this.#lines;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The room is open: what was said before stands before what was said since. */
  begin(saved: readonly CallLine[]): void {
    const known = new Set(saved.map(({ id }) => id));
    this.#lines = [...saved, ...this.#lines.filter(({ id }) => !known.has(id))].slice(-historyLines);
  }

  say(seat: Seat, { nonce, text: given }: Extract<ClientMessage, { type: "say" }>, now: number): void {
    const { id: peerId, name, color, isHost } = seat.peer;
    const id = lineIdOf(peerId, nonce);
    const known = this.#stateOf(id);
    // It was sent again because the answer was lost, or is still to come.
    if (known === "saved") return this.#people.send(seat, { type: "ack", nonces: [nonce] });
    if (known === "waiting") return undefined;
    const text = cleanText(given);
    if (text === "") return this.#people.refuse(seat, "empty", "There is nothing to send.", { nonce });
    if (isTooLong(text)) {
      return this.#people.refuse(seat, "too-long", "A message has at most 500 characters.", { nonce });
    }
    if (this.#waiting.length >= waitingMax) {
      return this.#people.refuse(seat, "paused", "Messages cannot be saved right now: try again soon.", { nonce });
    }
    const retryAfterMs = seat.lines.take(lineRate, now);
    if (retryAfterMs !== null) {
      return this.#people.refuse(seat, "rate-limited", "You write too fast: wait a moment.", { nonce, retryAfterMs });
    }
    const line = { id, at: now, name, color, isHost, text };
    this.#lines.push(line);
    if (this.#lines.length > historyLines) this.#lines.shift();
    this.#waiting.push(line);
    this.#people.tell({ type: "line", line });
    return this.#onSave();
  }

  /** The lines to save next. To be followed by `settle` or `putBack`. */
  take(): CallLine[] {
    this.#underWay = this.#waiting.length;
    return [...this.#waiting];
  }

  /** What was taken is saved: its authors are told. */
  settle(): void {
    const saved = this.#waiting.splice(0, this.#underWay);
    this.#underWay = 0;
    const nonces = new Map<string, string[]>();
    for (const { id } of saved) {
      const author = authorOf(id);
      nonces.set(author, [...(nonces.get(author) ?? []), nonceOf(id)]);
    }
    for (const [author, ofAuthor] of nonces) {
      this.#people.send(this.#people.seat(author), { type: "ack", nonces: ofAuthor });
    }
  }

  putBack(): void {
    this.#underWay = 0;
  }

  /** `waiting`: taken already, and acknowledged soon. `saved`: acknowledged before, or in the history. */
  #stateOf(id: string): "new" | "waiting" | "saved" {
    if (this.#waiting.some((line) => line.id === id)) return "waiting";
    return this.#lines.some((line) => line.id === id) ? "saved" : "new";
  }
}
