import { z } from "zod";

/** What a channel's chat consists of, on the wire and between the services. Times are Unix time, ms. */

/** A user, a channel: 128 bits, hex. */
export const Id = z.string().regex(/^[0-9a-f]{32}$/);
/** Made by the author's client, new for each line: with it a line that is sent again stays one line. */
export const Nonce = z.string().regex(/^[A-Za-z0-9_-]{8,32}$/);
/** Its author's id, a dot, and the author's nonce. */
export const LineId = z.string().regex(/^[0-9a-f]{32}\.[A-Za-z0-9_-]{8,32}$/);

/** What somebody is in one channel. Moderators, the streamer and administrators may moderate. */
export const ChatRole = z.enum(["viewer", "moderator", "streamer", "administrator"]);
export type ChatRole = z.infer<typeof ChatRole>;

/** Names have one of this many colours, numbered from 0. */
export const nameColors = 12;

/** How somebody wants to be called, beside the name that mentions and moderators use. At most 40 characters. */
export const DisplayName = z.string().min(1).max(80);

export const ChatLine = z.strictObject({
  id: LineId,
  at: z.number().int(),
  name: z.string(),
  /** Absent: as `name` says. */
  displayName: DisplayName.optional(),
  color: z
    .number()
    .int()
    .min(0)
    .max(nameColors - 1),
  /** Absent: a viewer. */
  role: ChatRole.optional(),
  text: z.string(),
  /** `/me`: what the author does rather than says. */
  action: z.literal(true).optional(),
  /** The author's first line in this channel. */
  first: z.literal(true).optional(),
  /** The line this one answers, shortened. */
  reply: z
    .strictObject({ id: LineId, name: z.string(), displayName: DisplayName.optional(), text: z.string() })
    .optional(),
});
export type ChatLine = z.infer<typeof ChatLine>;

/** The channel's rules. Those who may moderate are bound by none of them. */
export const ChatSettings = z.strictObject({
  /** Least time between two lines of one author, seconds; 0: off. At most 1 hour. */
  slowSeconds: z.number().int().min(0).max(3600),
  /** Only those who have followed for this long may write, minutes; 0: any follower; null: everyone. At most 90 days. */
  followersMinutes: z.number().int().min(0).max(129_600).nullable(),
  /** Guests do not see the chat. */
  signedInOnly: z.boolean(),
  emojiOnly: z.boolean(),
  /** Nobody may say the same thing twice within 30 s. */
  noDuplicates: z.boolean(),
  noLinks: z.boolean(),
});
export type ChatSettings = z.infer<typeof ChatSettings>;

export const defaultSettings: ChatSettings = {
  slowSeconds: 0,
  followersMinutes: null,
  signedInOnly: false,
  emojiOnly: false,
  noDuplicates: true,
  noLinks: false,
};

/** Whether lines are taken; otherwise why not: `storage`, too many wait to be stored; `starting`, the room is not loaded yet. */
export const Writing = z.enum(["open", "storage", "starting"]);
export type Writing = z.infer<typeof Writing>;

/** What happens in a room, in order; the room numbers these. */
export const ChatEvent = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("line"), line: ChatLine }),
  z.strictObject({ type: z.literal("removed"), id: LineId }),
  /** Every line of this author is removed. */
  z.strictObject({ type: z.literal("purged"), author: Id }),
  z.strictObject({ type: z.literal("settings"), settings: ChatSettings }),
  z.strictObject({ type: z.literal("pinned"), line: ChatLine.nullable() }),
  z.strictObject({ type: z.literal("writing"), writing: Writing }),
]);
export type ChatEvent = z.infer<typeof ChatEvent>;
