import { z } from "zod";
import { LineId } from "../../signaling/contract/chat.ts";

/**
 * What those who may moderate can do to a channel's chat: the body of `POST /@name/chat/act`, sent by the chat for a slash
 * command or a choice in a line's menu. Answered with `ChatActionAnswer`: 200, or 4xx with the same shape.
 */
const reason = z.string().trim().max(200).optional();
/** An account by its name, with or without the @. */
const person = z.string().trim().min(1).max(41);

export const ChatAction = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("delete"), line: LineId, reason }),
  /** At most two weeks. */
  z.strictObject({ action: z.literal("timeout"), person, seconds: z.number().int().min(1).max(1_209_600), reason }),
  z.strictObject({ action: z.literal("ban"), person, reason }),
  /** Ends a ban or a timeout. */
  z.strictObject({ action: z.literal("unban"), person, reason }),
  z.strictObject({ action: z.literal("slow"), seconds: z.number().int().min(0).max(3600) }),
  /** Minutes of following before one may write; null: off. */
  z.strictObject({ action: z.literal("followers"), minutes: z.number().int().min(0).max(129_600).nullable() }),
  z.strictObject({ action: z.literal("signed-in"), on: z.boolean() }),
  z.strictObject({ action: z.literal("emoji-only"), on: z.boolean() }),
  z.strictObject({ action: z.literal("duplicates"), allowed: z.boolean() }),
  z.strictObject({ action: z.literal("links"), allowed: z.boolean() }),
  z.strictObject({ action: z.literal("block-word"), word: z.string().trim().min(2).max(50) }),
  z.strictObject({ action: z.literal("unblock-word"), word: z.string().trim().min(1).max(50) }),
  z.strictObject({ action: z.literal("pin"), line: LineId }),
  z.strictObject({ action: z.literal("unpin") }),
  /** The streamer's and administrators' alone. */
  z.strictObject({ action: z.literal("mod"), person }),
  z.strictObject({ action: z.literal("unmod"), person }),
]);
export type ChatAction = z.infer<typeof ChatAction>;

export interface ChatActionAnswer {
  ok: boolean;
  /** One sentence: what was done, or why not and what to do instead. */
  message: string;
}
