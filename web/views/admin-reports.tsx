import { type AdminFrameProps, AdminPage, Choices, Moment } from "./admin-frame.tsx";
import { ActForm, pathOf } from "./admin-people.tsx";
import { type AdminSiteTexts, adminSiteTexts } from "./admin-site-texts.ts";
import { adminTexts } from "./admin-texts.ts";
import type { PageProps } from "./layout.tsx";
import { Avatar } from "./poster.tsx";

export const outcomeMaxCharacters = 300;

export interface ReportProps {
  id: number;
  /** Times are Unix time, ms. */
  at: number;
  channelName: string;
  ownerRole: "viewer" | "streamer" | "administrator";
  isSuspended: boolean;
  /** null: an account that is gone. */
  reporterName: string | null;
  /** Reports by the same person, and of the same channel, this one too. */
  byReporter: number;
  ofChannel: number;
  why: keyof AdminSiteTexts["reasons"];
  details: string;
  wasLive: boolean;
  closedAt: number | null;
  closedByName: string | null;
  outcome: string | null;
}

const CloseForm = ({ page, report, next }: { page: PageProps; report: ReportProps; next: string }) => {
  const texts = adminSiteTexts[page.language];
  return (
    <ActForm action={`/admin/reports/${report.id}/close`} next={next} class="admin-close">
      <label for={`outcome-${report.id}`}>{texts.outcome}</label>
      <div class="field-row">
        <input
          type="text"
          id={`outcome-${report.id}`}
          name="outcome"
          required
          maxlength={outcomeMaxCharacters}
          autocomplete="off"
          aria-describedby={`outcome-hint-${report.id}`}
        />
        <button class="button" type="submit" aria-label={`${texts.close}: ${report.channelName}`}>
          {texts.close}
        </button>
      </div>
      <p class="hint" id={`outcome-hint-${report.id}`}>
        {texts.outcomeHint}
      </p>
    </ActForm>
  );
};

const Report = ({ page, report, next }: { page: PageProps; report: ReportProps; next: string }) => {
  const texts = adminSiteTexts[page.language];
  const { channelName, reporterName, closedAt } = report;
  return (
    <li class="admin-report">
      <div class="admin-report-head">
        <Avatar name={channelName} />
        <div class="row-text">
          <p class="row-title">
            <a href={`/@${channelName}`}>{channelName}</a>
            <span class="admin-mark">{texts.reasons[report.why]}</span>
            {report.isSuspended && <span class="admin-mark admin-mark-bad">{adminTexts[page.language].suspended}</span>}
          </p>
          <p class="hint">
            <Moment at={report.at} language={page.language} />
            {report.wasLive && `, ${texts.wasLive}`}. {texts.reportedBy}{" "}
            {reporterName === null ? texts.accountGone : <a href={pathOf(reporterName)}>{reporterName}</a>}
          </p>
        </div>
        <div class="button-row">
          {closedAt === null && !report.isSuspended && report.ownerRole !== "administrator" && (
            <a
              class="button button-small button-danger"
              href={`${pathOf(channelName)}#suspend`}
              aria-label={`${texts.suspendOwner}: ${channelName}`}
            >
              {texts.suspendOwner}
            </a>
          )}
          <a
            class="button button-small button-quiet"
            href={pathOf(channelName)}
            aria-label={`${texts.person}: ${channelName}`}
          >
            {texts.person}
          </a>
        </div>
      </div>
      {report.details === "" ? (
        <p class="hint">{texts.noDetails}</p>
      ) : (
        <blockquote dir="auto">{report.details}</blockquote>
      )}
      {(report.ofChannel > 1 || report.byReporter > 1) && (
        <p class="hint">
          {[
            report.ofChannel > 1 ? texts.ofChannel(report.ofChannel) : "",
            report.byReporter > 1 ? texts.repeats(report.byReporter) : "",
          ]
            .filter((text) => text !== "")
            .join(" · ")}
        </p>
      )}
      {closedAt === null ? (
        <CloseForm page={page} report={report} next={next} />
      ) : (
        <div class="admin-outcome">
          <p dir="auto">{report.outcome}</p>
          <p class="hint">
            {texts.closedBy(report.closedByName ?? texts.accountGone)},{" "}
            <Moment at={closedAt} language={page.language} />
          </p>
        </div>
      )}
    </li>
  );
};

/** Reports, each with what can be done about it. `next`: where that leads back to. */
export const Reports = ({ page, reports, next }: { page: PageProps; reports: ReportProps[]; next: string }) => (
  <ul class="admin-reports" role="list">
    {reports.map((report) => (
      <Report page={page} report={report} next={next} />
    ))}
  </ul>
);

export interface AdminReportsProps {
  frame: AdminFrameProps;
  reports: ReportProps[];
  state: "open" | "closed";
  here: string;
  more?: string | undefined;
}

/** `/admin/reports`: what people say is against the rules. */
export const AdminReportsPage = ({ frame, reports, state, here, more }: AdminReportsProps) => {
  const { page } = frame;
  const texts = adminSiteTexts[page.language];
  const { tabs, more: moreText } = adminTexts[page.language];
  return (
    <AdminPage {...frame} tab="reports" title={tabs.reports} lead={texts.reportsLead}>
      <section class="panel" aria-label={tabs.reports}>
        <Choices
          label={texts.whichReports}
          choices={[
            { href: "/admin/reports", name: texts.open, isCurrent: state === "open" },
            { href: "/admin/reports?show=closed", name: texts.closed, isCurrent: state === "closed" },
          ]}
        />
        {reports.length === 0 ? (
          <p class="admin-empty">{state === "open" ? texts.noOpenReports : texts.noClosedReports}</p>
        ) : (
          <Reports page={page} reports={reports} next={here} />
        )}
        {more !== undefined && (
          <a class="button button-quiet admin-more" href={more}>
            {state === "open" ? moreText : texts.older}
          </a>
        )}
      </section>
    </AdminPage>
  );
};
