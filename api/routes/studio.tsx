import { type Context, Hono } from "hono";
import { listCategories } from "../../db/categories.ts";
import {
  type Channel,
  disconnectEncoder,
  findChannelProfile,
  findOwnChannel,
  replaceKey,
  setStreamFacts,
} from "../../db/channels.ts";
import { listModeratedChannels } from "../../db/chat-log.ts";
import { countFollowers } from "../../db/follows.ts";
import { findCurrentStream, type StreamView } from "../../db/streams.ts";
import { readViewerCurve } from "../../db/viewer-samples.ts";
import { StudioClosedPage, StudioPage } from "../../web/views/studio.tsx";
import { KeyPanel, type KeyPanelProps } from "../../web/views/studio-key.tsx";
import { StudioStatus } from "../../web/views/studio-status.tsx";
import { StreamForm, type StreamFormProps } from "../../web/views/studio-stream-form.tsx";
import type { AppDeps, AppEnv, CurrentUser } from "../app-env.ts";
import { readStreamForm } from "../channel-form.ts";
import { channelState, type ChannelView, namedCategory } from "../channel-view.ts";
import type { ChannelState } from "../contract/channel-state.ts";
import { type EventStreamSlots, sendEvents } from "../event-stream.ts";
import { Feed } from "../feed.ts";
import { pageProps, renderFragment, renderPage, toHtml } from "../page.tsx";
import { goTo, hasConfirmedPassword, isHtmx, readForm, requireSite, requireUser } from "../request.ts";
import { streamTitle } from "../stream-title.ts";
import { studioStatus } from "../studio-status.ts";
import { UserError } from "../user-error.ts";
import { askToStreamProps } from "./ask-to-stream.tsx";
import { watchChannel } from "./watch.tsx";

const maxModeratedShown = 100;

/** What the studio's status is made of. */
interface StudioView {
  channel: Channel;
  profile: ChannelView;
  stream: StreamView | undefined;
}

/** `/studio`: what a streamer sees and sets while they stream. studio-channel.tsx has the pages beside it. */
export function studioRoutes(deps: AppDeps, slots: EventStreamSlots) {
  const { db, clock, changes, keys, limits, sessions, assets, viewers, log, closing } = deps;
  const load = async (channelId: string): Promise<StudioView> => {
    const channel = await findOwnChannel(db, { channelId });
    const profile = await findChannelProfile(db, { channelId });
    if (channel === undefined || profile === undefined) throw new Error("A channel is gone");
    const stream = await findCurrentStream(db, channelId);
    return { channel, profile: { ...profile, stream }, stream };
  };
  const feed = new Feed({
    changes,
    topicOf: (channelId) => `studio:${channelId}`,
    load,
    onError: (error) => log.error({ err: error }, "loading a studio failed"),
  });
  const stateOf = (c: Context<AppEnv>, { profile }: StudioView): ChannelState =>
    channelState(profile, { site: requireSite(c), language: c.get("language"), now: clock() });
  const status = (c: Context<AppEnv>, view: StudioView) => (
    <StudioStatus
      {...studioStatus(view.channel, view.stream)}
      language={c.get("language")}
      told={JSON.stringify(stateOf(c, view))}
    />
  );

  const answerWithPage = async (
    c: Context<AppEnv>,
    answer: { streamForm?: Partial<StreamFormProps>; keyPanel?: KeyPanelProps } = {},
    code: 200 | 422 | 429 = 200,
  ): Promise<Response> => {
    const user = requireUser(c);
    const { language, ...page } = { ...pageProps(c, assets), path: "/studio" };
    const view = await load((await requireChannel(deps, user)).id);
    const profile = await findChannelProfile(db, { channelId: view.channel.id });
    if (profile === undefined) throw new Error("A channel is gone");
    const common = {
      page: { ...page, language },
      streamForm: { ...(await streamFormProps(deps, c, view.channel.id)), ...answer.streamForm },
      moderates: (await listModeratedChannels(db, user.id, maxModeratedShown)).map(({ name }) => name),
    };
    if (!user.canStream) {
      const ask = await askToStreamProps(deps, c, user);
      return renderPage(c, <StudioClosedPage {...common} channelName={profile.name} ask={ask} />, code);
    }
    const state = stateOf(c, view);
    if ("playlistUrl" in state) c.set("mediaUrl", state.playlistUrl);
    const isLive = "playlistUrl" in state;
    const props = {
      ...common,
      channel: watchChannel(c, profile),
      serverUrls: requireSite(c).serverUrls,
      status: studioStatus(view.channel, view.stream),
      state,
      keyPanel: answer.keyPanel ?? { language, streamKey: null },
      audience: {
        points: view.stream === undefined || !isLive ? [] : await readViewerCurve(db, view.stream.id),
        viewers: viewers.of(profile.id),
        peakViewers: isLive ? (view.stream?.peakViewers ?? 0) : 0,
        followers: await countFollowers(db, profile.id),
      },
    };
    return renderPage(c, <StudioPage {...props} />, code);
  };
  const answerWithKey = (c: Context<AppEnv>, panel: Omit<KeyPanelProps, "language">): Promise<Response> => {
    const keyPanel = { ...panel, language: c.get("language") };
    return isHtmx(c) ? renderFragment(c, <KeyPanel {...keyPanel} />) : answerWithPage(c, { keyPanel });
  };

  return (
    new Hono<AppEnv>()
      .get("/studio", (c) => answerWithPage(c))
      // Where a form's answer stands without JavaScript: who opens or reloads it there finds the studio.
      .on("GET", ["/studio/stream", "/studio/key/show", "/studio/key/new"], (c) => goTo(c, "/studio"))
      .get("/studio/events", async (c) => {
        const user = c.get("user");
        // Not the way to sign in, which would be swapped into the page.
        if (user === null) return c.text("Signed out", 401);
        const channel = await requireChannel(deps, user);
        return sendEvents(c, {
          feed,
          key: channel.id,
          slots,
          closing,
          identity: (view) => JSON.stringify([studioStatus(view.channel, view.stream), stateOf(c, view)]),
          render: (view) => toHtml(status(c, view)),
          isAllowed: () => sessions.exists(user.sessionId),
        });
      })
      .post("/studio/stream", async (c) => {
        const user = requireUser(c);
        const { mature, ...typed } = await readForm(c, "title", "category", "tags", "language", "mature");
        const channel = await requireChannel(deps, user);
        const values = { ...typed, isMature: mature === "yes" };
        const read = readStreamForm(
          values,
          (await listCategories(db)).map(({ id }) => id),
        );
        const error = await refusalOf(c, limits.takeChannelChange(user.id));
        if (error !== null) return answerWithStreamForm(c, channel.id, { values, error }, 429);
        if ("facts" in read) {
          await setStreamFacts(db, channel.id, read.facts);
          changes.channelChanged(channel.id);
          return answerWithStreamForm(c, channel.id, { saved: true });
        }
        return answerWithStreamForm(c, channel.id, { values, errors: read.errors }, 422);
      })
      .post("/studio/key/show", async (c) => {
        const user = requireStreamer(c);
        if (!hasConfirmedPassword(user, clock())) return answerWithKey(c, { streamKey: null, needsPassword: true });
        return answerWithKey(c, shownKey(deps, c, await requireChannel(deps, user)));
      })
      .post("/studio/key/new", async (c) => {
        const user = requireStreamer(c);
        if (!hasConfirmedPassword(user, clock())) return answerWithKey(c, { streamKey: null, needsPassword: true });
        const channel = await requireChannel(deps, user);
        const { key, stored } = keys.create(channel.id);
        await replaceKey(db, channel.id, stored, clock());
        changes.emit("outbox", `studio:${channel.id}`);
        log.info({ channelId: channel.id }, "stream key replaced");
        return answerWithKey(c, { streamKey: key, isNew: true });
      })
      .post("/studio/disconnect", async (c) => {
        const channel = await requireChannel(deps, requireUser(c));
        await disconnectEncoder(db, channel.id, clock());
        changes.emit("outbox", `studio:${channel.id}`);
        if (!isHtmx(c)) return goTo(c, "/studio");
        return renderFragment(c, status(c, await load(channel.id)));
      })
  );

  async function answerWithStreamForm(
    c: Context<AppEnv>,
    channelId: string,
    answer: Partial<StreamFormProps>,
    code: 200 | 422 | 429 = 200,
  ): Promise<Response> {
    if (!isHtmx(c)) return answerWithPage(c, { streamForm: answer }, code);
    const props = { ...(await streamFormProps(deps, c, channelId)), ...answer };
    return renderFragment(c, <StreamForm {...props} />, code);
  }
}

/** The form with what is saved in it. */
async function streamFormProps({ db }: AppDeps, c: Context<AppEnv>, channelId: string): Promise<StreamFormProps> {
  const language = c.get("language");
  const profile = await findChannelProfile(db, { channelId });
  if (profile === undefined) throw new Error("A channel is gone");
  const categories = (await listCategories(db)).flatMap((category) => namedCategory(category, language) ?? []);
  return {
    language,
    usualTitle: streamTitle("", profile.displayName ?? profile.name, language),
    categories: categories.toSorted((a, b) => a.name.localeCompare(b.name, language)),
    values: {
      title: profile.title,
      category: profile.category?.id ?? "",
      tags: profile.tags.join(", "),
      language: profile.language ?? "",
      isMature: profile.isMature,
    },
  };
}

const voidKey = {
  en: "This key can no longer be shown, because the server's secret has changed. Make a new key.",
  id: "Kunci ini tidak dapat ditampilkan lagi karena rahasia server sudah berubah. Buat kunci baru.",
};

/** The panel with the key in it, or with the reason why there is none to show. */
export function shownKey({ keys }: AppDeps, c: Context<AppEnv>, channel: Channel): KeyPanelProps {
  const language = c.get("language");
  const key = keys.reveal(channel.keyCipher, channel.id);
  return key === null ? { language, streamKey: null, error: voidKey[language] } : { language, streamKey: key };
}

/** What somebody is told of a refusal that a form says itself; null: there was none. */
export async function refusalOf(c: Context<AppEnv>, attempt: Promise<void>): Promise<string | null> {
  try {
    await attempt;
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.retryAfterSeconds !== undefined) c.header("Retry-After", String(error.retryAfterSeconds));
    return error.told(c.get("language")).message;
  }
}

export async function requireChannel({ db }: Pick<AppDeps, "db">, user: CurrentUser): Promise<Channel> {
  const channel = await findOwnChannel(db, { userId: user.id });
  if (channel === undefined) throw new Error("A user has no channel");
  return channel;
}

function requireStreamer(c: Context<AppEnv>): CurrentUser {
  const user = requireUser(c);
  if (!user.canStream) {
    throw new UserError(
      {
        en: "An administrator has to allow this account to stream first.",
        id: "Administrator harus mengizinkan akun ini siaran terlebih dahulu.",
      },
      { status: 403, title: { en: "Not yet", id: "Belum boleh" } },
    );
  }
  return user;
}
