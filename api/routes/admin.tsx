import { type Context, Hono } from "hono";
import { allowStreaming, listPeople, revokeStreaming } from "../../db/people.ts";
import { endStream, listRunningStreams } from "../../db/streams.ts";
import { AdminPage } from "../../web/views/admin.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { pageProps, renderPage } from "../page.tsx";
import { goTo, hasConfirmedPassword, readForm, requireAdministrator } from "../request.ts";
import { notFound, UserError } from "../user-error.ts";

const peoplePerPage = 50;
const maxStreamsShown = 200;
/** After "End now" the channel may not publish for so long, or its encoder would be back at once. */
const holdAfterEndMs = 60_000;

/** `/admin`: who may stream, and what is live. */
export function adminRoutes(deps: AppDeps) {
  const { db, clock, changes, assets, log } = deps;

  const answerWithPage = async (
    c: Context<AppEnv>,
    needsPassword: boolean,
    status: 200 | 403 = 200,
  ): Promise<Response> => {
    const people = await listPeople(db, readCursor(c.req.query("after")), peoplePerPage + 1);
    const shown = people.slice(0, peoplePerPage);
    const last = people.length > peoplePerPage ? shown.at(-1) : undefined;
    return renderPage(
      c,
      <AdminPage
        page={{ ...pageProps(c, assets), path: "/admin" }}
        people={shown.map(({ id, username, role, createdAt }) => ({ id, name: username, role, createdAt }))}
        live={await listRunningStreams(db, maxStreamsShown)}
        needsPassword={needsPassword}
        {...(last === undefined ? {} : { next: `/admin?after=${last.createdAt}.${last.id}` })}
      />,
      status,
    );
  };

  return new Hono<AppEnv>()
    .get("/admin", (c) => answerWithPage(c, !hasConfirmedPassword(requireAdministrator(c), clock())))
    .post("/admin/people/:id/streaming", async (c) => {
      const user = requireAdministrator(c);
      if (!hasConfirmedPassword(user, clock())) return answerWithPage(c, true, 403);
      const { allow } = await readForm(c, "allow");
      const userId = c.req.param("id");
      if (allow === "yes") {
        if (!(await allowStreaming(db, userId))) throw notFound();
      } else if (allow === "no") {
        if (deps.everyoneMayStream) {
          throw new UserError(
            "Here everyone may stream: whoever runs the server can change that with STREAMERS=approved.",
          );
        }
        const channelId = await revokeStreaming(db, userId, clock());
        if (channelId === undefined) throw notFound();
        changes.channelChanged(channelId);
        changes.emit("outbox");
      } else {
        throw new UserError("Say whether to allow or to stop streaming.", { status: 400 });
      }
      log.info({ by: user.id, userId, allow }, "right to stream changed");
      return goTo(c, "/admin");
    })
    .post("/admin/streams/:id/end", async (c) => {
      const user = requireAdministrator(c);
      if (!hasConfirmedPassword(user, clock())) return answerWithPage(c, true, 403);
      const now = clock();
      const ended = await endStream(db, c.req.param("id"), {
        reason: "operator",
        now,
        holdUntil: now + holdAfterEndMs,
      });
      // One that has ended meanwhile is what was wanted.
      if (ended !== undefined) {
        changes.channelChanged(ended.channelId);
        changes.emit("outbox");
        log.info({ by: user.id, streamId: ended.streamId }, "stream ended by an administrator");
      }
      return goTo(c, "/admin");
    });
}

function readCursor(after: string | undefined): { createdAt: number; id: string } | null {
  const match = /^(\d{1,15})\.([0-9a-f]{1,64})$/.exec(after ?? "");
  return match === null ? null : { createdAt: Number(match[1]), id: match[2] ?? "" };
}
