import { type Context, Hono } from "hono";
import { findChannelByName } from "../../db/channels.ts";
import { findChatter } from "../../db/follows.ts";
import type { TicketAnswer, TicketRefusal } from "../../signaling/contract/ticket-answer.ts";
import { channelRoom, type Person, TicketRequest } from "../../signaling/contract/tickets.ts";
import type { AppDeps, AppEnv, CurrentUser } from "../app-env.ts";
import { ensureGuest } from "../auth/guests.ts";
import { canonicalUsername } from "../auth/names.ts";
import { loginName } from "../auth/sessions.ts";
import { admitCaller } from "../calls/call-ticket.ts";
import { nameColor } from "../chat/chat-line.ts";
import { readJson, requireSite } from "../request.ts";
import { UserError } from "../user-error.ts";

/** `POST /ticket`: who may sit at the WebSocket of which room, for the browser to hand to signaling. */
export function ticketRoutes(deps: AppDeps) {
  const { db, clock, limits, tickets } = deps;

  /** Somebody who has signed in, as they are in this channel. */
  const userAt = async (user: CurrentUser, channelId: string): Promise<Person> => {
    const { id, username, displayName, color, role, sessionId } = user;
    return {
      room: channelRoom(channelId),
      subject: id,
      name: username,
      ...(displayName === null ? {} : { displayName }),
      color: nameColor(id, color),
      isAdministrator: role === "administrator",
      ...(await findChatter(db, id, channelId)),
      login: loginName(sessionId),
    };
  };

  /** A guest, who is the same person in all tabs. */
  const guestAt = (c: Context<AppEnv>, channelId: string): Person => {
    const subject = ensureGuest(c);
    return {
      room: channelRoom(channelId),
      subject,
      name: null,
      color: nameColor(subject, null),
      isAdministrator: false,
      followedAt: null,
      hasWritten: false,
      login: null,
    };
  };

  const findChannel = async (typed: string) => {
    const name = canonicalUsername(typed);
    const channel = name === null ? undefined : await findChannelByName(db, name);
    if (channel === undefined || channel.isSuspended)
      throw new UserError({ en: "There is no such channel.", id: "Kanal itu tidak ada." }, { status: 404 });
    return channel;
  };

  return new Hono<AppEnv>().post("/ticket", async (c) => {
    const user = c.get("user");
    // Whoever signs out meanwhile does so after this.
    const vouchedAt = user?.seenAt ?? clock();
    await limits.takeTicket(c.get("clientAddress"), user?.id ?? null);
    const request = await readJson(c, TicketRequest);
    const give = (person: Parameters<typeof tickets.mint>[0]) =>
      c.json<TicketAnswer>({ ticket: tickets.mint(person, vouchedAt), url: requireSite(c).signalingUrl });
    if ("call" in request) {
      const answer = await admitCaller(deps, c, request);
      if (answer.allowed) return give(answer.caller);
      const { status, message, reason } = answer;
      return c.json<TicketRefusal>({ ok: false, message, reason }, status);
    }
    const channel = await findChannel(request.channel);
    return give(user === null ? guestAt(c, channel.id) : await userAt(user, channel.id));
  });
}
