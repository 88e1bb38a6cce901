import { type Context, Hono } from "hono";
import { stream } from "hono/streaming";
import {
  listCallPeople,
  listCalls,
  listSamples,
  readCallFigures,
  readPairFigures,
  type Sample,
} from "../../db/call-quality.ts";
import { AdminCallPage, AdminCallsPage } from "../../web/views/admin-calls.tsx";
import { adminCallsTexts } from "../../web/views/admin-calls-texts.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { findRoomOf } from "../calls/own-rooms.ts";
import { csvHeader, csvOf } from "../calls/samples-csv.ts";
import { readWindow } from "../calls/time-window.ts";
import { renderPage } from "../page.tsx";
import { hasConfirmedPassword, requireAdministrator } from "../request.ts";
import { UserError } from "../user-error.ts";
import { frameOf } from "./admin-gate.tsx";

const callsShown = 50;
const pairsShown = 200;
const peopleShown = 200;
const samplesPerRead = 1000;

/** `/admin/calls`: how calls went, in any window of time, for administrators. */
export function adminCallRoutes(deps: AppDeps) {
  const { db, clock, log } = deps;
  const windowOf = (c: Context<AppEnv>) => readWindow(c.req.query(), clock());

  return new Hono<AppEnv>()
    .get("/admin/calls", async (c) => {
      requireAdministrator(c);
      const { window, shown } = windowOf(c);
      const calls = await listCalls(db, window, callsShown + 1);
      const rows = [];
      for (const call of calls.slice(0, callsShown)) {
        rows.push({ ...call, figures: await readCallFigures(db, call.id, window, { isBrief: true }) });
      }
      return renderPage(
        c,
        <AdminCallsPage
          frame={await frameOf(deps, c)}
          window={shown}
          calls={rows}
          hasMore={calls.length > callsShown}
        />,
        shown.error === undefined ? 200 : 422,
      );
    })
    .get("/admin/calls/:id{[0-9a-z-]+\\.csv}", async (c) => {
      requireAdministrator(c);
      const { id } = await findRoomOf(db, c.req.param("id").replace(".csv", ""));
      const { window, shown } = windowOf(c);
      if (shown.error !== undefined)
        throw new UserError({ en: adminCallsTexts.en[shown.error], id: adminCallsTexts.id[shown.error] });
      c.header("Content-Type", "text/csv; charset=utf-8; header=present");
      const span = `${shown.from}-${shown.to}`.replace(/:/g, "");
      c.header("Content-Disposition", `attachment; filename="call-${id}-${span}.csv"`);
      return stream(
        c,
        async (out) => {
          await out.write(csvHeader);
          let last: Sample | null = null;
          while (!out.aborted) {
            const samples: Sample[] = await listSamples(db, id, window, last, samplesPerRead);
            await out.write(csvOf(samples));
            if (samples.length < samplesPerRead) return;
            last = samples.at(-1) ?? null;
          }
        },
        async (error) => log.error({ err: error, callId: id }, "export failed"),
      );
    })
    .get("/admin/calls/:id", async (c) => {
      const user = requireAdministrator(c);
      const { id, name, mode, hostName, endedAt } = await findRoomOf(db, c.req.param("id"));
      const { window, shown } = windowOf(c);
      const people = await listCallPeople(db, id, window, peopleShown + 1);
      const pairs = await readPairFigures(db, id, window, pairsShown + 1);
      return renderPage(
        c,
        <AdminCallPage
          frame={await frameOf(deps, c)}
          window={shown}
          call={{ id, name, mode, hostName, endedAt }}
          figures={await readCallFigures(db, id, window)}
          pairs={pairs.slice(0, pairsShown)}
          people={people.slice(0, peopleShown)}
          hasMore={people.length > peopleShown || pairs.length > pairsShown}
          needsPassword={!hasConfirmedPassword(user, clock())}
        />,
        shown.error === undefined ? 200 : 422,
      );
    });
}
