import { type Context, Hono } from "hono";
import { type ChannelProfile, findChannelProfile } from "../../db/channels.ts";
import { listPastStreams } from "../../db/past-streams.ts";
import { findCurrentStream, type StreamView } from "../../db/streams.ts";
import { StreamHealth } from "../../ingest/contract/health.ts";
import { MatureGatePage, type WatchAddresses, type WatchChannel, WatchPage } from "../../web/views/watch.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { channelState, type ChannelView, namedCategory } from "../channel-view.ts";
import type { ChannelState } from "../contract/channel-state.ts";
import { type EventStreamSlots, sendEvents } from "../event-stream.ts";
import { Feed } from "../feed.ts";
import { renderMarkdown } from "../markdown.ts";
import { imageUrl, pageProps, renderPage } from "../page.tsx";
import { goTo, localPath, readForm, requireSite } from "../request.ts";
import { thumbnailUrl } from "../site.ts";
import { streamTitle } from "../stream-title.ts";
import { UserError } from "../user-error.ts";
import { mayModerate } from "./chat-page.tsx";
import { followProps } from "./follow.tsx";
import { channelHandle, findNamedChannel, findNamedProfile } from "./named-channel.ts";
import { isInTheatre, needsMatureAnswer, rememberMature, saysAdult } from "./watch-cookies.ts";

const pastStreamsShown = 8;

/** `/@name`: a channel's page, and its state as it changes. */
export function watchRoutes(deps: AppDeps, slots: EventStreamSlots) {
  const { db, clock, changes, viewers, log, closing } = deps;
  const feed = new Feed<ChannelView | undefined>({
    changes,
    topicOf: (channelId) => `channel:${channelId}`,
    load: async (channelId) => {
      const channel = await findChannelProfile(db, { channelId });
      if (channel === undefined || channel.isSuspended) return undefined;
      return { ...channel, stream: await findCurrentStream(db, channelId) };
    },
    onError: (error) => log.error({ err: error }, "loading a channel failed"),
  });

  return new Hono<AppEnv>()
    .get(`/${channelHandle}`, async (c) => {
      const profile = await findNamedProfile(db, c.req.param("handle").slice(1));
      const channel = watchChannel(c, profile);
      // One address for search engines, whatever the case of what somebody typed.
      const page = { ...pageProps(c, deps.assets), path: `/@${profile.name}` };
      const isOwner = c.get("user")?.username === profile.name;
      if (needsMatureAnswer(c, profile)) return renderPage(c, <MatureGatePage page={page} channel={channel} />);
      const stream = await findCurrentStream(db, profile.id);
      const now = clock();
      const state = channelState({ ...profile, stream }, { site: requireSite(c), language: page.language, now });
      if ("playlistUrl" in state) c.set("mediaUrl", state.playlistUrl);
      const props = {
        follow: await followProps(deps, c, profile),
        canModerate: await mayModerate(deps, c, profile.id),
        pastStreams: (await listPastStreams(db, profile.id, { limit: pastStreamsShown })).map((past) => ({
          ...past,
          title: streamTitle(past.title, channel.displayName, page.language),
        })),
        viewers: viewers.of(profile.id),
        addresses: watchAddresses(c, profile, stream),
        pictureUrl: streamPicture(c, profile, stream),
        isTheatre: isInTheatre(c),
      };
      return renderPage(c, <WatchPage {...{ page, channel, state, isOwner, now, ...props }} />);
    })
    .post(`/${channelHandle}/mature`, async (c) => {
      const { name } = await findNamedChannel(db, c.req.param("handle"));
      const { next } = await readForm(c, "next");
      rememberMature(c);
      return goTo(c, localPath(next, `/@${name}`));
    })
    .get(`/${channelHandle}/events`, async (c) => {
      const profile = await findNamedProfile(db, c.req.param("handle").slice(1));
      if (needsMatureAnswer(c, profile) && !saysAdult(c)) throw onlyForAdults();
      const site = requireSite(c);
      const language = c.get("language");
      const stateOf = (view: ChannelView | undefined): ChannelState =>
        view === undefined ? { status: "offline" } : channelState(view, { site, language, now: clock() });
      const render = (view: ChannelView | undefined): string => JSON.stringify(stateOf(view));
      return sendEvents(c, { feed, key: profile.id, slots, closing, identity: render, render, event: "state" });
    });
}

const onlyForAdults = (): UserError =>
  new UserError(
    {
      en: "This channel is for adults. Open its page and say that you are one.",
      id: "Kanal ini untuk orang dewasa. Buka halamannya dan nyatakan bahwa Anda sudah dewasa.",
    },
    { status: 403 },
  );

/** What pages show of a channel. */
export function watchChannel(c: Context<AppEnv>, profile: ChannelProfile): WatchChannel {
  const { name, tags, language, isMature, links, lastLiveAt, avatarHash, bannerHash } = profile;
  const displayName = profile.displayName ?? name;
  return {
    name,
    title: streamTitle(profile.title, displayName, c.get("language")),
    tags,
    language,
    isMature,
    links,
    lastLiveAt,
    displayName,
    avatarUrl: avatarHash === null ? null : imageUrl(avatarHash),
    bannerUrl: bannerHash === null ? null : imageUrl(bannerHash),
    category: namedCategory(profile.category, c.get("language")),
    aboutHtml: renderMarkdown(profile.about),
  };
}

/** Where a channel is reached from outside, and what its links unfold with: what is on, else the banner. */
export function watchAddresses(c: Context<AppEnv>, profile: ChannelProfile, stream?: StreamView): WatchAddresses {
  const { origin } = requireSite(c);
  const { name, bannerHash } = profile;
  const page = `${origin}/@${name}`;
  return {
    page,
    embed: `${origin}/embed/${name}`,
    oembed: `${origin}/oembed?url=${encodeURIComponent(page)}`,
    picture: streamPicture(c, profile, stream) ?? (bannerHash === null ? null : `${origin}${imageUrl(bannerHash)}`),
  };
}

/** What is on now, as ingest painted it a few seconds ago. For anybody, so never of a channel for adults. */
export function streamPicture(
  c: Context<AppEnv>,
  { isMature }: ChannelProfile,
  stream: StreamView | undefined,
): string | null {
  if (stream === undefined || stream.state === "ended" || isMature) return null;
  const hasThumbnail = StreamHealth.safeParse(stream.health).data?.hasThumbnail ?? false;
  return thumbnailUrl({ streamId: stream.id, hlsUrl: stream.hlsUrl, hasThumbnail }, requireSite(c));
}
