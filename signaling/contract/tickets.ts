import { type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";
import { CallId } from "./call.ts";
import { DisplayName, nameColors } from "./chat.ts";

/**
 * Signed tickets: who somebody is, in one room, told by api to signaling through the browser. They travel in the first
 * frame, never in a URL. Form: base64url of the claims as JSON, a dot, base64url of an Ed25519 signature.
 */

/** How long a ticket may wait for its one use, ms. */
export const ticketLifeMs = 60_000;

/**
 * How long what api has once vouched for may be handed on in resume tokens, ms: then a fresh ticket is due. For so long
 * revocations are remembered.
 */
export const vouchedForMs = 24 * 60 * 60_000;

/** The room of a channel's chat. */
export const channelRoom = (channelId: string): string => `channel:${channelId}`;

/** The room of a call. */
export const callRoom = (callId: string): string => `call:${callId}`;

/** What api vouches for about somebody in a channel's chat. A resume token carries the same. */
export const Person = z.strictObject({
  /** The room that this is good for, and no other. */
  room: z.string().startsWith("channel:").max(80),
  /** A user's id, or a guest's (`guest:` and 128 bits, hex): the same in all tabs of one person. */
  subject: z.string().min(1).max(64),
  /** null: a guest, who reads. */
  name: z.string().min(1).max(40).nullable(),
  /** Absent: as `name` says. */
  displayName: DisplayName.optional(),
  color: z
    .number()
    .int()
    .min(0)
    .max(nameColors - 1),
  isAdministrator: z.boolean(),
  /** When they began to follow the channel, Unix time, ms; null: they do not. */
  followedAt: z.number().int().nullable(),
  /** Whether they have written in this channel before. */
  hasWritten: z.boolean(),
  /** Names the sign-in this comes from, for revocation: 128 bits of the session's hash, hex. null: a guest. */
  login: z.string().min(1).max(64).nullable(),
});
export type Person = z.infer<typeof Person>;

/** What api vouches for about somebody who comes to a call. */
export const Caller = z.strictObject({
  room: z.string().refine((room) => room.startsWith("call:") && CallId.safeParse(room.slice("call:".length)).success),
  /** A user's id, or a guest's, as in Person. */
  subject: z.string().min(1).max(64),
  /** An account's, or what a guest wants to be called. */
  name: z.string().min(1).max(80),
  color: z
    .number()
    .int()
    .min(0)
    .max(nameColors - 1),
  isGuest: z.boolean(),
  /** They made the room. */
  isHost: z.boolean(),
  login: z.string().min(1).max(64).nullable(),
});
export type Caller = z.infer<typeof Caller>;

export const isCaller = (person: Person | Caller): person is Caller => "isHost" in person;

export const TicketClaims = z.strictObject({
  /** 128 random bits, hex: a ticket is used once. */
  jti: z.string().regex(/^[0-9a-f]{32}$/),
  /** Unix time, ms. */
  issuedAt: z.number().int(),
  expiresAt: z.number().int(),
  person: z.union([Person, Caller]),
});
export type TicketClaims = z.infer<typeof TicketClaims>;

/** Signed along with the claims, so that no signature made for anything else is a ticket. */
const purpose = "panggung/ticket/v1\n";

/** Signs with api's private Ed25519 key. */
export function mintTicket(claims: TicketClaims, privateKey: KeyObject): string {
  const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${body}.${sign(null, Buffer.from(purpose + body), privateKey).toString("base64url")}`;
}

/** The claims of a ticket that is genuine and in time at `now` (ms), or null. Its one use is for the caller to see to. */
export function verifyTicket(ticket: string, publicKey: KeyObject, now: number): TicketClaims | null {
  const [body, signature, ...rest] = ticket.split(".");
  if (body === undefined || signature === undefined || rest.length > 0) return null;
  if (!verify(null, Buffer.from(purpose + body), publicKey, Buffer.from(signature, "base64url"))) return null;
  const { data } = TicketClaims.safeParse(JSON.parse(Buffer.from(body, "base64url").toString()));
  // The clocks of two machines differ a little: a ticket from the near future is as good as a new one.
  return data !== undefined && data.expiresAt > now && data.issuedAt <= now + ticketLifeMs ? data : null;
}

/** What `POST /ticket` is asked: a channel by its name, or a call. */
export const TicketRequest = z.union([
  z.strictObject({ channel: z.string().min(1).max(40) }),
  z.strictObject({
    call: CallId,
    /** What a guest wants to be called; who has signed in has a name already. */
    name: z.string().max(200).optional(),
    passcode: z.string().max(200).optional(),
  }),
]);
export type TicketRequest = z.infer<typeof TicketRequest>;
