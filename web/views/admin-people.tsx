import type { PropsWithChildren } from "hono/jsx";
import { type AdminFrameProps, AdminPage, Choices, Moment } from "./admin-frame.tsx";
import { adminTexts } from "./admin-texts.ts";
import type { PageProps } from "./layout.tsx";
import { Avatar } from "./poster.tsx";

export const declineMaxCharacters = 300;

export interface PersonProps {
  id: string;
  username: string;
  displayName: string;
  avatarUrl: string | null;
  role: "viewer" | "streamer" | "administrator";
  /** Times are Unix time, ms. */
  createdAt: number;
  isSuspended: boolean;
  /** null: they do not ask for the right to stream. */
  streamingAskedAt: number | null;
  streamingAskedWhy: string;
}

export const pathOf = (username: string): string => `/admin/people/${username}`;

/** Where an act of administrators is sent, and where it leads back to. */
export const ActForm = (props: PropsWithChildren<{ action: string; next: string; class?: string }>) => (
  <form method="post" action={props.action} {...(props.class === undefined ? {} : { class: props.class })}>
    <input type="hidden" name="next" value={props.next} />
    {props.children}
  </form>
);

/** Both of somebody's names, where they differ. */
export const Names = ({ person }: { person: Pick<PersonProps, "username" | "displayName"> }) => (
  <>
    <bdi>{person.displayName}</bdi>
    {person.displayName !== person.username && <span class="admin-username">@{person.username}</span>}
  </>
);

/** Lets somebody stream, or takes that away; nothing for administrators, who always may. */
export const StreamingButton = (props: { page: PageProps; person: PersonProps; next: string }) => {
  const { page, person, next } = props;
  const texts = adminTexts[page.language];
  if (person.role === "administrator" || person.isSuspended) return null;
  const mayStream = person.role === "streamer";
  return (
    <ActForm action={`/admin/people/${person.id}/streaming`} next={next}>
      <input type="hidden" name="allow" value={mayStream ? "no" : "yes"} />
      <button class={`button button-small ${mayStream ? "button-danger" : "button-quiet"}`} type="submit">
        {mayStream ? texts.stop : texts.allow}
        <span class="visually-hidden">{texts.forWhom(person.username)}</span>
      </button>
    </ActForm>
  );
};

/** What somebody wrote who asks for the right to stream, and the two answers. */
export const AskAnswer = ({ page, person, next }: { page: PageProps; person: PersonProps; next: string }) => {
  const texts = adminTexts[page.language];
  return (
    <div class="admin-ask">
      {person.streamingAskedWhy === "" ? (
        <p class="hint">{texts.noWhy}</p>
      ) : (
        <>
          <p class="hint">{texts.whyWritten}</p>
          <blockquote dir="auto">{person.streamingAskedWhy}</blockquote>
        </>
      )}
      <div class="admin-answers">
        <ActForm action={`/admin/people/${person.id}/streaming`} next={next}>
          <input type="hidden" name="allow" value="yes" />
          <button class="button button-small" type="submit">
            {texts.grant}
            <span class="visually-hidden">{texts.forWhom(person.username)}</span>
          </button>
        </ActForm>
        <ActForm action={`/admin/people/${person.id}/decline`} next={next} class="admin-inline">
          <label class="visually-hidden" for={`decline-${person.id}`}>
            {texts.declineWhy}
          </label>
          <input
            type="text"
            id={`decline-${person.id}`}
            name="why"
            placeholder={texts.declineWhy}
            maxlength={declineMaxCharacters}
            autocomplete="off"
          />
          <button class="button button-small button-danger" type="submit">
            {texts.decline}
            <span class="visually-hidden">{texts.forWhom(person.username)}</span>
          </button>
        </ActForm>
      </div>
    </div>
  );
};

interface RowProps {
  page: PageProps;
  person: PersonProps;
  /** Where what is done here leads back to. */
  next: string;
  /** With what they ask for, and the answers. */
  withAsk?: boolean;
}

export const PersonRow = ({ page, person, next, withAsk }: RowProps) => {
  const texts = adminTexts[page.language];
  return (
    <li class="row">
      <Avatar name={person.username} url={person.avatarUrl} />
      <div class="row-text">
        <p class="row-title">
          <a href={pathOf(person.username)}>
            <Names person={person} />
          </a>
          {page.user?.name === person.username && <span class="admin-mark">{texts.you}</span>}
          {person.isSuspended && <span class="admin-mark admin-mark-bad">{texts.suspended}</span>}
          {person.streamingAskedAt !== null && <span class="admin-mark admin-mark-asks">{texts.asks}</span>}
        </p>
        <p class="hint">
          {texts.roles[person.role]}, {texts.since} <Moment at={person.createdAt} language={page.language} dayOnly />
        </p>
      </div>
      {/* Who asks is answered where their words are. */}
      {person.streamingAskedAt === null ? (
        <StreamingButton page={page} person={person} next={next} />
      ) : (
        withAsk === true && <AskAnswer page={page} person={person} next={next} />
      )}
    </li>
  );
};

export const PeopleList = (props: Omit<RowProps, "person"> & { people: PersonProps[] }) => (
  <ul class="rows" role="list">
    {props.people.map((person) => (
      <PersonRow page={props.page} person={person} next={props.next} withAsk={props.withAsk === true} />
    ))}
  </ul>
);

type Filter = "all" | "streamers" | "administrators" | "asking" | "suspended";

export interface AdminPeopleProps {
  frame: AdminFrameProps;
  people: PersonProps[];
  /** What was searched for; null: the people of the filter are shown. */
  search: string | null;
  filter: Filter;
  /** This page's own address, with its query. */
  here: string;
  /** Link to the next page. */
  more?: string | undefined;
  /** More were found than are shown. */
  isFull: boolean;
}

/** `/admin/people`: everybody who has an account. */
export const AdminPeoplePage = (props: AdminPeopleProps) => {
  const { frame, people, search, filter, here, more, isFull } = props;
  const { page } = frame;
  const texts = adminTexts[page.language];
  const filters = Object.entries(texts.filters) as [Filter, string][];
  return (
    <AdminPage {...frame} tab="people" title={texts.tabs.people}>
      <section class="panel" aria-label={texts.tabs.people}>
        <form class="admin-search" method="get" action="/admin/people" role="search" aria-label={texts.tabs.people}>
          <label for="people-search">{texts.searchLabel}</label>
          <div class="field-row">
            <input id="people-search" name="q" type="search" value={search ?? ""} maxlength={60} autocomplete="off" />
            <button class="button button-quiet" type="submit">
              {texts.search}
            </button>
          </div>
        </form>
        <Choices
          label={texts.filterLabel}
          choices={filters.map(([name, text]) => ({
            href: name === "all" ? "/admin/people" : `/admin/people?show=${name}`,
            name: text,
            isCurrent: search === null && name === filter,
          }))}
        />
        {people.length === 0 ? (
          <p class="admin-empty">{search === null ? texts.nobodyHere : texts.nobodyFound(search)}</p>
        ) : (
          <PeopleList page={page} people={people} next={here} withAsk={filter === "asking"} />
        )}
        {isFull && <p class="hint">{texts.searchFull}</p>}
        {more !== undefined && (
          <a class="button button-quiet admin-more" href={more}>
            {texts.more}
          </a>
        )}
      </section>
    </AdminPage>
  );
};
