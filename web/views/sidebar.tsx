import { compactNumber } from "../contract/compact-number.ts";
import type { Language } from "../contract/language.ts";
import type { PageProps } from "./layout.tsx";
import { Icon } from "./parts.tsx";
import { Avatar } from "./poster.tsx";
import { type SidebarTexts, sidebarTexts } from "./sidebar-texts.ts";

export interface SidebarChannel {
  /** Of `/@name`. */
  name: string;
  displayName: string;
  avatarUrl: string | null;
  /** null: it is off. */
  live: {
    viewers: number;
    /** Unix time, ms. */
    startedAt: number;
    category: Record<Language, string> | null;
  } | null;
}

export interface SidebarProps {
  /** A rail of pictures alone. */
  isCollapsed: boolean;
  /** Live ones first; null: nobody is signed in. */
  followed: SidebarChannel[] | null;
  followedLiveCount: number;
  /** Of all followed channels, also those that are not shown. */
  followedNames: string[];
  /** Live, most viewers first, none of the followed ones. */
  recommended: SidebarChannel[];
  /** The channel of whoever is signed in. */
  ownName: string | null;
}

interface RowProps {
  channel: SidebarChannel;
  language: Language;
  texts: SidebarTexts;
}

/** One channel. web/client/site.ts fills the same elements. */
const Row = ({ channel: { name, displayName, avatarUrl, live }, language, texts }: RowProps) => (
  <li class="side-channel" data-channel={name} {...(live === null ? {} : { "data-live": live.startedAt })}>
    <a href={`/@${name}`} title={displayName}>
      <Avatar name={name} url={avatarUrl} />
      <span class="side-text">
        <span class="side-name">{displayName}</span>
        <span class="side-about">{live === null ? texts.offline : live.category?.[language]}</span>
      </span>
      <span class="side-viewers">
        <span class="visually-hidden">{texts.live}, </span>
        <span data-viewers-of={name}>{compactNumber(live?.viewers ?? 0, language)}</span>
        <span class="visually-hidden"> {texts.watching}</span>
      </span>
    </a>
  </li>
);

interface SectionProps {
  kind: "followed" | "recommended";
  channels: SidebarChannel[];
  heading: string;
  empty: string;
  language: Language;
  texts: SidebarTexts;
}

const Section = ({ kind, channels, heading, empty, language, texts }: SectionProps) => (
  <div class="side-section">
    <h2 id={`side-${kind}`}>
      <Icon name={kind === "followed" ? "heart" : "streamer"} />
      <span>{heading}</span>
    </h2>
    <ul role="list" aria-labelledby={`side-${kind}`} data-list={kind}>
      {channels.map((channel) => (
        <Row channel={channel} language={language} texts={texts} />
      ))}
    </ul>
    <p class="side-empty" hidden={channels.length > 0}>
      {empty}
    </p>
  </div>
);

/** Its own form, so that it works without JavaScript; the page's script saves the way there and back. */
const Toggle = ({ isCollapsed, path, texts }: { isCollapsed: boolean; path: string; texts: SidebarTexts }) => (
  <form class="side-toggle" method="post" action="/sidebar" data-expand={texts.expand} data-collapse={texts.collapse}>
    <input type="hidden" name="next" value={path} />
    <button class="icon-button" type="submit" name="collapsed" value={isCollapsed ? "no" : "yes"}>
      <Icon name="sidebar" />
      <span class="visually-hidden">{isCollapsed ? texts.expand : texts.collapse}</span>
    </button>
  </form>
);

const nobody: SidebarChannel = { name: "", displayName: "", avatarUrl: null, live: null };

/** The list of channels beside a page: those one follows, then what else is live. */
export const Sidebar = ({ page, props }: { page: PageProps; props: SidebarProps }) => {
  const { language } = page;
  const texts = sidebarTexts[language];
  const { isCollapsed, followed, recommended } = props;
  return (
    <aside
      class="sidebar"
      aria-label={texts.label}
      {...(isCollapsed ? { "data-collapsed": "" } : {})}
      {...(props.ownName === null ? {} : { "data-own": props.ownName })}
    >
      <div class="sidebar-inner">
        <Toggle isCollapsed={isCollapsed} path={page.path} texts={texts} />
        {followed !== null && (
          <Section
            kind="followed"
            channels={followed}
            heading={texts.followed}
            empty={texts.followHint}
            {...{ language, texts }}
          />
        )}
        <Section
          kind="recommended"
          channels={recommended}
          heading={texts.recommended}
          empty={texts.nobodyLive}
          {...{ language, texts }}
        />
        {followed === null && <p class="side-hint">{texts.hint}</p>}
        <template id="side-row">
          <Row channel={nobody} language={language} texts={texts} />
        </template>
      </div>
    </aside>
  );
};
