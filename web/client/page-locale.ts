/**
 * How dates and numbers are written on a page in `language`: as this person's browser wants it where it knows that
 * language (en-GB rather than en), else as the language alone says.
 */
export const localeOf = (language: string, wanted: readonly string[]): string =>
  wanted.find((locale) => locale.split("-")[0] === language) ?? language;

/** The page's own. */
export const pageLocale = (): string => localeOf(document.documentElement.lang, navigator.languages);
