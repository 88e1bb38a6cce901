import type { RoomState } from "../../api/contract/chat.ts";
import type { ChatRole } from "../contract/chat.ts";
import type { You } from "../contract/messages.ts";
import type { Person } from "../contract/tickets.ts";
import type { Refusal } from "./line-rules.ts";

/** What each person is in a room, and who is kept from writing. */
export class Standing {
  /** Whose channel it is; "": not known yet. */
  readonly ownerId: string;
  readonly #moderators: Set<string>;
  /** `until` by user; null: for ever. */
  readonly #bans: Map<string, number | null>;

  constructor({ ownerId, moderators, bans }: Pick<RoomState, "ownerId" | "moderators" | "bans">) {
    this.ownerId = ownerId;
    this.#moderators = new Set(moderators);
    this.#bans = new Map(bans.map(({ userId, until }) => [userId, until]));
  }

  roleOf({ subject, name, isAdministrator }: Person): ChatRole {
    if (name === null) return "viewer";
    if (subject === this.ownerId) return "streamer";
    if (isAdministrator) return "administrator";
    return this.#moderators.has(subject) ? "moderator" : "viewer";
  }

  setModerator(userId: string, isModerator: boolean): void {
    if (isModerator) this.#moderators.add(userId);
    else this.#moderators.delete(userId);
  }

  /** Until then, ms; null: for ever. */
  ban(userId: string, until: number | null): void {
    this.#bans.set(userId, until);
  }

  unban(userId: string): void {
    this.#bans.delete(userId);
  }

  /** Why this user may not write now; null: they may. */
  banRefusal(userId: string, now: number): Refusal | null {
    const until = this.#bans.get(userId);
    if (until === undefined || (until !== null && until <= now)) return null;
    if (until === null) return { code: "banned", message: "You cannot write in this chat any more." };
    const retryAfterMs = until - now;
    return { code: "timed-out", message: "A moderator has asked you to be silent for a while.", retryAfterMs };
  }

  /** Forgets timeouts that are over. Returns whose. */
  endTimeouts(now: number): string[] {
    const over = [...this.#bans].flatMap(([userId, until]) => (until !== null && until <= now ? [userId] : []));
    for (const userId of over) this.#bans.delete(userId);
    return over;
  }

  /** What a person is told of themselves. */
  describe(person: Person): You {
    const { subject, name, displayName, color, followedAt } = person;
    const until = this.#bans.get(subject);
    const bannedUntil = until === undefined ? null : (until ?? "ever");
    return {
      id: subject,
      name,
      ...(displayName === undefined ? {} : { displayName }),
      color,
      role: this.roleOf(person),
      bannedUntil,
      followedAt,
    };
  }
}
