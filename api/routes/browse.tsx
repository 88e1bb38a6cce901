import { Hono } from "hono";
import { listRecentWithTag } from "../../db/channel-search.ts";
import { findCategory } from "../../db/categories.ts";
import { listRecentlyLive } from "../../db/discovery.ts";
import { CategoriesPage, CategoryPage, TagPage } from "../../web/views/browse.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import type { Discovery } from "../discovery.ts";
import { categoryTiles, liveChannel, namedCategory, offlineChannel } from "../listed-channels.ts";
import { pageProps, renderPage } from "../page.tsx";
import { requireSite } from "../request.ts";
import { notFound } from "../user-error.ts";

const maxLive = 100;
const maxOffline = 24;
/** As people may set them, in letters, digits and hyphens. */
const tagPattern = /^[\p{L}\p{M}\p{N}-]{1,50}$/u;

/** `/categories`, `/categories/:id`, `/tags/:tag`: channels by what they are about. */
export function browseRoutes({ db, assets }: AppDeps, { live, categories }: Discovery) {
  return new Hono<AppEnv>()
    .get("/categories", async (c) => {
      const tiles = categoryTiles(await categories.get(), await live.read(), c.get("language"));
      return renderPage(c, <CategoriesPage page={pageProps(c, assets)} categories={tiles} />);
    })
    .get("/categories/:id", async (c) => {
      const id = c.req.param("id");
      const language = c.get("language");
      const found = await findCategory(db, id);
      if (found === undefined) throw notFound();
      const streams = (await live.read()).filter(({ category }) => category?.id === id);
      const lists = {
        live: streams.slice(0, maxLive).map((stream) => liveChannel(stream, requireSite(c), language)),
        offline: (await listRecentlyLive(db, maxOffline, { categoryId: id })).map((row) =>
          offlineChannel(row, language),
        ),
      };
      return renderPage(
        c,
        <CategoryPage page={pageProps(c, assets)} category={namedCategory(found, language)} {...lists} />,
      );
    })
    .get("/tags/:tag", async (c) => {
      const tag = c.req.param("tag").normalize("NFC").toLowerCase();
      if (!tagPattern.test(tag)) throw notFound();
      const language = c.get("language");
      const streams = (await live.read()).filter(({ tags }) => tags.includes(tag));
      const lists = {
        live: streams.slice(0, maxLive).map((stream) => liveChannel(stream, requireSite(c), language)),
        offline: (await listRecentWithTag(db, tag, maxOffline)).map((row) => offlineChannel(row, language)),
      };
      return renderPage(c, <TagPage page={pageProps(c, assets)} tag={tag} {...lists} />);
    });
}
