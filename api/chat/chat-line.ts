import { createHash } from "node:crypto";
import type { ShownLine } from "../../db/chat-lines.ts";
import { type ChatLine, nameColors } from "../../signaling/contract/chat.ts";

/** The color of somebody's name: what they chose (null: nothing), else made from their id, a user's or a guest's. */
export const nameColor = (subject: string, chosen: number | null): number =>
  chosen ?? createHash("sha256").update(subject).digest().readUInt32BE() % nameColors;

/** A stored line as browsers get it. */
export function chatLine({ id, at, authorId, name, color, role, text, action, first, reply }: ShownLine): ChatLine {
  return {
    id,
    at,
    name,
    color: nameColor(authorId, color),
    ...(role === "viewer" ? {} : { role }),
    text,
    ...(action ? { action } : {}),
    ...(first ? { first } : {}),
    ...(reply === null ? {} : { reply }),
  };
}
