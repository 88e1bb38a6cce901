import type { SiteChannel, SiteEvent } from "../../api/contract/site-event.ts";
import { compactNumber } from "../contract/compact-number.ts";
import { avatarOf, pageLanguage } from "./site-parts.ts";

const maxRecommended = 10;

/** What a row shows of a channel that is live. */
const fill = (row: HTMLElement, channel: SiteChannel): void => {
  const { name, displayName, category, viewers, startedAt } = channel;
  const link = row.querySelector("a");
  const avatar = row.querySelector(".avatar");
  if (row.dataset["channel"] !== name && link !== null && avatar !== null) {
    row.dataset["channel"] = name;
    link.href = `/@${name}`;
    link.title = displayName;
    avatar.replaceWith(avatarOf(channel));
    const count = row.querySelector<HTMLElement>("[data-viewers-of]");
    if (count !== null) count.dataset["viewersOf"] = name;
  }
  const set = (selector: string, text: string): void => {
    const place = row.querySelector(selector);
    if (place !== null && place.textContent !== text) place.textContent = text;
  };
  row.dataset["live"] = String(startedAt);
  set(".side-name", displayName);
  set(".side-about", category?.[pageLanguage()] ?? "");
  set("[data-viewers-of]", compactNumber(viewers, pageLanguage()));
};

/** Keeps the list of channels beside the page as things are. */
export class SiteSidebar {
  readonly #sidebar: HTMLElement;
  readonly #template: HTMLTemplateElement;
  readonly #followed: ReadonlySet<string>;

  private constructor(sidebar: HTMLElement, template: HTMLTemplateElement, followed: ReadonlySet<string>) {
    this.#sidebar = sidebar;
    this.#template = template;
    this.#followed = followed;
  }

  /** null: the page has none. `followed`: names of channels. */
  static find(followed: ReadonlySet<string>): SiteSidebar | null {
    const sidebar = document.querySelector<HTMLElement>(".sidebar");
    const template = sidebar?.querySelector<HTMLTemplateElement>("template");
    return sidebar && template ? new SiteSidebar(sidebar, template, followed) : null;
  }

  show({ live }: SiteEvent): void {
    const own = this.#sidebar.dataset["own"];
    this.#showList(
      "followed",
      live.filter(({ name }) => this.#followed.has(name)),
    );
    this.#showList(
      "recommended",
      live.filter(({ name }) => !this.#followed.has(name) && name !== own).slice(0, maxRecommended),
    );
  }

  #showList(kind: "followed" | "recommended", live: SiteChannel[]): void {
    const list = this.#sidebar.querySelector(`[data-list="${kind}"]`);
    if (list === null) return;
    const rows = new Map([...list.querySelectorAll<HTMLElement>("li")].map((row) => [row.dataset["channel"], row]));
    const shown = [...rows.values()]
      .filter((row) => row.dataset["live"] !== undefined)
      .map((row) => row.dataset["channel"]);
    const isSameSet = shown.length === live.length && live.every(({ name }) => shown.includes(name));
    // A row that somebody is about to press stays where it is.
    const mayMove = !isSameSet && !list.matches(":focus-within, :hover");
    for (const [name, row] of rows) {
      if (kind === "followed" && !this.#followed.has(name ?? "")) row.remove();
      if (row.dataset["live"] === undefined || live.some((channel) => channel.name === name)) continue;
      if (kind === "followed") this.#turnOff(row);
      else if (mayMove) row.remove();
    }
    const liveRows = live.flatMap((channel) => {
      const row = rows.get(channel.name) ?? (mayMove ? this.#newRow() : null);
      if (row === null) return [];
      fill(row, channel);
      return [row];
    });
    if (mayMove) list.prepend(...liveRows);
    const empty = list.parentElement?.querySelector<HTMLElement>(".side-empty");
    if (empty) empty.hidden = list.childElementCount > 0;
  }

  #turnOff(row: HTMLElement): void {
    delete row.dataset["live"];
    const about = row.querySelector(".side-about");
    if (about !== null) about.textContent = this.#template.content.querySelector(".side-about")?.textContent ?? "";
  }

  #newRow(): HTMLElement | null {
    const row = this.#template.content.firstElementChild?.cloneNode(true);
    return row instanceof HTMLElement ? row : null;
  }
}
