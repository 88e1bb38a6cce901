import type { ChannelState } from "../../api/contract/channel-state.ts";

/** What stands around the picture follows the channel: what the stream is about, how many watch, and how it is shared. */

const chip = (tag: string): HTMLElement => {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.className = "chip";
  link.href = `/tags/${encodeURIComponent(tag)}`;
  link.textContent = tag;
  item.append(link);
  return item;
};

document.addEventListener("channel-state", (event) => {
  const channel = (event as CustomEvent<ChannelState>).detail;
  // The page itself says the first state; what comes later has a title.
  if ((channel.status !== "live" && channel.status !== "interrupted") || channel.title === "") {
    return;
  }
  const category = document.querySelector<HTMLAnchorElement>("[data-stream-category]");
  if (category !== null) {
    category.hidden = channel.category === null;
    category.textContent = channel.category?.name ?? "";
    category.href = channel.category === null ? "/categories" : `/categories/${channel.category.id}`;
  }
  const tags = document.querySelector("[data-stream-tags]");
  if (tags !== null && [...tags.children].map((item) => item.textContent).join() !== channel.tags.join()) {
    tags.replaceChildren(...channel.tags.map(chip));
  }
});

document.addEventListener("chat-viewers", (event) => {
  const { detail: viewers } = event as CustomEvent<number>;
  const { lang } = document.documentElement;
  for (const place of document.querySelectorAll<HTMLElement>("[data-watching]")) {
    const { one = "", other = "" } = place.dataset;
    const text = new Intl.PluralRules(lang).select(viewers) === "one" ? one : other;
    place.textContent = text.replace("{n}", viewers.toLocaleString(lang));
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
