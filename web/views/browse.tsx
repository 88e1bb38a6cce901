import type { Child } from "hono/jsx";
import { CategoryTiles, type CategoryTile } from "./category-tile.tsx";
import { type LiveChannel, LiveCards, type NamedCategory, type OfflineChannel, OfflineCards } from "./channel-card.tsx";
import { type DiscoveryTexts, discoveryTexts } from "./discovery-texts.ts";
import { Layout, type PageProps } from "./layout.tsx";

export const CategoriesPage = ({ page, categories }: { page: PageProps; categories: CategoryTile[] }) => {
  const texts = discoveryTexts[page.language];
  return (
    <Layout page={page} title={texts.categories} description={texts.categoriesText}>
      <div class="discovery">
        <div class="live-heading">
          <h1>{texts.categories}</h1>
          <p>{texts.categoriesText}</p>
        </div>
        <CategoryTiles categories={categories} language={page.language} />
      </div>
    </Layout>
  );
};

export interface ChannelListProps {
  page: PageProps;
  live: LiveChannel[];
  offline: OfflineChannel[];
}

/** What is live, and what was. */
const ChannelLists = ({ page, live, offline, texts }: ChannelListProps & { texts: DiscoveryTexts }) => (
  <>
    <section class="discovery-section" aria-labelledby="live-heading">
      <h2 id="live-heading">{texts.liveNow}</h2>
      {live.length === 0 ? (
        <p class="none">{offline.length === 0 ? texts.noneYet : texts.nobodyHere}</p>
      ) : (
        <LiveCards channels={live} language={page.language} />
      )}
    </section>
    {offline.length > 0 && (
      <section class="discovery-section" aria-labelledby="recent-heading">
        <h2 id="recent-heading">{texts.recently}</h2>
        <OfflineCards channels={offline} language={page.language} />
      </section>
    )}
  </>
);

const ChannelListPage = (props: ChannelListProps & { title: string; description: string; above: Child }) => {
  const { page, title, description, above, live, offline } = props;
  const texts = discoveryTexts[page.language];
  return (
    <Layout page={page} title={title} description={description}>
      <div class="discovery">
        <div class="live-heading">
          {above}
          <h1>{title}</h1>
          {live.length > 0 && <p>{texts.channelsLive(live.length)}</p>}
        </div>
        <ChannelLists page={page} live={live} offline={offline} texts={texts} />
      </div>
    </Layout>
  );
};

export const CategoryPage = ({ category, ...lists }: ChannelListProps & { category: NamedCategory }) => {
  const texts = discoveryTexts[lists.page.language];
  const above = (
    <a class="breadcrumb" href="/categories">
      {texts.categories}
    </a>
  );
  return (
    <ChannelListPage
      {...lists}
      title={category.name}
      description={texts.categoryDescription(category.name)}
      above={above}
    />
  );
};

export const TagPage = ({ tag, ...lists }: ChannelListProps & { tag: string }) => {
  const texts = discoveryTexts[lists.page.language];
  const above = <span class="breadcrumb">{texts.tag}</span>;
  return <ChannelListPage {...lists} title={`#${tag}`} description={texts.tagDescription(tag)} above={above} />;
};
