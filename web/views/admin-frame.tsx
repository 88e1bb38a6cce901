import type { Child, PropsWithChildren } from "hono/jsx";
import type { Language } from "../contract/language.ts";
import { type AdminTexts, adminTexts, type DoneKey } from "./admin-texts.ts";
import { Layout, type PageProps } from "./layout.tsx";
import { FormError, Icon } from "./parts.tsx";

export type AdminTab = keyof AdminTexts["tabs"];

/** What every page of the administration shows around its own content. */
export interface AdminFrameProps {
  page: PageProps;
  /** Counted up to 100. */
  waiting: { asking: number; reports: number };
  /** What was just done. */
  done?: DoneKey | undefined;
  /** Why what was sent was not done. */
  error?: string | undefined;
}

const tabs: [tab: AdminTab, path: string][] = [
  ["overview", "/admin"],
  ["people", "/admin/people"],
  ["live", "/admin/live"],
  ["reports", "/admin/reports"],
  ["registration", "/admin/registration"],
  ["security", "/admin/security"],
  ["categories", "/admin/categories"],
  ["audit", "/admin/audit"],
  ["calls", "/admin/calls"],
];

export const countOf = (count: number, language: Language): string =>
  count >= 100 ? "99+" : new Intl.NumberFormat(language).format(count);

/** The way from one part of the administration to another. */
export const AdminTabs = (props: { language: Language; tab: AdminTab; waiting: AdminFrameProps["waiting"] }) => {
  const { language, tab, waiting } = props;
  const texts = adminTexts[language];
  const counts: Partial<Record<AdminTab, number>> = { people: waiting.asking, reports: waiting.reports };
  return (
    <nav class="admin-tabs" aria-label={texts.administration}>
      <ul role="list">
        {tabs.map(([name, href]) => {
          const count = counts[name] ?? 0;
          return (
            <li>
              <a href={href} {...(name === tab ? { "aria-current": "page" } : {})}>
                {texts.tabs[name]}
                {count > 0 && (
                  <span class="admin-count">
                    <span aria-hidden="true">{countOf(count, language)}</span>
                    <span class="visually-hidden">{texts.waiting(countOf(count, language))}</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
};

/** A page of the administration: its tabs, its heading, what was done or what was wrong, and its own content. */
export const AdminPage = (
  props: PropsWithChildren<AdminFrameProps & { tab: AdminTab; title: string; heading?: Child; lead?: string }>,
) => {
  const { page, waiting, done, error, tab, title, heading, lead, children } = props;
  const texts = adminTexts[page.language];
  return (
    <Layout page={page} title={title} styles="desk">
      <div class="admin">
        <AdminTabs language={page.language} tab={tab} waiting={waiting} />
        <div class="admin-heading">
          {heading ?? <h1>{title}</h1>}
          {lead !== undefined && <p class="hint">{lead}</p>}
        </div>
        {done !== undefined && (
          <p class="admin-done" role="status">
            <Icon name="check" />
            {texts.done[done]}
          </p>
        )}
        <FormError id="admin-error" message={error} />
        {children}
      </div>
    </Layout>
  );
};

/** A moment, in the page's language. */
export const Moment = ({ at, language, dayOnly }: { at: number; language: Language; dayOnly?: true }) => {
  const text = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "id", {
    dateStyle: "medium",
    timeZone: "UTC",
    ...(dayOnly ? {} : { timeStyle: "short" as const }),
  }).format(at);
  return <time datetime={new Date(at).toISOString()}>{dayOnly ? text : `${text} UTC`}</time>;
};

/** Choices above a list, as links. */
export const Choices = (props: { label: string; choices: { href: string; name: string; isCurrent: boolean }[] }) => (
  <nav class="admin-choices" aria-label={props.label}>
    {props.choices.map(({ href, name, isCurrent }) => (
      <a href={href} {...(isCurrent ? { "aria-current": "page" } : {})}>
        {name}
      </a>
    ))}
  </nav>
);

/** A link that is shown once, to be sent around. */
export const OnceLink = (props: { page: PageProps; url: string; lead: string }) => {
  const texts = adminTexts[props.page.language];
  return (
    <div class="panel admin-once">
      <p>{props.lead}</p>
      <label for="once">{texts.link}</label>
      <div class="field-row">
        <input
          type="text"
          id="once"
          class="code"
          value={props.url}
          readonly
          autocomplete="off"
          spellcheck={false}
          autofocus
        />
        <button
          class="button button-quiet copy"
          type="button"
          data-copy="once"
          data-label-copied={texts.copied}
          data-label-selected={texts.selected}
        >
          <Icon name="copy" />
          <span data-label aria-live="polite">
            {texts.copy}
          </span>
        </button>
      </div>
    </div>
  );
};

export interface PasswordAgainPageProps {
  frame: AdminFrameProps;
  /** Where the act was sent, and everything that its form said. */
  action: string;
  fields: [name: string, value: string][];
  /** Where whoever changes their mind goes. */
  back: string;
  error?: string | undefined;
}

/** In the way of an act: the password again, and then the act goes on as it was sent. */
export const PasswordAgainPage = ({ frame, action, fields, back, error }: PasswordAgainPageProps) => {
  const texts = adminTexts[frame.page.language];
  return (
    <AdminPage {...frame} tab="overview" title={texts.passwordTitle} lead={texts.passwordLead}>
      <form class="form panel admin-password" method="post" action={action}>
        <FormError id="password-error" message={error} />
        {fields.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <label for="admin-password">{texts.passwordLabel}</label>
        <div class="field-row">
          <input
            id="admin-password"
            name="password"
            type="password"
            required
            autocomplete="current-password"
            autofocus
            {...(error === undefined ? {} : { "aria-invalid": "true", "aria-errormessage": "password-error" })}
          />
          <button class="button" type="submit">
            {texts.passwordGo}
          </button>
        </div>
        <p>
          <a href={back}>{texts.back}</a>
        </p>
      </form>
    </AdminPage>
  );
};
