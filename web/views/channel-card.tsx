import { compactNumber } from "../contract/compact-number.ts";
import type { Language } from "../contract/language.ts";
import { type DiscoveryTexts, discoveryTexts } from "./discovery-texts.ts";
import { Icon, LiveBadge, Uptime } from "./parts.tsx";
import { Avatar, posterClass } from "./poster.tsx";
import { agoText } from "./rooms-texts.ts";

export interface NamedCategory {
  /** Of `/categories/:id`. */
  id: string;
  /** In the page's language. */
  name: string;
}

export interface ListedChannel {
  /** Of `/@name`. */
  name: string;
  displayName: string;
  avatarUrl: string | null;
  title: string;
  category: NamedCategory | null;
}

export interface LiveChannel extends ListedChannel {
  /** Unix time, ms. */
  startedAt: number;
  /** The encoder is gone for the moment. */
  interrupted: boolean;
  viewers: number;
  /** Of the picture now; null: the channel's pattern stands for it. */
  thumbnailUrl: string | null;
  tags: string[];
  /** What is spoken, BCP 47; null: not said. */
  language: string | null;
  isMature: boolean;
}

export interface OfflineChannel extends ListedChannel {
  /** When its last stream began, Unix time, ms; null: it never had one. */
  lastLiveAt: number | null;
  /** null: not told here. */
  followers: number | null;
}

const maxTagsShown = 3;

/** A language in the words of another; its code where the browser's data has no name for it. */
function languageName(code: string, language: Language): string {
  const known = languageNames.get(`${code} ${language}`);
  if (known !== undefined) return known;
  const name = new Intl.DisplayNames(language, { type: "language" }).of(code) ?? code;
  languageNames.set(`${code} ${language}`, name);
  return name;
}
/** Few: what streams may be in is a list of ours. */
const languageNames = new Map<string, string>();

const Picture = ({ channel, texts, language }: { channel: LiveChannel; texts: DiscoveryTexts; language: Language }) => (
  <div class={`poster ${posterClass(channel.name)}`}>
    {channel.thumbnailUrl !== null && (
      <img
        class="poster-picture"
        src={channel.thumbnailUrl}
        alt=""
        width="640"
        height="360"
        decoding="async"
        data-thumbnail
      />
    )}
    <span class="poster-top">
      <LiveBadge interrupted={channel.interrupted} language={language} />
      {channel.isMature && (
        <span class="badge badge-mature">
          <span aria-hidden="true">18+</span>
          <span class="visually-hidden">{texts.mature}</span>
        </span>
      )}
    </span>
    <span class="poster-bottom">
      <span class="poster-fact">
        <Icon name="eye" />
        <span data-viewers-of={channel.name}>{compactNumber(channel.viewers, language)}</span>
        <span class="visually-hidden"> {texts.watching}</span>
      </span>
      <Uptime startedAt={channel.startedAt} />
    </span>
  </div>
);

/** A channel that is live. Its whole card is the link to it; category and tags have links of their own. */
export const LiveCard = ({ channel, language }: { channel: LiveChannel; language: Language }) => {
  const { name, displayName, avatarUrl, title, category, tags } = channel;
  return (
    <li class="card" id={`live-${name}`}>
      <Picture channel={channel} texts={discoveryTexts[language]} language={language} />
      <div class="card-text">
        <Avatar name={name} url={avatarUrl} />
        <h3>
          <a href={`/@${name}`}>{title}</a>
        </h3>
        <p class="card-name">
          <bdi>{displayName}</bdi>
          {category !== null && (
            <>
              {" · "}
              <a href={`/categories/${category.id}`}>{category.name}</a>
            </>
          )}
        </p>
        <p class="card-tags">
          {tags.slice(0, maxTagsShown).map((tag) => (
            <a class="chip" href={`/tags/${encodeURIComponent(tag)}`}>
              {tag}
            </a>
          ))}
          {channel.language !== null && channel.language !== language && (
            <span class="chip chip-plain">{languageName(channel.language, language)}</span>
          )}
        </p>
      </div>
    </li>
  );
};

/** A channel that is off, in a list. */
export const OfflineCard = ({ channel, language }: { channel: OfflineChannel; language: Language }) => {
  const { name, displayName, avatarUrl, title, category, lastLiveAt, followers } = channel;
  const texts = discoveryTexts[language];
  const facts = [
    lastLiveAt === null ? texts.neverLive : texts.lastLive(agoText(lastLiveAt, Date.now(), language)),
    ...(category === null ? [] : [category.name]),
    ...(followers === null ? [] : [texts.followers(followers)]),
  ];
  return (
    <li class="off-card">
      <Avatar name={name} url={avatarUrl} />
      <div>
        <h3>
          <a href={`/@${name}`}>
            <bdi>{displayName}</bdi>
          </a>
        </h3>
        <p class="off-title">{title}</p>
        <p class="off-facts">{facts.join(" · ")}</p>
      </div>
    </li>
  );
};

export const OfflineCards = ({ channels, language }: { channels: OfflineChannel[]; language: Language }) => (
  <ul class="off-cards" role="list">
    {channels.map((channel) => (
      <OfflineCard channel={channel} language={language} />
    ))}
  </ul>
);

export const LiveCards = ({ channels, language }: { channels: LiveChannel[]; language: Language }) => (
  <ul class="cards" role="list">
    {channels.map((channel) => (
      <LiveCard channel={channel} language={language} />
    ))}
  </ul>
);
