import type { ChatLine } from "../../signaling/contract/chat.ts";
import { partsOf } from "./line-text.ts";

/** One line of the list, from its template to its words. Text nodes only, never HTML. */

/** A fresh copy of the `template` with this name. Throws when the page lacks it. */
export function fromTemplate(root: ParentNode, name: string): HTMLElement {
  const template = root.querySelector<HTMLTemplateElement>(`template[data-template="${name}"]`);
  const node = template?.content.firstElementChild?.cloneNode(true);
  if (!(node instanceof HTMLElement)) throw new Error(`The chat's page lacks the template of a ${name}`);
  return node;
}

/** A line as it is shown to this person. */
export interface ShownLine {
  line: ChatLine;
  /** On its way: not sent yet, or shown and not stored for a while; null: nothing to say. */
  mark: "unsent" | "unsaved" | null;
}

/** Element of `root` with this `data-part`. Throws when the page lacks it. */
export function part(root: ParentNode, name: string): HTMLElement {
  const element = root.querySelector<HTMLElement>(`[data-part="${name}"]`);
  if (element === null) throw new Error(`The chat's page lacks ${name}`);
  return element;
}

export function showName(element: HTMLElement, { name, color }: Pick<ChatLine, "name" | "color">): void {
  element.textContent = name;
  element.dataset["color"] = String(color);
}

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
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

/** Says in a node what the line says. `myName`: lower case; null: a guest. */
export function fillLine(node: HTMLElement, line: ChatLine, myName: string | null): void {
  const text = part(node, "text");
  showName(part(node, "name"), line);
  const isMentioned = fillText(text, line.text, myName);
  const isAnswered = line.reply !== undefined && line.reply.name.toLowerCase() === myName;
  node.toggleAttribute("data-mentions-me", isMentioned || isAnswered);
  node.toggleAttribute("data-action", line.action === true);
  part(node, "colon").textContent = line.action === true ? " " : ": ";
  if (line.action === true) text.dataset["color"] = String(line.color);
  for (const badge of node.querySelectorAll<HTMLElement>("[data-badge]")) {
    const kind = badge.dataset["badge"];
    const isFirst = line.first === true && line.role === undefined;
    badge.hidden = kind === "first" ? !isFirst : kind !== line.role;
  }
  const time = node.querySelector("time");
  if (time !== null) {
    time.dateTime = new Date(line.at).toISOString();
    time.textContent = timeFormat.format(line.at);
  }
  const button = node.querySelector<HTMLElement>("[data-do=line-menu]");
  button?.setAttribute("aria-label", `${button.dataset["label"] ?? ""} ${line.name}`);
}

/** What can change about a line that is shown. */
export function updateLine(node: HTMLElement, { line, mark }: ShownLine): void {
  const quote = node.querySelector<HTMLElement>("[data-do=jump]");
  if (quote !== null && quote.hidden !== (line.reply === undefined)) {
    quote.hidden = line.reply === undefined;
    quote.dataset["line"] = line.reply?.id ?? "";
    part(quote, "quote-name").textContent = line.reply?.name ?? "";
    part(quote, "quote-text").textContent = line.reply?.text ?? "";
  }
  if ((node.dataset["mark"] ?? null) === mark) return;
  if (mark === null) delete node.dataset["mark"];
  else node.dataset["mark"] = mark;
  for (const element of node.querySelectorAll<HTMLElement>("[data-mark]")) {
    element.hidden = element.dataset["mark"] !== mark;
  }
}

/** Says whether this person is mentioned. */
function fillText(element: HTMLElement, text: string, myName: string | null): boolean {
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
