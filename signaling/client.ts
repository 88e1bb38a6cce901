import type { ServerWebSocket } from "bun";
import type { Admitted } from "./admission.ts";
import type { CallMember } from "./call/people.ts";
import type { Member } from "./chat/roster.ts";
import { type Rate, TokenBucket } from "./chat/token-bucket.ts";
import { closeCodes } from "./contract/limits.ts";
import type { ErrorCode } from "./contract/messages.ts";
import { isCaller, type Person } from "./contract/tickets.ts";
import { listenersTopic, othersTopic } from "./room-keeper.ts";

/** What a client may send: far more than a person does, far less than a flood. */
const messageRate: Rate = { burst: 40, everyMs: 100 };
/** In a call: whoever joins seven others sends each a description and a dozen candidates at once. */
const callMessageRate: Rate = { burst: 500, everyMs: 20 };
/** Recovering: a few bytes ask for a few hundred thousand. Who reads what they get has no reason to ask so often. */
const recoverRate: Rate = { burst: 20, everyMs: 5000 };
/** Who has so much left to read, for so long, is too slow to follow. The history alone may be as large. */
const slowBytes = 512 * 1024;
const slowForMs = 5000;
/** So many messages above the rate are dropped and forgiven; with more the socket is closed. */
const floodRate: Rate = { burst: 200, everyMs: 1000 };
/** Messages that are none, after which the socket is closed. */
const malformedMax = 5;

export type Socket = ServerWebSocket<Client>;

/** [I/O] One socket: who sits at it, in which room, and how it behaves. Kept small: there may be tens of thousands. */
export class Client implements Member {
  /** As limits count it. */
  readonly address: string;
  /** Under which all logs have it. */
  readonly requestId: string;
  socket: Socket | null = null;
  /** Known after hello, and so is either the channel or the call. */
  admitted: Admitted | null = null;
  channelId: string | null = null;
  call: { id: string; member: CallMember } | null = null;
  /** When it connected, ms of a clock that is never set; so are the next ones. */
  readonly openedAt: number;
  /** When anything was last heard from it, and whether it has been asked since. */
  heardAt: number;
  isAsked = false;
  /** It was told to close. Bun calls that its end at once, and cuts off who has not answered some seconds later. */
  isClosed = false;
  readonly #bucket = new TokenBucket();
  /** Since when it has had too much to read; 0: it has not. */
  #slowSince = 0;
  /** These are made when they are needed: most never recover, and never flood. */
  #recoverBucket: TokenBucket | null = null;
  /** Of its own, full when the call begins: hello counts under the rate of those who are nowhere yet, and its burst. */
  #callBucket: TokenBucket | null = null;
  #floodBucket: TokenBucket | null = null;
  #isDropping = false;
  #malformedCount = 0;
  readonly #newToken: (admitted: Admitted) => string;

  /** `now`: performance.now(). */
  constructor(address: string, requestId: string, now: number, newToken: (admitted: Admitted) => string) {
    this.address = address;
    this.requestId = requestId;
    this.openedAt = now;
    this.heardAt = now;
    this.#newToken = newToken;
  }

  get hasSaidHello(): boolean {
    return this.admitted !== null;
  }

  /** Who reads and writes in a channel's chat. */
  get person(): Person {
    const person = this.admitted?.person;
    return person === undefined || isCaller(person) ? nobody : person;
  }

  /** The room has learnt something of them, which their next token says too. */
  set person(person: Person) {
    if (this.admitted !== null) this.admitted = { ...this.admitted, person };
  }

  /** What finds no room before a socket is lost. Nothing in a call has a number to miss it by: whoever is in one comes in anew. */
  send(frame: string): void {
    const isLost = this.socket?.send(frame) === 0;
    if (!isLost || this.call === null) return;
    // Not at once: the others, who may be told the same right now, would hear of its end first.
    queueMicrotask(() => this.close(closeCodes.slow, "this connection is too slow for the call"));
  }

  setListening(isListening: boolean): void {
    const { socket, channelId } = this;
    if (socket === null || channelId === null) return;
    socket.subscribe(isListening ? listenersTopic(channelId) : othersTopic(channelId));
    socket.unsubscribe(isListening ? othersTopic(channelId) : listenersTopic(channelId));
  }

  resumeToken(): string {
    return this.admitted === null ? "" : this.#newToken(this.admitted);
  }

  onGone(): void {
    this.close(closeCodes.gone, "this channel does not exist");
  }

  close(code: number, reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.socket?.close(code, reason);
  }

  /** Whether a message may be looked at. Above the rate messages are dropped; who goes on is shown out. */
  mayMessage(now: number): boolean {
    const wasDropping = this.#isDropping;
    this.#isDropping = this.#takeMessage(now) !== null;
    if (!this.#isDropping) return true;
    if (!wasDropping) this.#sendError("rate-limited", "Too many messages: some were dropped.");
    this.#floodBucket ??= new TokenBucket();
    if (this.#floodBucket.take(floodRate, now) !== null) this.close(closeCodes.tooMany, "too many messages");
    return false;
  }

  #takeMessage(now: number): number | null {
    if (this.call === null) return this.#bucket.take(messageRate, now);
    this.#callBucket ??= new TokenBucket();
    return this.#callBucket.take(callMessageRate, now);
  }

  /** Whether it has had too much left to read for too long; to be asked every second or so. */
  isTooSlow(unreadBytes: number, now: number): boolean {
    if (unreadBytes <= slowBytes) this.#slowSince = 0;
    else if (this.#slowSince === 0) this.#slowSince = now;
    return this.#slowSince !== 0 && now - this.#slowSince > slowForMs;
  }

  mayRecover(now: number): boolean {
    this.#recoverBucket ??= new TokenBucket();
    return this.#recoverBucket.take(recoverRate, now) === null;
  }

  /** A message that is none. After a few the socket is closed. */
  onMalformed(code: ErrorCode, message: string): void {
    this.#malformedCount += 1;
    this.#sendError(code, message);
    if (this.#malformedCount >= malformedMax) this.close(closeCodes.protocol, "too many broken messages");
  }

  #sendError(code: ErrorCode, message: string): void {
    this.send(JSON.stringify({ type: "error", code, message }));
  }
}

const nobody: Person = {
  room: "",
  subject: "",
  name: null,
  color: 0,
  isAdministrator: false,
  followedAt: null,
  hasWritten: false,
  login: null,
};
