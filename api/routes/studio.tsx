import { type Context, Hono } from "hono";
import { type Channel, disconnectEncoder, findOwnChannel, replaceKey, setTitle } from "../../db/channels.ts";
import { listModeratedChannels } from "../../db/chat-log.ts";
import { findCurrentStream } from "../../db/streams.ts";
import {
  KeyPanel,
  type KeyPanelProps,
  StudioPage,
  type StudioProps,
  StudioStatus,
  TitleForm,
} from "../../web/views/studio.tsx";
import type { AppDeps, AppEnv, CurrentUser } from "../app-env.ts";
import { checkTitle } from "../auth/names.ts";
import { type EventStreamSlots, sendEvents } from "../event-stream.ts";
import { Feed } from "../feed.ts";
import { pageProps, renderFragment, renderPage, toHtml } from "../page.tsx";
import { goTo, hasConfirmedPassword, isHtmx, readForm, requireSite, requireUser } from "../request.ts";
import { studioStatus } from "../studio-status.ts";
import { UserError } from "../user-error.ts";

const voidKey = "This key can no longer be shown, because the server's secret has changed. Make a new key.";

const maxModeratedShown = 100;

/** `/studio`: what a streamer sees and sets. */
export function studioRoutes(deps: AppDeps, slots: EventStreamSlots) {
  const { db, clock, changes, keys, sessions, assets, log, closing } = deps;
  const loadStatus = async (channelId: string) => {
    const channel = await findOwnChannel(db, { channelId });
    if (channel === undefined) throw new Error("A channel is gone");
    return studioStatus(channel, await findCurrentStream(db, channelId));
  };
  const feed = new Feed({
    changes,
    topicOf: (channelId) => `studio:${channelId}`,
    load: loadStatus,
    onError: (error) => log.error({ err: error }, "loading a studio failed"),
  });

  const answerWithPage = async (
    c: Context<AppEnv>,
    answer: Pick<StudioProps, "titleForm" | "keyPanel"> = {},
    status: 200 | 422 = 200,
  ): Promise<Response> => {
    const user = requireUser(c);
    const channel = await requireChannel(deps, user);
    const studio: StudioProps = {
      channelName: channel.name,
      title: channel.title,
      serverUrls: requireSite(c).serverUrls,
      canStream: user.canStream,
      status: await loadStatus(channel.id),
      moderates: (await listModeratedChannels(db, user.id, maxModeratedShown)).map(({ name }) => name),
      ...answer,
    };
    return renderPage(c, <StudioPage page={{ ...pageProps(c, assets), path: "/studio" }} studio={studio} />, status);
  };
  const answerWithKey = (c: Context<AppEnv>, panel: KeyPanelProps): Promise<Response> =>
    isHtmx(c) ? renderFragment(c, <KeyPanel {...panel} />) : answerWithPage(c, { keyPanel: panel });

  return (
    new Hono<AppEnv>()
      .get("/studio", (c) => answerWithPage(c))
      // Where a form's answer stands without JavaScript: who opens or reloads it there finds the studio.
      .on("GET", ["/studio/title", "/studio/key/show", "/studio/key/new"], (c) => goTo(c, "/studio"))
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
          identity: (status) => JSON.stringify(status),
          render: (status) => toHtml(<StudioStatus {...status} />),
          isAllowed: () => sessions.exists(user.sessionId),
        });
      })
      .post("/studio/title", async (c) => {
        const user = requireUser(c);
        const { title } = await readForm(c, "title");
        const channel = await requireChannel(deps, user);
        try {
          const checked = checkTitle(title);
          await setTitle(db, channel.id, checked);
          changes.channelChanged(channel.id);
          const form = { title: checked, saved: true };
          return isHtmx(c) ? renderFragment(c, <TitleForm {...form} />) : answerWithPage(c, { titleForm: form });
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          const form = { title, error: error.message };
          return isHtmx(c)
            ? renderFragment(c, <TitleForm {...form} />, 422)
            : answerWithPage(c, { titleForm: form }, 422);
        }
      })
      .post("/studio/key/show", async (c) => {
        const user = requireStreamer(c);
        if (!hasConfirmedPassword(user, clock())) return answerWithKey(c, { streamKey: null, needsPassword: true });
        return answerWithKey(c, shownKey(deps, await requireChannel(deps, user)));
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
        return renderFragment(c, <StudioStatus {...await loadStatus(channel.id)} />);
      })
  );
}

/** The panel with the key in it, or with the reason why there is none to show. */
export function shownKey({ keys }: AppDeps, channel: Channel): KeyPanelProps {
  const key = keys.reveal(channel.keyCipher, channel.id);
  return key === null ? { streamKey: null, error: voidKey } : { streamKey: key };
}

export async function requireChannel({ db }: AppDeps, user: CurrentUser): Promise<Channel> {
  const channel = await findOwnChannel(db, { userId: user.id });
  if (channel === undefined) throw new Error("A user has no channel");
  return channel;
}

function requireStreamer(c: Context<AppEnv>): CurrentUser {
  const user = requireUser(c);
  if (!user.canStream) {
    throw new UserError("An administrator has to allow this account to stream first.", {
      status: 403,
      title: "Not yet",
    });
  }
  return user;
}
