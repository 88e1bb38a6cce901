import type { Language } from "../contract/language.ts";
import { type FormProblem, PasswordField, TextField } from "./fields.tsx";
import type { PageProps } from "./layout.tsx";
import { SettingsForm, SettingsPage } from "./settings.tsx";
import { settingsTexts } from "./settings-texts.ts";

/** A device that somebody is signed in on. */
export interface ShownSession {
  /** By this it is signed out. */
  name: string;
  isThis: boolean;
  browser: string | null;
  system: string | null;
  /** Unix time, ms; 0: not known. */
  createdAt: number;
  /** To the hour; 0: not known. */
  seenAt: number;
}

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** Such as "3 days ago"; the server's own hours are nobody's. */
const agoOf = (ms: number, language: Language): string => {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  return ms < dayMs ? format.format(-Math.round(ms / hourMs), "hour") : format.format(-Math.round(ms / dayMs), "day");
};

const dateOf = (at: number, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(at);

const SessionRow = ({ session, language, now }: { session: ShownSession; language: Language; now: number }) => {
  const texts = settingsTexts[language];
  const { browser, system, createdAt, seenAt } = session;
  const what = browser ?? texts.unknownBrowser;
  const name = system === null ? what : texts.onSystem(what, system);
  const seen = now - seenAt < hourMs ? texts.seenNow : texts.seenAgo(agoOf(now - seenAt, language));
  const lines = [createdAt === 0 ? [] : texts.since(dateOf(createdAt, language)), seenAt === 0 ? [] : seen].flat();
  return (
    <li>
      <div>
        <p class="session-name">{name}</p>
        <p class="hint">{lines.join(" · ")}</p>
      </div>
      {session.isThis ? (
        <span class="badge badge-quiet">{texts.thisOne}</span>
      ) : (
        <form method="post" action="/settings/sessions/end">
          <input type="hidden" name="session" value={session.name} />
          <button class="button button-small button-quiet" type="submit" aria-label={`${texts.signOut}: ${name}`}>
            {texts.signOut}
          </button>
        </form>
      )}
    </li>
  );
};

/** `sessions`: the one seen last first. `now`: Unix time, ms. */
export const SessionsPage = (props: { page: PageProps; sessions: ShownSession[]; now: number; hasEnded: boolean }) => {
  const { page, sessions, now, hasEnded } = props;
  const texts = settingsTexts[page.language];
  return (
    <SettingsPage page={page} tab="sessions" notice={hasEnded ? texts.signedOut : undefined}>
      <section class="panel" aria-labelledby="sessions-heading">
        <h2 id="sessions-heading">{texts.sessions}</h2>
        <ul class="settings-sessions" role="list">
          {sessions.map((session) => (
            <SessionRow session={session} language={page.language} now={now} />
          ))}
        </ul>
        {sessions.length > 1 ? (
          <form method="post" action="/settings/sessions/end-others">
            <button class="button button-danger" type="submit">
              {texts.signOutOthers}
            </button>
          </form>
        ) : (
          <p class="hint">{texts.onlyThis}</p>
        )}
      </section>
    </SettingsPage>
  );
};

interface DeleteFormProps {
  language: Language;
  username: string;
  problem?: FormProblem | undefined;
}

export const DeleteForm = ({ language, username, problem }: DeleteFormProps) => {
  const texts = settingsTexts[language];
  return (
    <SettingsForm
      id="delete-form"
      action="/settings/delete"
      submit={texts.deleteButton}
      kind="danger"
      problem={problem}
    >
      <TextField
        name="username"
        label={texts.deleteUsername(username)}
        problem={problem}
        input={{ required: true, autocomplete: "off", autocapitalize: "none", spellcheck: "false" }}
      />
      <PasswordField language={language} label={texts.yourPassword} problem={problem} isNew={false} />
    </SettingsForm>
  );
};

export const DeletePage = (
  props: Omit<DeleteFormProps, "language"> & { page: PageProps; isLastAdministrator: boolean },
) => {
  const { page, isLastAdministrator, ...form } = props;
  const texts = settingsTexts[page.language];
  return (
    <SettingsPage page={page} tab="account">
      <section class="panel panel-danger" aria-labelledby="delete-heading">
        <h2 id="delete-heading">{texts.deleteTitle}</h2>
        <p class="settings-lead">{isLastAdministrator ? texts.lastAdministrator : texts.deleteLead}</p>
        {!isLastAdministrator && <DeleteForm language={page.language} {...form} />}
      </section>
    </SettingsPage>
  );
};
