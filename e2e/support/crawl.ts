import type { FormClient } from "./form-client.ts";

export interface CrawledPage {
  path: string;
  html: string;
}

/** Where the links of a page lead, on this site. A template's link leads nowhere yet. */
const linksOf = (html: string): string[] =>
  [...html.matchAll(/<a\s[^>]*?href="(\/(?!\/)[^"#]*)/g)]
    .map(([, href = ""]) => href.replaceAll("&amp;", "&"))
    .filter((href) => href !== "/@");

/** Addresses that differ in what is asked for, or in whom or what they are about, are one. */
export const kindOf = (path: string): string =>
  path
    .replace(/\?.*/, "")
    .replace(/^\/(categories|tags|rooms|studio\/streams)\/[^/]+/, "/$1/one")
    .replace(/^\/admin\/(categories|people|calls|invitations|reports|streams)\/[^/]+/, "/admin/$1/one")
    .replace(/^\/@[^/]+/, "/@one");

/**
 * All pages that links lead to, one of each kind, in the order in which they are found: first `seeds`, all of them. Throws
 * when one fails.
 */
export async function crawl(client: FormClient, seeds: readonly string[]): Promise<CrawledPage[]> {
  const queue = [...seeds];
  const seen = new Set(queue.map(kindOf));
  const pages: CrawledPage[] = [];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const response = await client.ask(path);
    if (response.status >= 500) throw new Error(`${path} is answered with ${response.status}.`);
    const location = response.headers.get("location")?.replace(/^https?:\/\/[^/]+|#.*/g, "");
    const html = await response.text();
    const isPage = response.headers.get("content-type")?.startsWith("text/html") === true;
    if (isPage && location === undefined) pages.push({ path, html });
    for (const next of location === undefined ? linksOf(html) : [location]) {
      if (seen.has(kindOf(next))) continue;
      seen.add(kindOf(next));
      queue.push(next);
    }
  }
  return pages;
}

/** The forms of a page, as method and kind of address: `post /@one/follow`. Those without an address are for scripts. */
export const formsOf = ({ html }: CrawledPage): string[] =>
  [...html.matchAll(/<form\b[^>]*>/g)].flatMap(([tag]) => {
    const action = /\saction="([^"]*)"/.exec(tag)?.[1];
    return action === undefined ? [] : [`${/\smethod="(\w+)"/.exec(tag)?.[1] ?? "get"} ${kindOf(action)}`];
  });
