import { Hono } from "hono";
import { type AuditEntry, auditActions, commandLineActor, listAuditEntries } from "../../db/audit-log.ts";
import { type ActionName, AdminAuditPage, type AuditEntryProps } from "../../web/views/admin-audit.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { renderPage } from "../page.tsx";
import { frameOf } from "./admin-gate.tsx";

const entriesPerPage = 50;
const nameMaxCharacters = 40;

export const auditProps = ({
  at,
  actorName,
  action,
  subjectName,
  hasSubject,
  detail,
}: AuditEntry): AuditEntryProps => ({
  at,
  actorName: actorName === commandLineActor.name ? null : actorName,
  action,
  subjectName,
  hasSubject,
  detail,
});

/** `/admin/audit`: what administrators have done. */
export function adminAuditRoutes(deps: AppDeps) {
  const { db } = deps;

  return new Hono<AppEnv>().get("/admin/audit", async (c) => {
    const typed = (name: string): string =>
      (c.req.query(name) ?? "").trim().replace(/^@/, "").slice(0, nameMaxCharacters);
    const [actor, subject] = [typed("actor"), typed("subject")];
    const action: ActionName | "" = auditActions.find((each) => each === c.req.query("action")) ?? "";
    const entries = await listAuditEntries(
      db,
      {
        ...(actor === "" ? {} : { actor: actor.toLowerCase() }),
        ...(subject === "" ? {} : { subject: subject.toLowerCase() }),
        ...(action === "" ? {} : { action }),
      },
      readBefore(c.req.query("before")),
      entriesPerPage + 1,
    );
    const shown = entries.slice(0, entriesPerPage);
    const last = entries.length > entriesPerPage ? shown.at(-1) : undefined;
    const query = last && new URLSearchParams({ actor, subject, action, before: String(last.id) });
    return renderPage(
      c,
      <AdminAuditPage
        frame={await frameOf(deps, c)}
        entries={shown.map(auditProps)}
        filter={{ actor, subject, action }}
        more={query && `/admin/audit?${query.toString()}`}
      />,
    );
  });
}

/** An id in a query; null: none. */
export const readBefore = (id: string | undefined): number | null => (/^\d{1,15}$/.test(id ?? "") ? Number(id) : null);
