import { type Context, Hono } from "hono";
import { raw } from "hono/html";
import { HomePage, LiveGrid, type RenderedCard } from "../../web/views/home.tsx";
import { LiveCard } from "../../web/views/channel-card.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import type { Discovery } from "../discovery.ts";
import { type EventStreamSlots, sendEvents, sendSiteEvents } from "../event-stream.ts";
import { Feed } from "../feed.ts";
import type { Language } from "../language.ts";
import { categoryTiles, liveChannel, offlineChannel } from "../listed-channels.ts";
import type { LiveStream } from "../live-list.ts";
import { pageProps, renderPage, toHtml } from "../page.tsx";
import { requireSite } from "../request.ts";
import type { Site } from "../site.ts";

const maxCards = 200;
const maxOffline = 8;
const maxCategories = 10;
/** Hosts and languages for which cards are kept; a stranger may send any private host. */
const maxAudiences = 32;

/** `/`: what is live, and its changes; `/events/site`: those for the frame of pages without a stream of their own. */
export function homeRoutes(deps: AppDeps, slots: EventStreamSlots, discovery: Discovery) {
  const { changes, log, closing, assets } = deps;
  const cards = new RenderedCards();
  // Rendered once per change for all who read the same language at the same address.
  const feedFor = (site: Site, language: Language) =>
    new Feed({
      changes,
      topicOf: () => "live",
      load: async () => cards.of(await discovery.live.read(), site, language),
      onError: (error) => log.error({ err: error }, "loading the live channels failed"),
    });
  const feeds = new Map<string, ReturnType<typeof feedFor>>();
  const feedOf = (site: Site, language: Language) => {
    const key = `${language} ${site.origin}`;
    const feed = feeds.get(key) ?? feedFor(site, language);
    if (feeds.size < maxAudiences) feeds.set(key, feed);
    return feed;
  };

  return new Hono<AppEnv>()
    .get("/", async (c) => {
      const language = c.get("language");
      const streams = await discovery.live.read();
      const followed = await followedNames(c);
      const worthFollowing = await discovery.worthFollowing.get();
      const offline = worthFollowing.filter(({ name }) => !followed.has(name) && name !== c.get("user")?.username);
      const props = {
        cards: await cards.of(streams, requireSite(c), language),
        followed,
        language,
        offline: offline.slice(0, maxOffline).map((row) => offlineChannel(row, language, row.followers)),
        categories: categoryTiles(await discovery.categories.get(), streams, language).slice(0, maxCategories),
      };
      return renderPage(c, <HomePage page={pageProps(c, assets)} {...props} />);
    })
    .get("/events", async (c) => {
      const language = c.get("language");
      const followed = await followedNames(c);
      return sendEvents(c, {
        feed: feedOf(requireSite(c), language),
        key: "",
        slots,
        closing,
        identity: (shown) => shown.map(({ identity }) => identity).join("\n"),
        render: (shown) => toHtml(<LiveGrid cards={shown} followed={followed} language={language} />),
      });
    })
    .get("/events/site", (c) => sendSiteEvents(c, { slots, closing }));
}

/** The channels that whoever asks follows. */
async function followedNames(c: Context<AppEnv>): Promise<Set<string>> {
  const sidebar = await c.get("sidebar")?.();
  return new Set(sidebar?.followedNames);
}

interface IdentifiedCard extends RenderedCard {
  /** What differs when more than a clock or a count does. */
  identity: string;
}

/** The cards of what is live, rendered once for each list, language and address. */
class RenderedCards {
  readonly #known = new WeakMap<readonly LiveStream[], Map<string, Promise<IdentifiedCard[]>>>();

  of(streams: readonly LiveStream[], site: Site, language: Language): Promise<IdentifiedCard[]> {
    const known = this.#known.get(streams) ?? new Map<string, Promise<IdentifiedCard[]>>();
    this.#known.set(streams, known);
    const key = `${language} ${site.origin}`;
    const cards = known.get(key) ?? renderCards(streams, site, language);
    if (known.size < maxAudiences) known.set(key, cards);
    return cards;
  }
}

const renderCards = (streams: readonly LiveStream[], site: Site, language: Language): Promise<IdentifiedCard[]> =>
  Promise.all(
    streams.slice(0, maxCards).map(async (stream) => {
      const channel = liveChannel(stream, site, language);
      const html = raw(await toHtml(<LiveCard channel={channel} language={language} />));
      // Scripts keep counts and pictures fresh by themselves; that there is a picture now is news.
      const identity = JSON.stringify({ ...channel, viewers: 0, thumbnailUrl: channel.thumbnailUrl !== null });
      return { name: channel.name, identity, html };
    }),
  );
