import type { Logger } from "pino";
import { findLine } from "../../db/chat-lines.ts";
import { findMember, type Member } from "../../db/chat-members.ts";
import { type Act, moderate, type Moderation } from "../../db/chat-moderation.ts";
import { findRoom } from "../../db/chat-rooms.ts";
import type { Database } from "../../db/open.ts";
import { authorOf } from "../../signaling/contract/line-id.ts";
import { lacksSecondFactor } from "../../db/site-settings.ts";
import type { Limits } from "../auth/limits.ts";
import { canonicalUsername } from "../auth/names.ts";
import type { Changes } from "../changes.ts";
import type { Clock } from "../clock.ts";
import type { ChatAction } from "../contract/chat-actions.ts";
import type { Said } from "../user-error.ts";
import { say } from "./action-texts.ts";
import { type ActionAnswer, doneAnswer, unchangedAnswer } from "./action-words.ts";
import { chatLine } from "./chat-line.ts";

interface ChatActionDeps {
  db: Database;
  clock: Clock;
  changes: Changes;
  limits: Limits;
  log: Logger;
}

/** The answer, and its HTTP status. */
export interface ChatActionResult extends ActionAnswer {
  status: 200 | 403 | 404 | 422;
}

const refuse = (status: 403 | 404 | 422, message: Said): ChatActionResult => ({ ok: false, status, message });
const answer = (given: ActionAnswer): ChatActionResult => ({ ...given, status: given.ok ? 200 : 422 });

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
  if (actor === undefined)
    return refuse(
      404,
      say((texts) => texts.goneAway),
    );
  // Before anybody is looked up: who may not moderate learns nothing here of who exists.
  const forbidden = whyNotAllowed(actor, asked);
  if (forbidden !== null) return refuse(403, forbidden);
  if (actor.standing === "administrator" && (await lacksSecondFactor(db, actor.id)))
    return refuse(
      403,
      say((texts) => texts.secondFactorFirst),
    );

  const action = "word" in asked ? { ...asked, word: plainWord(asked.word) } : asked;
  const subject = await findSubject(db, channelId, action, now);
  if (subject === undefined) return refuse(404, unknownSubject(action));
  const protectedBy = subject === null ? null : whyProtected(actor, subject, action);
  if (protectedBy !== null) return refuse(403, protectedBy);
  const moderation = await moderationOf(db, channelId, action, now);
  if ("en" in moderation) return refuse(422, moderation);

  const reason = "reason" in action && action.reason ? action.reason : null;
  const act: Act = { channelId, actor, subject, reason, now };
  if (!(await moderate(db, act, moderation))) return whyUnchanged(db, act, action);
  changes.emit("outbox");
  log.info({ channelId, by: actor.id, action: action.action, subject: subject?.id }, "chat moderated");
  return answer(doneAnswer(action, subject?.name ?? ""));
}

function whyNotAllowed({ standing }: Member, { action }: ChatAction): Said | null {
  if (standing === "viewer") return say((texts) => texts.onlyModerators);
  if (standing === "moderator" && (action === "mod" || action === "unmod")) return say((texts) => texts.onlyStreamer);
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

const unknownSubject = (action: ChatAction): Said =>
  say((texts) => ("person" in action ? texts.nobodyCalled(action.person.replace(/^@/, "")) : texts.authorGone));

/** Why it cannot be done to this person by that one; null: it can. */
function whyProtected(actor: Member, { id, name, standing }: Member, { action }: ChatAction): Said | null {
  const isHarm = action === "delete" || action === "timeout" || action === "ban";
  if (!isHarm && action !== "mod" && action !== "unmod") return null;
  // One's own message may be removed.
  if (actor.id === id) return action === "delete" ? null : say((texts) => texts.notYourself);
  if (standing === "streamer")
    return say((texts) => (isHarm ? texts.streamerIsSafe(name) : texts.streamerModerates(name)));
  if (standing === "administrator")
    return say((texts) => (isHarm ? texts.administratorIsSafe(name) : texts.administratorModerates(name)));
  if (standing === "moderator" && actor.standing === "moderator") return say((texts) => texts.moderatorIsSafe(name));
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
): Promise<Moderation | Said> {
  if (action.action === "delete") return { action: "delete", lineId: action.line };
  if (action.action === "timeout")
    return { action: "timeout", seconds: action.seconds, until: now + action.seconds * 1000 };
  if (action.action === "pin") {
    const line = await findLine(db, channelId, action.line);
    if (line === undefined) return say((texts) => texts.notSavedYet);
    return { action: "pin", lineId: line.id, line: JSON.stringify(chatLine(line)) };
  }
  if (action.action === "block-word" && !/^[^*]{2,}\*?$/u.test(action.word)) return say((texts) => texts.badWord);
  return action;
}

async function whyUnchanged(db: Database, act: Act, action: ChatAction): Promise<ChatActionResult> {
  const { channelId, actor, subject, now } = act;
  const again = async (member: Member) => findMember(db, channelId, { userId: member.id }, now);
  const subjectNow = subject === null ? null : ((await again(subject)) ?? null);
  if ((await again(actor))?.standing !== actor.standing || subjectNow?.standing !== subject?.standing)
    return refuse(
      422,
      say((texts) => texts.changedMeanwhile),
    );
  const room = await findRoom(db, channelId, now);
  return answer(unchangedAnswer(action, subjectNow, room?.blockedWords ?? []));
}
