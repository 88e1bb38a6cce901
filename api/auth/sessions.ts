import { DrizzleSQLiteAdapter } from "@lucia-auth/adapter-drizzle";
import { Lucia, TimeSpan } from "lucia";
import { createHash } from "node:crypto";
import type { Database } from "../../db/open.ts";
import { randomHex } from "../../db/random-id.ts";
import { type Role, sessions, users } from "../../db/schema.ts";
import {
  endExpiredSessions,
  endSession,
  endSurplusSessions,
  loginNameLength,
  markSessionSeen,
} from "../../db/sessions.ts";
import type { Changes } from "../changes.ts";
import type { Clock } from "../clock.ts";

/** The only file that knows lucia: it is feature-complete and frozen, and can be replaced here. */
declare module "lucia" {
  interface Register {
    Lucia: Lucia<SessionTimes, Account>;
    DatabaseSessionAttributes: SessionTimes & { createdAt: number; userAgent: string };
    DatabaseUserAttributes: Omit<Account, "hasTotp"> & { totpCipher: string | null };
  }
}

/** Unix time, ms. */
interface SessionTimes {
  passwordConfirmedAt: number;
  /** To the hour. */
  seenAt: number;
}

/** What each request knows of whoever is signed in. */
export interface Account {
  username: string;
  role: Role;
  /** null: as they sign in. */
  displayName: string | null;
  /** Of the name in chat; null: made from the name. */
  color: number | null;
  avatarHash: string | null;
  /** Unix time, ms; null: not suspended. */
  suspendedAt: number | null;
  /** Whether a second factor is set up. */
  hasTotp: boolean;
}

export interface Session {
  id: string;
  user: Account & { id: string };
  /** When the password was last typed in this session, Unix time, ms. */
  passwordConfirmedAt: number;
  /** It was just extended: its cookie has to be set again. */
  isExtended: boolean;
}

const validForDays = 30;
/** When a session was seen is written once in so long. */
const seenEveryMs = 60 * 60_000;
/** Devices of one person; who signs in on one more is signed out where they were longest ago. */
const maxSessionsEach = 50;
/** What browsers call themselves is half as long. */
const maxUserAgentCharacters = 300;
export const sessionMaxAgeSeconds = validForDays * 24 * 60 * 60;

/** The database holds only this of a token, so that a copy of it opens no session. */
const idOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** By this signaling knows a session, to end what came from it: half of its id, so that nobody learns the whole. */
export const loginName = (sessionId: string): string => sessionId.slice(0, loginNameLength);

/** Whatever ends a session here, signaling hears of it: its sockets and resume tokens end too. */
class RevokingAdapter extends DrizzleSQLiteAdapter {
  readonly #deps: SessionsDeps;

  constructor(deps: SessionsDeps) {
    super(deps.db, sessions, users);
    this.#deps = deps;
  }

  override async deleteSession(sessionId: string): Promise<void> {
    const { db, clock, changes } = this.#deps;
    if (await endSession(db, sessionId, clock())) changes.emit("outbox");
  }

  override async deleteExpiredSessions(): Promise<void> {
    const { db, clock, changes } = this.#deps;
    // By the machine's clock, as lucia judges sessions.
    if (await endExpiredSessions(db, Math.floor(Date.now() / 1000), clock())) changes.emit("outbox");
  }
}

interface SessionsDeps {
  db: Database;
  clock: Clock;
  changes: Changes;
}

export class Sessions {
  readonly #deps: SessionsDeps;
  readonly #lucia: Lucia<SessionTimes, Account>;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
    this.#lucia = new Lucia(new RevokingAdapter(deps), {
      sessionExpiresIn: new TimeSpan(validForDays, "d"),
      getSessionAttributes: ({ passwordConfirmedAt, seenAt }) => ({ passwordConfirmedAt, seenAt }),
      getUserAttributes: ({ username, role, displayName, color, avatarHash, suspendedAt, totpCipher }) => ({
        username,
        role,
        displayName,
        color,
        avatarHash,
        suspendedAt,
        hasTotp: totpCipher !== null,
      }),
    });
  }

  /**
   * Starts a session for somebody who has just shown who they are. `userAgent`: what their browser calls itself.
   * Returns the token for their cookie.
   */
  async start(userId: string, userAgent: string): Promise<string> {
    const token = randomHex(20);
    const { db, clock, changes } = this.#deps;
    const now = clock();
    const times = { passwordConfirmedAt: now, createdAt: now, seenAt: now };
    const attributes = { ...times, userAgent: userAgent.slice(0, maxUserAgentCharacters) };
    await this.#lucia.createSession(userId, attributes, { sessionId: idOf(token) });
    if (await endSurplusSessions(db, userId, maxSessionsEach, now)) changes.emit("outbox");
    return token;
  }

  /** Whose cookie this is. Half-way to its end a session is extended. */
  async find(token: string): Promise<Session | null> {
    const { session, user } = await this.#lucia.validateSession(idOf(token));
    if (session === null) return null;
    const { id, passwordConfirmedAt, seenAt, fresh } = session;
    const now = this.#deps.clock();
    if (Math.abs(now - seenAt) >= seenEveryMs) await markSessionSeen(this.#deps.db, id, now);
    return { id, passwordConfirmedAt, isExtended: fresh, user };
  }

  /** Whether the session, by its id, is still good. */
  async exists(sessionId: string): Promise<boolean> {
    return (await this.#lucia.validateSession(sessionId)).session !== null;
  }

  async end(sessionId: string): Promise<void> {
    await this.#lucia.invalidateSession(sessionId);
  }

  async deleteExpired(): Promise<void> {
    await this.#lucia.deleteExpiredSessions();
  }
}
