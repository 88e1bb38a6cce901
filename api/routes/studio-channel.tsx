import { type Context, Hono } from "hono";
import { type ChannelProfile, findChannelProfile, setBanner, setChannelText } from "../../db/channels.ts";
import { storeImage } from "../../db/images.ts";
import { findPastStream, listPastStreams, type PastStream, type PastStreamCursor } from "../../db/past-streams.ts";
import { readViewerCurve } from "../../db/viewer-samples.ts";
import { StudioChannelPage, StudioStreamPage, StudioStreamsPage } from "../../web/views/studio.tsx";
import {
  BannerForm,
  type BannerFormProps,
  TextForm,
  type TextFormProps,
} from "../../web/views/studio-channel-forms.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { maxLinks, readTextForm } from "../channel-form.ts";
import { readUpload } from "../images/upload.ts";
import { renderMarkdown } from "../markdown.ts";
import { imageUrl, pageProps, renderFragment, renderPage } from "../page.tsx";
import { goTo, isHtmx, readForm, requireUser } from "../request.ts";
import { streamTitle } from "../stream-title.ts";
import { notFound, UserError } from "../user-error.ts";
import { refusalOf, requireChannel } from "./studio.tsx";

const streamsPerPage = 25;

/** `/studio/channel`: what the channel's page says and shows; `/studio/streams`: what was streamed, and who watched. */
export function studioChannelRoutes(deps: AppDeps) {
  const { db, clock, changes, limits, assets, takeImage } = deps;

  const ownProfile = async (c: Context<AppEnv>): Promise<ChannelProfile> => {
    const { id: channelId } = await requireChannel(deps, requireUser(c));
    const profile = await findChannelProfile(db, { channelId });
    if (profile === undefined) throw new Error("A channel is gone");
    return profile;
  };
  const page = (c: Context<AppEnv>, path: string) => ({ ...pageProps(c, assets), path });

  const answerWithPage = async (
    c: Context<AppEnv>,
    answer: { textForm?: Partial<TextFormProps>; bannerForm?: Partial<BannerFormProps> } = {},
    code: UserError["status"] = 200,
  ): Promise<Response> => {
    const profile = await ownProfile(c);
    const language = c.get("language");
    const { about, links, bannerHash } = profile;
    const props = {
      page: page(c, "/studio/channel"),
      channelName: profile.name,
      textForm: { language, values: { about, links }, maxLinks, ...answer.textForm },
      bannerForm: { language, url: bannerHash === null ? null : imageUrl(bannerHash), ...answer.bannerForm },
    };
    return renderPage(c, <StudioChannelPage {...props} />, code);
  };
  const answerWithText = async (
    c: Context<AppEnv>,
    form: Omit<TextFormProps, "language" | "maxLinks">,
    code: 200 | 422 | 429 = 200,
  ) => {
    const textForm = { ...form, language: c.get("language"), maxLinks };
    return isHtmx(c) ? renderFragment(c, <TextForm {...textForm} />, code) : answerWithPage(c, { textForm }, code);
  };
  const answerWithBanner = async (c: Context<AppEnv>, error?: UserError) => {
    const { bannerHash } = await ownProfile(c);
    const language = c.get("language");
    const bannerForm = {
      language,
      url: bannerHash === null ? null : imageUrl(bannerHash),
      ...(error === undefined ? { saved: true } : { error: error.told(language).message }),
    };
    const code = error?.status ?? 200;
    return isHtmx(c)
      ? renderFragment(c, <BannerForm {...bannerForm} />, code)
      : answerWithPage(c, { bannerForm }, code);
  };

  return new Hono<AppEnv>()
    .get("/studio/channel", (c) => answerWithPage(c))
    .on("GET", ["/studio/banner", "/studio/banner/remove"], (c) => goTo(c, "/studio/channel"))
    .post("/studio/channel", async (c) => {
      const user = requireUser(c);
      const { id: channelId } = await requireChannel(deps, user);
      const values = await readTextValues(c);
      const { text, errors } = readTextForm(values);
      const error = await refusalOf(c, limits.takeChannelChange(user.id));
      if (error !== null) return answerWithText(c, { values: text, error }, 429);
      if (values.wantsPreview) {
        // Looked at before it is saved: what is wrong is said when it is to be saved.
        return answerWithText(c, { values: text, previewHtml: renderMarkdown(text.about) });
      }
      if (errors !== null) return answerWithText(c, { values: text, errors }, 422);
      await setChannelText(db, channelId, text);
      return answerWithText(c, { values: text, saved: true });
    })
    .post("/studio/banner", async (c) => {
      const user = requireUser(c);
      const { id: channelId } = await requireChannel(deps, user);
      try {
        await limits.takeChannelChange(user.id);
        const file = await readUpload(c, "banner");
        if (file === null) throw new UserError({ en: "Choose a picture first.", id: "Pilih gambar dulu." });
        const image = await takeImage(file, "banner", user.id);
        await storeImage(db, image, clock());
        await setBanner(db, channelId, image.hash);
        changes.channelChanged(channelId);
      } catch (error) {
        if (!(error instanceof UserError) || error.status === 400) throw error;
        return answerWithBanner(c, error);
      }
      return answerWithBanner(c);
    })
    .post("/studio/banner/remove", async (c) => {
      const user = requireUser(c);
      const { id: channelId } = await requireChannel(deps, user);
      try {
        await limits.takeChannelChange(user.id);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return answerWithBanner(c, error);
      }
      await setBanner(db, channelId, null);
      changes.channelChanged(channelId);
      return answerWithBanner(c);
    })
    .get("/studio/streams", async (c) => {
      const { id: channelId, name } = await requireChannel(deps, requireUser(c));
      const after = readCursor(c.req.query("before"), c.req.query("id"));
      const streams = (await listPastStreams(db, channelId, { after, limit: streamsPerPage + 1 })).map(titled(c));
      const shown = streams.slice(0, streamsPerPage);
      const last = shown.at(-1);
      const older =
        streams.length > streamsPerPage && last !== undefined ? `before=${last.endedAt}&id=${last.id}` : null;
      const props = { page: page(c, "/studio/streams"), channelName: name, streams: shown, older };
      return renderPage(c, <StudioStreamsPage {...props} isFirst={after === undefined} />);
    })
    .get("/studio/streams/:id{[0-9a-f]{32}}", async (c) => {
      const { id: channelId, name } = await requireChannel(deps, requireUser(c));
      const found = await findPastStream(db, channelId, c.req.param("id"));
      if (found === undefined) throw notFound();
      const stream = titled(c)(found);
      const props = {
        page: page(c, "/studio/streams"),
        channelName: name,
        stream,
        points: await readViewerCurve(db, stream.id),
      };
      return renderPage(c, <StudioStreamPage {...props} />);
    });
}

/** One's own stream as it is called. */
const titled =
  (c: Context<AppEnv>) =>
  (stream: PastStream): PastStream => {
    const { username, displayName } = requireUser(c);
    return { ...stream, title: streamTitle(stream.title, displayName ?? username, c.get("language")) };
  };

const lineNumbers = Array.from({ length: maxLinks }, (_, index) => index);

async function readTextValues(c: Context<AppEnv>) {
  const fields = lineNumbers.flatMap((number) => [`link-title-${number}`, `link-url-${number}`] as const);
  const typed = await readForm(c, "about", "show", ...fields);
  return {
    about: typed.about,
    links: lineNumbers.map((number) => ({
      title: typed[`link-title-${number}`] ?? "",
      url: typed[`link-url-${number}`] ?? "",
    })),
    wantsPreview: typed.show === "preview",
  };
}

function readCursor(before: string | undefined, id: string | undefined): PastStreamCursor | undefined {
  const endedAt = Number(before);
  return before !== undefined && id !== undefined && Number.isSafeInteger(endedAt) && /^[0-9a-f]{32}$/.test(id)
    ? { endedAt, id }
    : undefined;
}
