import type { CallLine } from "../contract/call.ts";
import { authorOf, nonceOf } from "../contract/line-id.ts";
import { historyLines } from "../contract/limits.ts";

/** Lines that may wait to be saved; with more, writing pauses. */
const waitingMax = 200;

/** What was said in a call: the last lines, for those who come later, and those that are not saved yet. */
export class CallChat {
  #lines: CallLine[] = [];
  #waiting: CallLine[] = [];
  /** Of the waiting ones, those that are being saved. */
  #underWay = 0;

  get lines(): readonly CallLine[] {
    return this.#lines;
  }

  get isFull(): boolean {
    return this.#waiting.length >= waitingMax;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The room is open: what was said before stands before what was said since. */
  begin(saved: readonly CallLine[]): void {
    const known = new Set(saved.map(({ id }) => id));
    this.#lines = [...saved, ...this.#lines.filter(({ id }) => !known.has(id))].slice(-historyLines);
  }

  /** `waiting`: taken already, and acknowledged soon. `saved`: acknowledged before, or in the history. */
  stateOf(id: string): "new" | "waiting" | "saved" {
    if (this.#waiting.some((line) => line.id === id)) return "waiting";
    return this.#lines.some((line) => line.id === id) ? "saved" : "new";
  }

  add(line: CallLine): void {
    this.#lines.push(line);
    if (this.#lines.length > historyLines) this.#lines.shift();
    this.#waiting.push(line);
  }

  /** The lines to save next. To be followed by `settle` or `putBack`. */
  take(): CallLine[] {
    this.#underWay = this.#waiting.length;
    return [...this.#waiting];
  }

  /** What was taken is saved. Its nonces, by author. */
  settle(): Map<string, string[]> {
    const saved = this.#waiting.splice(0, this.#underWay);
    this.#underWay = 0;
    const nonces = new Map<string, string[]>();
    for (const { id } of saved) {
      const author = authorOf(id);
      nonces.set(author, [...(nonces.get(author) ?? []), nonceOf(id)]);
    }
    return nonces;
  }

  putBack(): void {
    this.#underWay = 0;
  }
}
