import type { Language } from "./language.ts";

/** What a stream is called for people; one without a title of its own (`""`) after whoever makes it, as they want to be called. */
export function streamTitle(title: string, displayName: string, language: Language): string {
  if (title !== "") return title;
  const byLanguage: Record<Language, string> = { en: `${displayName}’s stream`, id: `Siaran ${displayName}` };
  return byLanguage[language];
}
