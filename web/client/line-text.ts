/** What a line's text consists of. Whoever shows it writes text nodes, never HTML. */
export type TextPart =
  | { type: "text"; text: string }
  | { type: "link"; text: string; href: string }
  /** `name` is lower case, without the @. */
  | { type: "mention"; text: string; name: string };

const maxShownLinkCharacters = 48;

const tokens = /(?<link>https?:\/\/[^\s<>"]+)|(?<![\w@/.])@(?<name>[a-z0-9_]{3,24})(?![\w@])/giu;

/** Finds links (http and https only) and mentions. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  const add = (part: TextPart, index: number, length: number): void => {
    if (index > end) parts.push({ type: "text", text: text.slice(end, index) });
    parts.push(part);
    end = index + length;
  };
  for (const match of text.matchAll(tokens)) {
    const { link, name } = match.groups ?? {};
    if (link !== undefined) {
      const address = withoutPunctuation(link);
      const href = hrefOf(address);
      if (href !== null) add({ type: "link", text: shorten(href), href }, match.index, address.length);
    } else if (name !== undefined) {
      add({ type: "mention", text: match[0], name: name.toLowerCase() }, match.index, match[0].length);
    }
  }
  if (end < text.length) parts.push({ type: "text", text: text.slice(end) });
  return parts;
}

/** What ends a sentence is no part of an address, nor is a bracket that was opened before it. */
function withoutPunctuation(link: string): string {
  let address = link;
  for (;;) {
    const last = address.at(-1) ?? "";
    const isUnopened = last === ")" && address.split(")").length > address.split("(").length;
    if (!isUnopened && !/[.,!?:;'*\]}’”…]/u.test(last)) return address;
    address = address.slice(0, -1);
  }
}

/** In the spelling that the browser will ask for, so that what is shown is where it leads. */
function hrefOf(address: string): string | null {
  try {
    const url = new URL(address);
    // `https://bank.example@evil.example` reads like another place.
    return url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}

function shorten(href: string): string {
  const shown = href.replace(/^https?:\/\//, "").replace(/\/$/, "");
  const { host } = new URL(href);
  // The host is what matters; it is shown whole.
  const max = Math.max(maxShownLinkCharacters, host.length + 1);
  return shown.length <= max ? shown : `${shown.slice(0, max)}…`;
}
