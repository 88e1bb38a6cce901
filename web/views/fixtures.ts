import type { Assets } from "../build.ts";

/** For tests of pages: addresses of assets that nothing was built for. */
export const assets: Assets = {
  css: "/static/style.css",
  stageCss: "/static/stage.css",
  deskCss: "/static/desk.css",
  studioCss: "/static/studio-page.css",
  callCss: "/static/call.css",
  icon: "/static/icon.svg",
  social: "/static/social.jpg",
  htmx: "/static/htmx.js",
  sse: "/static/hx-sse.js",
  player: "/static/player.js",
  studio: "/static/studio.js",
  page: "/static/page.js",
  account: "/static/account.js",
  chat: "/static/chat.js",
  call: "/static/call.js",
  emoji: "/static/emoji.js",
  emojiData: "/static/emoji-data.json",
  emojiDataId: "/static/emoji-data-id.json",
};
