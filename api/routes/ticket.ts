import { type Context, Hono } from "hono";
import { createHash } from "node:crypto";
import { findChannelByName } from "../../db/channels.ts";
import { findChatter } from "../../db/follows.ts";
import { randomHex } from "../../db/random-id.ts";
import type { TicketAnswer } from "../../signaling/contract/ticket-answer.ts";
import { channelRoom, type Person, TicketRequest } from "../../signaling/contract/tickets.ts";
import type { AppDeps, AppEnv, CurrentUser } from "../app-env.ts";
import { readGuestToken, setGuestToken } from "../auth/cookies.ts";
import { canonicalUsername } from "../auth/names.ts";
import { loginName } from "../auth/sessions.ts";
import { nameColor } from "../chat/chat-line.ts";
import { readJson, requireSite } from "../request.ts";
import { UserError } from "../user-error.ts";

/** `POST /ticket`: who may sit at the WebSocket of which room, for the browser to hand to signaling. */
export function ticketRoutes({ db, clock, limits, tickets }: AppDeps) {
  /** Somebody who has signed in, as they are in this channel. */
  const userAt = async ({ id, username, role, sessionId }: CurrentUser, channelId: string): Promise<Person> => ({
    room: channelRoom(channelId),
    subject: id,
    name: username,
    color: nameColor(id),
    isAdministrator: role === "administrator",
    ...(await findChatter(db, id, channelId)),
    login: loginName(sessionId),
  });

  /** A guest, who is the same person in all tabs. */
  const guestAt = (c: Context<AppEnv>, channelId: string): Person => {
    const token = readGuestToken(c) ?? randomHex(16);
    setGuestToken(c, token);
    // Half of its hash: others may learn the id, and must not be able to take the cookie's place.
    const subject = `guest:${createHash("sha256").update(token).digest("hex").slice(0, 32)}`;
    return {
      room: channelRoom(channelId),
      subject,
      name: null,
      color: nameColor(subject),
      isAdministrator: false,
      followedAt: null,
      hasWritten: false,
      login: null,
    };
  };

  return new Hono<AppEnv>().post("/ticket", async (c) => {
    const user = c.get("user");
    await limits.takeTicket(c.get("clientAddress"), user?.id ?? null);
    const request = await readJson(c, TicketRequest);
    const name = "channel" in request ? canonicalUsername(request.channel) : null;
    const channel = name === null ? undefined : await findChannelByName(db, name);
    if (channel === undefined) throw new UserError("There is no such channel.", { status: 404 });
    const person = user === null ? guestAt(c, channel.id) : await userAt(user, channel.id);
    // Whoever has signed out meanwhile has done so after this.
    const vouchedAt = user?.seenAt ?? clock();
    return c.json<TicketAnswer>({ ticket: tickets.mint(person, vouchedAt), url: requireSite(c).signalingUrl });
  });
}
