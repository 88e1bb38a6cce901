import type { ChatRole, ChatSettings } from "../contract/chat.ts";
import type { ErrorCode } from "../contract/messages.ts";
import type { Person } from "../contract/tickets.ts";
import { hasLink, isEmojiOnly, isTooLong, sameness } from "./line-text.ts";
import { type Rate, TokenBucket } from "./token-bucket.ts";

/** Why a line is not taken. */
export interface Refusal {
  code: ErrorCode;
  /** For the author: what to do instead. */
  message: string;
  /** When the same line may be taken, ms from now. */
  retryAfterMs?: number;
}

/** What a room remembers of somebody who writes in it. */
export interface Author {
  /** Counts lines that were taken, and those that were not for any other reason. */
  readonly bucket: TokenBucket;
  lastLineAt: number;
  /** Of the last line, folded. */
  lastText: string;
  /** Of the last line: sent again, it is no duplicate of itself. */
  lastId: string;
}

export const lineRate: Rate = { burst: 6, everyMs: 1500 };
const moderatorRate: Rate = { burst: 20, everyMs: 500 };
/** The same text counts as said again within this time. */
const duplicateWithinMs = 30_000;

export const newAuthor = (): Author => ({
  bucket: new TokenBucket(),
  lastLineAt: 0,
  lastText: "",
  lastId: "",
});

interface Attempt {
  /** The line's. */
  id: string;
  /** As `cleanText` gives it. */
  text: string;
  /** What is said, apart from the text: `/me` lines and slash commands differ by it. */
  action: boolean;
  person: Person;
  role: ChatRole;
  author: Author;
  settings: ChatSettings;
  hasBlockedWord: (text: string) => boolean;
  now: number;
}

/** Whether this line may be said here now; null: it may, and counts as said. */
export function checkLine(attempt: Attempt): Refusal | null {
  const { text, action, role, author, now } = attempt;
  if (text === "") return { code: "empty", message: "There is nothing to send." };
  if (isTooLong(text)) return { code: "too-long", message: "This message is too long: 500 characters at most." };
  if (text.startsWith("/") && !action) {
    return { code: "command", message: "This command is not known. /help lists those that are." };
  }
  const mayModerate = role !== "viewer";
  const waitMs = author.bucket.take(mayModerate ? moderatorRate : lineRate, now);
  if (waitMs !== null) {
    return { code: "rate-limited", message: "You write very fast. Wait a moment.", retryAfterMs: waitMs };
  }
  const refusal = mayModerate ? null : checkChannelRules(attempt);
  if (refusal !== null) return refusal;
  author.lastLineAt = now;
  author.lastText = sameness(text);
  author.lastId = attempt.id;
  return null;
}

function checkChannelRules({ id, text, person, author, settings, hasBlockedWord, now }: Attempt): Refusal | null {
  const mustWaitMs = followingWaitMs(person, settings, now);
  if (mustWaitMs !== null) return followersOnly(settings, mustWaitMs);
  // A clock that was set back leaves the last line in the future: that must keep nobody waiting.
  const sinceLastMs = author.lastLineAt > now ? Number.POSITIVE_INFINITY : now - author.lastLineAt;
  const retryAfterMs = settings.slowSeconds * 1000 - sinceLastMs;
  if (retryAfterMs > 0) {
    const seconds = Math.ceil(retryAfterMs / 1000);
    return { code: "slow-mode", message: `Slow mode is on: you can write again in ${seconds} s.`, retryAfterMs };
  }
  if (settings.emojiOnly && !isEmojiOnly(text)) {
    return { code: "emoji-only", message: "Only emoji can be sent here right now." };
  }
  if (settings.noLinks && hasLink(text)) {
    return { code: "links-off", message: "Links cannot be sent here: take it out." };
  }
  if (hasBlockedWord(text)) {
    return { code: "blocked-word", message: "This message has a word in it that is not wanted here." };
  }
  const isAnother = author.lastId !== id;
  if (settings.noDuplicates && isAnother && sinceLastMs < duplicateWithinMs && author.lastText === sameness(text)) {
    return { code: "duplicate", message: "You have just said that. Say something else, or wait half a minute." };
  }
  return null;
}

/** How long somebody must go on following before they may write, ms; Infinity: they must begin to; null: they may. */
function followingWaitMs(person: Person, settings: ChatSettings, now: number): number | null {
  if (settings.followersMinutes === null) return null;
  if (person.followedAt === null) return Number.POSITIVE_INFINITY;
  const waitMs = person.followedAt + settings.followersMinutes * 60_000 - now;
  return waitMs > 0 ? waitMs : null;
}

function followersOnly({ followersMinutes }: ChatSettings, waitMs: number): Refusal {
  const since = followersMinutes === null || followersMinutes === 0 ? "" : ` for ${describeMinutes(followersMinutes)}`;
  const message = `Only people who have followed this channel${since} can write here.`;
  return Number.isFinite(waitMs)
    ? { code: "followers-only", message, retryAfterMs: waitMs }
    : { code: "followers-only", message };
}

function describeMinutes(minutes: number): string {
  const [count, unit] =
    minutes % 1440 === 0 ? [minutes / 1440, "day"] : minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
