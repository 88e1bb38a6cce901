import type { Context } from "hono";
import { html } from "hono/html";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Assets } from "../web/build.ts";
import { ErrorPage } from "../web/views/error.tsx";
import type { PageProps } from "../web/views/layout.tsx";
import type { AppEnv } from "./app-env.ts";
import { nameColor } from "./chat/chat-line.ts";
import type { Language } from "./language.ts";
import type { ChatActionAnswer } from "./contract/chat-actions.ts";
import { sendPage } from "./send-page.ts";
import type { UserError } from "./user-error.ts";

/** What every page shows in its frame. */
export function pageProps(c: Context<AppEnv>, assets: Assets): PageProps {
  const user = c.get("user");
  return {
    user: user && {
      id: user.id,
      name: user.username,
      displayName: user.displayName ?? user.username,
      avatarUrl: user.avatarHash === null ? null : imageUrl(user.avatarHash),
      color: nameColor(user.id, user.color),
      canStream: user.canStream,
      isAdministrator: user.role === "administrator",
    },
    assets,
    path: c.req.path,
    origin: c.get("site")?.origin ?? null,
    language: c.get("language"),
    sidebar: c.get("sidebar") ?? null,
  };
}

/** Where an avatar or a banner is, by its hash. */
export const imageUrl = (hash: string): string => `/images/${hash}.webp`;

/** Answers with a whole page. */
export async function renderPage(
  c: Context<AppEnv>,
  page: JSX.Element,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  return sendPage(c, await html`<!doctype html>${page}`, status);
}

/** Answers with a fragment, for a swap. */
export async function renderFragment(
  c: Context<AppEnv>,
  fragment: JSX.Element,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  return c.html(html`${fragment}`, status);
}

/** A fragment as text, for an event. */
export const toHtml = async (fragment: JSX.Element): Promise<string> => await html`${fragment}`;

/** What people are told of an error; null: a defect, which is in the log under the request's id. */
function toldOf(c: Context<AppEnv>, error: UserError | null) {
  if (error !== null) return { status: error.status, ...error.told(c.get("language")) };
  const defect: Record<Language, { title: string; message: string }> = {
    en: {
      title: "Something broke",
      message: "This is our mistake, not yours. Whoever runs this server finds it in the log by its reference.",
    },
    id: {
      title: "Ada yang rusak",
      message: "Ini kesalahan kami, bukan Anda. Pengelola server menemukannya di catatan dengan rujukannya.",
    },
  };
  return { status: 500 as const, ...defect[c.get("language")] };
}

/** Says to a script what went wrong. */
export function refuseJson(c: Context<AppEnv>, error: UserError | null): Response {
  const { status, message } = toldOf(c, error);
  // A script shows the sentence alone.
  const reference = error === null ? ` (${c.get("requestId")})` : "";
  return c.json<ChatActionAnswer>({ ok: false, message: message + reference }, status);
}

/** Says on a page what went wrong. */
export function renderError(c: Context<AppEnv>, assets: Assets, error: UserError | null): Promise<Response> {
  const { status, title, message } = toldOf(c, error);
  // What stands beside a page may be what has failed.
  const frame = { ...pageProps(c, assets), ...(status >= 500 && { sidebar: null }) };
  const reference = c.get("requestId");
  const page = <ErrorPage page={frame} status={status} title={title} message={message} reference={reference} />;
  return renderPage(c, page, status);
}
