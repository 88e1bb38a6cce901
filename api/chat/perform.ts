import type { Logger } from "pino";
import { findLine } from "../../db/chat-lines.ts";
import { findMember, type Member } from "../../db/chat-members.ts";
import { type Act, moderate, type Moderation } from "../../db/chat-moderation.ts";
import { findRoom } from "../../db/chat-rooms.ts";
import type { Database } from "../../db/open.ts";
import { authorOf } from "../../signaling/contract/line-id.ts";
import type { Limits } from "../auth/limits.ts";
import { canonicalUsername } from "../auth/names.ts";
import type { Changes } from "../changes.ts";
import type { Clock } from "../clock.ts";
import type { ChatAction, ChatActionAnswer } from "../contract/chat-actions.ts";
import { doneAnswer, unchangedAnswer } from "./action-words.ts";
import { chatLine } from "./chat-line.ts";

interface ChatActionDeps {
  db: Database;
  clock: Clock;
  changes: Changes;
  limits: Limits;
  log: Logger;
}

/** The answer, and its HTTP status. */
export interface ChatActionResult extends ChatActionAnswer {
  status: 200 | 403 | 404 | 422;
}

const refuse = (status: 403 | 404 | 422, message: string): ChatActionResult => ({ ok: false, status, message });
const answer = (given: ChatActionAnswer): ChatActionResult => ({ ...given, status: given.ok ? 200 : 422 });

/**
 * Does what somebody who may moderate asks for, and says what was done or why not. The one way in which a channel's chat
 * is moderated: from the chat itself and from the moderation page. Throws UserError (429).
 */
export async function performChatAction(
  deps: ChatActionDeps,
  { id: actorId }: { id: string },
  { id: channelId }: { id: string },
  asked: ChatAction,
): Promise<ChatActionResult> {
  const { db, clock, changes, limits, log } = deps;
  await limits.takeChatAction(actorId);
  const now = clock();
  const actor = await findMember(db, channelId, { userId: actorId }, now);
  if (actor === undefined) return refuse(404, "This account or this channel is gone.");
  // Before anybody is looked up: who may not moderate learns nothing here of who exists.
  const forbidden = whyNotAllowed(actor, asked);
  if (forbidden !== null) return refuse(403, forbidden);

  const action = "word" in asked ? { ...asked, word: plainWord(asked.word) } : asked;
  const subject = await findSubject(db, channelId, action, now);
  if (subject === undefined) return refuse(404, unknownSubject(action));
  const protectedBy = subject === null ? null : whyProtected(actor, subject, action);
  if (protectedBy !== null) return refuse(403, protectedBy);
  const moderation = await moderationOf(db, channelId, action, now);
  if (typeof moderation === "string") return refuse(422, moderation);

  const reason = "reason" in action && action.reason ? action.reason : null;
  const act: Act = { channelId, actor, subject, reason, now };
  if (!(await moderate(db, act, moderation))) return whyUnchanged(db, act, action);
  changes.emit("outbox");
  log.info({ channelId, by: actor.id, action: action.action, subject: subject?.id }, "chat moderated");
  return answer(doneAnswer(action, subject?.name ?? ""));
}

function whyNotAllowed({ standing }: Member, { action }: ChatAction): string | null {
  if (standing === "viewer") return "Only the streamer and moderators of this channel can do that.";
  if (standing === "moderator" && (action === "mod" || action === "unmod"))
    return "Only the streamer can say who is a moderator.";
  return null;
}

/** Whom it is to be done to; null: nobody; undefined: there is no such account. */
async function findSubject(
  db: Database,
  channelId: string,
  action: ChatAction,
  now: number,
): Promise<Member | null | undefined> {
  if ("line" in action) return findMember(db, channelId, { userId: authorOf(action.line) }, now);
  if (!("person" in action)) return null;
  const username = canonicalUsername(action.person.replace(/^@/, ""));
  return username === null ? undefined : findMember(db, channelId, { username }, now);
}

const unknownSubject = (action: ChatAction): string =>
  "person" in action
    ? `There is nobody called ${action.person.replace(/^@/, "")}. Look at the spelling.`
    : "Whoever wrote this message has no account any more.";

/** Why it cannot be done to this person by that one; null: it can. */
function whyProtected(actor: Member, subject: Member, { action }: ChatAction): string | null {
  const isHarm = action === "delete" || action === "timeout" || action === "ban";
  if (!isHarm && action !== "mod" && action !== "unmod") return null;
  // One's own message may be removed.
  if (actor.id === subject.id) return action === "delete" ? null : "You cannot do that to yourself.";
  if (subject.standing === "streamer" || subject.standing === "administrator") {
    const who = subject.standing === "streamer" ? "the streamer" : "an administrator";
    return isHarm
      ? `${subject.name} is ${who}: nobody can do that to them.`
      : `${subject.name} is ${who} and may always moderate.`;
  }
  if (subject.standing === "moderator" && actor.standing === "moderator")
    return `${subject.name} is a moderator: only the streamer can do that to them.`;
  return null;
}

/** A word as it is kept: blocked words are found whatever their case. */
const plainWord = (typed: string): string => typed.normalize("NFC").toLowerCase().replace(/\s+/gu, " ").trim();

/** What to store, or why that cannot be, as a sentence. */
async function moderationOf(
  db: Database,
  channelId: string,
  action: ChatAction,
  now: number,
): Promise<Moderation | string> {
  if (action.action === "delete") return { action: "delete", lineId: action.line };
  if (action.action === "timeout")
    return { action: "timeout", seconds: action.seconds, until: now + action.seconds * 1000 };
  if (action.action === "pin") {
    const line = await findLine(db, channelId, action.line);
    if (line === undefined) return "This message is not saved yet, or it was removed. Try again in a moment.";
    return { action: "pin", lineId: line.id, line: JSON.stringify(chatLine(line)) };
  }
  if (action.action === "block-word" && !/^[^*]{2,}\*?$/u.test(action.word))
    return "A blocked word has at least two letters; a * may stand at its end alone.";
  return action;
}

async function whyUnchanged(db: Database, act: Act, action: ChatAction): Promise<ChatActionResult> {
  const { channelId, actor, subject, now } = act;
  const again = async (member: Member) => findMember(db, channelId, { userId: member.id }, now);
  const subjectNow = subject === null ? null : ((await again(subject)) ?? null);
  if ((await again(actor))?.standing !== actor.standing || subjectNow?.standing !== subject?.standing)
    return refuse(422, "Somebody changed this at the same moment. Try again.");
  const room = await findRoom(db, channelId, now);
  return answer(unchangedAnswer(action, subjectNow, room?.blockedWords ?? []));
}
