import { el } from "./element.ts";
import type { RoomFacts } from "./room-facts.ts";
import { texts } from "./texts.ts";
import type { Toasts } from "./toasts.ts";

/**
 * Hands the link on: on phones to whatever app people send links with, elsewhere into the clipboard. Over plain http
 * pages have neither: then it is shown, to be copied by hand.
 */
export async function invite({ name, url }: RoomFacts, toasts: Toasts): Promise<void> {
  if (matchMedia("(pointer: coarse)").matches && "share" in navigator) {
    try {
      return await navigator.share({ title: name, url });
    } catch (error) {
      // Whoever puts the sheet away has changed their mind; where there is none to show, the clipboard does.
      if (error instanceof DOMException && error.name === "AbortError") return;
    }
  }
  try {
    await navigator.clipboard.writeText(url);
    toasts.say(texts.invitationCopied);
  } catch {
    toasts.ask("link", url, []);
  }
}

/** The link, to be read and copied. There is one on a page; web/client/page.ts copies it. */
export function invitationField(url: string, style = ""): HTMLElement {
  const link = el("input", {
    id: "invitation",
    class: "code",
    readonly: true,
    "aria-label": texts.copyLink,
    value: url,
  });
  const copy = el(
    "button",
    {
      type: "button",
      class: `button copy ${style}`,
      "data-copy": "invitation",
      "data-label-copied": texts.copied,
      "data-label-selected": texts.selectedLink,
    },
    el("span", { "data-label": true, "aria-live": "polite" }, texts.copyLink),
  );
  return el("div", { class: "field-row invitation" }, link, copy);
}
