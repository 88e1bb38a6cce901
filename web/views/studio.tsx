import type { Child } from "hono/jsx";
import type { ChannelState } from "../../api/contract/channel-state.ts";
import type { Language } from "../contract/language.ts";
import { AskToStream, type AskToStreamProps } from "./ask-to-stream.tsx";
import { ChatPanel } from "./chat.tsx";
import { moderationPath } from "./chat-moderation.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { PastStreamFacts, PastStreams, type PastStreamProps } from "./past-streams.tsx";
import { Player } from "./player.tsx";
import { Avatar } from "./poster.tsx";
import { BannerForm, type BannerFormProps, TextForm, type TextFormProps } from "./studio-channel-forms.tsx";
import { type KeyPanelProps, Setup } from "./studio-key.tsx";
import { StudioStatus, type StudioStatusProps } from "./studio-status.tsx";
import { StreamForm, type StreamFormProps } from "./studio-stream-form.tsx";
import { studioTexts } from "./studio-texts.ts";
import { type CurvePoint, ViewerCurve } from "./viewer-curve.tsx";

export interface StudioChannel {
  name: string;
  displayName: string;
  avatarUrl: string | null;
}

export interface AudienceProps {
  /** Of the stream that is on; none while nobody is live. */
  points: CurvePoint[];
  viewers: number;
  peakViewers: number;
  followers: number;
}

type Texts = (typeof studioTexts)[Language];

const Tab = ({ href, path, text }: { href: string; path: string; text: string }) => (
  <a href={href} {...(href === path ? { "aria-current": "page" as const } : {})}>
    {text}
  </a>
);

const Heading = ({ page, channelName, texts }: { page: PageProps; channelName: string; texts: Texts }) => (
  <>
    <div class="page-heading">
      <h1>{texts.studio}</h1>
      <nav class="page-links" aria-label={texts.yourChannel}>
        <a href={`/@${channelName}`}>{texts.openPage}</a>
        <a href={moderationPath(channelName)}>{texts.moderation}</a>
      </nav>
    </div>
    <nav class="tabs" aria-label={texts.tabs}>
      <Tab href="/studio" path={page.path} text={texts.live} />
      <Tab href="/studio/channel" path={page.path} text={texts.channel} />
      <Tab href="/studio/streams" path={page.path} text={texts.streams} />
    </nav>
  </>
);

const Moderates = ({ names, texts }: { names: string[]; texts: Texts }) => (
  <section class="panel" aria-labelledby="moderates-heading">
    <h2 id="moderates-heading">{texts.moderates}</h2>
    <ul class="rows" role="list">
      {names.map((name) => (
        <li class="row">
          <Avatar name={name} />
          <p class="row-text row-title">
            <a href={`/@${name}`}>{name}</a>
          </p>
          <a class="button button-small button-quiet" href={moderationPath(name)}>
            {texts.moderate}
            <span class="visually-hidden"> {texts.moderateOf(name)}</span>
          </a>
        </li>
      ))}
    </ul>
  </section>
);

/** What viewers see, for whoever streams. Closed, it loads nothing. */
const Preview = (props: { channel: StudioChannel; state: ChannelState; language: Language }) => {
  const texts = studioTexts[props.language];
  return (
    <details class="panel studio-preview" data-preview open>
      <summary>
        <h2>{texts.preview}</h2>
      </summary>
      <Player {...props} isMuted isTold />
      <p class="hint">{texts.previewHint}</p>
    </details>
  );
};

/** It goes on by itself: what is not true while nobody is live is there and not shown (studio.css). */
const Audience = ({ audience, language }: { audience: AudienceProps; language: Language }) => {
  const { points, viewers, peakViewers, followers } = audience;
  const texts = studioTexts[language];
  const number = new Intl.NumberFormat(language);
  return (
    <section class="panel audience" aria-labelledby="audience-heading">
      <h2 id="audience-heading">{texts.audience}</h2>
      <dl class="figures">
        <div class="figure">
          <dt>{texts.watchingNow}</dt>
          <dd data-watching data-one="{n}" data-other="{n}">
            {number.format(viewers)}
          </dd>
        </div>
        <div class="figure">
          <dt>{texts.peak}</dt>
          <dd data-peak={peakViewers}>{number.format(peakViewers)}</dd>
        </div>
        <div class="figure">
          <dt>{texts.followers}</dt>
          <dd>{number.format(followers)}</dd>
        </div>
      </dl>
      <p class="hint audience-offline">{texts.audienceOffline}</p>
      <div class="audience-live">
        <p class="hint">{texts.audienceLive}</p>
        <ViewerCurve points={points} isLive label={texts.audience} language={language} />
      </div>
    </section>
  );
};

/** The frame of the studio's pages. */
const Frame = (props: { page: PageProps; channelName: string; title: string; chat?: Child; children: Child }) => {
  const { page, channelName, title, chat, children } = props;
  const head = <script src={page.assets.studio} type="module"></script>;
  return (
    <Layout page={page} title={title} scripts="live" styles="studio" head={head}>
      <div class={chat === undefined ? "studio" : "studio studio-with-chat"}>
        <div class="studio-main">
          <Heading page={page} channelName={channelName} texts={studioTexts[page.language]} />
          {children}
        </div>
        {chat}
      </div>
    </Layout>
  );
};

export interface StudioLiveProps {
  page: PageProps;
  channel: StudioChannel;
  serverUrls: string[];
  status: StudioStatusProps;
  /** As viewers see it. */
  state: ChannelState;
  streamForm: StreamFormProps;
  keyPanel: KeyPanelProps;
  audience: AudienceProps;
  /** Names of the channels of others in which this person is a moderator. */
  moderates: string[];
}

/** Where somebody streams from: is it live, how does it look, who watches, what is it about, how does OBS get there. */
export const StudioPage = (props: StudioLiveProps) => {
  const { page, channel, status, state, moderates } = props;
  const { language } = page;
  const texts = studioTexts[language];
  return (
    <Frame
      page={page}
      channelName={channel.name}
      title={texts.studio}
      chat={<ChatPanel page={page} channel={channel} canModerate />}
    >
      <div class="studio-columns">
        <div class="studio-column">
          <div hx-sse:connect="/studio/events?site" hx-swap="innerMorph">
            <StudioStatus {...status} language={language} told={JSON.stringify(state)} />
          </div>
          <Preview channel={channel} state={state} language={language} />
          <Audience audience={props.audience} language={language} />
        </div>
        <div class="studio-column">
          <StreamForm {...props.streamForm} />
          <Setup serverUrls={props.serverUrls} keyPanel={props.keyPanel} language={language} />
          {moderates.length > 0 && <Moderates names={moderates} texts={texts} />}
        </div>
      </div>
    </Frame>
  );
};

/** The studio of an account that may not stream yet. */
export const StudioClosedPage = (props: {
  page: PageProps;
  channelName: string;
  ask: AskToStreamProps;
  streamForm: StreamFormProps;
  moderates: string[];
}) => {
  const texts = studioTexts[props.page.language];
  return (
    <Frame page={props.page} channelName={props.channelName} title={texts.studio}>
      <AskToStream {...props.ask} />
      <StreamForm {...props.streamForm} />
      {props.moderates.length > 0 && <Moderates names={props.moderates} texts={texts} />}
    </Frame>
  );
};

/** What the channel's page says and shows. */
export const StudioChannelPage = (props: {
  page: PageProps;
  channelName: string;
  textForm: TextFormProps;
  bannerForm: BannerFormProps;
}) => {
  const texts = studioTexts[props.page.language];
  return (
    <Frame page={props.page} channelName={props.channelName} title={`${texts.channel} – ${texts.studio}`}>
      <BannerForm {...props.bannerForm} />
      <TextForm {...props.textForm} />
    </Frame>
  );
};

/** Every stream there was, page by page. */
export const StudioStreamsPage = (props: {
  page: PageProps;
  channelName: string;
  streams: PastStreamProps[];
  /** Query of the next page; null: this is the last. */
  older: string | null;
  isFirst: boolean;
}) => {
  const texts = studioTexts[props.page.language];
  return (
    <Frame page={props.page} channelName={props.channelName} title={`${texts.streams} – ${texts.studio}`}>
      <section class="panel" aria-labelledby="streams-heading">
        <h2 id="streams-heading">{texts.streams}</h2>
        {props.streams.length === 0 ? (
          <div class="studio-empty">
            <p>{texts.noStreams}</p>
            <p class="hint">{texts.noStreamsText}</p>
          </div>
        ) : (
          <PastStreams
            streams={props.streams}
            language={props.page.language}
            hrefOf={(id) => `/studio/streams/${id}`}
          />
        )}
        {(props.older !== null || !props.isFirst) && (
          <p class="pages">
            {!props.isFirst && <a href="/studio/streams">{texts.newestStreams}</a>}
            {props.older !== null && <a href={`/studio/streams?${props.older}`}>{texts.olderStreams}</a>}
          </p>
        )}
      </section>
    </Frame>
  );
};

/** One stream that is over: who watched, over time. */
export const StudioStreamPage = (props: {
  page: PageProps;
  channelName: string;
  stream: PastStreamProps;
  points: CurvePoint[];
}) => {
  const { page, stream, points } = props;
  const { language } = page;
  const texts = studioTexts[language];
  const heading = texts.curveOf(stream.title);
  return (
    <Frame page={page} channelName={props.channelName} title={`${stream.title} – ${texts.studio}`}>
      <section class="panel audience" aria-labelledby="stream-heading">
        <div>
          <h2 id="stream-heading" dir="auto">
            {stream.title}
          </h2>
          <PastStreamFacts stream={stream} language={language} />
        </div>
        {points.length < 2 ? (
          <p class="hint">{texts.noCurve}</p>
        ) : (
          <ViewerCurve points={points} isLive={false} label={heading} language={language} />
        )}
        <p>
          <a href="/studio/streams">{texts.allStreams}</a>
        </p>
      </section>
    </Frame>
  );
};
