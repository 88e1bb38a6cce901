import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { UserError } from "../user-error.ts";
import { limitKey } from "../../addresses.ts";

/** How often people may try. Kept in memory: counts start again with api. */
export interface LimitOptions {
  /** Wrong passwords for one account from one address in 15 min. @default 10 */
  loginsPerAccountAndAddress?: number;
  /** Wrong passwords from one address in 15 min. @default 60 */
  loginsPerAddress?: number;
  /** Wrong passwords for one account in an hour, from wherever nobody has signed in to it before. @default 100 */
  loginsPerAccount?: number;
  /** New accounts from one address in an hour. @default 30 */
  registrationsPerAddress?: number;
  /** One-time codes tried from one address in 15 min. @default 30 */
  codesPerAddress?: number;
  /** Wrong codes of a second factor after one right password. @default 5 */
  codesPerStep?: number;
  /** Wrong codes of an account's second factor in a day: one of three in a million is right. @default 60 */
  codesPerAccount?: number;
  /** Changes of one account's profile, pictures and codes in an hour. @default 60 */
  changesPerAccount?: number;
  /** Tickets for one address in a minute. @default 1500 */
  ticketsPerAddress?: number;
  /** Tickets for one account in a minute. @default 60 */
  ticketsPerAccount?: number;
  /** What one account does as a moderator in a minute. @default 60 */
  chatActionsPerAccount?: number;
  /** How often one account may begin or end to follow a channel in a minute. @default 30 */
  followsPerAccount?: number;
  /** How often one account may change what its channel says and shows in a minute. @default 60 */
  channelChangesPerAccount?: number;
  /** Searches from one address, which a school may share, in a minute. @default 300 */
  searchesPerAddress?: number;
  /** Rooms of calls made, opened again or given a passcode from one address in an hour. @default 60 */
  roomsPerAddress?: number;
  /** Wrong passcodes for one room from one address, which a school may share, in 15 min. @default 20 */
  passcodesPerRoomAndAddress?: number;
  /** Wrong passcodes for one room from anywhere in an hour. @default 200 */
  passcodesPerRoom?: number;
  /** Passcodes checked for one address in a minute, right ones too: each costs as much as a sign-in. @default 200 */
  passcodesPerAddress?: number;
}

export class Limits {
  readonly #pair: RateLimiterMemory;
  readonly #address: RateLimiterMemory;
  readonly #account: RateLimiterMemory;
  readonly #device: RateLimiterMemory;
  readonly #registrations: RateLimiterMemory;
  readonly #codes: RateLimiterMemory;
  readonly #step: RateLimiterMemory;
  readonly #secondFactor: RateLimiterMemory;
  readonly #accountChanges: RateLimiterMemory;
  readonly #ticketsPerAddress: RateLimiterMemory;
  readonly #ticketsPerAccount: RateLimiterMemory;
  readonly #chatActions: RateLimiterMemory;
  readonly #follows: RateLimiterMemory;
  readonly #channelChanges: RateLimiterMemory;
  readonly #searches: RateLimiterMemory;
  readonly #rooms: RateLimiterMemory;
  readonly #passcodePair: RateLimiterMemory;
  readonly #passcodeRoom: RateLimiterMemory;
  readonly #passcodeAddress: RateLimiterMemory;

  constructor(options: LimitOptions = {}) {
    this.#pair = limiter(options.loginsPerAccountAndAddress ?? 10, 15);
    this.#address = limiter(options.loginsPerAddress ?? 60, 15);
    this.#account = limiter(options.loginsPerAccount ?? 100, 60);
    this.#device = limiter(options.loginsPerAccountAndAddress ?? 10, 15);
    this.#registrations = limiter(options.registrationsPerAddress ?? 30, 60);
    this.#codes = limiter(options.codesPerAddress ?? 30, 15);
    this.#step = limiter(options.codesPerStep ?? 5, 15);
    this.#secondFactor = limiter(options.codesPerAccount ?? 60, 24 * 60);
    this.#accountChanges = limiter(options.changesPerAccount ?? 60, 60);
    this.#ticketsPerAddress = limiter(options.ticketsPerAddress ?? 1500, 1);
    this.#ticketsPerAccount = limiter(options.ticketsPerAccount ?? 60, 1);
    this.#chatActions = limiter(options.chatActionsPerAccount ?? 60, 1);
    this.#follows = limiter(options.followsPerAccount ?? 30, 1);
    this.#channelChanges = limiter(options.channelChangesPerAccount ?? 60, 1);
    this.#searches = limiter(options.searchesPerAddress ?? 300, 1);
    this.#rooms = limiter(options.roomsPerAddress ?? 60, 60);
    this.#passcodePair = limiter(options.passcodesPerRoomAndAddress ?? 20, 15);
    this.#passcodeRoom = limiter(options.passcodesPerRoom ?? 200, 60);
    this.#passcodeAddress = limiter(options.passcodesPerAddress ?? 200, 1);
  }

  /**
   * Counts an attempt with a password before it is checked, so that attempts at once count too. Throws UserError (429).
   * `device` is the name of one that is known to be theirs, whose attempts are counted on their own, or they could be kept
   * out by whoever uses the account's up; null: none. Call what is returned when the password was right: it takes the attempt back.
   */
  async takePasswordAttempt(username: string, address: string, device: string | null): Promise<() => Promise<void>> {
    const from = limitKey(address);
    const pair = `${username} ${from}`;
    await take(this.#pair, pair);
    await take(this.#address, from);
    if (device === null) await take(this.#account, username);
    else await take(this.#device, `${username} ${device}`);
    return async () => {
      await this.#pair.delete(pair);
      await this.#address.reward(from);
      if (device === null) await this.#account.reward(username);
      else await this.#device.delete(`${username} ${device}`);
    };
  }

  /**
   * Counts an attempt with a recovery code, as `takePasswordAttempt` does, but for the account: the codes are too long to be
   * guessed, and are the way in for whom guesses at the password keep out. Throws UserError (429).
   */
  async takeRecoveryAttempt(username: string, address: string): Promise<() => Promise<void>> {
    const from = limitKey(address);
    const pair = `${username} ${from}`;
    await take(this.#pair, pair);
    await take(this.#address, from);
    return async () => {
      await this.#pair.delete(pair);
      await this.#address.reward(from);
    };
  }

  /** Throws UserError (429). */
  async takeRegistration(address: string): Promise<void> {
    await take(this.#registrations, limitKey(address));
  }

  /** Throws UserError (429). */
  async takeCode(address: string): Promise<void> {
    await take(this.#codes, limitKey(address));
  }

  /**
   * Counts a try at the second factor before it is checked. Recovery codes are too long to be guessed: they count for the
   * step alone. Throws UserError (429). Call what is returned when the code was right.
   */
  async takeSecondFactorAttempt(stepId: string, userId: string, isRecovery: boolean): Promise<() => Promise<void>> {
    await take(this.#step, stepId);
    if (!isRecovery) await take(this.#secondFactor, userId);
    return async () => {
      if (!isRecovery) await this.#secondFactor.reward(userId);
    };
  }

  /** Throws UserError (429). */
  async takeAccountChange(userId: string): Promise<void> {
    await take(this.#accountChanges, userId);
  }

  /** `userId` null: a guest, who counts by the address alone. Throws UserError (429). */
  async takeTicket(address: string, userId: string | null): Promise<void> {
    await take(this.#ticketsPerAddress, limitKey(address));
    if (userId !== null) await take(this.#ticketsPerAccount, userId);
  }

  /** Throws UserError (429). */
  async takeChatAction(userId: string): Promise<void> {
    await take(this.#chatActions, userId);
  }

  /** Each change goes to signaling and is kept for a while. Throws UserError (429). */
  async takeFollow(userId: string): Promise<void> {
    await take(this.#follows, userId);
  }

  /** Each change is told to everybody who watches. Throws UserError (429). */
  async takeChannelChange(userId: string): Promise<void> {
    await take(this.#channelChanges, userId);
  }

  /** A search looks at more than other pages do. Throws UserError (429). */
  async takeSearch(address: string): Promise<void> {
    await take(this.#searches, limitKey(address));
  }

  /** Throws UserError (429). */
  async takeRoom(address: string): Promise<void> {
    await take(this.#rooms, limitKey(address));
  }

  /** Counts an attempt with the passcode of a call, as `takePasswordAttempt` does. Throws UserError (429). */
  async takePasscodeAttempt(callId: string, address: string): Promise<() => Promise<void>> {
    const from = limitKey(address);
    const pair = `${callId} ${from}`;
    await take(this.#passcodeAddress, from);
    await take(this.#passcodePair, pair);
    await take(this.#passcodeRoom, callId);
    return async () => {
      await this.#passcodePair.delete(pair);
      await this.#passcodeRoom.reward(callId);
    };
  }
}

const limiter = (points: number, minutes: number): RateLimiterMemory =>
  new RateLimiterMemory({ points, duration: minutes * 60 });

async function take(from: RateLimiterMemory, key: string): Promise<void> {
  try {
    await from.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const minutes = Math.max(1, Math.ceil(error.msBeforeNext / 60_000));
    const message = {
      en: `Too many attempts. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
      id: `Terlalu banyak percobaan. Coba lagi dalam ${minutes} menit.`,
    };
    throw new UserError(message, {
      status: 429,
      title: { en: "Please wait", id: "Mohon tunggu" },
      retryAfterSeconds: Math.ceil(error.msBeforeNext / 1000),
    });
  }
}
