import { createHash } from "node:crypto";
import type { ShownLine } from "../../db/chat-lines.ts";
import { type ChatLine, nameColors } from "../../signaling/contract/chat.ts";

/** The color of somebody's name: what they chose (null: nothing), else made from their id, a user's or a guest's. */
export const nameColor = (subject: string, chosen: number | null): number =>
  chosen ?? createHash("sha256").update(subject).digest().readUInt32BE() % nameColors;

/** A stored line as browsers get it. */
export function chatLine(line: ShownLine): ChatLine {
  const { id, at, authorId, name, displayName, color, role, text, action, first, reply } = line;
  return {
    id,
    at,
    name,
    ...(displayName === null ? {} : { displayName }),
    color: nameColor(authorId, color),
    ...(role === "viewer" ? {} : { role }),
    text,
    ...(action ? { action } : {}),
    ...(first ? { first } : {}),
    ...(reply === null ? {} : { reply: quoteOf(reply) }),
  };
}

const quoteOf = ({ displayName, ...quoted }: NonNullable<ShownLine["reply"]>): NonNullable<ChatLine["reply"]> =>
  displayName === null ? quoted : { ...quoted, displayName };
