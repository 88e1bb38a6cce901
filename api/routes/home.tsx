import { Hono } from "hono";
import { listRunningStreams } from "../../db/streams.ts";
import { HomePage, type LiveChannel, LiveGrid } from "../../web/views/home.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { type EventStreamSlots, sendEvents } from "../event-stream.ts";
import { Feed } from "../feed.ts";
import { pageProps, renderPage, toHtml } from "../page.tsx";

const maxChannelsShown = 200;

/** `/`: what is live, and its changes. */
export function homeRoutes(deps: AppDeps, slots: EventStreamSlots) {
  const { db, changes, log, closing } = deps;
  const loadChannels = async (): Promise<LiveChannel[]> => {
    const running = await listRunningStreams(db, maxChannelsShown);
    return running.map(({ channelName, title, startedAt, state }) => ({
      name: channelName,
      title,
      startedAt,
      interrupted: state === "interrupted",
    }));
  };
  // Rendered once per change: every home page shows the same.
  const feed = new Feed({
    changes,
    topicOf: () => "live",
    load: async () => {
      const channels = await loadChannels();
      return { key: JSON.stringify(channels), html: await toHtml(<LiveGrid channels={channels} />) };
    },
    onError: (error) => log.error({ err: error }, "loading the live channels failed"),
  });

  return new Hono<AppEnv>()
    .get("/", async (c) => renderPage(c, <HomePage page={pageProps(c, deps.assets)} channels={await loadChannels()} />))
    .get("/events", (c) =>
      sendEvents(c, { feed, key: "", slots, closing, identity: ({ key }) => key, render: ({ html }) => html }),
    );
}
