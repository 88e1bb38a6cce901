import { z } from "zod";
import { PeerMedia } from "./call.ts";
import { callClientMessages } from "./call-messages.ts";
import { ChatEvent, ChatLine, ChatRole, ChatSettings, DisplayName, LineId, Nonce, Writing } from "./chat.ts";
import { protocolVersion } from "./limits.ts";

/**
 * The wire: one JSON object a text frame; call-messages.ts has what calls add. docs/protocol.md shows each message; a test
 * holds it against these.
 */

const Token = z.string().min(1).max(4096);
const Epoch = z.number().int().min(0);
const Seq = z.number().int().min(0);

/** What was seen last: the room's epoch, and the number of the last event in it. */
export const Position = z.strictObject({ epoch: Epoch, seq: Seq });
export type Position = z.infer<typeof Position>;

export const ClientMessage = z.discriminatedUnion("type", [
  /** The first frame: a ticket from `POST /ticket`, or the resume token of the last welcome. */
  z.strictObject({
    type: z.literal("hello"),
    version: z.number().int(),
    ticket: Token.optional(),
    resume: Token.optional(),
    /** Where a client that comes back has got to. */
    position: Position.optional(),
    /** In a call: what this device sends, and whether its hand is up. Without it: nothing yet. */
    media: PeerMedia.optional(),
    hand: z.boolean().optional(),
  }),
  /** A line. It is published to its author too, and acknowledged when it is stored. */
  z.strictObject({
    type: z.literal("say"),
    nonce: Nonce,
    /** Checked after trimming: at most 500 characters. */
    text: z.string().max(4096),
    action: z.literal(true).optional(),
    replyTo: LineId.optional(),
    /** Sent before, on a connection that broke: it may be stored already, and is shown once all the same. */
    again: z.literal(true).optional(),
  }),
  /** A gap was seen: everything after this, please. */
  z.strictObject({ type: z.literal("recover"), position: Position }),
  /** Answered with pong. */
  z.strictObject({ type: z.literal("ping") }),
  ...callClientMessages,
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export const ErrorCode = z.enum([
  // Messages that are none.
  "malformed",
  "binary",
  "too-large",
  "unknown-type",
  "hello-first",
  "hello-twice",
  // Lines that are not taken.
  "guest",
  "banned",
  "timed-out",
  "rate-limited",
  "slow-mode",
  "followers-only",
  "emoji-only",
  "links-off",
  "duplicate",
  "blocked-word",
  "empty",
  "too-long",
  "command",
  "paused",
  "unknown-author",
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

const RoomState = {
  epoch: Epoch,
  /** Number of the last event. */
  seq: Seq,
  settings: ChatSettings,
  pinned: ChatLine.nullable(),
  writing: Writing,
};

/** What the server knows of whoever sits at this socket. */
export const You = z.strictObject({
  id: z.string(),
  /** null: a guest, who reads. */
  name: z.string().nullable(),
  /** How this person wants to be called; absent: as `name` says. */
  displayName: DisplayName.optional(),
  color: z.number().int(),
  role: ChatRole,
  /** Whether this person is kept from writing: until then, for ever, or not. Unix time, ms. */
  bannedUntil: z.union([z.number().int(), z.literal("ever"), z.null()]),
  /** When they began to follow the channel; null: they do not. */
  followedAt: z.number().int().nullable(),
});
export type You = z.infer<typeof You>;

export const ServerMessage = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("welcome"),
    version: z.literal(protocolVersion),
    you: You,
    /** For the next hello; good for 12 h, for this person, this room and this session. */
    resume: Token,
    viewers: z.number().int(),
    ...RoomState,
    /** `missed`: everything after the position that hello named. `whole`: the last lines; what was shown before is void. */
    history: z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("whole"), lines: z.array(ChatLine) }),
      z.strictObject({ type: z.literal("missed"), events: z.array(ChatEvent) }),
    ]),
  }),
  /** Events in order. `seq` is the number of the first; a client that expected another one asks to recover. */
  z.strictObject({ type: z.literal("events"), seq: Seq, events: z.array(ChatEvent) }),
  /** The room starts anew, or cannot say what was missed: this is its history now. */
  z.strictObject({ type: z.literal("reset"), ...RoomState, lines: z.array(ChatLine) }),
  /** These lines of yours are stored. */
  z.strictObject({ type: z.literal("ack"), nonces: z.array(Nonce) }),
  /** Something about you has changed. */
  z.strictObject({ type: z.literal("you"), you: You, resume: Token }),
  /** Distinct people who watch, at most every 2 s. Not numbered. */
  z.strictObject({ type: z.literal("viewers"), viewers: z.number().int() }),
  z.strictObject({
    type: z.literal("error"),
    code: ErrorCode,
    /** One sentence in English that says what to do. */
    message: z.string(),
    /** The line this is about. */
    nonce: Nonce.optional(),
    /** When it may be tried again, ms from now. */
    retryAfterMs: z.number().int().optional(),
  }),
  z.strictObject({ type: z.literal("pong") }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;
