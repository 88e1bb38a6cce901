import type { CategoryName, ListedChannel as ListedRow, OfflineRow } from "../db/discovery.ts";
import type { CategoryTile } from "../web/views/category-tile.tsx";
import type { LiveChannel, NamedCategory, OfflineChannel } from "../web/views/channel-card.tsx";
import type { Language } from "./language.ts";
import type { LiveStream } from "./live-list.ts";
import { imageUrl } from "./page.tsx";
import { streamTitle } from "./stream-title.ts";
import { type Site, thumbnailUrl } from "./site.ts";

/** A category under its name in the page's language. */
export const namedCategory = ({ id, name, nameId }: CategoryName, language: Language): NamedCategory => ({
  id,
  name: language === "id" ? nameId : name,
});

interface RowOfList extends ListedRow {
  title: string;
  category: CategoryName | null;
}

const listed = ({ name, displayName, avatarHash, title, category }: RowOfList, language: Language) => ({
  name,
  displayName,
  avatarUrl: avatarHash === null ? null : imageUrl(avatarHash),
  title: streamTitle(title, displayName, language),
  category: category && namedCategory(category, language),
});

/** As a card shows a channel that is live. */
export function liveChannel(stream: LiveStream, site: Site, language: Language): LiveChannel {
  const { startedAt, state, viewers, tags, isMature } = stream;
  return {
    ...listed(stream, language),
    startedAt,
    interrupted: state === "interrupted",
    viewers,
    // Who has not said that they want to see it does not.
    thumbnailUrl: isMature ? null : thumbnailUrl(stream, site),
    tags,
    language: stream.language,
    isMature,
  };
}

/** As a list shows a channel that is off; `followers` where it tells how many there are. */
export function offlineChannel(row: OfflineRow, language: Language, followers: number | null = null): OfflineChannel {
  return { ...listed(row, language), lastLiveAt: row.lastLiveAt, followers };
}

/** Categories with how many channels are live in each; those with most first, then by name. */
export function categoryTiles(
  categories: readonly CategoryName[],
  streams: readonly LiveStream[],
  language: Language,
): CategoryTile[] {
  const live = new Map<string, number>();
  for (const { category } of streams) {
    if (category !== null) live.set(category.id, (live.get(category.id) ?? 0) + 1);
  }
  return categories
    .map((category) => ({ ...namedCategory(category, language), liveChannels: live.get(category.id) ?? 0 }))
    .toSorted((a, b) => b.liveChannels - a.liveChannels || a.name.localeCompare(b.name, language));
}
