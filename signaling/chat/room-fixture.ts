import type { LineOutcome, RoomState } from "../../api/contract/chat.ts";
import { type ChatEvent, type ChatLine, defaultSettings } from "../contract/chat.ts";
import { type Position, ServerMessage } from "../contract/messages.ts";
import { channelRoom, type Person } from "../contract/tickets.ts";
import { ChatRoom } from "./room.ts";
import type { Member } from "./roster.ts";

/** For tests: a room, its members, and a clock that stands still. Every frame is held against the contract. */

export const channelId = "c".repeat(32);
export const ownerId = "0".repeat(32);

/** A user's id that ends in this digit. */
export const userId = (digit: number): string => String(digit).padStart(32, "a");

export const personNamed = (name: string | null, subject: string, more: Partial<Person> = {}): Person => ({
  room: channelRoom(channelId),
  subject,
  name,
  color: 0,
  isAdministrator: false,
  followedAt: null,
  hasWritten: true,
  login: name === null ? null : `login-${name}`,
  ...more,
});

export const roomState = (more: Partial<RoomState> = {}): RoomState => ({
  asOf: 10,
  ownerId,
  settings: defaultSettings,
  blockedWords: [],
  moderators: [],
  bans: [],
  pinned: null,
  ...more,
});

/** A member that remembers what it was sent. */
export class TestMember implements Member {
  readonly requestId = "test-member";
  person: Person;
  isListening = false;
  readonly received: ServerMessage[] = [];

  constructor(person: Person) {
    this.person = person;
  }

  send(frame: string): void {
    this.received.push(ServerMessage.parse(JSON.parse(frame)));
  }

  setListening(isListening: boolean): void {
    this.isListening = isListening;
  }

  resumeToken(): string {
    return "a token";
  }

  onGone(): void {
    throw new Error("not in these tests");
  }

  /** What came since the last call. */
  take(): ServerMessage[] {
    return this.received.splice(0);
  }

  last<Type extends ServerMessage["type"]>(type: Type): Extract<ServerMessage, { type: Type }> {
    const found = this.received.findLast((message) => message.type === type);
    if (found === undefined) throw new Error(`No ${type} came`);
    return found as Extract<ServerMessage, { type: Type }>;
  }

  events(): ChatEvent[] {
    return this.received.flatMap((message) => (message.type === "events" ? message.events : []));
  }

  /** Texts of the lines that were published, in order. */
  texts(): string[] {
    return this.events().flatMap((event) => (event.type === "line" ? [event.line.text] : []));
  }

  errorCodes(): string[] {
    return this.received.flatMap((message) => (message.type === "error" ? [message.code] : []));
  }
}

export class RoomFixture {
  now = 1_800_000_000_000;
  readonly members: TestMember[] = [];
  readonly room: ChatRoom;
  #nonces = 0;

  constructor(state: Partial<RoomState> = {}, lines: ChatLine[] = [], budgetLines = 100_000) {
    this.room = new ChatRoom(
      {
        publish: (frame) => this.#publish(frame, (member) => member.isListening),
        publishToAll: (frame) => this.#publish(frame, () => true),
        onEvents: () => undefined,
        onLines: () => undefined,
      },
      { left: budgetLines },
    );
    this.room.begin(1, roomState(state), lines);
  }

  #publish(frame: string, reaches: (member: TestMember) => boolean): void {
    for (const member of this.members) if (reaches(member)) member.send(frame);
  }

  join(person: Person, position?: Position): TestMember {
    const member = new TestMember(person);
    this.members.push(member);
    this.room.join(member, position);
    return member;
  }

  /** Somebody with an account. */
  user(digit: number, more: Partial<Person> = {}): TestMember {
    return this.join(personNamed(`user${digit}`, userId(digit), more));
  }

  leave(member: TestMember): void {
    this.room.leave(member);
    this.members.splice(this.members.indexOf(member), 1);
  }

  /** Says something, and lets it be published. Returns its nonce. */
  say(
    member: TestMember,
    text: string,
    more: { again?: true; action?: true; replyTo?: string; nonce?: string } = {},
  ): string {
    const nonce = more.nonce ?? `nonce${String((this.#nonces += 1)).padStart(5, "0")}`;
    this.room.say(member, { type: "say", text, ...more, nonce }, this.now);
    this.room.flush();
    return nonce;
  }

  /** Has api answer for all lines that wait. */
  store(outcome: LineOutcome = "stored"): string[] {
    const batch = this.room.takeBatch();
    this.room.settle(batch.map(() => outcome));
    this.room.flush();
    return batch.map(({ line }) => line.text);
  }
}
