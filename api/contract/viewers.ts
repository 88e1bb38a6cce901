import { z } from "zod";
import { Id } from "../../signaling/contract/chat.ts";

/** What signaling tells api's private listener about viewers, with SIGNALING_TOKEN. */

/** Channels of one report at most; those with most viewers, where there are more. */
export const channelsPerReport = 20_000;
/** After so long without a report api knows of no viewers any more, ms. */
export const viewersKnownForMs = 60_000;

/** `POST /chat/viewers`: every channel that somebody watches, by its id, and how many people do. */
export const ViewerReport = z.strictObject({
  counts: z.array(z.tuple([Id, z.number().int().min(1).max(10_000_000)])).max(channelsPerReport),
});
export type ViewerReport = z.infer<typeof ViewerReport>;
