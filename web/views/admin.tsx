import { type AdminFrameProps, AdminPage, countOf } from "./admin-frame.tsx";
import { ActForm, Names, pathOf, PeopleList, type PersonProps } from "./admin-people.tsx";
import type { Language } from "../contract/language.ts";
import { adminTexts } from "./admin-texts.ts";
import type { PageProps } from "./layout.tsx";
import { Icon, LiveBadge, PasswordAgainFields, Uptime } from "./parts.tsx";
import { posterClass } from "./poster.tsx";

export const endReasonMaxCharacters = 200;

export interface LiveStreamProps {
  streamId: string;
  channelName: string;
  displayName: string;
  title: string;
  /** Of the picture now; null: the channel's pattern stands for it. */
  thumbnailUrl: string | null;
  /** Unix time, ms. */
  startedAt: number;
  state: "live" | "interrupted";
  /** null: not known now. */
  viewers: number | null;
}

interface EndNowProps {
  language: Language;
  streamId: string;
  channelName: string;
  next: string;
  /** A field beside the button for why, which the streamer reads. */
  withReason: boolean;
}

/** Ends somebody's stream. */
export const EndNow = ({ language, streamId, channelName, next, withReason }: EndNowProps) => {
  const texts = adminTexts[language];
  return (
    <ActForm
      action={`/admin/streams/${streamId}/end`}
      next={next}
      class={withReason ? "admin-inline admin-inline-wide" : "admin-inline"}
    >
      {withReason && (
        <input
          type="text"
          name="reason"
          aria-label={`${texts.endReason}: ${channelName}`}
          placeholder={texts.endReason}
          maxlength={endReasonMaxCharacters}
          autocomplete="off"
        />
      )}
      <button class="button button-small button-danger" type="submit" aria-label={`${texts.endNow}: ${channelName}`}>
        {texts.endNow}
      </button>
    </ActForm>
  );
};

const StreamRow = (props: { page: PageProps; stream: LiveStreamProps; next: string; withReason?: boolean }) => {
  const { page, stream, next, withReason } = props;
  const texts = adminTexts[page.language];
  return (
    <li class="row">
      <div class={`poster admin-picture ${posterClass(stream.channelName)}`}>
        {stream.thumbnailUrl !== null && (
          <img
            class="poster-picture"
            src={stream.thumbnailUrl}
            alt=""
            width="640"
            height="360"
            decoding="async"
            data-thumbnail
          />
        )}
      </div>
      <div class="row-text">
        <p class="row-title">
          <a href={`/@${stream.channelName}`}>
            <bdi>{stream.title}</bdi>
          </a>
        </p>
        <p class="hint">
          <a href={pathOf(stream.channelName)}>
            <Names person={{ username: stream.channelName, displayName: stream.displayName }} />
          </a>
          {stream.viewers !== null && <> · {texts.watching(stream.viewers)}</>}
        </p>
      </div>
      <span class="row-live">
        <LiveBadge interrupted={stream.state === "interrupted"} language={page.language} />
        <Uptime startedAt={stream.startedAt} />
      </span>
      <EndNow
        language={page.language}
        streamId={stream.streamId}
        channelName={stream.channelName}
        next={next}
        withReason={withReason === true}
      />
    </li>
  );
};

interface LiveListProps {
  page: PageProps;
  live: LiveStreamProps[];
  next: string;
  withReason?: boolean;
}

const LiveList = ({ page, live, next, withReason }: LiveListProps) =>
  live.length === 0 ? (
    <p class="admin-empty">{adminTexts[page.language].nobodyLive}</p>
  ) : (
    <ul class="rows" role="list">
      {live.map((stream) => (
        <StreamRow page={page} stream={stream} next={next} withReason={withReason === true} />
      ))}
    </ul>
  );

export interface AdminOverviewProps {
  frame: AdminFrameProps;
  live: LiveStreamProps[];
  /** Those who have asked for longest. */
  asking: PersonProps[];
  newest: PersonProps[];
  /** Whether whoever looks at this has a second factor. */
  hasTotp: boolean;
}

/** `/admin`: what is on, and what waits for somebody. */
export const AdminOverviewPage = ({ frame, live, asking, newest, hasTotp }: AdminOverviewProps) => {
  const { page, waiting } = frame;
  const texts = adminTexts[page.language];
  const items = [
    waiting.asking > 0 && { href: "/admin/people?show=asking", text: texts.askCount(waiting.asking) },
    waiting.reports > 0 && { href: "/admin/reports", text: texts.reportCount(waiting.reports) },
    !hasTotp && { href: "/settings/second-factor", text: texts.noSecondFactor },
  ].filter((item) => item !== false);
  return (
    <AdminPage {...frame} tab="overview" title={texts.administration}>
      <section class="panel" aria-labelledby="attention-heading">
        <h2 id="attention-heading">{texts.attention}</h2>
        {items.length === 0 ? (
          <p class="hint">{texts.nothingWaits}</p>
        ) : (
          <ul class="admin-attention" role="list">
            {items.map(({ href, text }) => (
              <li>
                <Icon name="alert" />
                <a href={href}>{text}</a>
              </li>
            ))}
          </ul>
        )}
      </section>
      {asking.length > 0 && (
        <section class="panel" aria-labelledby="asking-heading">
          <h2 id="asking-heading">{texts.asking}</h2>
          <PeopleList page={page} people={asking} next="/admin" withAsk />
          {waiting.asking > asking.length && (
            <a class="button button-quiet admin-more" href="/admin/people?show=asking">
              {texts.more} ({countOf(waiting.asking - asking.length, page.language)})
            </a>
          )}
        </section>
      )}
      <section class="panel" aria-labelledby="live-heading">
        <h2 id="live-heading">{texts.liveNow}</h2>
        <LiveList page={page} live={live} next="/admin" />
      </section>
      <section class="panel" aria-labelledby="people-heading">
        <h2 id="people-heading">{texts.newest}</h2>
        <PeopleList page={page} people={newest} next="/admin" />
        <a class="button button-quiet admin-more" href="/admin/people">
          {texts.allPeople}
        </a>
      </section>
    </AdminPage>
  );
};

/** `/admin/live`: everything that is on now. */
export const AdminLivePage = ({ frame, live }: { frame: AdminFrameProps; live: LiveStreamProps[] }) => {
  const texts = adminTexts[frame.page.language];
  return (
    <AdminPage {...frame} tab="live" title={texts.liveNow} lead={texts.liveLead}>
      <section class="panel" aria-labelledby="live-heading">
        <h2 id="live-heading">{texts.liveTotal(live.length)}</h2>
        <LiveList page={frame.page} live={live} next="/admin/live" withReason />
      </section>
    </AdminPage>
  );
};

/** The password again, on a page whose forms are not the administration's own. */
export const PasswordAgain = ({ page, error, path }: { page: PageProps; error: string | undefined; path: string }) => {
  const texts = adminTexts[page.language];
  return (
    <section class="panel">
      <h2>{texts.passwordTitle}</h2>
      <p class="hint">{texts.passwordLead}</p>
      <form class="form" method="post" action="/confirm">
        <PasswordAgainFields label={texts.passwordLabel} next={path} error={error} />
      </form>
    </section>
  );
};
