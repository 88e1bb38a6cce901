import type { SiteChannel, SiteEvent } from "../../api/contract/site-event.ts";
import { followedAt } from "./followed-channels.ts";
import { avatarOf } from "./site-parts.ts";

/** Streams that have been told of, in any tab: name and start. */
const storageKey = "panggung-told-live";
const maxRemembered = 100;
/** What began before is no news to somebody who opens a page: the stream, or following it. */
const newsForMs = 10 * 60_000;
const maxShown = 3;
const shownForMs = 30_000;

/** How long windows wait for each other's claims. */
const claimsMs = 300;

/** A window means to tell of these streams. */
interface Claim {
  keys: string[];
  /** The lowest wins. */
  order: number;
}

const keyOf = ({ name, startedAt }: SiteChannel): string => `${name} ${startedAt}`;

/** Without storage, as in some private windows, each tab tells for itself. */
const readTold = (): string[] => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter((each): each is string => typeof each === "string") : [];
  } catch {
    return [];
  }
};

const writeTold = (told: string[]): void => {
  try {
    localStorage.setItem(storageKey, JSON.stringify(told.slice(-maxRemembered)));
  } catch {
    // As above.
  }
};

/** Says, once over all tabs, when a channel that one follows goes live; not on that channel's own page. */
export class LiveToasts {
  readonly #place: HTMLElement;
  readonly #template: HTMLTemplateElement;
  readonly #followed: ReadonlySet<string>;
  readonly #channel = "BroadcastChannel" in window ? new BroadcastChannel(storageKey) : null;
  /** The lowest claim of the other windows to each stream. */
  readonly #claims = new Map<string, number>();
  /** Streams that this page knows, followed or not; null before the first event. */
  #known: Set<string> | null = null;

  private constructor(place: HTMLElement, template: HTMLTemplateElement, followed: ReadonlySet<string>) {
    this.#place = place;
    this.#template = template;
    this.#followed = followed;
    this.#channel?.addEventListener("message", ({ data }: MessageEvent<Claim>) => {
      for (const key of data.keys) this.#claims.set(key, Math.min(data.order, this.#claims.get(key) ?? Infinity));
    });
    place.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-dismiss]") : null;
      button?.closest(".live-toast")?.remove();
    });
  }

  /** null: the page has no place for them. `followed`: names of channels. */
  static find(followed: ReadonlySet<string>): LiveToasts | null {
    const section = document.getElementById("toasts");
    const place = section?.querySelector<HTMLElement>("[data-toasts]");
    const template = section?.querySelector("template");
    return place && template ? new LiveToasts(place, template, followed) : null;
  }

  show({ live }: SiteEvent): void {
    const known = this.#known;
    const isNews = (channel: SiteChannel): boolean =>
      known === null
        ? Date.now() - Math.max(channel.startedAt, followedAt(channel.name)) < newsForMs
        : !known.has(keyOf(channel));
    const news = live.filter((channel) => this.#followed.has(channel.name) && isNews(channel));
    this.#known = new Set(live.map(keyOf));
    if (news.length === 0) return;
    const told = readTold();
    const untold = news.filter((channel) => !told.includes(keyOf(channel)));
    if (untold.length === 0) return;
    writeTold([...told, ...untold.map(keyOf)]);
    this.#claim(untold);
  }

  /** One event wakes all windows at once: the lowest of their claims is the one that tells. */
  #claim(news: SiteChannel[]): void {
    // The window that somebody is in goes before the others.
    const order = Math.random() + (document.hasFocus() ? 0 : 1);
    this.#channel?.postMessage({ keys: news.map(keyOf), order } satisfies Claim);
    setTimeout(() => {
      for (const channel of news) {
        const isFirst = order < (this.#claims.get(keyOf(channel)) ?? Infinity);
        if (isFirst && !isOnPageOf(channel.name)) this.#add(channel);
      }
    }, claimsMs);
  }

  #add(channel: SiteChannel): void {
    const toast = this.#template.content.firstElementChild?.cloneNode(true);
    if (!(toast instanceof HTMLElement)) return;
    toast.querySelector("[data-avatar]")?.replaceWith(avatarOf(channel));
    const link = toast.querySelector<HTMLAnchorElement>("[data-link]");
    if (link !== null) link.href = `/@${channel.name}`;
    const set = (selector: string, text: string): void => {
      const element = toast.querySelector(selector);
      if (element !== null) element.textContent = text;
    };
    set("[data-name]", channel.displayName);
    set("[data-title]", channel.title);
    this.#place.append(toast);
    while (this.#place.childElementCount > maxShown) this.#place.firstElementChild?.remove();
    this.#removeLater(toast);
  }

  /** Never under the pointer or the focus. */
  #removeLater(toast: HTMLElement): void {
    setTimeout(() => {
      if (toast.matches(":hover, :focus-within")) this.#removeLater(toast);
      else toast.remove();
    }, shownForMs);
  }
}

const isOnPageOf = (name: string): boolean => location.pathname.toLowerCase().split("/")[1] === `@${name}`;
