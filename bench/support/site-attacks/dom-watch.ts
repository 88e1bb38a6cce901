import type { BrowserContext, Page } from "@playwright/test";

/** [I/O] What a page in Chromium holds that it must not hold. Its scripts are text: there are no types of its document here. */

/** In the page, before anything else: what the policy stops, and what a script of strangers would call. */
const listen = `
  globalThis.caught = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    caught.push("policy: " + event.effectiveDirective + " " + event.blockedURI + " " + event.sample));
  for (const name of ["alert", "confirm", "prompt", "print"]) globalThis[name] = () => void caught.push(name + "()");
`;

const look = `
  const look = (root, found) => {
    for (const element of root.querySelectorAll("*")) {
      const tag = element.localName;
      const at = tag + "#" + element.id;
      if (/^pwn/i.test(element.id) || tag.startsWith("pwn")) found.push(at);
      if (/^(iframe|frame|frameset|object|embed|base|portal|applet|style|math|foreignobject|animate|set|marquee|plaintext|hx-partial)$/.test(tag)
        && !/^pwn/.test(element.id)) found.push(at);
      if (tag === "script" && !/json/.test(element.type) && !(element.getAttribute("src") ?? "").startsWith("/static/"))
        found.push(at);
      if (tag === "meta" && element.httpEquiv) found.push(at);
      for (const { name, value } of element.attributes) {
        if (/^(on|srcdoc$|formaction$|hx-on|data-hx-on)/i.test(name)) found.push(at + " " + name);
        if (/^(data-)?hx-/.test(name) && /pwn|logout|alert/.test(value)) found.push(at + " " + name);
        if (/^(href|src|action|data|poster|xlink:href|cite|srcset)$/.test(name)) {
          const isLink = tag === "a" && name === "href";
          const allowed = isLink ? /^(https?:|mailto:|[/#?]|$)/i : /^(https?:|blob:|data:image\\/|[/#?]|$)/i;
          if (!allowed.test(value)) found.push(at + " " + name + "=" + value.slice(0, 40));
          const isTheirs = /^[a-z]*:?[\\\\/]{2,}[^\\\\/]*pwn\\.example/i.test(value.trim());
          if (!isLink && isTheirs) found.push(at + " " + name + "=" + value.slice(0, 40));
          if (isLink && isTheirs && !/nofollow|noopener/.test(element.rel)) found.push(at + " without rel");
        }
      }
      if (tag === "template") look(element.content, found);
    }
    return found;
  };
`;

/** Watches every page that the context will open. */
export async function watchPages(context: BrowserContext): Promise<void> {
  await context.addInitScript(listen);
}

/** What is wrong with the page that stands there, in words. */
export const wrongIn = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`(() => { ${look} return [...look(document, []), ...globalThis.caught.splice(0)]; })()`);

export interface Wanted {
  path: string;
  /** Of a form that is posted there; without it the address is only looked at. */
  form?: Record<string, string>;
}

/** The same for answers that the page fetches and reads as Chromium reads pages, without running what is in them. */
export const wrongAt = (page: Page, wanted: readonly Wanted[]): Promise<string[]> =>
  page.evaluate<string[]>(`(async () => {
    ${look}
    const all = [];
    for (const { path, form } of ${JSON.stringify(wanted)}) {
      const answer = await fetch(path, form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) });
      if (answer.status >= 500) all.push(path + " answered " + answer.status);
      const type = answer.headers.get("content-type") ?? "";
      const text = await answer.text();
      if (!type.startsWith("text/html")) {
        if (!/^(application\\/json|text\\/plain|text\\/css|image\\/webp)/.test(type)) all.push(path + ": " + type);
        continue;
      }
      all.push(...look(new DOMParser().parseFromString(text, "text/html"), []).map((each) => path + ": " + each));
    }
    return all;
  })()`);

const goneAfterMs = 10_000;

/** Whether a text, put into a page as it is, makes something of itself. */
export function isAlive(context: BrowserContext, text: string): Promise<boolean> {
  // A page that is led to a place which never answers says nothing more, and does not close either.
  return Promise.race([becomes(context, text), Bun.sleep(goneAfterMs).then(() => true)]);
}

async function becomes(context: BrowserContext, text: string): Promise<boolean> {
  const page = await context.newPage();
  try {
    await page.setContent(`<!doctype html><p title="${text}">${text}</p>`, { waitUntil: "commit" });
    return (await wrongIn(page)).length > 0;
  } catch (error) {
    // One of them leads the page elsewhere.
    if (error instanceof Error && error.message.includes("navigation")) return true;
    throw error;
  } finally {
    await page.close();
  }
}
