/** Emoji by their shortcodes, such as `:smile:`, out of the data that the picker has. */

export interface FoundEmoji {
  emoji: string;
  /** Without the colons. */
  shortcode: string;
}

export interface EmojiDatum {
  emoji: string;
  shortcodes?: readonly string[];
  /** Of the Unicode emoji that first had it. */
  version: number;
}

const maxFound = 8;
/** Of 2022: what is newer is an empty box on many a computer. */
const newestVersion = 15;

/** Up to 8 whose shortcode begins with `start`, or has a word in it that does; the closest first. */
export function findEmoji(data: readonly EmojiDatum[], start: string): FoundEmoji[] {
  const wanted = start.toLowerCase();
  const found = data.flatMap(({ emoji, shortcodes = [], version }) => {
    const distances = version > newestVersion ? [] : shortcodes.map((shortcode) => distanceOf(shortcode, wanted));
    const distance = Math.min(...distances);
    const shortcode = shortcodes[distances.indexOf(distance)];
    return shortcode === undefined || distance === Infinity ? [] : [{ emoji, shortcode, distance }];
  });
  return found
    .sort((one, other) => one.distance - other.distance)
    .slice(0, maxFound)
    .map(({ emoji, shortcode }) => ({ emoji, shortcode }));
}

/** 0: the same; Infinity: has nothing to do with it. */
function distanceOf(shortcode: string, wanted: string): number {
  if (shortcode.startsWith(wanted)) return shortcode.length - wanted.length;
  return shortcode.includes(`_${wanted}`) ? 100 + shortcode.length : Infinity;
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
