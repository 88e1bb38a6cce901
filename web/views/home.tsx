import type { Child } from "hono/jsx";
import type { Language } from "../contract/language.ts";
import { CategoryTiles, type CategoryTile } from "./category-tile.tsx";
import { type OfflineChannel, OfflineCards } from "./channel-card.tsx";
import { discoveryTexts } from "./discovery-texts.ts";
import { Layout, type PageProps } from "./layout.tsx";

const EmptyStage = ({ language }: { language: Language }) => {
  const texts = discoveryTexts[language];
  return (
    <div class="empty-stage">
      <span class="empty-stage-picture" aria-hidden="true"></span>
      <h1>{texts.nobodyTitle}</h1>
      <p>{texts.nobodyText}</p>
      <a class="button" href="/studio">
        {texts.goLive}
      </a>
    </div>
  );
};

/** A card as it was rendered for everybody who reads the same language. */
export interface RenderedCard {
  /** Of `/@name`. */
  name: string;
  html: Child;
}

const Cards = ({ cards }: { cards: RenderedCard[] }) => (
  <ul class="cards" role="list">
    {cards.map(({ html }) => html)}
  </ul>
);

interface LiveGridProps {
  cards: readonly RenderedCard[];
  /** Names of the channels that come first. */
  followed: ReadonlySet<string>;
  language: Language;
}

/** The channels that are live. Pushed again, whole, at every change. */
export const LiveGrid = ({ cards, followed, language }: LiveGridProps) => {
  const texts = discoveryTexts[language];
  const first = cards.filter(({ name }) => followed.has(name));
  const others = first.length === 0 ? [...cards] : cards.filter(({ name }) => !followed.has(name));
  return (
    <section id="live-grid" class="live">
      {cards.length === 0 ? (
        <EmptyStage language={language} />
      ) : (
        <>
          <div class="live-heading">
            <h1>{texts.onStage}</h1>
            <p>{texts.channelsLive(cards.length)}</p>
          </div>
          {first.length > 0 && (
            <>
              <h2 class="live-section">{texts.youFollow}</h2>
              <Cards cards={first} />
            </>
          )}
          {others.length > 0 && (
            <>
              <h2 class={first.length > 0 ? "live-section" : "visually-hidden"}>
                {first.length > 0 ? texts.others : texts.everybody}
              </h2>
              <Cards cards={others} />
            </>
          )}
        </>
      )}
    </section>
  );
};

interface HomeProps extends LiveGridProps {
  page: PageProps;
  /** Off now, and not followed by whoever looks. */
  offline: OfflineChannel[];
  /** Live ones first. */
  categories: CategoryTile[];
}

export const HomePage = ({ page, offline, categories, ...grid }: HomeProps) => {
  const texts = discoveryTexts[page.language];
  return (
    <Layout page={page} title={texts.homeTitle} scripts="live">
      <div class="discovery">
        <div hx-sse:connect="/events?site" hx-swap="innerMorph">
          <LiveGrid {...grid} />
        </div>
        {offline.length > 0 && (
          <section class="discovery-section" aria-labelledby="offline-heading">
            <h2 id="offline-heading">{texts.worthFollowing}</h2>
            <OfflineCards channels={offline} language={page.language} />
          </section>
        )}
        {categories.length > 0 && (
          <section class="discovery-section" aria-labelledby="categories-heading">
            <div class="section-heading">
              <h2 id="categories-heading">{texts.categories}</h2>
              <a href="/categories">{texts.allCategories}</a>
            </div>
            <CategoryTiles categories={categories} language={page.language} />
          </section>
        )}
      </div>
    </Layout>
  );
};
