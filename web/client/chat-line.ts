import type { ChatLine } from "../../signaling/contract/chat.ts";
import { filled } from "../contract/chat-script-texts.ts";
import type { ShownLine } from "./chat-state.ts";
import { partsOf } from "./line-text.ts";
import { pageLocale } from "./page-locale.ts";

/** One line of the list, from its template to its words. Text nodes only, never HTML. */

const templates = new WeakMap<ParentNode, Map<string, Element | null | undefined>>();

/** A fresh copy of what stands in the `template` with this name. Throws when the page lacks it. */
export function fromTemplate(root: ParentNode, name: string): HTMLElement {
  const known = templates.get(root) ?? new Map<string, Element | null | undefined>();
  templates.set(root, known);
  if (!known.has(name)) {
    const template = root.querySelector<HTMLTemplateElement>(`template[data-template="${name}"]`);
    known.set(name, template?.content.firstElementChild);
  }
  const node = known.get(name)?.cloneNode(true);
  if (!(node instanceof HTMLElement)) throw new Error(`The chat's page lacks the template of a ${name}`);
  return node;
}

/** Element of `root` with this `data-part`. Throws when the page lacks it. */
export function part(root: ParentNode, name: string): HTMLElement {
  const element = root.querySelector<HTMLElement>(`[data-part="${name}"]`);
  if (element === null) throw new Error(`The chat's page lacks ${name}`);
  return element;
}

/** What an author is called on the page. */
export const shownName = ({ name, displayName }: Pick<ChatLine, "name" | "displayName">): string => displayName ?? name;

type Author = Pick<ChatLine, "name" | "displayName" | "color">;

export function showName(element: HTMLElement, { name, displayName, color }: Author): void {
  element.textContent = displayName ?? name;
  // What mentions and moderators call them by.
  if (displayName === undefined) element.removeAttribute("title");
  else element.title = `@${name}`;
  element.dataset["color"] = String(color);
}

/** Whether the text in there, which never changes, mentions this person. */
const texts = new WeakMap<HTMLElement, boolean>();

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const timeFormat = new Intl.DateTimeFormat(pageLocale(), { hour: "2-digit", minute: "2-digit" });
let linesMade = 0;

/** A fresh node is read as its author and its text. */
export function nameLine(node: HTMLElement): void {
  const name = part(node, "name");
  const text = part(node, "text");
  linesMade += 1;
  name.id = `chat-name-${linesMade}`;
  text.id = `chat-text-${linesMade}`;
  node.setAttribute("aria-labelledby", `${name.id} ${text.id}`);
}

/**
 * Says in a node what the line says. `root` has the templates; `myName`: lower case, null: a guest.
 *
 * @returns whether it mentions or answers this person.
 */
export function fillLine(root: ParentNode, node: HTMLElement, line: ChatLine, myName: string | null): boolean {
  const name = part(node, "name");
  const text = part(node, "text");
  if (name.textContent !== shownName(line)) showName(name, line);
  // Of one's own line that comes back from the room only what is new is read aloud.
  if (!texts.has(text)) texts.set(text, fillText(text, line.text, myName));
  const isMentioned = texts.get(text) === true;
  const isAnswered = line.reply !== undefined && line.reply.name.toLowerCase() === myName;
  node.toggleAttribute("data-mentions-me", isMentioned || isAnswered);
  node.toggleAttribute("data-action", line.action === true);
  setText(part(node, "colon"), line.action === true ? " " : ": ");
  if (line.action === true) text.dataset["color"] = String(line.color);
  showBadges(root, name, line);
  showQuote(root, node, line);
  const time = part(node, "time");
  time.setAttribute("datetime", new Date(line.at).toISOString());
  time.textContent = timeFormat.format(line.at);
  const button = node.querySelector<HTMLElement>("[data-do=line-menu]");
  button?.setAttribute("aria-label", filled(button.dataset["label"] ?? "", { name: shownName(line) }));
  return isMentioned || isAnswered;
}

function showBadges(root: ParentNode, name: HTMLElement, { role, first }: ChatLine): void {
  const badge = role !== undefined && role !== "viewer" ? role : first === true ? "first" : "";
  if ((name.dataset["badge"] ?? "") === badge) return;
  name.dataset["badge"] = badge;
  while (name.previousSibling !== null) name.previousSibling.remove();
  if (badge !== "") name.before(fromTemplate(root, badge), " ");
}

function showQuote(root: ParentNode, node: HTMLElement, { reply }: ChatLine): void {
  const shown = node.querySelector("[data-do=jump]");
  if (reply === undefined) return shown?.remove();
  if (shown !== null) return;
  const quote = fromTemplate(root, "quote");
  quote.dataset["line"] = reply.id;
  part(quote, "quote-name").textContent = shownName(reply);
  part(quote, "quote-text").textContent = reply.text;
  node.prepend(quote);
}

/** Says whether the line is on its way. */
export function markLine(root: ParentNode, node: HTMLElement, mark: ShownLine["mark"]): void {
  if ((node.dataset["mark"] ?? null) === mark) return;
  node.querySelector(".chat-mark")?.remove();
  if (mark === null) {
    delete node.dataset["mark"];
  } else {
    node.dataset["mark"] = mark;
    part(node, "text").parentElement?.append(fromTemplate(root, mark));
  }
}

/** Says whether this person is mentioned. `myName`: lower case, null: a guest. */
export function fillText(element: HTMLElement, text: string, myName: string | null): boolean {
  let isMentioned = false;
  const nodes = partsOf(text).map((piece) => {
    switch (piece.type) {
      case "text":
        return document.createTextNode(piece.text);
      case "mention": {
        const mention = document.createElement("bdi");
        mention.className = "chat-mention";
        mention.textContent = piece.text;
        const isMe = piece.name === myName;
        mention.toggleAttribute("data-me", isMe);
        isMentioned ||= isMe;
        return mention;
      }
      case "link": {
        const link = document.createElement("a");
        link.href = piece.href;
        link.textContent = piece.text;
        // Its own direction: what stands around it must not turn an address into another one.
        link.dir = "ltr";
        link.target = "_blank";
        link.rel = "noopener noreferrer nofollow ugc";
        link.title = piece.href;
        // The list is one stop of the keyboard; the line that is reached in it opens its own (chat-list.ts).
        link.tabIndex = -1;
        return link;
      }
    }
  });
  element.replaceChildren(...nodes);
  return isMentioned;
}
