import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { type Language, languageCookie, languageOf, negotiateLanguage } from "../web/contract/language.ts";
import type { AppEnv } from "./app-env.ts";
import { cookieAttributes } from "./auth/cookies.ts";

export type { Language };

const rememberedForSeconds = 365 * 24 * 60 * 60;

/** What to write a page in: as somebody has chosen on one, else as their browser wishes. */
export const languageFor = (c: Context<AppEnv>): Language =>
  languageOf(getCookie(c, languageCookie)) ?? negotiateLanguage(c.req.header("accept-language"));

/** Remembers a choice. Returns false when it is none of ours. */
export function rememberLanguage(c: Context<AppEnv>, code: string): boolean {
  const language = languageOf(code);
  if (language === null) return false;
  setCookie(c, languageCookie, language, { ...cookieAttributes(c), maxAge: rememberedForSeconds });
  return true;
}
