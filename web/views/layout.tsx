import type { Child, PropsWithChildren } from "hono/jsx";
import type { Assets } from "../build.ts";
import { type Language, languages } from "../contract/language.ts";
import { languageNames, layoutTexts } from "./layout-texts.ts";

export interface SignedIn {
  /** As they sign in. */
  name: string;
  /** As they want to be called. */
  displayName: string;
  /** Of their picture; null: their pattern stands for it. */
  avatarUrl: string | null;
  canStream: boolean;
  isAdministrator: boolean;
}

export interface PageProps {
  /** null: nobody is signed in. */
  user: SignedIn | null;
  assets: Assets;
  /** Path of the page, such as `/studio`: marks the link to it in the header. */
  path: string;
  /** What the frame and the pages about rooms are written in; the others are English still. */
  language: Language;
}

interface LayoutProps {
  page: PageProps;
  /** What the tab says before the product's name. */
  title: string;
  description?: string;
  /** Scripts beside the small one that every page has. `forms` is htmx; the others come with it. */
  scripts?: "forms" | "live" | "player";
  /** Further elements of the head, such as preloads. */
  head?: Child;
  /** Only the wordmark in the header: pages with a single job. */
  bare?: boolean;
  /** Written in each of our languages: in the one of `page`, with a way to another. The others are English. */
  isTranslated?: boolean;
}

/**
 * htmx's own rules: no styles written into the page, requests to this origin only, and an error swaps nothing
 * unless its element asks for that status. Scripts in attributes are impossible anyway under the page's CSP.
 */
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  mode: "same-origin",
  history: false,
  noSwap: [204, 304, "4xx", "5xx"],
  extensions: "sse",
  sse: { reconnectMaxDelay: 5_000 },
});

const NavLink = ({ href, path, children }: PropsWithChildren<{ href: string; path: string }>) => (
  <a href={href} {...(href === path ? { "aria-current": "page" } : {})}>
    {children}
  </a>
);

type Texts = (typeof layoutTexts)[Language];

const SiteNav = ({ page: { user, path }, texts }: { page: PageProps; texts: Texts }) => (
  <nav aria-label={texts.main}>
    <NavLink href="/rooms" path={path}>
      {texts.rooms}
    </NavLink>
    {user === null ? (
      <>
        <NavLink href="/login" path={path}>
          {texts.signIn}
        </NavLink>
        <a class="button button-small" href="/register">
          {texts.createAccount}
        </a>
      </>
    ) : (
      <>
        <NavLink href="/studio" path={path}>
          {texts.studio}
        </NavLink>
        {user.isAdministrator && (
          <NavLink href="/admin" path={path}>
            {texts.admin}
          </NavLink>
        )}
        <form class="sign-out" method="post" action="/logout">
          <span class="user-name">{user.name}</span>
          <button class="button button-small button-quiet" type="submit">
            {texts.signOut}
          </button>
        </form>
      </>
    )}
  </nav>
);

const Scripts = ({ assets, scripts }: { assets: Assets; scripts: LayoutProps["scripts"] }) => (
  <>
    {scripts !== undefined && (
      <>
        <meta name="htmx-config" content={htmxConfig} />
        <script src={assets.htmx} defer></script>
      </>
    )}
    {scripts === "live" && <script src={assets.sse} defer></script>}
    {scripts === "player" && <script src={assets.player} type="module"></script>}
    <script src={assets.page} type="module"></script>
  </>
);

/** Each language under its own name; the one in use is marked and not a button. */
const LanguageSwitch = ({ page, texts }: { page: PageProps; texts: Texts }) => (
  <footer class="site-footer">
    <form class="languages" method="post" action="/language" aria-label={texts.language}>
      <input type="hidden" name="next" value={page.path} />
      {languages.map((language) =>
        language === page.language ? (
          <span lang={language} aria-current="true">
            {languageNames[language]}
          </span>
        ) : (
          <button type="submit" name="language" value={language} lang={language}>
            {languageNames[language]}
          </button>
        ),
      )}
    </form>
  </footer>
);

/** The frame of every page: head, header with navigation, the page's own content in `main`. */
export const Layout = (props: PropsWithChildren<LayoutProps>) => {
  const { page, title, description, scripts, head, bare, isTranslated, children } = props;
  const language = isTranslated === true ? page.language : "en";
  const texts = layoutTexts[language];
  const fullTitle = `${title} · Panggung`;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <title>{fullTitle}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="description" content={description ?? texts.description} />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#f6f8f6" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#0d1311" media="(prefers-color-scheme: dark)" />
        <meta property="og:title" content={fullTitle} />
        <meta property="og:site_name" content="Panggung" />
        <link rel="icon" href={page.assets.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={page.assets.css} />
        {head}
        <Scripts assets={page.assets} scripts={scripts} />
      </head>
      <body>
        <a class="skip-link" href="#content">
          {texts.skip}
        </a>
        <header class="site-header">
          <a class="wordmark" href="/" {...(page.path === "/" ? { "aria-current": "page" } : {})}>
            <span class="wordmark-picture" aria-hidden="true"></span>
            <span class="visually-hidden">{texts.home}</span>
          </a>
          {bare !== true && <SiteNav page={page} texts={texts} />}
        </header>
        <main id="content" tabindex={-1}>
          {children}
        </main>
        {isTranslated === true && <LanguageSwitch page={page} texts={texts} />}
        <p id="notice" class="notice" role="status" data-offline={texts.offline} data-failed={texts.failed}></p>
      </body>
    </html>
  );
};
