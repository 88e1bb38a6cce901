/** Emoji by their shortcodes, such as `:smile:`, and by what else they are called, out of the data that the picker has. */

export interface FoundEmoji {
  emoji: string;
  /** Without the colons. */
  shortcode: string;
}

export interface EmojiDatum {
  emoji: string;
  shortcodes?: readonly string[];
  /** Words that find it, in the page's language and in English. */
  tags?: readonly string[];
  /** Of the Unicode emoji that first had it. */
  version: number;
}

const maxFound = 8;
/** Of 2022: what is newer is an empty box on many a computer. */
const newestVersion = 15;

/**
 * Up to 8 whose shortcode begins with `start`, or has a word in it that does, or that are found by a word that does; the
 * closest first.
 */
export function findEmoji(data: readonly EmojiDatum[], start: string): FoundEmoji[] {
  const wanted = start.toLowerCase();
  const found = data.flatMap(({ emoji, shortcodes = [], tags = [], version }) => {
    if (version > newestVersion) return [];
    const distances = shortcodes.map((shortcode) => distanceOf(shortcode, wanted));
    const distance = Math.min(...distances);
    const shortcode = shortcodes[Math.max(0, distances.indexOf(distance))];
    const isTagged = (): boolean => tags.some((tag) => tag.startsWith(wanted));
    if (shortcode === undefined || (distance === Infinity && !isTagged())) return [];
    return [{ emoji, shortcode, distance: Math.min(distance, taggedDistance) }];
  });
  return found
    .sort((one, other) => one.distance - other.distance)
    .slice(0, maxFound)
    .map(({ emoji, shortcode }) => ({ emoji, shortcode }));
}

/** Further than these is what only a tag tells of. */
const insideDistance = 1_000;
const taggedDistance = 2_000;

/** 0: the same; Infinity: the shortcode has nothing to do with it. */
function distanceOf(shortcode: string, wanted: string): number {
  if (shortcode.startsWith(wanted)) return shortcode.length - wanted.length;
  return shortcode.includes(`_${wanted}`) ? insideDistance + shortcode.length : Infinity;
}

export class EmojiSearch {
  readonly #url: string;
  readonly #onLoaded: () => void;
  #data: readonly EmojiDatum[] = [];
  #isAsked = false;

  /** `url`: of the data, which is loaded when somebody first looks for an emoji. Then `onLoaded` is called, once. */
  constructor(url: string, onLoaded: () => void) {
    this.#url = url;
    this.#onLoaded = onLoaded;
  }

  /** None as long as the data is on its way. */
  find(start: string): FoundEmoji[] {
    if (!this.#isAsked) void this.#load();
    return findEmoji(this.#data, start);
  }

  async #load(): Promise<void> {
    this.#isAsked = true;
    try {
      const response = await fetch(this.#url);
      if (!response.ok) throw new Error(`The emoji were answered with ${response.status}`);
      this.#data = (await response.json()) as EmojiDatum[];
      this.#onLoaded();
    } catch {
      // Nobody has asked for a list that is missing: the next letter tries again.
      this.#isAsked = false;
    }
  }
}
