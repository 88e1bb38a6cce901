import type { Language } from "../contract/language.ts";
import type { NamedCategory } from "./channel-card.tsx";
import { discoveryTexts } from "./discovery-texts.ts";
import { posterClass } from "./poster.tsx";

export interface CategoryTile extends NamedCategory {
  liveChannels: number;
}

/** Categories as pieces of cloth, each with a pattern of its own. */
export const CategoryTiles = ({ categories, language }: { categories: CategoryTile[]; language: Language }) => (
  <ul class="category-tiles" role="list">
    {categories.map(({ id, name, liveChannels }) => (
      <li class={`category-tile poster ${posterClass(id)}`}>
        <a href={`/categories/${id}`}>{name}</a>
        {liveChannels > 0 && <span class="category-live">{discoveryTexts[language].live(liveChannels)}</span>}
      </li>
    ))}
  </ul>
);
