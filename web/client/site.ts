import type { SiteEvent } from "../../api/contract/site-event.ts";
import { compactNumber } from "../contract/compact-number.ts";
import { followedChannels } from "./followed-channels.ts";
import { LiveToasts } from "./live-toasts.ts";
import { followSite } from "./site-events.ts";
import { pageLanguage } from "./site-parts.ts";
import { SiteSidebar } from "./site-sidebar.ts";

const thumbnailsEveryMs = 10_000;

/** What is live, on every page: counts, the sidebar, how many of the followed channels, and when one goes live. */
const keepSiteFresh = (): void => {
  let latest: SiteEvent | null = null;
  const show = (event: SiteEvent): void => {
    latest = event;
    sidebar?.show(event);
    showCounts(event);
    showFollowedLive(event.live.filter(({ name }) => followed.has(name)).length);
    toasts?.show(event);
  };
  const followed = followedChannels(() => latest !== null && show(latest));
  const sidebar = SiteSidebar.find(followed);
  const toasts = LiveToasts.find(followed);
  if (sidebar === null && toasts === null && document.querySelector("[data-viewers-of]") === null) return;
  followSite(show);
};

const showCounts = ({ live }: SiteEvent): void => {
  const viewers = new Map(live.map((channel) => [channel.name, channel.viewers]));
  for (const place of document.querySelectorAll<HTMLElement>("[data-viewers-of]")) {
    const count = viewers.get(place.dataset["viewersOf"] ?? "");
    const text = count === undefined ? null : compactNumber(count, pageLanguage());
    if (text !== null && place.textContent !== text) place.textContent = text;
  }
};

const showFollowedLive = (count: number): void => {
  const link = document.querySelector<HTMLElement>("[data-followed-live]");
  if (link === null) return;
  link.hidden = count === 0;
  const place = link.querySelector("[data-count]");
  if (place !== null && place.textContent !== String(count)) place.textContent = String(count);
};

/** Pictures of what is on are made anew every ten seconds: those in sight follow. The old one stays until the new is there. */
const refreshThumbnails = (): void => {
  if (document.hidden) return;
  for (const picture of document.querySelectorAll<HTMLImageElement>("img[data-thumbnail]")) {
    const { top, bottom } = picture.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) continue;
    const url = new URL(picture.src);
    url.search = `?t=${Math.floor(Date.now() / thumbnailsEveryMs)}`;
    picture.src = url.href;
  }
};

// What cannot be loaded gives the pattern below it free. Such errors do not bubble.
document.addEventListener(
  "error",
  ({ target }) => {
    if (target instanceof HTMLImageElement && target.dataset["thumbnail"] !== undefined) target.hidden = true;
  },
  true,
);
document.addEventListener(
  "load",
  ({ target }) => {
    if (target instanceof HTMLImageElement && target.dataset["thumbnail"] !== undefined) target.hidden = false;
  },
  true,
);
setInterval(refreshThumbnails, thumbnailsEveryMs);
keepSiteFresh();
