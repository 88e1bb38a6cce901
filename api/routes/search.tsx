import { Hono } from "hono";
import { searchAmong, searchOffline } from "../../db/channel-search.ts";
import { SearchPage } from "../../web/views/search.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import type { Discovery } from "../discovery.ts";
import { categoryTiles, liveChannel, offlineChannel } from "../listed-channels.ts";
import { pageProps, renderPage } from "../page.tsx";
import { requireSite } from "../request.ts";

const maxTyped = 100;
const maxLive = 24;
const maxOffline = 24;

/** `/search?q=…`: channels, those that are live first, and categories. */
export function searchRoutes({ db, assets, limits }: AppDeps, { live, categories }: Discovery) {
  return new Hono<AppEnv>().get("/search", async (c) => {
    const typed = (c.req.query("q") ?? "").trim().slice(0, maxTyped);
    if (typed !== "") await limits.takeSearch(c.get("clientAddress"));
    const language = c.get("language");
    const streams = await live.read();
    const byId = new Map(streams.map((stream) => [stream.channelId, stream]));
    const found = await searchAmong(db, typed, [...byId.keys()]);
    const words = wordsOf(typed);
    const props = {
      typed,
      live: found
        .flatMap((id) => byId.get(id) ?? [])
        .slice(0, maxLive)
        .map((stream) => liveChannel(stream, requireSite(c), language)),
      offline: (await searchOffline(db, typed, maxOffline)).map((row) => offlineChannel(row, language)),
      categories: categoryTiles(
        (await categories.get()).filter(({ name, nameId }) => matches(words, `${name} ${nameId}`)),
        streams,
        language,
      ),
    };
    return renderPage(c, <SearchPage page={pageProps(c, assets)} {...props} />);
  });
}

/** Without accents and in lower case. */
const wordsOf = (text: string): string[] =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** Whether each of the words begins one of the text's. */
function matches(words: string[], text: string): boolean {
  const ofText = wordsOf(text);
  return words.length > 0 && words.every((word) => ofText.some((each) => each.startsWith(word)));
}
