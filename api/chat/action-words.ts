import type { Member } from "../../db/chat-members.ts";
import type { ChatAction } from "../contract/chat-actions.ts";
import type { Said } from "../user-error.ts";
import { type ActionTexts, say } from "./action-texts.ts";

/** What is said after an action, in each language. */
export interface ActionAnswer {
  ok: boolean;
  message: Said;
}

type Sentence = (texts: ActionTexts) => string;
const done = (sentence: Sentence): ActionAnswer => ({ ok: true, message: say(sentence) });
const refused = (sentence: Sentence): ActionAnswer => ({ ok: false, message: say(sentence) });

/** What is said when it was done. `name`: whom it was done to. */
export function doneAnswer(action: ChatAction, name: string): ActionAnswer {
  switch (action.action) {
    case "delete":
      return done((texts) => texts.deleted);
    case "timeout":
      return done((texts) => texts.timedOut(name, action.seconds));
    case "ban":
      return done((texts) => texts.banned(name));
    case "unban":
      return done((texts) => texts.unbanned(name));
    case "slow":
      return done((texts) => (action.seconds === 0 ? texts.slowOff : texts.slow(action.seconds)));
    case "followers":
      return done(followersSentence(action.minutes));
    case "signed-in":
      return done((texts) => (action.on ? texts.signedInSee : texts.everyoneSees));
    case "emoji-only":
      return done((texts) => (action.on ? texts.onlyEmoji : texts.allText));
    case "duplicates":
      return done((texts) => (action.allowed ? texts.duplicates : texts.noDuplicates));
    case "links":
      return done((texts) => (action.allowed ? texts.links : texts.noLinks));
    case "block-word":
      return done((texts) => texts.wordBlocked(action.word));
    case "unblock-word":
      return done((texts) => texts.wordUnblocked(action.word));
    case "pin":
      return done((texts) => texts.pinned);
    case "unpin":
      return done((texts) => texts.unpinned);
    case "mod":
      return done((texts) => texts.moderator(name));
    case "unmod":
      return done((texts) => texts.noModeratorNow(name));
  }
}

function followersSentence(minutes: number | null): Sentence {
  if (minutes === null) return (texts) => texts.everyoneWrites;
  return minutes === 0 ? (texts) => texts.followersWrite : (texts) => texts.followersForWrite(minutes);
}

/** What is said when there was nothing to do, or no room for it: as it was asked, and how things are. */
export function unchangedAnswer(
  action: ChatAction,
  subject: Member | null,
  blockedWords: readonly string[],
): ActionAnswer {
  const name = subject?.name ?? "";
  const isBanned = subject?.bannedUntil === "ever";
  switch (action.action) {
    case "delete":
      return done((texts) => texts.deletedAlready);
    case "timeout":
      return refused((texts) => (isBanned ? texts.bannedForEver(name) : texts.tooManyBans));
    case "ban":
      return isBanned ? done((texts) => texts.bannedAlready(name)) : refused((texts) => texts.tooManyBans);
    case "unban":
      return refused((texts) => texts.notBanned(name));
    case "block-word":
      if (blockedWords.includes(action.word)) return done((texts) => texts.wordBlockedAlready(action.word));
      return refused((texts) => texts.tooManyWords);
    case "unblock-word":
      return refused((texts) => texts.wordNotBlocked(action.word));
    case "pin":
      return done((texts) => texts.pinnedAlready);
    case "unpin":
      return done((texts) => texts.nothingPinned);
    case "mod":
      if (subject?.standing === "moderator") return done((texts) => texts.moderatorAlready(name));
      return refused((texts) => (subject?.bannedUntil === null ? texts.tooManyModerators : texts.mayNotWrite(name)));
    case "unmod":
      return refused((texts) => texts.notModerator(name));
    case "slow":
    case "followers":
    case "signed-in":
    case "emoji-only":
    case "duplicates":
    case "links":
      return doneAnswer(action, name);
  }
}
