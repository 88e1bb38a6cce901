import type { SiteChannel } from "../../api/contract/site-event.ts";
import { type Language, languageOf } from "../contract/language.ts";

/** What the page is written in. */
export const pageLanguage = (): Language => languageOf(document.documentElement.lang) ?? "en";

/** As web/views/poster.tsx draws it. */
export const avatarOf = ({ name, avatarUrl, poster }: SiteChannel): HTMLElement => {
  if (avatarUrl !== null) {
    const picture = new Image(40, 40);
    picture.className = "avatar";
    picture.alt = "";
    picture.src = avatarUrl;
    return picture;
  }
  const letter = document.createElement("span");
  letter.className = `avatar ${poster}`;
  letter.ariaHidden = "true";
  letter.textContent = name.charAt(0).toUpperCase();
  return letter;
};
