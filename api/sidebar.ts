import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { type ListedChannel, listFollowed } from "../db/discovery.ts";
import { sidebarCookie, sidebarCookieMaxAgeSeconds, sidebarState } from "../web/contract/sidebar-cookie.ts";
import type { SidebarChannel, SidebarProps } from "../web/views/sidebar.tsx";
import type { AppDeps, AppEnv } from "./app-env.ts";
import { cookieAttributes } from "./auth/cookies.ts";
import type { LiveList, LiveStream } from "./live-list.ts";
import { imageUrl } from "./page.tsx";

/** Of so many followed channels pages hear when they go live. */
const maxFollowed = 500;
const maxFollowedShown = 60;
const maxRecommended = 10;

/** Lets pages ask for what stands beside them; nothing is read for an answer that shows none of it. */
export function offerSidebar({ db }: Pick<AppDeps, "db">, live: LiveList) {
  const forGuests = new GuestSidebars();
  return createMiddleware<AppEnv>(async (c, next) => {
    let loading: Promise<SidebarProps> | undefined;
    const load = async (): Promise<SidebarProps> => {
      const streams = await live.read();
      const isCollapsed = getCookie(c, sidebarCookie) === sidebarState(true);
      const user = c.get("user");
      if (user === null) return forGuests.of(streams, isCollapsed);
      return sidebarOf(streams, isCollapsed, await listFollowed(db, user.id, maxFollowed), user.username);
    };
    c.set("sidebar", () => (loading ??= load()));
    return next();
  });
}

/** Remembers whether the sidebar is only a rail of pictures. */
export function rememberSidebar(c: Context<AppEnv>, isCollapsed: boolean): void {
  const attributes = { ...cookieAttributes(c), httpOnly: false, maxAge: sidebarCookieMaxAgeSeconds };
  setCookie(c, sidebarCookie, sidebarState(isCollapsed), attributes);
}

/** All guests see the same: it is made once for each list of what is live. */
class GuestSidebars {
  readonly #known = new WeakMap<readonly LiveStream[], Map<boolean, SidebarProps>>();

  of(streams: readonly LiveStream[], isCollapsed: boolean): SidebarProps {
    const known = this.#known.get(streams) ?? new Map<boolean, SidebarProps>();
    this.#known.set(streams, known);
    const props = known.get(isCollapsed) ?? sidebarOf(streams, isCollapsed, null, null);
    known.set(isCollapsed, props);
    return props;
  }
}

function sidebarOf(
  streams: readonly LiveStream[],
  isCollapsed: boolean,
  followed: ListedChannel[] | null,
  ownName: string | null,
): SidebarProps {
  const followedIds = new Set(followed?.map(({ channelId }) => channelId));
  const followedLive = streams.filter(({ channelId }) => followedIds.has(channelId));
  const liveIds = new Set(followedLive.map(({ channelId }) => channelId));
  const off = (followed ?? []).filter(({ channelId }) => !liveIds.has(channelId));
  const recommended = streams.filter(({ channelId, name }) => !followedIds.has(channelId) && name !== ownName);
  return {
    isCollapsed,
    followed: followed && [...followedLive.map(liveChannel), ...off.map(offChannel)].slice(0, maxFollowedShown),
    followedLiveCount: followedLive.length,
    followedNames: followed?.map(({ name }) => name) ?? [],
    recommended: recommended.slice(0, maxRecommended).map(liveChannel),
    ownName,
  };
}

const shown = ({ name, displayName, avatarHash }: ListedChannel) => ({
  name,
  displayName,
  avatarUrl: avatarHash === null ? null : imageUrl(avatarHash),
});

const offChannel = (channel: ListedChannel): SidebarChannel => ({ ...shown(channel), live: null });

function liveChannel(stream: LiveStream): SidebarChannel {
  const { viewers, startedAt, category } = stream;
  return {
    ...shown(stream),
    live: { viewers, startedAt, category: category && { en: category.name, id: category.nameId } },
  };
}
