import type { Child, PropsWithChildren } from "hono/jsx";
import type { Assets } from "../build.ts";
import { type Language, languages } from "../contract/language.ts";
import { languageNames, type LayoutTexts, layoutTexts } from "./layout-texts.ts";
import { SiteHeader } from "./site-header.tsx";
import { Sidebar, type SidebarProps } from "./sidebar.tsx";
import { SiteNotices } from "./site-notices.tsx";

export interface SignedIn {
  id: string;
  /** As they sign in. */
  name: string;
  /** As they want to be called. */
  displayName: string;
  /** Of their picture; null: their pattern stands for it. */
  avatarUrl: string | null;
  /** Of their name in chat, 0 to 11. */
  color: number;
  canStream: boolean;
  isAdministrator: boolean;
}

export interface PageProps {
  /** null: nobody is signed in. */
  user: SignedIn | null;
  assets: Assets;
  /** Path of the page, such as `/studio`: marks the link to it in the header. */
  path: string;
  /** Such as `https://live.example`; null: the host is not one of ours. */
  origin: string | null;
  /** What the page is written in. */
  language: Language;
  /** The channels beside the page, read when they are asked for; null: there are none to show. */
  sidebar: (() => Promise<SidebarProps>) | null;
}

interface LayoutProps {
  page: PageProps;
  /** What the tab says before the product's name. */
  title: string;
  description?: string;
  /** Scripts beside the small one that every page has. `forms` is htmx; the others come with it. */
  scripts?: "forms" | "live" | "player";
  /** The area whose styles the page needs beside those that every page has. */
  styles?: "stage" | "desk" | "studio" | "call";
  /** Class of the document, for styles that are of the whole page and must be there before it is. */
  name?: string;
  /** Further elements of the head, such as preloads. */
  head?: Child;
  /** Absolute URL of the picture that links to this page unfold with. @default the product's own */
  picture?: string;
  /** Only the wordmark in the header: pages with a single job. */
  bare?: boolean;
  /** The page needs the whole width: nothing stands beside it. */
  wide?: boolean;
  /** What is typed in the search box. */
  search?: string;
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

const Styles = ({ assets, styles }: { assets: Assets; styles: LayoutProps["styles"] }) => {
  const areas = {
    none: [],
    stage: [assets.stageCss],
    desk: [assets.deskCss],
    studio: [assets.studioCss],
    call: [assets.callCss],
  };
  return (
    <>
      {[assets.css, ...areas[styles ?? "none"]].map((href) => (
        <link rel="stylesheet" href={href} />
      ))}
    </>
  );
};

/** What other sites show of a link to this page. */
const Preview = (props: { page: PageProps; title: string; description: string; picture: string | undefined }) => {
  const { origin, path, assets, language } = props.page;
  return (
    <>
      <meta property="og:title" content={props.title} />
      <meta property="og:description" content={props.description} />
      <meta property="og:site_name" content="Panggung" />
      <meta property="og:locale" content={language === "id" ? "id_ID" : "en_US"} />
      {origin !== null && (
        <>
          <link rel="canonical" href={origin + path} />
          <meta property="og:url" content={origin + path} />
          <meta property="og:image" content={props.picture ?? origin + assets.social} />
          <meta name="twitter:card" content="summary_large_image" />
        </>
      )}
    </>
  );
};

/** Each language under its own name; the one in use is marked and not a button. */
const LanguageSwitch = ({ page, texts }: { page: PageProps; texts: LayoutTexts }) => (
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

/** The page's own content, and what stands beside and below it. */
const Body = async (props: PropsWithChildren<{ layout: Pick<LayoutProps, "page" | "wide"> }>) => {
  const { page, wide } = props.layout;
  const main = (
    <>
      <main id="content" tabindex={-1}>
        {props.children}
      </main>
      <LanguageSwitch page={page} texts={layoutTexts[page.language]} />
    </>
  );
  if (page.sidebar === null || wide === true) return main;
  return (
    <div class="site-body">
      <Sidebar page={page} props={await page.sidebar()} />
      <div class="site-content">{main}</div>
    </div>
  );
};

/** The frame of every page: head, header with navigation, the channels beside it, the page's own content in `main`. */
export const Layout = (props: PropsWithChildren<LayoutProps>) => {
  const { page, title, scripts, head, bare, children } = props;
  const { language } = page;
  const texts = layoutTexts[language];
  const description = props.description ?? texts.description;
  const fullTitle = `${title} · Panggung`;
  return (
    <html lang={language} {...(props.name === undefined ? {} : { class: props.name })}>
      <head>
        <meta charset="utf-8" />
        <title>{fullTitle}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="description" content={description} />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#111916" media="(prefers-color-scheme: dark)" />
        <Preview page={page} title={fullTitle} description={description} picture={props.picture} />
        <link rel="icon" href={page.assets.icon} type="image/svg+xml" />
        <Styles assets={page.assets} styles={props.styles} />
        {head}
        <Scripts assets={page.assets} scripts={scripts} />
      </head>
      <body>
        <a class="skip-link" href="#content">
          {texts.skip}
        </a>
        <SiteHeader page={page} texts={texts} isBare={bare === true} search={props.search ?? ""} />
        <Body layout={{ page, wide: props.wide === true || bare === true }}>{children}</Body>
        <SiteNotices page={page} texts={texts} />
      </body>
    </html>
  );
};
