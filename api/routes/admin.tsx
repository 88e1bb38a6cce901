import { type Context, Hono } from "hono";
import { listPeople } from "../../db/people-lists.ts";
import { endStreamNow } from "../../db/stopped-streams.ts";
import { listRunningStreams } from "../../db/streams.ts";
import {
  AdminLivePage,
  AdminOverviewPage,
  endReasonMaxCharacters,
  type LiveStreamProps,
} from "../../web/views/admin.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { endedByAdministrator } from "../ended-by-administrator.ts";
import { renderPage } from "../page.tsx";
import { readForm, requireAdministrator, requireSite } from "../request.ts";
import { thumbnailUrl } from "../site.ts";
import { streamTitle } from "../stream-title.ts";
import { actOf, frameOf, goBack, readLine } from "./admin-gate.tsx";
import { personProps } from "./admin-people.tsx";

const maxStreamsShown = 200;
const overviewShown = 10;
/** After "End now" the channel may not publish for so long, or its encoder would be back at once. */
const holdAfterEndMs = 60_000;

/** `/admin`: what is on and what waits; `/admin/live`: everything that is on. */
export function adminRoutes(deps: AppDeps) {
  const { db, clock, changes, viewers, log } = deps;

  const liveNow = async (c: Context<AppEnv>): Promise<LiveStreamProps[]> =>
    (await listRunningStreams(db, maxStreamsShown)).map(({ channelId, hlsUrl, hasThumbnail, ...stream }) => ({
      ...stream,
      title: streamTitle(stream.title, stream.displayName, c.get("language")),
      // Also of what is for adults: they are to see what is on.
      thumbnailUrl: thumbnailUrl({ streamId: stream.streamId, hlsUrl, hasThumbnail }, requireSite(c)),
      viewers: viewers.of(channelId),
    }));

  const overview = async (c: Context<AppEnv>): Promise<Response> => {
    const { hasTotp } = requireAdministrator(c);
    return renderPage(
      c,
      <AdminOverviewPage
        frame={await frameOf(deps, c)}
        live={await liveNow(c)}
        asking={(await listPeople(db, "asking", null, overviewShown)).map(personProps)}
        newest={(await listPeople(db, "all", null, overviewShown)).map(personProps)}
        hasTotp={hasTotp}
      />,
    );
  };

  return new Hono<AppEnv>()
    .get("/admin", overview)
    .get("/admin/live", async (c) =>
      renderPage(c, <AdminLivePage frame={await frameOf(deps, c)} live={await liveNow(c)} />),
    )
    .post("/admin/streams/:id/end", async (c) => {
      const act = actOf(c, deps);
      const { reason: typed } = await readForm(c, "reason");
      const line = readLine(typed, { least: 0, most: endReasonMaxCharacters });
      const reason = line === "" ? null : line;
      const ended = await endStreamNow(
        db,
        c.req.param("id"),
        { reason, message: endedByAdministrator(reason), holdUntil: clock() + holdAfterEndMs },
        act,
      );
      // One that has ended meanwhile is what was wanted.
      if (ended !== undefined) {
        changes.channelChanged(ended.channelId);
        changes.emit("outbox");
        log.info({ by: act.actor.id, streamId: ended.streamId }, "stream ended by an administrator");
      }
      return goBack(c, "/admin", "ended");
    });
}
