import type { ChatEvent, ChatLine } from "../../signaling/contract/chat.ts";
import { authorOf } from "../../signaling/contract/line-id.ts";

/** Ids as numbers: hundreds of views of thousands of lines each fit into memory. */
const numbers = new Map<string, number>();

function numberOf(id: string): number {
  const known = numbers.get(id);
  if (known !== undefined) return known;
  numbers.set(id, numbers.size);
  return numbers.size - 1;
}

/** What somebody sees in a chat whose lines begin with their author's count, and what they should not have seen. */
export class ChatView {
  /** Lines in the order in which they were shown, since the whole history was last loaded. */
  #shown = new Set<number>();
  /** Of these, those that came with the history. */
  #loaded = new Set<number>();
  #lastOf = new Map<string, number>();
  shownTwice = 0;
  outOfOrder = 0;
  gaps = 0;
  replacements = 0;
  /** With which codes its connections ended; null: without one. */
  readonly closeCodes: (number | null)[] = [];

  has(id: string): boolean {
    return this.#shown.has(numberOf(id));
  }

  replace(lines: readonly ChatLine[]): void {
    this.#shown = new Set();
    this.#lastOf = new Map();
    this.replacements++;
    for (const line of lines) this.#show(line);
    this.#loaded = new Set(this.#shown);
  }

  add(events: readonly ChatEvent[]): void {
    for (const event of events) {
      if (event.type === "line") this.#show(event.line);
      else if (event.type === "removed") this.#shown.delete(numberOf(event.id));
    }
  }

  #show({ id, text }: ChatLine): void {
    const number = numberOf(id);
    if (this.#shown.has(number)) {
      this.shownTwice++;
      return;
    }
    this.#shown.add(number);
    const author = authorOf(id);
    const count = Number.parseInt(text, 10);
    if (count < (this.#lastOf.get(author) ?? -1)) this.outOfOrder++;
    this.#lastOf.set(author, count);
  }

  /**
   * Of `stored`, ids of all lines in their order: those after the last line of the history that was loaded and that were
   * never shown; and lines shown that are not stored. (Lines sent again are shown later than they are stored, so that
   * within a history the two orders may differ between authors.)
   */
  compare(stored: readonly string[]): { missing: string[]; unknown: number } {
    const positions = new Map(stored.map((id, position) => [numberOf(id), position]));
    let lastLoaded = -1;
    for (const number of this.#loaded) lastLoaded = Math.max(lastLoaded, positions.get(number) ?? -1);
    return {
      missing: stored.slice(lastLoaded + 1).filter((id) => !this.#shown.has(numberOf(id))),
      unknown: [...this.#shown].filter((number) => !positions.has(number)).length,
    };
  }
}
