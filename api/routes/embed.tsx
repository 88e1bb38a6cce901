import { Hono } from "hono";
import { findCurrentStream } from "../../db/streams.ts";
import { EmbedPage } from "../../web/views/embed.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { channelState } from "../channel-view.ts";
import { renderPage } from "../page.tsx";
import { requireSite } from "../request.ts";
import { notFound } from "../user-error.ts";
import { findNamedProfile } from "./named-channel.ts";
import { needsMatureAnswer, saysAdult } from "./watch-cookies.ts";
import { streamPicture, watchAddresses, watchChannel } from "./watch.tsx";

const embedWidth = 1280;
const embedHeight = 720;

/** The size somebody asks for, px; a picture of 16:9 fits into it. */
function sizeWithin(maxWidth: string | undefined, maxHeight: string | undefined) {
  const most = (text: string | undefined, fallback: number): number => {
    const asked = Math.floor(Number(text));
    return asked > 0 ? Math.min(asked, fallback) : fallback;
  };
  const width = Math.min(
    most(maxWidth, embedWidth),
    Math.round((most(maxHeight, embedHeight) * embedWidth) / embedHeight),
  );
  return { width, height: Math.round((width * embedHeight) / embedWidth) };
}

/** `/embed/NAME`: the picture alone, for pages of other sites; `/oembed`: how they get it there (oembed.com, 2.3.4.2 video). */
export function embedRoutes({ db, clock, assets }: Pick<AppDeps, "db" | "clock" | "assets">) {
  return new Hono<AppEnv>()
    .get("/embed/:name", async (c) => {
      const profile = await findNamedProfile(db, c.req.param("name"));
      c.set("isEmbeddable", true);
      const channel = watchChannel(c, profile);
      const language = c.get("language");
      const common = { channel, language, assets, pageUrl: watchAddresses(c, profile).page };
      if (needsMatureAnswer(c, profile) && !saysAdult(c))
        return renderPage(c, <EmbedPage {...common} state={null} pictureUrl={null} />);
      const stream = await findCurrentStream(db, profile.id);
      const state = channelState({ ...profile, stream }, { site: requireSite(c), language, now: clock() });
      if ("playlistUrl" in state) c.set("mediaUrl", state.playlistUrl);
      const pictureUrl = streamPicture(c, profile, stream);
      return renderPage(c, <EmbedPage {...common} state={state} pictureUrl={pictureUrl} />);
    })
    .get("/oembed", async (c) => {
      const { origin } = requireSite(c);
      const asked = c.req.query("url") ?? "";
      const url = URL.canParse(asked) ? new URL(asked) : null;
      const name = /^\/(?:@|embed\/)([A-Za-z0-9_]+)$/.exec(url?.pathname ?? "")?.[1];
      if (url?.origin !== origin || name === undefined) throw notFound();
      if ((c.req.query("format") ?? "json") !== "json") return c.text("Only JSON is spoken here.", 501);
      const profile = await findNamedProfile(db, name);
      const { embed, page, picture } = watchAddresses(c, profile);
      const { width, height } = sizeWithin(c.req.query("maxwidth"), c.req.query("maxheight"));
      return c.json({
        version: "1.0",
        type: "video",
        provider_name: "Panggung",
        provider_url: origin,
        title: watchChannel(c, profile).title,
        author_name: profile.displayName ?? profile.name,
        author_url: page,
        ...(profile.bannerHash === null
          ? {}
          : { thumbnail_url: picture, thumbnail_width: 1500, thumbnail_height: 500 }),
        html: `<iframe src="${embed}" width="${width}" height="${height}" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`,
        width,
        height,
      });
    });
}
