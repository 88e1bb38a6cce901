import { Hono } from "hono";
import { findChannelById, findChannelByName } from "../../db/channels.ts";
import { findCurrentStream } from "../../db/streams.ts";
import { WatchPage } from "../../web/views/watch.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { canonicalUsername } from "../auth/names.ts";
import { channelState, type ChannelView } from "../channel-view.ts";
import { type EventStreamSlots, sendEvents } from "../event-stream.ts";
import { Feed } from "../feed.ts";
import { pageProps, renderPage } from "../page.tsx";
import { requireSite } from "../request.ts";
import { notFound } from "../user-error.ts";

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

  const findChannel = async (handle: string) => {
    const name = canonicalUsername(handle.slice(1));
    const channel = name === null ? undefined : await findChannelByName(db, name);
    if (channel === undefined) throw notFound();
    return channel;
  };

  return new Hono<AppEnv>()
    .get("/:handle{@[A-Za-z0-9_]+}", async (c) => {
      const channel = await findChannel(c.req.param("handle"));
      const stream = await findCurrentStream(db, channel.id);
      const state = channelState({ ...channel, stream }, requireSite(c), clock());
      if ("playlistUrl" in state) c.set("mediaUrl", state.playlistUrl);
      return renderPage(c, <WatchPage page={pageProps(c, deps.assets)} channel={channel} state={state} />);
    })
    .get("/:handle{@[A-Za-z0-9_]+}/events", async (c) => {
      const { id } = await findChannel(c.req.param("handle"));
      const site = requireSite(c);
      const render = (view: ChannelView | undefined): string =>
        JSON.stringify(view === undefined ? { status: "offline" } : channelState(view, site, clock()));
      return sendEvents(c, { feed, key: id, slots, closing, identity: render, render, event: "state" });
    });
}
