import type { StreamView } from "../db/streams.ts";
import type { ChannelState } from "./contract/channel-state.ts";
import { playlistUrl, type Site } from "./site.ts";

/** For so long a channel's page says that the stream has ended; after that, that it has not started. */
const showEndedForMs = 10 * 60_000;

/** What viewers see of a channel: its title, and its running or last stream. */
export interface ChannelView {
  id: string;
  name: string;
  title: string;
  stream: StreamView | undefined;
}

/** The state of a channel for the page of one request. */
export function channelState({ title, stream }: ChannelView, site: Site, now: number): ChannelState {
  if (stream === undefined) return { status: "offline" };
  const { id: streamId, state, startedAt, endedAt, hlsUrl } = stream;
  if (state === "ended") {
    return now - (endedAt ?? 0) <= showEndedForMs ? { status: "ended", streamId } : { status: "offline" };
  }
  return { status: state, streamId, playlistUrl: playlistUrl(site, hlsUrl, streamId), title, startedAt };
}
