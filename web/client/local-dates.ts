import { pageLocale } from "./page-locale.ts";

/** Days and times of day in the reader's own zone, in the page's language: the server writes them in UTC. */
const format = new Intl.DateTimeFormat(pageLocale(), { dateStyle: "medium", timeStyle: "short" });

export const localiseDates = (): void => {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-date]")) {
    time.textContent = format.format(new Date(time.dateTime));
    time.removeAttribute("data-date");
  }
};
