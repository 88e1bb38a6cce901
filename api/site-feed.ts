import { posterClass } from "../web/views/poster.tsx";
import type { AppDeps } from "./app-env.ts";
import type { SiteChannel, SiteEvent } from "./contract/site-event.ts";
import { type FeedEvents, Feed } from "./feed.ts";
import type { LiveList, LiveStream } from "./live-list.ts";
import { imageUrl } from "./page.tsx";

const maxByViewers = 200;
/** A stream that has just begun has no viewers yet, and its followers want to hear of it. */
const maxByAge = 50;

/** The events `site`: what is live, for the frame of every page. Written once per change. */
export function siteFeed(live: LiveList, { changes, log }: Pick<AppDeps, "changes" | "log">): FeedEvents<string> {
  const feed = new Feed<string>({
    changes,
    topicOf: () => "site",
    load: async () => JSON.stringify(siteEvent(await live.read())),
    onError: (error) => log.error({ err: error }, "loading what is live failed"),
  });
  return { feed, key: "", event: "site", identity: (text) => text, render: (text) => text };
}

function siteEvent(streams: readonly LiveStream[]): SiteEvent {
  const newest = streams.toSorted((a, b) => b.startedAt - a.startedAt).slice(0, maxByAge);
  const shown = new Set([...streams.slice(0, maxByViewers), ...newest]);
  return { live: [...shown].map(siteChannel) };
}

const siteChannel = ({
  name,
  displayName,
  title,
  category,
  viewers,
  avatarHash,
  startedAt,
}: LiveStream): SiteChannel => ({
  name,
  displayName,
  title,
  category: category && { en: category.name, id: category.nameId },
  viewers,
  avatarUrl: avatarHash === null ? null : imageUrl(avatarHash),
  poster: posterClass(name),
  startedAt,
});
