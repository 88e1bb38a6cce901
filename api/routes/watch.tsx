import { Hono } from "hono";
import { findChannelById } from "../../db/channels.ts";
import { findCurrentStream } from "../../db/streams.ts";
import { WatchPage } from "../../web/views/watch.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { channelState, type ChannelView } from "../channel-view.ts";
import { type EventStreamSlots, sendEvents } from "../event-stream.ts";
import { Feed } from "../feed.ts";
import { pageProps, renderPage } from "../page.tsx";
import { requireSite } from "../request.ts";
import { mayModerate } from "./chat-page.tsx";
import { followProps } from "./follow.tsx";
import { channelHandle, findNamedChannel } from "./named-channel.ts";

/** `/@name`: a channel's page, and its state as it changes. */
export function watchRoutes(deps: AppDeps, slots: EventStreamSlots) {
  const { db, clock, changes, log, closing } = deps;
  const feed = new Feed<ChannelView | undefined>({
    changes,
    topicOf: (channelId) => `channel:${channelId}`,
    load: async (channelId) => {
      const channel = await findChannelById(db, channelId);
      return channel && { ...channel, stream: await findCurrentStream(db, channelId) };
    },
    onError: (error) => log.error({ err: error }, "loading a channel failed"),
  });

  return new Hono<AppEnv>()
    .get(`/${channelHandle}`, async (c) => {
      const channel = await findNamedChannel(db, c.req.param("handle"));
      const stream = await findCurrentStream(db, channel.id);
      const state = channelState({ ...channel, stream }, requireSite(c), clock());
      if ("playlistUrl" in state) c.set("mediaUrl", state.playlistUrl);
      const follow = await followProps(deps, c, channel);
      const canModerate = await mayModerate(deps, c, channel.id);
      const page = pageProps(c, deps.assets);
      return renderPage(c, <WatchPage {...{ page, channel, state, follow, canModerate }} />);
    })
    .get(`/${channelHandle}/events`, async (c) => {
      const { id } = await findNamedChannel(db, c.req.param("handle"));
      const site = requireSite(c);
      const render = (view: ChannelView | undefined): string =>
        JSON.stringify(view === undefined ? { status: "offline" } : channelState(view, site, clock()));
      return sendEvents(c, { feed, key: id, slots, closing, identity: render, render, event: "state" });
    });
}
