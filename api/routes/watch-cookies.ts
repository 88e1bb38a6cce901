import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { ChannelProfile } from "../../db/channels.ts";
import type { AppEnv } from "../app-env.ts";
import { cookieAttributes } from "../auth/cookies.ts";

const matureCookie = "panggung_mature";
const matureForSeconds = 30 * 24 * 60 * 60;

/**
 * Whether somebody has to say first that they may watch what is for adults: it is such a channel, not their own, and they
 * have not said so in this browser.
 */
export const needsMatureAnswer = (
  c: Context<AppEnv>,
  { name, isMature }: Pick<ChannelProfile, "name" | "isMature">,
): boolean => isMature && c.get("user")?.username !== name && getCookie(c, matureCookie) !== "yes";

/** As the address says it in frames of other sites, which get no cookies. */
export const saysAdult = (c: Context<AppEnv>): boolean => c.req.query("adult") === "yes";

export function rememberMature(c: Context<AppEnv>): void {
  setCookie(c, matureCookie, "yes", { ...cookieAttributes(c), maxAge: matureForSeconds });
}

/** Whether the page was left in theatre mode; web/client/player-theatre.ts sets the cookie. */
export const isInTheatre = (c: Context<AppEnv>): boolean => getCookie(c, "panggung_theatre") === "on";
