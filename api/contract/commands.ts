import { z } from "zod";

/**
 * The command stream, `GET /commands?after=ID` on api's private listener: one JSON object a line.
 * Without `after` (a fresh start) the first line is a snapshot; with it, every command after that id, in order.
 * Lines come within milliseconds of the change; a `ping` comes every 5 s so that a dead peer is noticed.
 */
export const Command = z.discriminatedUnion("type", [
  /** What api holds to be going on now. A stream that ingest holds and that is missing here has ended. */
  z.object({
    type: z.literal("snapshot"),
    id: z.number().int(),
    streams: z.array(z.object({ streamId: z.string(), channelId: z.string() })),
  }),
  z.object({ type: z.literal("stream-started"), id: z.number().int(), streamId: z.string(), channelId: z.string() }),
  /** "End now", the sweep, or ingest's own report come back: write ENDLIST, let the encoder go. */
  z.object({
    type: z.literal("stream-ended"),
    id: z.number().int(),
    streamId: z.string(),
    channelId: z.string(),
    /** What the encoder is told; absent: that it ended. */
    message: z.string().max(300).optional(),
  }),
  /** The right to stream was taken away: forget the channel's keys, close its encoder, end its stream. */
  z.object({ type: z.literal("channel-revoked"), id: z.number().int(), channelId: z.string() }),
  /** A new key: forget the old one and close the encoder that uses it. The stream waits for the encoder's return. */
  z.object({ type: z.literal("key-changed"), id: z.number().int(), channelId: z.string() }),
  /** "Disconnect the other encoder": close the encoder, keep the stream and the key. */
  z.object({ type: z.literal("encoder-disconnect"), id: z.number().int(), channelId: z.string() }),
  /** Nothing up to this id is left to read: who comes back goes on from here, though what others read may be pruned. */
  z.object({ type: z.literal("ping"), id: z.number().int().optional() }),
]);
export type Command = z.infer<typeof Command>;
