import { DrizzleSQLiteAdapter } from "@lucia-auth/adapter-drizzle";
import { Lucia, TimeSpan } from "lucia";
import { createHash } from "node:crypto";
import type { Database } from "../../db/open.ts";
import { randomHex } from "../../db/random-id.ts";
import { type Role, sessions, users } from "../../db/schema.ts";
import { endExpiredSessions, endSession, loginNameLength } from "../../db/sessions.ts";
import type { Changes } from "../changes.ts";
import type { Clock } from "../clock.ts";

/** The only file that knows lucia: it is feature-complete and frozen, and can be replaced here. */
declare module "lucia" {
  interface Register {
    Lucia: Lucia<{ passwordConfirmedAt: number }, Account>;
    DatabaseSessionAttributes: { passwordConfirmedAt: number };
    DatabaseUserAttributes: Omit<Account, "hasTotp"> & { totpCipher: string | null };
  }
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
  readonly #clock: Clock;
  readonly #lucia: Lucia<{ passwordConfirmedAt: number }, Account>;

  constructor(deps: SessionsDeps) {
    this.#clock = deps.clock;
    this.#lucia = new Lucia(new RevokingAdapter(deps), {
      sessionExpiresIn: new TimeSpan(validForDays, "d"),
      getSessionAttributes: ({ passwordConfirmedAt }) => ({ passwordConfirmedAt }),
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

  /** Starts a session for somebody who has just typed their password. Returns the token for their cookie. */
  async start(userId: string): Promise<string> {
    const token = randomHex(20);
    await this.#lucia.createSession(userId, { passwordConfirmedAt: this.#clock() }, { sessionId: idOf(token) });
    return token;
  }

  /** Whose cookie this is. Half-way to its end a session is extended. */
  async find(token: string): Promise<Session | null> {
    const { session, user } = await this.#lucia.validateSession(idOf(token));
    if (session === null) return null;
    const { id, passwordConfirmedAt, fresh } = session;
    return {
      id,
      passwordConfirmedAt,
      isExtended: fresh,
      user,
    };
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
