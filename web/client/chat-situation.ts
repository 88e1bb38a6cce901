import type { ChatSettings } from "../../signaling/contract/chat.ts";
import { durationText } from "../contract/duration-text.ts";
import { part } from "./chat-line.ts";
import type { ChatStatus } from "./chat-status.ts";
import { pageLocale } from "./page-locale.ts";

/** Above the composer: which rules hold, and what is going on. `root`: the chat. */

export function showRules(root: HTMLElement, settings: ChatSettings): void {
  const hints: Record<string, boolean> = {
    slow: settings.slowSeconds > 0,
    followers: settings.followersMinutes !== null,
    "signed-in": settings.signedInOnly,
    emoji: settings.emojiOnly,
    links: settings.noLinks,
  };
  part(root, "hints").hidden = !Object.values(hints).includes(true);
  for (const element of root.querySelectorAll<HTMLElement>("[data-hint]")) {
    element.hidden = hints[element.dataset["hint"] ?? ""] !== true;
  }
  part(root, "slow-time").textContent = durationText(settings.slowSeconds, pageLocale());
  const followersMinutes = settings.followersMinutes ?? 0;
  part(root, "followers-time").textContent =
    followersMinutes === 0 ? "" : `: ${durationText(followersMinutes * 60, pageLocale())}`;
}

export function showStatus(root: HTMLElement, { name, until, needsReload }: ChatStatus): void {
  const place = part(root, "status");
  if (place.dataset["name"] !== (name ?? "")) {
    place.dataset["name"] = name ?? "";
    place.dataset["tone"] = "";
    for (const status of place.querySelectorAll<HTMLElement>("[data-status]")) {
      status.hidden = status.dataset["status"] !== name;
      if (!status.hidden) place.dataset["tone"] = status.dataset["tone"] ?? "";
    }
    const reload = place.querySelector<HTMLElement>("[data-do=reload]");
    if (reload !== null) reload.hidden = !needsReload;
  }
  if (until === null) return;
  for (const time of place.querySelectorAll<HTMLTimeElement>("[data-part=until]")) {
    const text = formatTime(until);
    if (time.textContent !== text) time.textContent = text;
  }
}

/** The time of day, with the day when it is not today. */
function formatTime(at: number): string {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return new Date(at).toLocaleString(pageLocale(), {
    ...(isToday ? {} : { dateStyle: "medium" }),
    timeStyle: "short",
  });
}
