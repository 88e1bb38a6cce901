import type { Browser, BrowserContext, Page } from "@playwright/test";
import type { Attempts } from "./attempts.ts";
import { sayInChat } from "./chat-writer.ts";
import { isAlive, watchPages, wrongAt, wrongIn } from "./dom-watch.ts";
import { type Payload, payloadKinds, payloads } from "./payloads.ts";
import { password, type Stage } from "./stage.ts";
import type { Visitor } from "./visitor.ts";

/** Stored cross-site scripting: in every field that a person can fill, looked at in Chromium on every page that shows it. */

const tabs = 3;

interface Author {
  name: string;
  visitor: Visitor;
  payload: Payload;
  roomPath: string | null;
}

/** How many payloads each field took; it refused the others. */
class Taken {
  readonly #counts = new Map<string, number>();

  count(field: string, isTaken: boolean): void {
    this.#counts.set(field, (this.#counts.get(field) ?? 0) + Number(isTaken));
  }

  toString(): string {
    return [...this.#counts].map(([field, count]) => `${field} ${count}`).join(", ");
  }
}

/** Somebody who has this payload wherever people can write something. */
async function writeEverywhere(stage: Stage, index: number, payload: Payload, taken: Taken): Promise<Author> {
  const { text } = payload;
  const visitor = stage.visitor();
  const name = `px${index}`;
  await stage.register(visitor, name);
  const fill = async (field: string, path: string, form: Record<string, string>) => {
    const answer = await visitor.post(path, form);
    taken.count(field, answer.status < 400);
    return answer;
  };
  await fill("display name", "/settings/profile", { displayName: text, color: "" });
  await fill("title", "/studio/stream", { title: text, category: "", tags: "", language: "" });
  await fill("tags", "/studio/stream", { title: `pwn ${index}`, category: "", tags: text, language: "" });
  await visitor.post("/studio/stream", { title: text, category: "", tags: "", language: "" });
  await fill("about", "/studio/channel", { about: text });
  await fill("link's title", "/studio/channel", {
    about: text,
    "link-title-0": text,
    "link-url-0": "https://a.example",
  });
  await fill("link's address", "/studio/channel", { about: text, "link-title-0": "x", "link-url-0": text });
  const links = { "link-title-0": text, "link-url-0": `https://a.example/?q=${text}` };
  await fill("link's query", "/studio/channel", { about: text, ...links });
  await fill("asking to stream", "/studio/ask", { why: text });
  await fill("report", "/@wati/report", { why: "other", details: text });
  const room = await fill("room", "/rooms", { name: text, mode: "meeting", entry: "link", passcode: "" });
  taken.count("chat line", await sayInChat(visitor, stage.server.pageUrl, "wati", text));
  // As lists of sessions show it.
  await visitor.get("/settings/sessions", { "User-Agent": text.replace(/[^\x20-\x7e]/g, "?") });
  return { name, visitor, payload, roomPath: room.header("location") };
}

/** What administrators and moderators can write, with each payload. */
async function governEverywhere(stage: Stage, authors: readonly Author[], taken: Taken): Promise<void> {
  const { administrator } = stage.people;
  const { owner } = stage;
  const { "/:handle": channel = "" } = stage.targets;
  for (const [index, { payload, name }] of authors.entries()) {
    const { text } = payload;
    const fill = async (by: Visitor, field: string, path: string, form: Record<string, string>) =>
      taken.count(field, (await by.post(path, form)).status < 400);
    await fill(administrator, "invitation's note", "/admin/invitations", { note: text, days: "7" });
    await fill(administrator, "category", "/admin/categories", { name: text, nameId: text });
    await fill(administrator, "what came of a report", `/admin/reports/${index + 2}/close`, { outcome: text });
    await fill(owner, "blocked word", `${channel}/chat/moderation/words`, { do: "block-word", word: text });
    await fill(owner, "ban's reason", `${channel}/chat/moderation/bans`, {
      do: "ban",
      person: name,
      seconds: "",
      reason: text,
    });
  }
}

async function suspendAll(stage: Stage, authors: readonly Author[], taken: Taken): Promise<void> {
  const { administrator } = stage.people;
  for (const { payload, name } of authors) {
    const path = `/admin/people/${stage.idOf(name)}`;
    await administrator.post(`${path}/decline`, { why: payload.text });
    const answer = await administrator.post(`${path}/suspend`, { reason: payload.text });
    taken.count("suspension's reason", answer.status < 400);
  }
}

/** Opens the pages, some at once, and returns what is wrong with any of them. */
async function visit(context: BrowserContext, origin: string, paths: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  const waiting = [...paths];
  const work = async (): Promise<void> => {
    const page = await context.newPage();
    page.on("dialog", (dialog) => {
      wrong.push(`${page.url()}: a dialog`);
      void dialog.dismiss();
    });
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const answer = await page.goto(origin + path, { waitUntil: "load" });
      if ((answer?.status() ?? 500) >= 500) wrong.push(`${path} answered ${answer?.status()}`);
      wrong.push(...(await wrongIn(page)).map((each) => `${path}: ${each}`));
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: tabs }, work));
  return wrong;
}

async function signedIn(browser: Browser, origin: string, who: Visitor): Promise<BrowserContext> {
  const context = await browser.newContext();
  await watchPages(context);
  await context.addCookies([...who.cookies].map(([name, value]) => ({ name, value, url: origin })));
  return context;
}

async function control(browser: Browser, attempts: Attempts): Promise<void> {
  const context = await browser.newContext();
  await watchPages(context);
  let alive = 0;
  for (const { text } of payloads) alive += Number(await isAlive(context, text));
  await context.close();
  const result = `${alive} of ${payloads.length} seen when a page holds them unescaped`;
  attempts.add(`XSS: is the watch awake? (${payloadKinds})`, result, alive > payloads.length / 2);
}

/** The lines of a chat, once its history is there. */
async function lookAtChat(page: Page, url: string): Promise<{ lines: number; wrong: string[] }> {
  await page.goto(url);
  await page.getByRole("log").getByRole("article").first().waitFor();
  const lines = await page.getByRole("log").getByRole("article").count();
  return { lines, wrong: await wrongIn(page) };
}

export async function attackStored(stage: Stage, attempts: Attempts, browser: Browser): Promise<void> {
  await control(browser, attempts);
  const { pageUrl } = stage.server;
  const taken = new Taken();
  const authors: Author[] = [];
  for (const [index, payload] of payloads.entries()) authors.push(await writeEverywhere(stage, index, payload, taken));

  const guest = await signedIn(browser, pageUrl, stage.visitor());
  const ofAuthors = authors.flatMap(({ name, roomPath }) => [
    `/@${name}`,
    `/embed/${name}`,
    ...(roomPath === null ? [] : [roomPath]),
  ]);
  const seenByGuests = await visit(guest, pageUrl, ofAuthors);
  attempts.addAll(
    "XSS: channels, players and rooms of their authors",
    `${ofAuthors.length} pages, nothing of theirs ran`,
    seenByGuests,
  );
  const chat = await lookAtChat(await guest.newPage(), `${pageUrl}/@wati`);
  const popup = await lookAtChat(await guest.newPage(), `${pageUrl}/@wati/chat`);
  attempts.addAll("XSS: the chat", `${chat.lines} lines by people with such names`, [...chat.wrong, ...popup.wrong]);

  const own: string[] = [];
  const ownPages = ["/studio", "/settings", "/settings/sessions", "/rooms"];
  for (const { visitor } of authors) {
    await guest.addCookies([...visitor.cookies].map(([name, value]) => ({ name, value, url: pageUrl })));
    const page = await guest.newPage();
    await page.goto(`${pageUrl}/studio/channel`);
    own.push(
      ...(await wrongIn(page)),
      ...(await wrongAt(
        page,
        ownPages.map((path) => ({ path })),
      )),
    );
    await page.close();
  }
  attempts.addAll("XSS: settings, sessions, studio and rooms", `${authors.length * (1 + ownPages.length)} pages`, own);

  await governEverywhere(stage, authors, taken);
  const governed = await lookAsAdministrator(stage, browser, authors);
  await suspendAll(stage, authors, taken);
  const after = await lookAsAdministrator(stage, browser, authors.slice(0, 10));
  attempts.addAll("XSS: administration and moderation", `${governed.pages + after.pages} pages in both languages`, [
    ...governed.wrong,
    ...after.wrong,
  ]);
  const refusals: string[] = [];
  for (const { name, payload } of authors) {
    const { body } = await stage.visitor().post("/login", { username: name, password });
    if (payload.text.includes("<") && body.includes(payload.text)) refusals.push(`why ${name} is suspended`);
  }
  attempts.addAll("XSS: what suspended people are told", `${authors.length} reasons escaped`, refusals);
  attempts.add(`XSS: of ${payloads.length} payloads the fields took`, String(taken), true);
  await guest.close();
}

async function lookAsAdministrator(stage: Stage, browser: Browser, authors: readonly Author[]) {
  const { pageUrl } = stage.server;
  const lists = [
    "/",
    "/search?q=pwn",
    "/search?q=alert",
    "/categories",
    "/admin",
    "/admin/reports",
    "/admin/registration",
  ];
  lists.push("/admin/people", "/admin/audit", "/admin/categories", "/admin/calls", "/@wati/chat/moderation", "/@wati");
  lists.push(...authors.map(({ name }) => `/admin/people/${name}`));
  const wrong: string[] = [];
  for (const language of ["en", "id"]) {
    const context = await signedIn(browser, pageUrl, stage.people.administrator);
    await context.setExtraHTTPHeaders({ "Accept-Language": language });
    const paths = language === "en" ? lists : lists.filter((path) => !path.startsWith("/admin/people/"));
    wrong.push(...(await visit(context, pageUrl, paths)));
    await context.close();
  }
  return { pages: lists.length * 2 - authors.length, wrong };
}
