import type { ChannelState } from "../../api/contract/channel-state.ts";
import type { Language } from "../contract/language.ts";
import { ChatPanel } from "./chat.tsx";
import { Follow, type FollowProps } from "./follow.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { Uptime } from "./parts.tsx";
import { PastStreams, type PastStreamProps } from "./past-streams.tsx";
import { Player } from "./player.tsx";
import { Avatar } from "./poster.tsx";
import { Share } from "./share.tsx";
import { agoInWords, languageName, watchTexts } from "./watch-texts.ts";

export interface WatchChannel {
  /** Of its address. */
  name: string;
  displayName: string;
  title: string;
  avatarUrl: string | null;
  bannerUrl: string | null;
  /** Named in the page's language. */
  category: { id: string; name: string } | null;
  tags: string[];
  /** What is spoken, BCP 47. */
  language: string | null;
  isMature: boolean;
  /** Safe HTML; "" when nothing is written. */
  aboutHtml: string;
  links: { title: string; url: string }[];
  /** Unix time, ms. */
  lastLiveAt: number | null;
}

/** Absolute addresses for whoever is not on this page. */
export interface WatchAddresses {
  page: string;
  embed: string;
  oembed: string;
  /** A picture of what is on, or of the channel; null: there is none. */
  picture: string | null;
}

export interface WatchProps {
  page: PageProps;
  channel: WatchChannel;
  state: ChannelState;
  follow: FollowProps;
  pastStreams: PastStreamProps[];
  viewers: number;
  addresses: WatchAddresses;
  /** Of what is on now; null: there is none. */
  pictureUrl: string | null;
  /** Whether whoever looks at this may moderate the chat. */
  canModerate: boolean;
  isOwner: boolean;
  isTheatre: boolean;
  /** Unix time, ms. */
  now: number;
}

type Texts = (typeof watchTexts)[Language];

/** What the frame does not say where somebody pastes the page's address: that there is a picture to play. */
const Unfolding = ({
  channel,
  addresses,
  title,
}: {
  channel: WatchChannel;
  addresses: WatchAddresses;
  title: string;
}) => (
  <>
    <meta property="og:type" content="video.other" />
    {!channel.isMature && (
      <>
        <meta property="og:video" content={addresses.embed} />
        <meta property="og:video:type" content="text/html" />
        <meta property="og:video:width" content="1280" />
        <meta property="og:video:height" content="720" />
      </>
    )}
    <link rel="alternate" type="application/json+oembed" href={addresses.oembed} title={title} />
    {channel.isMature && <meta name="rating" content="adult" />}
  </>
);

const Head = ({ props, title }: { props: WatchProps; title: string }) => (
  <>
    <Unfolding channel={props.channel} addresses={props.addresses} title={title} />
    {/* The multivariant playlist is on its way before the script that wants it. */}
    {"playlistUrl" in props.state && (
      <link rel="preload" as="fetch" href={props.state.playlistUrl} crossorigin="anonymous" />
    )}
  </>
);

const Now = ({ state, viewers, texts, now }: { state: ChannelState; viewers: number; texts: Texts; now: number }) => {
  const stream = "playlistUrl" in state ? state : null;
  return (
    <div class="watch-now" data-stream-live hidden={stream === null}>
      <p class="watch-live">
        <span data-while="live" hidden={state.status === "interrupted"}>
          <span class="badge badge-live">{texts.live}</span>
        </span>
        <span data-while="interrupted" hidden={state.status !== "interrupted"}>
          <span class="badge badge-interrupted">{texts.reconnecting}</span>
        </span>
        <Uptime startedAt={stream?.startedAt ?? now} />
      </p>
      <p class="watch-viewers" data-watching data-one={texts.watchingOne} data-other={texts.watchingOther}>
        {viewers > 0 && texts.watchingOther.replace("{n}", String(viewers))}
      </p>
    </div>
  );
};

const Facts = ({ channel, texts, language }: { channel: WatchChannel; texts: Texts; language: Language }) => (
  <div class="watch-facts">
    <a
      class="chip chip-category"
      data-stream-category
      href={channel.category === null ? "/categories" : `/categories/${channel.category.id}`}
      hidden={channel.category === null}
    >
      {channel.category?.name}
    </a>
    <ul class="chips" role="list" data-stream-tags aria-label={texts.tags}>
      {channel.tags.map((tag) => (
        <li>
          <a class="chip" href={`/tags/${encodeURIComponent(tag)}`}>
            {tag}
          </a>
        </li>
      ))}
    </ul>
    {channel.language !== null && (
      <span class="chip chip-plain">
        <span class="visually-hidden">{texts.spoken}: </span>
        {languageName(language, channel.language)}
      </span>
    )}
    {channel.isMature && (
      <span class="chip chip-plain" title={texts.matureLong}>
        {texts.mature}
      </span>
    )}
  </div>
);

const Actions = ({ props, texts, title }: { props: WatchProps; texts: Texts; title: string }) => (
  <div class="watch-actions">
    <Follow {...props.follow} />
    <Share
      url={props.addresses.page}
      embedUrl={props.addresses.embed}
      name={props.channel.displayName}
      title={title}
      language={props.page.language}
    />
    {props.isOwner ? (
      <a class="button button-small button-quiet" href="/studio/channel">
        {texts.edit}
      </a>
    ) : (
      <a class="button button-small button-quiet" href={`/@${props.channel.name}/report`}>
        <span class="icon icon-flag" aria-hidden="true"></span>
        <span class="watch-action">{texts.report}</span>
      </a>
    )}
  </div>
);

/** Only http and https reach this: api/channel-form.ts lets nothing else be saved. */
const Links = ({ links, texts }: { links: WatchChannel["links"]; texts: Texts }) => (
  <section aria-labelledby="links-heading">
    <h2 id="links-heading">{texts.links}</h2>
    <ul class="watch-links" role="list">
      {links.map(({ title, url }) => (
        <li>
          <a href={url} rel="nofollow ugc noopener" dir="auto">
            {title}
          </a>
          <span class="hint">{new URL(url).host}</span>
        </li>
      ))}
    </ul>
  </section>
);

const More = ({ channel, pastStreams, page, texts }: WatchProps & { texts: Texts }) => (
  <div class="watch-more">
    {channel.bannerUrl !== null && (
      <img class="watch-banner" src={channel.bannerUrl} alt="" width="1500" height="500" loading="lazy" />
    )}
    <section class="watch-text" aria-labelledby="about-heading">
      <h2 id="about-heading">{texts.aboutOf(channel.displayName)}</h2>
      {channel.aboutHtml === "" ? (
        <p class="hint">{texts.noAbout(channel.displayName)}</p>
      ) : (
        <div class="prose" dir="auto" dangerouslySetInnerHTML={{ __html: channel.aboutHtml }}></div>
      )}
    </section>
    <div class="watch-side">
      {channel.links.length > 0 && <Links links={channel.links} texts={texts} />}
      <section aria-labelledby="past-heading">
        <h2 id="past-heading">{texts.pastStreams}</h2>
        {pastStreams.length === 0 ? (
          <p class="hint">{texts.noPastStreams}</p>
        ) : (
          <PastStreams streams={pastStreams} language={page.language} />
        )}
      </section>
    </div>
  </div>
);

/** A channel: its picture, its chat, who plays there and what about. */
export const WatchPage = (props: WatchProps) => {
  const { page, channel, state, now } = props;
  const texts = watchTexts[page.language];
  const stream = "playlistUrl" in state ? state : null;
  const title = stream?.title ?? channel.title;
  const lastLive = channel.lastLiveAt === null ? null : agoInWords(page.language, now - channel.lastLiveAt);
  return (
    <Layout
      page={page}
      title={`${title} – ${channel.displayName}`}
      description={texts.description(channel.displayName, title)}
      scripts="player"
      styles="stage"
      name="watch-page"
      {...(props.addresses.picture === null ? {} : { picture: props.addresses.picture })}
      head={<Head props={props} title={title} />}
    >
      <div class="watch" {...(props.isTheatre ? { "data-theatre": "" } : {})}>
        <div class="watch-stage">
          <Player
            channel={channel}
            state={state}
            language={page.language}
            lastLive={lastLive}
            pictureUrl={props.pictureUrl}
            theatre={props.isTheatre ? "on" : "off"}
          />
        </div>
        <div class="watch-head">
          <Avatar name={channel.name} url={channel.avatarUrl} />
          <div class="watch-title">
            <h1 data-stream-title dir="auto">
              {title}
            </h1>
            <p class="watch-channel">
              <bdi>{channel.displayName}</bdi>
              {channel.displayName.toLowerCase() !== channel.name && <span class="hint"> @{channel.name}</span>}
            </p>
            <Facts channel={channel} texts={texts} language={page.language} />
          </div>
          <div class="watch-beside">
            <Now state={state} viewers={props.viewers} texts={texts} now={now} />
            <Actions props={props} texts={texts} title={title} />
          </div>
        </div>
        <ChatPanel page={page} channel={channel} canModerate={props.canModerate} />
        <div class="watch-about">
          <noscript>
            <p class="hint">{texts.noScript}</p>
          </noscript>
          <More {...props} texts={texts} />
        </div>
      </div>
    </Layout>
  );
};

/** Asked before anything of a channel for adults is loaded. */
export const MatureGatePage = ({
  page,
  channel,
}: {
  page: PageProps;
  channel: Pick<WatchChannel, "name" | "displayName" | "avatarUrl">;
}) => {
  const texts = watchTexts[page.language];
  return (
    <Layout page={page} title={channel.displayName} styles="stage">
      <section class="gate" aria-labelledby="gate-heading">
        <Avatar name={channel.name} url={channel.avatarUrl} />
        <h1 id="gate-heading">{texts.gateTitle}</h1>
        <p>{texts.gateText(channel.displayName)}</p>
        <form method="post" action={`/@${channel.name}/mature`}>
          <input type="hidden" name="next" value={page.path} />
          <button class="button" type="submit">
            {texts.gateEnter}
          </button>
          <a class="button button-quiet" href="/">
            {texts.gateLeave}
          </a>
        </form>
      </section>
    </Layout>
  );
};
