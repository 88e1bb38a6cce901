import type { PropsWithChildren } from "hono/jsx";
import type { ChannelListProps } from "./browse.tsx";
import { CategoryTiles, type CategoryTile } from "./category-tile.tsx";
import { LiveCards, OfflineCards } from "./channel-card.tsx";
import { type DiscoveryTexts, discoveryTexts } from "./discovery-texts.ts";
import { Layout } from "./layout.tsx";
import { Icon } from "./parts.tsx";

interface SearchProps extends ChannelListProps {
  /** As it was typed; empty: nothing was. */
  typed: string;
  categories: CategoryTile[];
}

/** The page's own box: the one in the header has no room on narrow screens. */
const SearchForm = ({ typed, texts }: { typed: string; texts: DiscoveryTexts }) => (
  <form class="search-form" role="search" aria-label={texts.searchForm} action="/search">
    <label for="search">{texts.searchLabel}</label>
    <div class="field-row">
      <input id="search" name="q" type="search" value={typed} maxlength={100} autocomplete="off" />
      <button class="button" type="submit">
        <Icon name="search" />
        {texts.search}
      </button>
    </div>
  </form>
);

const Results = ({ id, heading, children }: PropsWithChildren<{ id: string; heading: string }>) => (
  <section class="discovery-section" aria-labelledby={id}>
    <h2 id={id}>{heading}</h2>
    {children}
  </section>
);

export const SearchPage = ({ page, typed, live, offline, categories }: SearchProps) => {
  const language = page.language;
  const texts = discoveryTexts[language];
  const count = live.length + offline.length + categories.length;
  const noIndex = <meta name="robots" content="noindex" />;
  return (
    <Layout page={page} title={texts.search} search={typed} head={noIndex}>
      <div class="discovery">
        <div class="live-heading">
          <h1>{typed === "" ? texts.search : texts.searchFor(typed)}</h1>
          {typed !== "" && <p role="status">{count === 0 ? texts.nothingFound : texts.resultCount(count)}</p>}
        </div>
        <SearchForm typed={typed} texts={texts} />
        {typed === "" && <p class="none">{texts.searchHint}</p>}
        {typed !== "" && count === 0 && <p class="none">{texts.nothingFoundHint}</p>}
        {live.length > 0 && (
          <Results id="live-heading" heading={texts.liveNow}>
            <LiveCards channels={live} language={language} />
          </Results>
        )}
        {offline.length > 0 && (
          <Results id="channels-heading" heading={texts.channels}>
            <OfflineCards channels={offline} language={language} />
          </Results>
        )}
        {categories.length > 0 && (
          <Results id="categories-heading" heading={texts.categories}>
            <CategoryTiles categories={categories} language={language} />
          </Results>
        )}
      </div>
    </Layout>
  );
};
