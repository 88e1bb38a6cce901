import { type AdminFrameProps, AdminPage, Moment } from "./admin-frame.tsx";
import { pathOf } from "./admin-people.tsx";
import { type AdminSiteTexts, adminSiteTexts } from "./admin-site-texts.ts";
import type { PageProps } from "./layout.tsx";

export type ActionName = keyof AdminSiteTexts["actions"];

export interface AuditEntryProps {
  /** Unix time, ms. */
  at: number;
  /** null: whoever runs the server, at its command line. */
  actorName: string | null;
  action: ActionName;
  subjectName: string | null;
  /** Whether that is an account which is there. */
  hasSubject: boolean;
  detail: string | null;
}

/** What administrators have done, newest first. */
export const AuditEntries = ({ page, entries }: { page: PageProps; entries: AuditEntryProps[] }) => {
  const texts = adminSiteTexts[page.language];
  return (
    <ol class="log" role="list">
      {entries.map(({ at, actorName, action, subjectName, hasSubject, detail }) => (
        <li class="log-entry">
          <p>
            <b>{actorName ?? texts.commandLine}</b>
            {" · "}
            {texts.actions[action]}
            {subjectName !== null && (
              <>
                {" · "}
                {hasSubject ? <a href={pathOf(subjectName)}>{subjectName}</a> : <bdi>{subjectName}</bdi>}
              </>
            )}
          </p>
          {detail !== null && <blockquote dir="auto">{detail}</blockquote>}
          <p class="hint">
            <Moment at={at} language={page.language} />
          </p>
        </li>
      ))}
    </ol>
  );
};

export interface AdminAuditProps {
  frame: AdminFrameProps;
  entries: AuditEntryProps[];
  /** As they were typed. `action` "": all. */
  filter: { actor: string; subject: string; action: ActionName | "" };
  more?: string | undefined;
}

/** `/admin/audit`: the log of what administrators do. */
export const AdminAuditPage = ({ frame, entries, filter, more }: AdminAuditProps) => {
  const { page } = frame;
  const texts = adminSiteTexts[page.language];
  const isFiltered = filter.actor !== "" || filter.subject !== "" || filter.action !== "";
  return (
    <AdminPage {...frame} tab="audit" title={texts.auditTitle} lead={texts.auditLead}>
      <form class="panel admin-filter" method="get" action="/admin/audit">
        <div class="field">
          <label for="audit-actor">{texts.who}</label>
          <input type="text" id="audit-actor" name="actor" value={filter.actor} maxlength={40} autocomplete="off" />
        </div>
        <div class="field">
          <label for="audit-action">{texts.what}</label>
          <select id="audit-action" name="action">
            <option value="">{texts.anything}</option>
            {Object.entries(texts.actions).map(([action, name]) => (
              <option value={action} selected={action === filter.action}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="audit-subject">{texts.toWhom}</label>
          <input
            type="text"
            id="audit-subject"
            name="subject"
            value={filter.subject}
            maxlength={40}
            autocomplete="off"
          />
        </div>
        <button class="button button-quiet" type="submit">
          {texts.show}
        </button>
      </form>
      <section class="panel" aria-label={texts.auditTitle}>
        {entries.length === 0 ? (
          <p class="admin-empty">{isFiltered ? texts.noMatches : texts.noEntries}</p>
        ) : (
          <AuditEntries page={page} entries={entries} />
        )}
        {more !== undefined && (
          <a class="button button-quiet admin-more" href={more}>
            {texts.olderEntries}
          </a>
        )}
      </section>
    </AdminPage>
  );
};
