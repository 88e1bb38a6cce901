import { lineMaxCharacters } from "../contract/limits.ts";

export { cleanText } from "../contract/clean-text.ts";

/** What a line may consist of, and what can be told from it. Everything here is linear in the length of the text. */

/** More than a quote needs is left out. */
const quoteMaxCharacters = 100;

/** Whether a clean text is longer than a line may be, in code points. */
export function isTooLong(text: string): boolean {
  if (text.length <= lineMaxCharacters) return false;
  return text.length > 2 * lineMaxCharacters || [...text].length > lineMaxCharacters;
}

/** The beginning of a text, for a quote. */
export function quoteOf(text: string): string {
  if (text.length <= quoteMaxCharacters) return text;
  return `${[...text].slice(0, quoteMaxCharacters - 1).join("")}…`;
}

/**
 * One emoji after the other is taken out, the longest first. A single pattern for the whole text would try every way to
 * read it: a hand and a skin tone are one emoji or two, so that forty of them and a letter took minutes.
 */
export const isEmojiOnly = (text: string): boolean => text !== "" && text.replace(/\p{RGI_Emoji}/gv, "").trim() === "";

/** Whether somebody could take it for the address of a website, with or without its scheme. */
export const hasLink = (text: string): boolean =>
  /:\/\//u.test(text) || /[\p{L}\p{N}-]\.\p{L}{2,24}(?![\p{L}\p{N}])/u.test(text);

/** Letters without case, marks and width, so that the same word is found however it is dressed. */
const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase();

/** What makes two lines the same. */
export const sameness = (text: string): string => fold(text).replace(/\s+/gu, " ");

/** Finds blocked words as whole words; a `*` at the end of one stands for any ending. No words: finds nothing. */
export function blockedWordFinder(words: readonly string[]): (text: string) => boolean {
  const patterns = words
    .map((word) => fold(word.trim()))
    .filter((word) => word !== "" && word !== "*")
    .map((word) => (word.endsWith("*") ? `${RegExp.escape(word.slice(0, -1))}[\\p{L}\\p{N}]*` : RegExp.escape(word)));
  if (patterns.length === 0) return () => false;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${patterns.join("|")})(?![\\p{L}\\p{N}])`, "u");
  return (text) => pattern.test(fold(text));
}
