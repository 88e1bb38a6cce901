import { type LineOutcome, linesPerRequest } from "../../api/contract/chat.ts";
import { authorOf } from "../contract/line-id.ts";
import type { ChatLine } from "../contract/chat.ts";
import { withoutQuote } from "./history.ts";

/** A line on its way into the database. */
export interface QueuedLine {
  line: ChatLine;
  /** Published already; otherwise its author had sent it before, and api must say first whether it is stored. */
  isShown: boolean;
  /** It was removed while it waited: it is stored, and never shown. */
  isRemoved: boolean;
}

/** How many lines may wait in all rooms together, shared by their queues. */
export interface LineBudget {
  left: number;
}

/** The lines of one room that are not stored yet, in the order in which they were taken. One request is under way at a time. */
export class StorageQueue {
  readonly #waiting = new Map<string, QueuedLine>();
  /** Lines of each author that are not shown yet: what the author writes next must not overtake them. */
  readonly #hidden = new Map<string, number>();
  readonly #budget: LineBudget;
  #underWay = 0;

  constructor(budget: LineBudget) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return this.#budget.left <= 0;
  }

  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  hasHiddenLinesOf(author: string): boolean {
    return this.#hidden.has(author);
  }

  add(line: ChatLine, isShown: boolean): void {
    this.#waiting.set(line.id, { line, isShown, isRemoved: false });
    this.#budget.left -= 1;
    if (!isShown) this.#countHidden(line.id, 1);
  }

  /** The next lines to store, or none while a request is under way. To be followed by `settle` or `putBack`. */
  takeBatch(): QueuedLine[] {
    if (this.#underWay > 0) return [];
    const batch: QueuedLine[] = [];
    for (const queued of this.#waiting.values()) {
      batch.push(queued);
      if (batch.length === linesPerRequest) break;
    }
    this.#underWay = batch.length;
    return batch;
  }

  /** The request was answered: these lines wait no more. Calls `each` in their order. */
  settle(outcomes: readonly LineOutcome[], each: (queued: QueuedLine, outcome: LineOutcome) => void): void {
    const settled = [...this.#waiting.values()].slice(0, this.#underWay);
    this.#underWay = 0;
    for (const [index, queued] of settled.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) return;
      this.#waiting.delete(queued.line.id);
      this.#budget.left += 1;
      if (!queued.isShown) this.#countHidden(queued.line.id, -1);
      each(queued, outcome);
    }
  }

  /** Lines that match were removed: api may have stored them before, and say so after. Quotes of them go too. */
  remove(isGone: (id: string) => boolean): void {
    for (const queued of this.#waiting.values()) {
      queued.isRemoved ||= isGone(queued.line.id);
      queued.line = withoutQuote(queued.line, isGone);
    }
  }

  /** The request failed: its lines are tried again. */
  putBack(): void {
    this.#underWay = 0;
  }

  /** Nothing waits any more. */
  clear(): void {
    this.putBack();
    this.#budget.left += this.#waiting.size;
    this.#waiting.clear();
    this.#hidden.clear();
  }

  /** The room starts anew, with a history that only the database knows: whatever waits is stored first and then shown. */
  hideAll(): void {
    this.putBack();
    for (const queued of this.#waiting.values()) {
      if (queued.isShown) this.#countHidden(queued.line.id, 1);
      queued.isShown = false;
    }
  }

  #countHidden(id: string, by: 1 | -1): void {
    const author = authorOf(id);
    const count = (this.#hidden.get(author) ?? 0) + by;
    if (count > 0) this.#hidden.set(author, count);
    else this.#hidden.delete(author);
  }
}
