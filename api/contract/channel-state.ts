/**
 * What a watch page needs to know of a channel, sent as the `state` event of `GET /@name/events` (server-sent events):
 * once at once, then at every change.
 */
export type ChannelState =
  | { status: "offline" }
  | {
      status: "live" | "interrupted";
      streamId: string;
      /** Absolute URL of the multivariant playlist. */
      playlistUrl: string;
      title: string;
      /** Named in the page's language. */
      category: { id: string; name: string } | null;
      tags: string[];
      /** Unix time, ms. */
      startedAt: number;
    }
  | { status: "ended"; streamId: string };
