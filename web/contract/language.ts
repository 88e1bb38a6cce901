/** The languages that pages are written in. No imports: browsers load this too. */
export const languages = ["en", "id"] as const;
export type Language = (typeof languages)[number];

/** The cookie that remembers a choice made on the page; without it the browser's own wish counts. */
export const languageCookie = "panggung_language";

/** A language of ours by its code, such as a form's field or a cookie says it; null: none of ours. */
export const languageOf = (code: string | null | undefined): Language | null =>
  languages.find((language) => language === code) ?? null;

/** Only so much of a header is looked at. */
const rangesMax = 20;

/**
 * The language for whoever sends this `Accept-Language` (RFC 9110, 12.5.4): of ours, the one they want most; English where
 * they want neither. A range counts by its first subtag (`id-ID` is Indonesian; so is `in`, its code until 1989, which old
 * systems still send).
 */
export function negotiateLanguage(acceptLanguage: string | null | undefined): Language {
  let best: { language: Language; quality: number } | null = null;
  for (const range of (acceptLanguage ?? "").split(",", rangesMax)) {
    const [tag = "", ...parameters] = range.split(";").map((piece) => piece.trim().toLowerCase());
    const [primary = ""] = tag.split("-");
    const language = primary === "*" ? "en" : languageOf(primary === "in" ? "id" : primary);
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    const quality = weight === undefined ? 1 : Number(weight);
    // The first of equals: that is how browsers list them.
    if (language !== null && quality > (best?.quality ?? 0)) best = { language, quality };
  }
  return best?.language ?? "en";
}
