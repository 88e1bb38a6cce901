import { z } from "zod";
import { type ChatLine, type ChatSettings, LineId } from "../../signaling/contract/chat.ts";
import { lineMaxCharacters } from "../../signaling/contract/limits.ts";

/** What signaling asks of api's private listener about chat, with SIGNALING_TOKEN. Times are Unix time, ms. */

/** `POST /chat/rooms/:channelId/open`: everything that a room needs to know, and a new epoch for it. */
export type OpenAnswer =
  | { known: false }
  | {
      known: true;
      /** One more at each opening. Lines under an older one are not stored any more. */
      epoch: number;
      state: RoomState;
      /** The last lines that are not removed, oldest first, at most 200. */
      lines: ChatLine[];
    };

export interface RoomState {
  /** The command stream up to this id is part of this. */
  asOf: number;
  /** Whose channel it is. */
  ownerId: string;
  settings: ChatSettings;
  /** Lower case; a `*` at the end stands for any ending. */
  blockedWords: string[];
  /** Ids of users. */
  moderators: string[];
  /** Those who may not write; `until` null: for ever. */
  bans: { userId: string; until: number | null }[];
  pinned: ChatLine | null;
}

/** Lines of one request at most. */
export const linesPerRequest = 200;

/** `POST /chat/rooms/:channelId/lines`: stores lines in this order, all or nothing. */
export const LinesRequest = z.strictObject({
  epoch: z.number().int().min(1),
  lines: z
    .array(
      z.strictObject({
        id: LineId,
        at: z.number().int().min(0),
        text: z
          .string()
          .min(1)
          .max(lineMaxCharacters * 4),
        action: z.boolean(),
        first: z.boolean(),
        replyTo: LineId.nullable(),
      }),
    )
    .min(1)
    .max(linesPerRequest),
});
export type LinesRequest = z.infer<typeof LinesRequest>;

/**
 * `stored`: under this epoch with this time, now or by an earlier request whose answer was lost. `known`: under an earlier
 * epoch, and so in the history with which the room was opened, or with an earlier time, and so shown already. `removed`: a
 * moderator had removed it. `refused`: its author has no account any more.
 */
export type LineOutcome = "stored" | "known" | "removed" | "refused";

/** `stale`: the room was opened again since, and nothing was stored. */
export type LinesAnswer = { type: "stored"; outcomes: LineOutcome[] } | { type: "stale" };
