import type { Context } from "hono";
import { findCallRoom } from "../../db/call-rooms.ts";
import { callNameMaxCharacters } from "../../signaling/contract/call.ts";
import { cleanName } from "../../signaling/contract/clean-text.ts";
import type { CallRefusal } from "../../signaling/contract/ticket-answer.ts";
import { type Caller, callRoom, type TicketRequest } from "../../signaling/contract/tickets.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { ensureGuest } from "../auth/guests.ts";
import { loginName } from "../auth/sessions.ts";
import { nameColor } from "../chat/chat-line.ts";
import { isHostOf } from "./own-rooms.ts";

export type CallAnswer =
  { allowed: true; caller: Caller } | { allowed: false; status: 403 | 404 | 410; reason: CallRefusal; message: string };

/** Who asks, as they are in that call, or why they get no ticket for it. Throws UserError (429, 503). */
export async function admitCaller(
  { db, limits, passwords }: Pick<AppDeps, "db" | "limits" | "passwords">,
  c: Context<AppEnv>,
  request: Extract<TicketRequest, { call: string }>,
): Promise<CallAnswer> {
  const room = await findCallRoom(db, request.call);
  if (room === undefined) return refuse(404, "gone", "There is no such room.");
  if (room.endedAt !== null)
    return refuse(410, "ended", "This call has ended. Whoever made the room can open it again.");
  const isHost = isHostOf(c, room);
  const user = c.get("user");
  if (user === null && room.entry === "signed-in" && !isHost) {
    return refuse(403, "sign-in", "Only people with an account here may enter. Sign in first.");
  }
  const name = user?.displayName ?? user?.username ?? cleanName(request.name ?? "");
  if (name === "") return refuse(403, "name", "Say what you want to be called.");
  if (user === null && [...name].length > callNameMaxCharacters) {
    return refuse(403, "name", `A name has at most ${callNameMaxCharacters} characters.`);
  }
  if (room.passcodeHash !== null && !isHost) {
    // As it was set: without spaces around it, which a paste brings along.
    const passcode = request.passcode?.trim() ?? "";
    if (passcode === "") return refuse(403, "passcode", "This room has a passcode. Ask whoever invited you.");
    const forgive = await limits.takePasscodeAttempt(room.id, c.get("clientAddress"));
    if (!(await passwords.verify(passcode, room.passcodeHash))) {
      return refuse(403, "passcode", "This passcode is wrong.");
    }
    await forgive();
  }
  const subject = user?.id ?? ensureGuest(c);
  const login = user && loginName(user.sessionId);
  const caller = { room: callRoom(room.id), subject, name, color: nameColor(subject, user?.color ?? null) };
  return { allowed: true, caller: { ...caller, isGuest: user === null, isHost, login } };
}

const refuse = (status: 403 | 404 | 410, reason: CallRefusal, message: string): CallAnswer => ({
  allowed: false,
  status,
  reason,
  message,
});
