import { type CallTexts, english } from "./texts-en.ts";
import { indonesian } from "./texts-id.ts";

export type { CallTexts };

/** In the language of the page, which the server has chosen. */
export const texts: CallTexts = document.documentElement.lang === "id" ? indonesian : english;
