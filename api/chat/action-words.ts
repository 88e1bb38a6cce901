import type { Member } from "../../db/chat-members.ts";
import { maxBans, maxBlockedWords, maxModerators } from "../../db/chat-moderation.ts";
import { durationWords } from "../../web/views/moderation-words.ts";
import type { ChatAction, ChatActionAnswer } from "../contract/chat-actions.ts";

const done = (message: string): ChatActionAnswer => ({ ok: true, message });
const refused = (message: string): ChatActionAnswer => ({ ok: false, message });

/** What is said when it was done. `name`: whom it was done to. */
export function doneAnswer(action: ChatAction, name: string): ChatActionAnswer {
  switch (action.action) {
    case "delete":
      return done("The message is removed.");
    case "timeout":
      return done(`${name} cannot write here for ${durationWords(action.seconds)}.`);
    case "ban":
      return done(`${name} is banned. What they wrote in the last 24 hours is removed.`);
    case "unban":
      return done(`${name} can write here again.`);
    case "slow":
      return done(
        action.seconds === 0
          ? "Slow mode is off."
          : `Slow mode is on: one message every ${durationWords(action.seconds)}.`,
      );
    case "followers":
      return done(followersSentence(action.minutes));
    case "signed-in":
      return done(action.on ? "Only people who are signed in see the chat." : "Everyone sees the chat.");
    case "emoji-only":
      return done(action.on ? "Only emoji get through." : "All text gets through.");
    case "duplicates":
      return done(
        action.allowed ? "The same thing may be said twice." : "Nobody can say the same thing twice within 30 seconds.",
      );
    case "links":
      return done(action.allowed ? "Links are allowed." : "Links are not allowed.");
    case "block-word":
      return done(`Messages with “${action.word}” do not get through any more.`);
    case "unblock-word":
      return done(`“${action.word}” is not blocked any more.`);
    case "pin":
      return done("The message is pinned.");
    case "unpin":
      return done("No message is pinned any more.");
    case "mod":
      return done(`${name} is a moderator now.`);
    case "unmod":
      return done(`${name} is not a moderator any more.`);
  }
}

function followersSentence(minutes: number | null): string {
  if (minutes === null) return "Everyone who is signed in can write.";
  if (minutes === 0) return "Only followers can write.";
  return `Only those who have followed for ${durationWords(minutes * 60)} can write.`;
}

/** What is said when there was nothing to do, or no room for it: as it was asked, and how things are. */
export function unchangedAnswer(
  action: ChatAction,
  subject: Member | null,
  blockedWords: readonly string[],
): ChatActionAnswer {
  const name = subject?.name ?? "";
  const isBanned = subject?.bannedUntil === "ever";
  switch (action.action) {
    case "delete":
      return done("This message is removed already.");
    case "timeout":
      if (isBanned) return refused(`${name} is banned for ever. Unban them first.`);
      return refused(`There are ${maxBans} bans in this channel. End one of them first.`);
    case "ban":
      if (isBanned) return done(`${name} is banned already.`);
      return refused(`There are ${maxBans} bans in this channel. End one of them first.`);
    case "unban":
      return refused(`${name} is not banned here.`);
    case "block-word":
      if (blockedWords.includes(action.word)) return done(`“${action.word}” is blocked already.`);
      return refused(`There are ${maxBlockedWords} blocked words in this channel. Unblock one of them first.`);
    case "unblock-word":
      return refused(`“${action.word}” is not blocked here.`);
    case "pin":
      return done("This message is pinned already.");
    case "unpin":
      return done("No message is pinned.");
    case "mod":
      if (subject?.standing === "moderator") return done(`${name} is a moderator already.`);
      if (subject?.bannedUntil !== null) return refused(`${name} may not write here. Unban them first.`);
      return refused(`There are ${maxModerators} moderators in this channel. Remove one of them first.`);
    case "unmod":
      return refused(`${name} is not a moderator here.`);
    case "slow":
    case "followers":
    case "signed-in":
    case "emoji-only":
    case "duplicates":
    case "links":
      return doneAnswer(action, name);
  }
}
