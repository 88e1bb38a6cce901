import type { Person } from "../contract/tickets.ts";

/** One socket in a room. */
export interface Member {
  person: Person;
  /** Under which all logs have this socket. */
  readonly requestId: string;
  send(frame: string): void;
  /** Whether what the room publishes reaches this socket. */
  setListening(isListening: boolean): void;
  /** A new token for the next hello of whoever sits there. */
  resumeToken(): string;
  /** The room does not exist any more. */
  onGone(): void;
}

/** Who is in a room: sockets, by the person who sits at them. A person with three tabs is one. */
export class Roster {
  readonly #people = new Map<string, Set<Member>>();
  /** Whether somebody has been told a number that may not hold any more. */
  #isCountOld = false;

  /** People, not sockets. */
  get size(): number {
    return this.#people.size;
  }

  add(member: Member): void {
    const { subject } = member.person;
    const tabs = this.#people.get(subject);
    if (tabs !== undefined) {
      tabs.add(member);
      return;
    }
    this.#people.set(subject, new Set([member]));
    this.#isCountOld = true;
  }

  remove(member: Member): void {
    const { subject } = member.person;
    const tabs = this.#people.get(subject);
    if (tabs?.delete(member) !== true || tabs.size > 0) return;
    this.#people.delete(subject);
    this.#isCountOld = true;
  }

  has(subject: string): boolean {
    return this.#people.has(subject);
  }

  /** The sockets of one person. */
  of(subject: string): Iterable<Member> {
    return this.#people.get(subject) ?? [];
  }

  *[Symbol.iterator](): Generator<Member> {
    for (const tabs of this.#people.values()) yield* tabs;
  }

  /** Who counts is known anew: the next number is news. */
  countAgain(): void {
    this.#isCountOld = true;
  }

  /** Whether anybody has come or gone since the last call. */
  takeNews(): boolean {
    const isNews = this.#isCountOld;
    this.#isCountOld = false;
    return isNews;
  }
}
