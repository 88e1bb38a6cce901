import type { PropsWithChildren } from "hono/jsx";
import type { PageProps, SignedIn } from "./layout.tsx";
import type { LayoutTexts } from "./layout-texts.ts";
import { Icon, type IconName } from "./parts.tsx";
import { Avatar } from "./poster.tsx";

interface PartProps {
  page: PageProps;
  texts: LayoutTexts;
}

const NavLink = ({
  href,
  path,
  icon,
  children,
}: PropsWithChildren<{ href: string; path: string; icon?: IconName }>) => (
  <a href={href} {...(href === path ? { "aria-current": "page" } : {})}>
    {icon !== undefined && <Icon name={icon} />}
    {children}
  </a>
);

/** Works without JavaScript; on narrow screens it is behind a link to the page of the search. */
const Search = ({ texts, typed }: { texts: LayoutTexts; typed: string }) => (
  <>
    <form class="site-search" role="search" action="/search">
      <label class="visually-hidden" for="site-search">
        {texts.search}
      </label>
      <input
        id="site-search"
        name="q"
        type="search"
        value={typed}
        placeholder={texts.searchPlaceholder}
        maxlength={100}
        autocomplete="off"
        aria-keyshortcuts="/"
        data-search
      />
      <button class="icon-button" type="submit">
        <Icon name="search" />
        <span class="visually-hidden">{texts.search}</span>
      </button>
    </form>
    <a class="icon-button site-search-link" href="/search">
      <Icon name="search" />
      <span class="visually-hidden">{texts.search}</span>
    </a>
  </>
);

/** Pages for everybody: in the header where there is room, else in the menu. */
const PublicLinks = ({ page: { path }, texts, hasIcons }: PartProps & { hasIcons: boolean }) => (
  <>
    <NavLink href="/categories" path={path} {...(hasIcons && { icon: "browse" })}>
      {texts.browse}
    </NavLink>
    <NavLink href="/rooms" path={path} {...(hasIcons && { icon: "people" })}>
      {texts.rooms}
    </NavLink>
  </>
);

const AccountMenu = ({ page, texts, user }: PartProps & { user: SignedIn }) => (
  <details class="menu account-menu" data-menu>
    <summary>
      <Avatar name={user.name} url={user.avatarUrl} />
      <span class="visually-hidden">{texts.account(user.displayName)}</span>
    </summary>
    <div class="menu-panel">
      <p class="menu-person">
        <b>
          <bdi>{user.displayName}</bdi>
        </b>
        <span>@{user.name}</span>
      </p>
      <div class="menu-links">
        <NavLink href={`/@${user.name}`} path={page.path} icon="user">
          {texts.yourChannel}
        </NavLink>
        <NavLink href="/settings" path={page.path} icon="settings">
          {texts.settings}
        </NavLink>
        {user.isAdministrator && (
          <NavLink href="/admin" path={page.path} icon="administrator">
            {texts.admin}
          </NavLink>
        )}
      </div>
      <div class="menu-links menu-narrow">
        <NavLink href="/studio" path={page.path} icon="streamer">
          {texts.studio}
        </NavLink>
        <PublicLinks page={page} texts={texts} hasIcons />
      </div>
      <form class="menu-links" method="post" action="/logout">
        <button type="submit">
          <Icon name="sign-out" />
          {texts.signOut}
        </button>
      </form>
    </div>
  </details>
);

const GuestMenu = ({ page, texts }: PartProps) => (
  <details class="menu menu-narrow" data-menu>
    <summary class="icon-button">
      <Icon name="menu" />
      <span class="visually-hidden">{texts.menu}</span>
    </summary>
    <div class="menu-panel">
      <div class="menu-links">
        <PublicLinks page={page} texts={texts} hasIcons />
        <NavLink href="/register" path={page.path} icon="user">
          {texts.createAccount}
        </NavLink>
      </div>
    </div>
  </details>
);

/** How many of the channels one follows are live, on every page and however narrow it is. */
const FollowedLive = async ({ page, texts }: PartProps) => {
  if (page.sidebar === null) return null;
  const { followedLiveCount } = await page.sidebar();
  return (
    <a class="icon-button followed-live" href="/" data-followed-live hidden={followedLiveCount === 0}>
      <Icon name="heart" />
      <span class="count-badge" data-count>
        {followedLiveCount}
      </span>
      <span class="visually-hidden"> {texts.followedLive}</span>
    </a>
  );
};

/** Who signs in or registers comes back to the page they were on. */
const withWayBack = (href: string, path: string): string =>
  path === "/" ? href : `${href}?next=${encodeURIComponent(path)}`;

const SiteNav = ({ page, texts }: PartProps) => (
  <nav class="site-nav" aria-label={texts.main}>
    <div class="nav-links">
      <PublicLinks page={page} texts={texts} hasIcons={false} />
      {page.user !== null && (
        <NavLink href="/studio" path={page.path}>
          {texts.studio}
        </NavLink>
      )}
    </div>
    {page.user === null ? (
      <>
        <a class="button button-small button-quiet" href={withWayBack("/login", page.path)}>
          {texts.signIn}
        </a>
        <a class="button button-small nav-wide" href={withWayBack("/register", page.path)}>
          {texts.createAccount}
        </a>
        <GuestMenu page={page} texts={texts} />
      </>
    ) : (
      <>
        <FollowedLive page={page} texts={texts} />
        <AccountMenu page={page} texts={texts} user={page.user} />
      </>
    )}
  </nav>
);

export const SiteHeader = (props: PartProps & { isBare: boolean; search: string }) => {
  const { page, texts, isBare, search } = props;
  return (
    <header class="site-header">
      <a class="wordmark" href="/" {...(page.path === "/" ? { "aria-current": "page" } : {})}>
        <span class="wordmark-picture" aria-hidden="true"></span>
        <span class="visually-hidden">{texts.home}</span>
      </a>
      {!isBare && (
        <>
          <Search texts={texts} typed={search} />
          <SiteNav page={page} texts={texts} />
        </>
      )}
    </header>
  );
};
