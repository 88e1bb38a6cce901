import { z } from "zod";
import { CallId, CallSettings } from "../../signaling/contract/call.ts";
import { ChatLine, ChatSettings, Id, LineId } from "../../signaling/contract/chat.ts";

/**
 * The command stream for signaling, `GET /chat/commands?after=ID` on api's private listener: one JSON object a line, under
 * the rules of commands.ts. Ids are shared with the other stream: they rise, with gaps.
 */
export const SignalingCommand = z.discriminatedUnion("type", [
  /** For a fresh reader, and for one that was away for too long: open rooms must be asked for again. */
  z.object({
    type: z.literal("snapshot"),
    id: z.number().int(),
    /** Ed25519 public key of the tickets, SPKI in DER, base64. */
    ticketKey: z.string(),
    /** Resume tokens from tickets up to `at` (ms) are void for these subjects, and so are sockets; of the last 24 h. */
    revocations: z.array(z.object({ subject: z.string(), at: z.number().int() })),
  }),
  z.object({
    type: z.literal("chat-settings"),
    id: z.number().int(),
    channelId: Id,
    settings: ChatSettings,
    blockedWords: z.array(z.string()),
  }),
  z.object({
    type: z.literal("chat-role"),
    id: z.number().int(),
    channelId: Id,
    userId: Id,
    isModerator: z.boolean(),
  }),
  /** May not write until then; null: for ever. Their lines are removed too. */
  z.object({
    type: z.literal("chat-ban"),
    id: z.number().int(),
    channelId: Id,
    userId: Id,
    until: z.number().int().nullable(),
  }),
  z.object({ type: z.literal("chat-unban"), id: z.number().int(), channelId: Id, userId: Id }),
  z.object({ type: z.literal("chat-removed"), id: z.number().int(), channelId: Id, lineId: LineId }),
  z.object({ type: z.literal("chat-pinned"), id: z.number().int(), channelId: Id, line: ChatLine.nullable() }),
  z.object({
    type: z.literal("chat-follow"),
    id: z.number().int(),
    channelId: Id,
    userId: Id,
    followedAt: z.number().int().nullable(),
  }),
  /** The host has changed the room. */
  z.object({ type: z.literal("call-settings"), id: z.number().int(), callId: CallId, settings: CallSettings }),
  /** The host, or an administrator, has ended the call: everybody leaves. */
  z.object({ type: z.literal("call-ended"), id: z.number().int(), callId: CallId }),
  /** Resume tokens from tickets up to `at` are void for this subject, and sockets of a `login:…` or `user:…` end. */
  z.object({ type: z.literal("revoked"), id: z.number().int(), subject: z.string(), at: z.number().int() }),
  /** Nothing up to this id is left to read: who comes back goes on from here, though what others read may be pruned. */
  z.object({ type: z.literal("ping"), id: z.number().int().optional() }),
]);
export type SignalingCommand = z.infer<typeof SignalingCommand>;
