import type { LineOutcome, RoomState } from "../../api/contract/chat.ts";
import type { SignalingCommand } from "../../api/contract/signaling-commands.ts";
import { type ChatEvent, type ChatLine, type ChatSettings, defaultSettings, type Writing } from "../contract/chat.ts";
import { authorOf, lineIdOf, nonceOf } from "../contract/line-id.ts";
import type { ClientMessage, Position, ServerMessage } from "../contract/messages.ts";
import { resetFrame, type RoomFacts, welcomeFrame } from "./frames.ts";
import { History } from "./history.ts";
import { type Author, checkLine, newAuthor, type Refusal } from "./line-rules.ts";
import { blockedWordFinder, cleanText, quoteOf } from "./line-text.ts";
import { type Member, Roster } from "./roster.ts";
import { Standing } from "./standing.ts";
import { type LineBudget, type QueuedLine, StorageQueue } from "./storage-queue.ts";

/** What a room does to the world. */
export interface RoomOutlet {
  /** Sends a frame to every member that listens. */
  publish(frame: string): void;
  /** Sends a frame to every member. */
  publishToAll(frame: string): void;
  /** There is something to flush. */
  onEvents(): void;
  /** There is something to store. */
  onLines(): void;
}

type Say = Extract<ClientMessage, { type: "say" }>;
type RoomCommand = Extract<SignalingCommand, { channelId: string }>;

/** With this many lines that are not stored, writing pauses; it goes on at half of it. */
const waitingLinesMax = 2000;
/** Somebody who has not written for this long is a stranger to the limits. */
const forgetAuthorAfterMs = 10 * 60_000;

/** The chat of one channel: who is there, what may be said, what was said. Knows nothing of sockets, timers or api. */
export class ChatRoom {
  readonly #outlet: RoomOutlet;
  readonly #queue: StorageQueue;
  readonly #roster = new Roster();
  readonly #authors = new Map<string, Author>();
  /** Those whose first line here was taken while the room is in memory. */
  readonly #newcomers = new Set<string>();
  #history = new History(0, []);
  #events: string[] = [];
  /** Nonces by author, to be acknowledged with the next flush. */
  readonly #acknowledged = new Map<string, string[]>();
  #asOf = 0;
  #settings: ChatSettings = defaultSettings;
  #hasBlockedWord = blockedWordFinder([]);
  #standing = new Standing({ ownerId: "", moderators: [], bans: [] });
  #pinned: ChatLine | null = null;
  #writing: Writing = "starting";

  constructor(outlet: RoomOutlet, budget: LineBudget) {
    this.#outlet = outlet;
    this.#queue = new StorageQueue(budget);
  }

  get epoch(): number {
    return this.#history.epoch;
  }

  /** The last command of api that is part of what it knows; 0: none. */
  get asOf(): number {
    return this.#asOf;
  }

  /** Whether it can be forgotten: nobody is there and everything is stored. */
  get isIdle(): boolean {
    return this.#roster.size === 0 && this.#queue.size === 0;
  }

  /** People, not sockets, and without whose channel it is: their studio has the chat open too. */
  get viewers(): number {
    return this.#roster.size - (this.#roster.has(this.#standing.ownerId) ? 1 : 0);
  }

  get waitingLines(): number {
    return this.#queue.size;
  }

  /** api has opened the room, for the first time or again: this is what holds now. */
  begin(epoch: number, state: RoomState, lines: readonly ChatLine[]): void {
    this.#asOf = state.asOf;
    this.#settings = state.settings;
    this.#hasBlockedWord = blockedWordFinder(state.blockedWords);
    this.#standing = new Standing(state);
    if (this.#roster.size > 0) this.#roster.countAgain();
    this.#pinned = state.pinned;
    this.#events = [];
    this.#history = new History(epoch, lines);
    this.#queue.hideAll();
    this.#writing = this.#queue.size >= waitingLinesMax ? "storage" : "open";
    this.#reset(this.#roster);
    for (const member of this.#roster) if (member.person.name !== null) this.#tellYou(member);
    this.#acknowledge();
    if (this.#queue.size > 0) this.#outlet.onLines();
  }

  /** Somebody has come: they are told what holds, and what they have missed since `position`. */
  join(member: Member, position: Position | undefined): void {
    this.flush();
    this.#roster.add(member);
    const personal = {
      you: this.#standing.describe(member.person),
      resume: member.resumeToken(),
      viewers: this.viewers,
    };
    member.send(welcomeFrame(this.#facts(), this.#mayRead(member), personal, position));
    this.#updateListening(member);
  }

  leave(member: Member): void {
    this.#roster.remove(member);
  }

  /** A line. It is published, queued for storage, or refused with an error to its author alone. */
  say(member: Member, message: Say, now: number): void {
    const { person } = member;
    if (person.name === null) return this.#refuse(member, message.nonce, guestRefusal);
    const id = lineIdOf(person.subject, message.nonce);
    // It is on its way, or it has arrived: it was sent again because the answer was lost.
    if (this.#queue.has(id)) return undefined;
    if (this.#history.line(id) !== undefined) return this.#send(member, { type: "ack", nonces: [message.nonce] });
    if (this.#writing !== "open" || this.#queue.isFull) return this.#refuse(member, message.nonce, pausedRefusal);
    const banned = this.#standing.banRefusal(person.subject, now);
    if (banned !== null) return this.#refuse(member, message.nonce, banned);

    const author = this.#authors.get(person.subject) ?? newAuthor();
    this.#authors.set(person.subject, author);
    const text = cleanText(message.text);
    const action = message.action === true;
    const role = this.#standing.roleOf(person);
    const refusal = checkLine({
      id,
      text,
      action,
      person,
      role,
      author,
      settings: this.#settings,
      hasBlockedWord: this.#hasBlockedWord,
      now,
    });
    if (refusal !== null) return this.#refuse(member, message.nonce, refusal);

    const line: ChatLine = { id, at: now, name: person.name, color: person.color, text };
    if (person.displayName !== undefined) line.displayName = person.displayName;
    if (role !== "viewer") line.role = role;
    if (action) line.action = true;
    if (!person.hasWritten && !this.#newcomers.has(person.subject)) {
      line.first = true;
      this.#newcomers.add(person.subject);
    }
    const quoted = message.replyTo === undefined ? undefined : this.#history.line(message.replyTo);
    if (quoted !== undefined) {
      line.reply = { id: quoted.id, name: quoted.name, text: quoteOf(quoted.text) };
      if (quoted.displayName !== undefined) line.reply.displayName = quoted.displayName;
    }

    const isShown = message.again !== true && !this.#queue.hasHiddenLinesOf(person.subject);
    if (isShown) this.#add({ type: "line", line });
    this.#queue.add(line, isShown);
    this.#outlet.onLines();
    if (this.#queue.size >= waitingLinesMax) this.#setWriting("storage");
    return undefined;
  }

  /** Somebody has seen a gap: they get what followed, or the whole history. */
  recover(member: Member, position: Position): void {
    this.flush();
    if (!this.#mayRead(member)) return;
    const events = this.#history.eventsAfterJson(position.epoch, position.seq);
    member.send(
      events === null
        ? resetFrame(this.#facts(), true)
        : `{"type":"events","seq":${position.seq + 1},"events":${events}}`,
    );
  }

  /** Publishes what has gathered since the last time, as one frame. */
  flush(): void {
    const events = this.#events;
    if (events.length === 0) return;
    this.#events = [];
    const first = this.#history.seq - events.length + 1;
    this.#outlet.publish(`{"type":"events","seq":${first},"events":[${events.join(",")}]}`);
    this.#acknowledge();
  }

  /** Tells everybody how many watch, when that has changed. To be called every 2 s. */
  tellViewers(): void {
    if (!this.#roster.takeNews()) return;
    this.#outlet.publishToAll(JSON.stringify({ type: "viewers", viewers: this.viewers } satisfies ServerMessage));
  }

  /** The next lines for api; none while others are under way. */
  takeBatch(): QueuedLine[] {
    return this.#queue.takeBatch();
  }

  /** api has answered. Lines that only waited for this are published, and all are acknowledged to their authors. */
  settle(outcomes: readonly LineOutcome[]): void {
    this.#queue.settle(outcomes, ({ line, isShown, isRemoved }, outcome) => {
      const author = authorOf(line.id);
      if (outcome === "stored" && !isShown && !isRemoved) this.#add({ type: "line", line });
      if (outcome === "removed" || outcome === "refused") this.#remove(line.id);
      if (outcome === "refused") {
        for (const member of this.#roster.of(author)) this.#refuse(member, nonceOf(line.id), noAccountRefusal);
        return;
      }
      this.#acknowledged.set(author, [...(this.#acknowledged.get(author) ?? []), nonceOf(line.id)]);
      if (line.first === true) this.#rememberAsAuthor(author);
    });
    if (this.#writing === "storage" && this.#queue.size <= waitingLinesMax / 2) this.#setWriting("open");
    if (this.#queue.size > 0) this.#outlet.onLines();
    // A line is seen before its acknowledgement: what is not published yet takes the acknowledgements along.
    if (this.#events.length === 0) this.#acknowledge();
  }

  #acknowledge(): void {
    for (const [author, nonces] of this.#acknowledged) {
      const frame = JSON.stringify({ type: "ack", nonces } satisfies ServerMessage);
      for (const member of this.#roster.of(author)) member.send(frame);
    }
    this.#acknowledged.clear();
  }

  /** api could not be reached, or said no: the same lines come again with the next batch. */
  putBack(): void {
    this.#queue.putBack();
  }

  /** There is nowhere to store what waits. */
  discardLines(): void {
    this.#queue.clear();
  }

  /** A change that somebody who may moderate has made, or a follower. */
  apply(command: RoomCommand): void {
    if (command.id <= this.#asOf || this.epoch === 0) return;
    this.#asOf = command.id;
    switch (command.type) {
      case "chat-settings":
        this.#applySettings(command.settings, command.blockedWords);
        break;
      case "chat-role":
        this.#standing.setModerator(command.userId, command.isModerator);
        this.#tellPerson(command.userId);
        break;
      case "chat-ban":
        this.#standing.ban(command.userId, command.until);
        this.#history.purge(command.userId);
        this.#queue.remove((id) => authorOf(id) === command.userId);
        this.#add({ type: "purged", author: command.userId });
        this.#tellPerson(command.userId);
        break;
      case "chat-unban":
        this.#standing.unban(command.userId);
        this.#tellPerson(command.userId);
        break;
      case "chat-removed":
        this.#remove(command.lineId);
        break;
      case "chat-pinned":
        this.#pinned = command.line;
        this.#add({ type: "pinned", line: command.line });
        break;
      case "chat-follow":
        for (const member of this.#roster.of(command.userId)) {
          member.person = { ...member.person, followedAt: command.followedAt };
          this.#tellYou(member);
        }
        break;
    }
    this.flush();
  }

  /** Forgets authors who have been silent for long. To be called every few seconds. */
  sweep(now: number): void {
    for (const [id, { lastLineAt }] of this.#authors) {
      const keptForMs = Math.max(forgetAuthorAfterMs, this.#settings.slowSeconds * 1000);
      if (now - lastLineAt > keptForMs) this.#authors.delete(id);
    }
    for (const userId of this.#standing.endTimeouts(now)) this.#tellPerson(userId);
  }

  /** Every socket in the room. */
  members(): Iterable<Member> {
    return this.#roster;
  }

  #add(event: ChatEvent): void {
    this.#events.push(this.#history.add(event));
    this.#outlet.onEvents();
  }

  #remove(id: string): void {
    this.#history.remove(id);
    this.#queue.remove((queuedId) => queuedId === id);
    this.#add({ type: "removed", id });
  }

  /** The first line of somebody is stored: no token of theirs makes another one the first. */
  #rememberAsAuthor(userId: string): void {
    for (const member of this.#roster.of(userId)) {
      member.person = { ...member.person, hasWritten: true };
      this.#tellYou(member);
    }
  }

  #setWriting(writing: Writing): void {
    if (this.#writing === writing) return;
    this.#writing = writing;
    this.#add({ type: "writing", writing });
  }

  #applySettings(settings: ChatSettings, blockedWords: readonly string[]): void {
    const guestsReadBefore = !this.#settings.signedInOnly;
    this.#settings = settings;
    this.#hasBlockedWord = blockedWordFinder(blockedWords);
    this.#add({ type: "settings", settings });
    if (guestsReadBefore !== settings.signedInOnly) return;
    this.flush();
    this.#reset([...this.#roster].filter(({ person }) => person.name === null));
  }

  #mayRead = (member: Member): boolean => member.person.name !== null || !this.#settings.signedInOnly;

  #updateListening(member: Member): void {
    member.setListening(this.#mayRead(member));
  }

  #tellPerson(userId: string): void {
    for (const member of this.#roster.of(userId)) this.#tellYou(member);
  }

  #tellYou(member: Member): void {
    this.#send(member, { type: "you", you: this.#standing.describe(member.person), resume: member.resumeToken() });
  }

  #send(member: Member, message: ServerMessage): void {
    member.send(JSON.stringify(message));
  }

  #refuse(member: Member, nonce: string, { code, message, retryAfterMs }: Refusal): void {
    this.#send(member, {
      type: "error",
      code,
      message,
      nonce,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  /** Gives these members the history as it is now; each kind of frame is made once. */
  #reset(members: Iterable<Member>): void {
    const facts = this.#facts();
    const [toReaders, toOthers] = [resetFrame(facts, true), resetFrame(facts, false)];
    for (const member of members) {
      this.#updateListening(member);
      member.send(this.#mayRead(member) ? toReaders : toOthers);
    }
  }

  #facts(): RoomFacts {
    return { history: this.#history, settings: this.#settings, pinned: this.#pinned, writing: this.#writing };
  }
}

const guestRefusal: Refusal = { code: "guest", message: "Sign in to write here." };
const pausedRefusal: Refusal = {
  code: "paused",
  message: "Messages cannot be stored right now. This one is sent again when they can.",
};
const noAccountRefusal: Refusal = { code: "unknown-author", message: "This account does not exist any more." };
