import { type Context, Hono } from "hono";
import { closeReport, listReports } from "../../db/reports.ts";
import { adminSiteTexts } from "../../web/views/admin-site-texts.ts";
import { AdminReportsPage, outcomeMaxCharacters } from "../../web/views/admin-reports.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { renderPage } from "../page.tsx";
import { readForm } from "../request.ts";
import { notFound, UserError } from "../user-error.ts";
import { readBefore } from "./admin-audit.tsx";
import { actOf, frameOf, goBack, hereOf, readLine } from "./admin-gate.tsx";

const reportsPerPage = 30;

/** `/admin/reports`: what people have reported, and what came of it. */
export function adminReportRoutes(deps: AppDeps) {
  const { db, log } = deps;

  const show = async (c: Context<AppEnv>): Promise<Response> => {
    const state = c.req.query("show") === "closed" ? "closed" : "open";
    const found = await listReports(db, { state }, readBefore(c.req.query("after")), reportsPerPage + 1);
    const reports = found.slice(0, reportsPerPage);
    const last = found.length > reportsPerPage ? reports.at(-1) : undefined;
    const more = last && `/admin/reports?${state === "closed" ? "show=closed&" : ""}after=${last.id}`;
    return renderPage(
      c,
      <AdminReportsPage frame={await frameOf(deps, c)} reports={reports} state={state} here={hereOf(c)} more={more} />,
    );
  };

  return new Hono<AppEnv>().get("/admin/reports", show).post("/admin/reports/:id{[0-9]{1,15}}/close", async (c) => {
    const { outcome: typed } = await readForm(c, "outcome");
    const act = actOf(c, deps);
    const outcome = readOutcome(typed);
    const id = Number(c.req.param("id"));
    if (!(await closeReport(db, id, outcome, act))) throw notFound();
    log.info({ by: act.actor.id, report: id }, "report closed");
    return goBack(c, "/admin/reports", "closed");
  });
}

function readOutcome(typed: string): string {
  try {
    return readLine(typed, { least: 1, most: outcomeMaxCharacters });
  } catch {
    throw new UserError({
      en: adminSiteTexts.en.outcomeError(outcomeMaxCharacters),
      id: adminSiteTexts.id.outcomeError(outcomeMaxCharacters),
    });
  }
}
