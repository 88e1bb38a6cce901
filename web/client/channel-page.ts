import type { ChannelState } from "../../api/contract/channel-state.ts";
import { pageLocale } from "./page-locale.ts";

/** What stands around the picture follows the channel: whether it is on, what it is about, how many watch, how it is shared. */

const chip = (tag: string): HTMLElement => {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.className = "chip";
  link.href = `/tags/${encodeURIComponent(tag)}`;
  link.textContent = tag;
  item.append(link);
  return item;
};

const showNow = (channel: ChannelState): void => {
  const line = document.querySelector<HTMLElement>("[data-stream-live]");
  const clock = line?.querySelector("time");
  const isOn = channel.status === "live" || channel.status === "interrupted";
  line?.toggleAttribute("hidden", !isOn);
  for (const badge of line?.querySelectorAll<HTMLElement>("[data-while]") ?? []) {
    badge.hidden = badge.dataset["while"] !== channel.status;
  }
  // The small script of every page keeps the clock going.
  if (isOn && clock !== undefined && clock !== null) {
    clock.dateTime = new Date(channel.startedAt).toISOString();
  }
};

const showFacts = ({ title, category, tags }: Extract<ChannelState, { title: string }>): void => {
  for (const place of document.querySelectorAll("[data-stream-title]")) {
    place.textContent = title;
  }
  const link = document.querySelector<HTMLAnchorElement>("[data-stream-category]");
  if (link !== null) {
    link.hidden = category === null;
    link.textContent = category?.name ?? "";
    link.href = category === null ? "/categories" : `/categories/${category.id}`;
  }
  const list = document.querySelector("[data-stream-tags]");
  if (list !== null && [...list.children].map((item) => item.textContent).join() !== tags.join()) {
    list.replaceChildren(...tags.map(chip));
  }
};

document.addEventListener("channel-state", (event) => {
  const channel = (event as CustomEvent<ChannelState>).detail;
  showNow(channel);
  // The page itself says the first state, without a title; what comes later has one.
  if ((channel.status === "live" || channel.status === "interrupted") && channel.title !== "") {
    showFacts(channel);
  }
});

document.addEventListener("chat-viewers", (event) => {
  const { detail: viewers } = event as CustomEvent<number>;
  for (const place of document.querySelectorAll<HTMLElement>("[data-watching]")) {
    const { one = "", other = "" } = place.dataset;
    const text = new Intl.PluralRules(pageLocale()).select(viewers) === "one" ? one : other;
    place.textContent = text.replace("{n}", viewers.toLocaleString(pageLocale()));
  }
});

const share = document.querySelector<HTMLElement>("[data-share]");
if (share !== null && "share" in navigator) {
  share.hidden = false;
  share.addEventListener("click", () => {
    const { shareTitle: title = "", shareUrl: url = "" } = share.dataset;
    // Whoever closes the device's dialog has changed their mind, no more.
    navigator.share({ title, url }).catch(() => undefined);
  });
}
