/**
 * The emoji of the picker under Indonesian names, which its data package lacks. names-id.tsv has a line for each emoji:
 * itself, its name, and the words that find it. They are CLDR's, version 48.2 (npm's cldr-annotations-full and
 * cldr-annotations-derived-full), whose licence stands beside them.
 */

/** As emoji-picker-element wants it; only what is changed here. */
export interface EmojiEntry {
  emoji: string;
  annotation: string;
  tags?: string[];
}

interface Names {
  name: string;
  words: string[];
}

export function readNames(lines: string): Map<string, Names> {
  const entries = lines
    .trimEnd()
    .split("\n")
    .map((line): [string, Names] => {
      const [emoji = "", name = "", words = ""] = line.split("\t");
      return [emoji, { name, words: words === "" ? [] : words.split("|") }];
    });
  return new Map(entries);
}

/** The same emoji under other names. English words find them all the same, and name what has no other name. */
export const renamed = <Entry extends EmojiEntry>(data: readonly Entry[], names: ReadonlyMap<string, Names>): Entry[] =>
  data.map((entry) => {
    const known = names.get(entry.emoji);
    if (known === undefined) return entry;
    const english = [entry.annotation, ...(entry.tags ?? [])];
    return { ...entry, annotation: known.name, tags: [...new Set([...known.words, ...english])] };
  });
