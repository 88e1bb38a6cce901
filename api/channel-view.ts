import type { ChannelProfile } from "../db/channels.ts";
import type { StreamView } from "../db/streams.ts";
import type { ChannelState } from "./contract/channel-state.ts";
import type { Language } from "./language.ts";
import { streamTitle } from "./stream-title.ts";
import { playlistUrl, type Site } from "./site.ts";

/** For so long a channel's page says that the stream has ended; after that, that it has not started. */
const showEndedForMs = 10 * 60_000;

/** What viewers see of a channel: what its stream is about, and its running or last stream. */
export interface ChannelView extends Pick<ChannelProfile, "name" | "displayName" | "title" | "category" | "tags"> {
  stream: StreamView | undefined;
}

/** A category under its name in the page's language. */
export const namedCategory = (
  category: ChannelProfile["category"],
  language: Language,
): { id: string; name: string } | null =>
  category && { id: category.id, name: language === "id" ? category.nameId : category.name };

/** The state of a channel for the page of one request. */
export function channelState(
  { name, displayName, title, tags, category, stream }: ChannelView,
  { site, language, now }: { site: Site; language: Language; now: number },
): ChannelState {
  if (stream === undefined) return { status: "offline" };
  const { id: streamId, state, startedAt, endedAt, hlsUrl } = stream;
  if (state === "ended") {
    return now - (endedAt ?? 0) <= showEndedForMs ? { status: "ended", streamId } : { status: "offline" };
  }
  return {
    status: state,
    streamId,
    playlistUrl: playlistUrl(site, hlsUrl, streamId),
    title: streamTitle(title, displayName ?? name, language),
    category: namedCategory(category, language),
    tags,
    startedAt,
  };
}
