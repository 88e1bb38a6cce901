import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { AppEnv } from "../app-env.ts";
import { cookieAttributes } from "../auth/cookies.ts";

const matureCookie = "panggung_mature";
const matureForSeconds = 30 * 24 * 60 * 60;

/** Whether somebody has said in this browser that they may watch what is for adults. */
export const maySeeMature = (c: Context<AppEnv>): boolean => getCookie(c, matureCookie) === "yes";

export function rememberMature(c: Context<AppEnv>): void {
  setCookie(c, matureCookie, "yes", { ...cookieAttributes(c), maxAge: matureForSeconds });
}

/** Whether the page was left in theatre mode; web/client/player-theatre.ts sets the cookie. */
export const isInTheatre = (c: Context<AppEnv>): boolean => getCookie(c, "panggung_theatre") === "on";
