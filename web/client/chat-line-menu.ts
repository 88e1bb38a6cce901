import type { ChatAction } from "../../api/contract/chat-actions.ts";
import type { ChatLine } from "../../signaling/contract/chat.ts";
import { authorOf } from "../../signaling/contract/line-id.ts";
import type { You } from "../../signaling/contract/messages.ts";
import type { ChatScriptTexts } from "../contract/chat-script-texts.ts";
import { part } from "./chat-line.ts";
import { popupMenu, type PopupMenu } from "./chat-popup.ts";

/** What can be done with one line: the menu beside it. */

interface LineMenuCallbacks {
  onReply(line: ChatLine): void;
  onAct(action: ChatAction): void;
  onNotice(text: string): void;
  onClosed(): HTMLElement | null;
}

export class LineMenu {
  readonly #menu: HTMLElement;
  readonly #popup: PopupMenu;
  readonly #callbacks: LineMenuCallbacks;
  readonly #texts: ChatScriptTexts;
  #line: ChatLine | null = null;
  #opener: HTMLElement | null = null;

  constructor(root: HTMLElement, texts: ChatScriptTexts, callbacks: LineMenuCallbacks, signal: AbortSignal) {
    this.#texts = texts;
    this.#menu = part(root, "line-menu");
    this.#callbacks = callbacks;
    this.#popup = popupMenu(this.#menu, {
      signal,
      fallback: () => callbacks.onClosed(),
      onChoose: (item) => this.#choose(item),
    });
  }

  /** `home`: where the focus goes afterwards. */
  open(line: ChatLine, opener: HTMLElement, home: HTMLElement, you: You | null): void {
    this.#line = line;
    this.#opener = opener;
    const mayModerate = you !== null && you.role !== "viewer";
    for (const item of this.#menu.querySelectorAll<HTMLElement>("[data-line-action]")) {
      const action = item.dataset["lineAction"];
      const isAgainstAuthor = action === "timeout" || action === "ban";
      if (item.dataset["forLine"] === "moderators")
        item.hidden = !mayModerate || (isAgainstAuthor && !mayActAgainst(line, you));
      else if (action === "reply") item.hidden = you === null || you.name === null;
    }
    this.#popup.open(opener, home);
    this.#place(opener);
  }

  /** What it offers holds no more. */
  close(): void {
    this.#popup.close();
  }

  /** These lines were removed: nothing can be done with them. */
  forget(isRemoved: (id: string) => boolean): void {
    if (this.#line !== null && isRemoved(this.#line.id)) this.close();
  }

  /** Beside its line, and within the list. */
  #place(opener: HTMLElement): void {
    const frame = this.#menu.offsetParent?.getBoundingClientRect();
    if (frame === undefined) return;
    const at = opener.getBoundingClientRect();
    const below = at.bottom - frame.top;
    const fits = below + this.#menu.offsetHeight <= frame.height;
    const top = fits ? below : Math.max(0, at.top - frame.top - this.#menu.offsetHeight);
    this.#menu.style.insetBlockStart = `${top}px`;
  }

  #choose(item: HTMLElement): void {
    const line = this.#line;
    if (line === null) return;
    const { onReply, onAct } = this.#callbacks;
    const { lineAction, seconds } = item.dataset;
    if (lineAction === "reply") onReply(line);
    else if (lineAction === "copy") void this.#copy(line.text);
    else if (lineAction === "pin") onAct({ action: "pin", line: line.id });
    else if (lineAction === "delete") onAct({ action: "delete", line: line.id });
    else if (lineAction === "timeout") onAct({ action: "timeout", person: line.name, seconds: Number(seconds) });
    else if (lineAction === "ban") onAct({ action: "ban", person: line.name });
  }

  /** Over plain http there is no clipboard for scripts: the text is selected for the keyboard instead. */
  async #copy(text: string): Promise<void> {
    const said = this.#opener?.closest(".chat-line")?.querySelector("[data-part=text]");
    try {
      await navigator.clipboard.writeText(text);
      this.#callbacks.onNotice(this.#texts.copied);
    } catch {
      if (said !== null && said !== undefined) getSelection()?.selectAllChildren(said);
      this.#callbacks.onNotice(this.#texts.selected);
    }
  }
}

/** As api will see it: nobody acts against the streamer or an administrator, moderators not against one another, nobody against themselves. */
function mayActAgainst(line: ChatLine, you: You): boolean {
  if (authorOf(line.id) === you.id || line.role === "streamer" || line.role === "administrator") return false;
  return line.role !== "moderator" || you.role !== "moderator";
}
