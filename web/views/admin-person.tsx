import type { Child } from "hono/jsx";
import { EndNow } from "./admin.tsx";
import { AuditEntries, type AuditEntryProps } from "./admin-audit.tsx";
import { type AdminFrameProps, AdminPage, Moment, OnceLink } from "./admin-frame.tsx";
import { ActForm, AskAnswer, Names, pathOf, type PersonProps } from "./admin-people.tsx";
import { type ReportProps, Reports } from "./admin-reports.tsx";
import { adminTexts } from "./admin-texts.ts";
import { Uptime } from "./parts.tsx";
import { Avatar } from "./poster.tsx";

export const suspendReasonMaxCharacters = 300;

export interface AdminPersonProps {
  frame: AdminFrameProps;
  person: PersonProps & {
    suspendedAt: number | null;
    suspendedReason: string | null;
    hasTotp: boolean;
    title: string;
    followers: number;
    stream: { id: string; startedAt: number } | null;
    sessions: number;
  };
  /** STREAMERS=everyone. */
  everyoneMayStream: boolean;
  reports: ReportProps[];
  audit: AuditEntryProps[];
  /** What was typed as the reason to suspend them. */
  reason?: string | undefined;
}

type Part = Pick<AdminPersonProps, "frame" | "person">;

const Fact = ({ name, children }: { name: string; children?: Child }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Facts = ({ frame, person }: Part) => {
  const texts = adminTexts[frame.page.language];
  const { language } = frame.page;
  return (
    <dl class="admin-facts">
      <Fact name={texts.facts.joined}>
        <Moment at={person.createdAt} language={language} dayOnly />
      </Fact>
      <Fact name={texts.role}>{texts.roles[person.role]}</Fact>
      <Fact name={texts.facts.sessions}>{texts.sessions(person.sessions)}</Fact>
      <Fact name={texts.facts.factor}>{person.hasTotp ? texts.yes : texts.no}</Fact>
      <Fact name={texts.facts.followers}>{new Intl.NumberFormat(language).format(person.followers)}</Fact>
      <Fact name={texts.facts.live}>
        {person.stream === null ? (
          texts.no
        ) : (
          <>
            {texts.liveSince} <Uptime startedAt={person.stream.startedAt} />
          </>
        )}
      </Fact>
    </dl>
  );
};

const RoleForm = ({ frame, person, everyoneMayStream }: Part & { everyoneMayStream: boolean }) => {
  const texts = adminTexts[frame.page.language];
  return (
    <section class="panel" aria-labelledby="role-heading">
      <h2 id="role-heading">{texts.role}</h2>
      <ActForm action={`/admin/people/${person.id}/role`} next={pathOf(person.username)} class="form">
        <fieldset class="admin-radios">
          <legend class="visually-hidden">{texts.role}</legend>
          {(["viewer", "streamer", "administrator"] as const).map((role) => (
            <label class="choice">
              <input type="radio" name="role" value={role} checked={role === person.role} />
              <span class="choice-name">{texts.roles[role]}</span>
              <span class="hint">{texts.roleHints[role]}</span>
            </label>
          ))}
        </fieldset>
        {everyoneMayStream && <p class="hint">{texts.roleAll}</p>}
        <div>
          <button class="button" type="submit">
            {texts.saveRole}
          </button>
        </div>
      </ActForm>
    </section>
  );
};

const SuspensionPanel = ({ frame, person, reason }: Part & { reason: string | undefined }) => {
  const { language } = frame.page;
  const texts = adminTexts[language];
  const next = pathOf(person.username);
  if (person.suspendedAt !== null) {
    return (
      <section class="panel admin-suspended" aria-labelledby="suspend-heading">
        <h2 id="suspend-heading">{texts.suspended}</h2>
        <p>
          <Moment at={person.suspendedAt} language={language} />
        </p>
        <blockquote dir="auto">{person.suspendedReason}</blockquote>
        <ActForm action={`/admin/people/${person.id}/lift`} next={next}>
          <button class="button" type="submit">
            {texts.lift}
          </button>
        </ActForm>
      </section>
    );
  }
  return (
    <section class="panel" id="suspend" aria-labelledby="suspend-heading">
      <h2 id="suspend-heading">{texts.suspend}</h2>
      {person.role === "administrator" ? (
        <p class="hint">{texts.suspendAdministrator}</p>
      ) : (
        <ActForm action={`/admin/people/${person.id}/suspend`} next={next} class="form">
          <p class="hint">{texts.suspendLead}</p>
          <div class="field">
            <label for="suspend-reason">{texts.suspendReason}</label>
            <input
              type="text"
              id="suspend-reason"
              name="reason"
              value={reason ?? ""}
              required
              maxlength={suspendReasonMaxCharacters}
              autocomplete="off"
              {...(reason === undefined ? {} : { "aria-invalid": "true", autofocus: true })}
            />
          </div>
          <div>
            <button class="button button-danger" type="submit">
              {texts.suspend}
              <span class="visually-hidden"> {person.username}</span>
            </button>
          </div>
        </ActForm>
      )}
    </section>
  );
};

const AccountPanel = ({ frame, person }: Part) => {
  const texts = adminTexts[frame.page.language];
  const next = pathOf(person.username);
  return (
    <section class="panel" aria-labelledby="account-heading">
      <h2 id="account-heading">{texts.account}</h2>
      <div class="admin-acts">
        <div>
          <ActForm action={`/admin/people/${person.id}/reset`} next={next}>
            <button class="button button-quiet" type="submit">
              {texts.reset}
            </button>
          </ActForm>
          <p class="hint">{texts.resetHint}</p>
        </div>
        <div>
          <ActForm action={`/admin/people/${person.id}/sign-out`} next={next}>
            <button class="button button-danger" type="submit">
              {texts.signOut}
            </button>
          </ActForm>
          <p class="hint">{texts.signOutHint}</p>
        </div>
        {person.stream !== null && (
          <div>
            <EndNow
              language={frame.page.language}
              streamId={person.stream.id}
              channelName={person.username}
              next={next}
              withReason
            />
            <p class="hint">{texts.endHint}</p>
          </div>
        )}
      </div>
    </section>
  );
};

/** `/admin/people/:name`: one person, and what can be done. */
export const AdminPersonPage = (props: AdminPersonProps) => {
  const { frame, person, everyoneMayStream, reports, audit, reason } = props;
  const { page } = frame;
  const texts = adminTexts[page.language];
  const here = pathOf(person.username);
  const heading = (
    <div class="admin-person">
      <Avatar name={person.username} url={person.avatarUrl} />
      <div class="row-text">
        <h1>
          <Names person={person} />
        </h1>
        <p class="hint">
          <bdi>{person.title}</bdi>
        </p>
      </div>
      <nav class="page-links" aria-label={person.username}>
        {person.suspendedAt === null && <a href={`/@${person.username}`}>{texts.openChannel}</a>}
        <a href={`/admin/audit?subject=${person.username}`}>{texts.theirAudit}</a>
      </nav>
    </div>
  );
  return (
    <AdminPage {...frame} tab="people" title={person.displayName} heading={heading}>
      <Facts frame={frame} person={person} />
      {person.streamingAskedAt !== null && (
        <section class="panel" aria-labelledby="asks-heading">
          <h2 id="asks-heading">{texts.asks}</h2>
          <AskAnswer page={page} person={person} next={here} />
        </section>
      )}
      <div class="admin-columns">
        <RoleForm frame={frame} person={person} everyoneMayStream={everyoneMayStream} />
        <AccountPanel frame={frame} person={person} />
      </div>
      <SuspensionPanel frame={frame} person={person} reason={reason} />
      <section class="panel" aria-labelledby="reports-heading">
        <h2 id="reports-heading">{texts.reportsOf}</h2>
        {reports.length === 0 ? (
          <p class="hint">{texts.noReportsOf}</p>
        ) : (
          <Reports page={page} reports={reports} next={here} />
        )}
      </section>
      <section class="panel" aria-labelledby="audit-heading">
        <h2 id="audit-heading">{texts.auditOf}</h2>
        {audit.length === 0 ? <p class="hint">{texts.noAuditOf}</p> : <AuditEntries page={page} entries={audit} />}
      </section>
    </AdminPage>
  );
};

/** Answers "Make a reset link": the link, this once. */
export const AdminResetLinkPage = (props: { frame: AdminFrameProps; username: string; url: string }) => {
  const { frame, username, url } = props;
  const texts = adminTexts[frame.page.language];
  return (
    <AdminPage {...frame} tab="people" title={texts.resetDone(username)}>
      <OnceLink page={frame.page} url={url} lead={texts.resetLead} />
      <p>
        <a href={pathOf(username)}>{username}</a>
      </p>
    </AdminPage>
  );
};
