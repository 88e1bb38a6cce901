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
