import type { ChatEvent, ChatLine } from "../contract/chat.ts";
import { historyLines } from "../contract/limits.ts";
import { authorOf } from "../contract/line-id.ts";

/** Events that a client may have missed and still be told of, one by one. */
const recoverableEvents = 1000;
/** Together they are no longer than this in JSON: the last lines alone, anew, are less to read. */
const recoverableCharacters = 256 * 1024;

/**
 * What has happened in a room: its last lines for those who join, and its last numbered events for those who come back.
 * Each event is turned into JSON once. A removed line is gone from both.
 */
export class History {
  /** Counted up each time the room was opened; 0: not yet. */
  readonly epoch: number;
  /** The number of the last event. */
  seq = 0;
  readonly #lines = new Map<string, { line: ChatLine; json: string }>();
  /** JSON of the last events; the event numbered n is at n - 1 - #dropped. */
  readonly #events: string[] = [];
  /** The lines among the events, by their ids, and where they stand there. */
  readonly #said = new Map<string, { seq: number; line: ChatLine }>();
  #dropped = 0;
  #linesJson: string | null = null;

  constructor(epoch: number, lines: readonly ChatLine[]) {
    this.epoch = epoch;
    for (const line of lines.slice(-historyLines)) this.#lines.set(line.id, { line, json: JSON.stringify(line) });
  }

  line(id: string): ChatLine | undefined {
    return this.#lines.get(id)?.line;
  }

  /** Numbers an event. Returns its JSON. */
  add(event: ChatEvent): string {
    let json: string;
    if (event.type === "line") {
      const lineJson = JSON.stringify(event.line);
      json = `{"type":"line","line":${lineJson}}`;
      this.#lines.set(event.line.id, { line: event.line, json: lineJson });
      if (this.#lines.size > historyLines) this.#forgetOldestLine();
      this.#said.set(event.line.id, { seq: this.seq + 1, line: event.line });
      this.#linesJson = null;
    } else {
      json = JSON.stringify(event);
    }
    this.#events.push(json);
    this.seq += 1;
    if (this.#events.length >= 2 * recoverableEvents) this.#forgetOldestEvents();
    return json;
  }

  #forgetOldestLine(): void {
    for (const id of this.#lines.keys()) {
      this.#lines.delete(id);
      return;
    }
  }

  #forgetOldestEvents(): void {
    this.#events.splice(0, recoverableEvents);
    this.#dropped += recoverableEvents;
    for (const [id, { seq }] of this.#said) {
      if (seq > this.#dropped) break;
      this.#said.delete(id);
    }
  }

  /** Takes a line out, and quotes of it. Its removal stands where it stood: nobody who comes back is sent its text. */
  remove(id: string): void {
    this.#takeOut(id);
    this.#dropQuotes((quoted) => quoted === id);
  }

  /** Takes out what this author wrote, and quotes of it. */
  purge(author: string): void {
    for (const id of new Set([...this.#lines.keys(), ...this.#said.keys()])) {
      if (authorOf(id) === author) this.#takeOut(id);
    }
    this.#dropQuotes((quoted) => authorOf(quoted) === author);
  }

  #takeOut(id: string): void {
    if (this.#lines.delete(id)) this.#linesJson = null;
    this.#replaceEvent(id, { type: "removed", id });
    this.#said.delete(id);
  }

  #dropQuotes(isGone: (quotedId: string) => boolean): void {
    for (const [id, said] of this.#said) {
      const line = withoutQuote(said.line, isGone);
      if (line === said.line) continue;
      said.line = line;
      this.#replaceEvent(id, { type: "line", line });
    }
    for (const [id, shown] of this.#lines) {
      const line = withoutQuote(shown.line, isGone);
      if (line === shown.line) continue;
      this.#lines.set(id, { line, json: JSON.stringify(line) });
      this.#linesJson = null;
    }
  }

  #replaceEvent(lineId: string, event: ChatEvent): void {
    const said = this.#said.get(lineId);
    if (said !== undefined) this.#events[said.seq - 1 - this.#dropped] = JSON.stringify(event);
  }

  /** JSON array of the last lines, oldest first. */
  linesJson(): string {
    this.#linesJson ??= `[${Array.from(this.#lines.values(), ({ json }) => json).join(",")}]`;
    return this.#linesJson;
  }

  /** JSON array of the events after that number, or null when they are not all here any more, or too many to send. */
  eventsAfterJson(epoch: number, seq: number): string | null {
    if (epoch !== this.epoch || epoch === 0 || seq < this.#dropped || seq > this.seq) return null;
    const json = `[${this.#events.slice(seq - this.#dropped).join(",")}]`;
    return json.length <= recoverableCharacters ? json : null;
  }
}

/** The line, without its quote when what it quotes is gone. */
export function withoutQuote(line: ChatLine, isGone: (quotedId: string) => boolean): ChatLine {
  if (line.reply === undefined || !isGone(line.reply.id)) return line;
  const { reply: _, ...rest } = line;
  return rest;
}
