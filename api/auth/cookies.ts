import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { AppEnv } from "../app-env.ts";
import { sessionMaxAgeSeconds } from "./sessions.ts";

const codeMaxAgeSeconds = 60 * 60;

const isSecure = (c: Context<AppEnv>): boolean => c.get("site")?.isSecure === true;

/** Over https the prefix keeps other hosts of the domain from planting a session; over http browsers refuse it. */
const sessionCookie = (c: Context<AppEnv>): string => (isSecure(c) ? "__Host-panggung_session" : "panggung_session");

/** Of each cookie of ours: for no script, not sent along by other sites, over https alone where there is https. */
export const cookieAttributes = (c: Context<AppEnv>) =>
  ({ httpOnly: true, sameSite: "Lax", secure: isSecure(c), path: "/" }) as const;

export const readSessionToken = (c: Context<AppEnv>): string | undefined => getCookie(c, sessionCookie(c));

export function setSessionToken(c: Context<AppEnv>, token: string): void {
  setCookie(c, sessionCookie(c), token, { ...cookieAttributes(c), maxAge: sessionMaxAgeSeconds });
}

export function clearSessionToken(c: Context<AppEnv>): void {
  deleteCookie(c, sessionCookie(c), cookieAttributes(c));
}

/** Over https the prefix keeps it to this host; over http browsers refuse that. */
const guestCookie = (c: Context<AppEnv>): string => (isSecure(c) ? "__Host-panggung_guest" : "panggung_guest");
const guestMaxAgeSeconds = 30 * 24 * 60 * 60;

/** What tells one guest from another, when it is one of ours by its form. */
export function readGuestToken(c: Context<AppEnv>): string | undefined {
  const token = getCookie(c, guestCookie(c));
  return token !== undefined && /^[0-9a-f]{32}$/.test(token) ? token : undefined;
}

export function setGuestToken(c: Context<AppEnv>, token: string): void {
  setCookie(c, guestCookie(c), token, { ...cookieAttributes(c), maxAge: guestMaxAgeSeconds });
}

/** Over https the prefix keeps it to this host; over http browsers refuse that. */
const deviceCookie = (c: Context<AppEnv>): string => (isSecure(c) ? "__Host-panggung_device" : "panggung_device");
const deviceMaxAgeSeconds = 365 * 24 * 60 * 60;

/** What says that somebody has signed in here before: see known-devices.ts. */
export const readDeviceMark = (c: Context<AppEnv>): string | undefined => getCookie(c, deviceCookie(c));

export function setDeviceMark(c: Context<AppEnv>, mark: string): void {
  setCookie(c, deviceCookie(c), mark, { ...cookieAttributes(c), maxAge: deviceMaxAgeSeconds });
}

type CodeCookie = "setup" | "reset" | "register";
const codeCookie = (purpose: CodeCookie): string => `panggung_${purpose}_code`;

/** Keeps the code of a one-time link out of the address bar, the history and the Referer. */
export function setCode(c: Context<AppEnv>, purpose: CodeCookie, code: string): void {
  setCookie(c, codeCookie(purpose), code, { ...cookieAttributes(c), path: `/${purpose}`, maxAge: codeMaxAgeSeconds });
}

export const readCode = (c: Context<AppEnv>, purpose: CodeCookie): string | undefined =>
  getCookie(c, codeCookie(purpose));

export function clearCode(c: Context<AppEnv>, purpose: CodeCookie): void {
  deleteCookie(c, codeCookie(purpose), { ...cookieAttributes(c), path: `/${purpose}` });
}

/** For somebody whose password was right, until their second factor is. */
const stepCookie = { name: "panggung_step", path: "/login" } as const;

export function setStepToken(c: Context<AppEnv>, token: string, maxAgeSeconds: number): void {
  setCookie(c, stepCookie.name, token, { ...cookieAttributes(c), path: stepCookie.path, maxAge: maxAgeSeconds });
}

export const readStepToken = (c: Context<AppEnv>): string | undefined => getCookie(c, stepCookie.name);

export function clearStepToken(c: Context<AppEnv>): void {
  deleteCookie(c, stepCookie.name, { ...cookieAttributes(c), path: stepCookie.path });
}

/** New recovery codes, sealed, until somebody says that they have kept them. */
const shownCodesCookie = { name: "panggung_recovery_codes", path: "/recovery-codes" } as const;

export function setShownCodes(c: Context<AppEnv>, wrapped: string): void {
  const attributes = { ...cookieAttributes(c), path: shownCodesCookie.path, maxAge: codeMaxAgeSeconds };
  setCookie(c, shownCodesCookie.name, wrapped, attributes);
}

export const readShownCodes = (c: Context<AppEnv>): string | undefined => getCookie(c, shownCodesCookie.name);

export function clearShownCodes(c: Context<AppEnv>): void {
  deleteCookie(c, shownCodesCookie.name, { ...cookieAttributes(c), path: shownCodesCookie.path });
}
