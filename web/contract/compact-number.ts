import type { Language } from "./language.ts";

const compact: Record<Language, Intl.NumberFormat> = {
  en: new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }),
  id: new Intl.NumberFormat("id", { notation: "compact", maximumFractionDigits: 1 }),
};

/** A count where there is little room, such as `1.2K` or `1,2 rb`. */
export const compactNumber = (count: number, language: Language): string => compact[language].format(count);
