import type { Browser, Locator, Page } from "@playwright/test";
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { launchBrowser } from "./support/browser.ts";
import { crawl, formsOf, kindOf } from "./support/crawl.ts";
import { FormClient } from "./support/form-client.ts";
import { fillSite, type LivelySite, password } from "./support/lively-site.ts";
import { stillRunning } from "./support/processes.ts";
import { type Server, startServer } from "./support/server.ts";
import { Story } from "./support/story.ts";

/**
 * Every form of the site is filled in and sent once in a browser that runs no scripts, and says that all is well. Which
 * forms there are is found by following links: whoever adds one has to send it here.
 */

setDefaultTimeout(120_000);

/** Sent by stories of their own, since they need more than their fields. */
const elsewhere = [
  // The code of an authenticator app: account.e2e.ts, and without scripts second-factor.test.ts.
  "post /settings/second-factor",
  // Of an account that may stream and does not yet: administration.e2e.ts.
  "post /studio/ask",
];
const seeds = ["/", "/@wati", "/@ibu", "/@wati/chat/moderation", "/confirm?next=%2Fstudio", "/rooms/join"];
const picture = {
  name: "dot.png",
  mimeType: "image/png",
  buffer: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
    "base64",
  ),
};

let server: Server;
let browser: Browser;
let site: LivelySite;
/** Forms that are on pages, and those that were sent. */
const found = new Set<string>();
const sent = new Set<string>();

const story = new Story("without-scripts", () => server);
const step = story.step.bind(story);

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  site = await fillSite(server, browser);
  const everybody = [new FormClient(server.pageUrl), site.viewer, site.streamer, site.admin];
  for (const page of (await Promise.all(everybody.map((who) => crawl(who, seeds)))).flat()) {
    for (const form of formsOf(page)) found.add(form);
  }
}, 120_000);

afterAll(async () => {
  await site?.end();
  await browser?.close();
  if (server !== undefined && stillRunning([server.pid]).length > 0) await server.stop();
  console.log(`${sent.size} forms were sent without scripts`);
});

type Value = string | typeof picture;

async function fill(field: Locator, value: Value): Promise<void> {
  if (typeof value !== "string") return field.setInputFiles(value);
  const type = await field.first().getAttribute("type");
  // Nothing can be asked in a page without scripts but what stands in its markup.
  if ((await field.and(field.page().locator("select")).count()) > 0) await field.selectOption(value);
  else if (type === "radio") await field.and(field.page().locator(`[value="${value}"]`)).check();
  else if (type === "checkbox") await field.check();
  else await field.fill(value);
}

/** Opens the menu or the question that a form stands in. */
async function reveal(page: Page, form: Locator): Promise<void> {
  const popover = form.locator("xpath=ancestor::*[@popover][1]");
  if ((await popover.count()) === 0) return form.locator("xpath=ancestor::details[1]/summary").click();
  return page
    .locator(`[popovertarget="${await popover.getAttribute("id")}"]`)
    .first()
    .click();
}

/** Opens the page and sends the first form that goes to such an address. Fails when the answer says that something is wrong. */
async function send(page: Page, path: string, form: string, fields: Record<string, Value> = {}): Promise<void> {
  await page.goto(server.pageUrl + path);
  const forms = await page.locator("form[action]").all();
  const [method = "", address = ""] = form.split(" ");
  let place: Locator | undefined;
  for (const each of forms) {
    const action = (await each.getAttribute("action")) ?? "";
    if (kindOf(action) === address && ((await each.getAttribute("method")) ?? "get") === method) place ??= each;
  }
  if (place === undefined) throw new Error(`${path} has no form ${form}.`);
  const button = place.locator("button[type=submit]").first();
  if (!(await button.isVisible())) await reveal(page, place);
  for (const [name, value] of Object.entries(fields)) await fill(place.locator(`[name="${name}"]`), value);
  const [answer] = await Promise.all([
    page.waitForResponse((each) => each.request().isNavigationRequest() && each.request().redirectedTo() === null),
    button.click(),
  ]);
  await page.waitForLoadState();
  const complaints = await page.locator(".form-error:visible, [aria-invalid=true]").allInnerTexts();
  expect([form, answer.status() < 400, complaints]).toEqual([form, true, []]);
  sent.add(form);
}

async function open(who: string, client: FormClient | null): Promise<Page> {
  const page = await story.openPage(browser, who, {
    javaScriptEnabled: false,
    viewport: { width: 1280, height: 800 },
  });
  if (client !== null) await page.context().addCookies(client.cookies);
  return page;
}

let siti: Page;
let code = "";

step("a guest searches, chooses a language and a narrow sidebar, and makes an account", async () => {
  siti = await open("siti", null);
  await send(siti, "/", "get /search", { q: "wati" });
  await siti.getByRole("link", { name: "Wati Malam" }).first().waitFor();
  await send(siti, "/", "post /language");
  await siti.locator('html[lang="id"]').waitFor();
  await send(siti, "/", "post /sidebar");
  await send(siti, "/register", "post /register", { username: "siti", password });
  code = await siti.locator(".recovery-codes code").first().innerText();
  await siti.locator("main form button").click();
  sent.add("post /recovery-codes");
});

step("who has an account follows, reports, calls, and looks after it", async () => {
  await send(siti, "/@wati", "post /@one/follow");
  await send(siti, "/@wati", "post /@one/unfollow");
  await send(siti, "/@wati/report", "post /@one/report", { why: "other" });
  await send(siti, "/confirm?next=%2Fsettings", "post /confirm", { password });
  await send(siti, "/settings", "post /settings/profile", { displayName: "Siti Pagi" });
  await send(siti, "/settings", "post /settings/avatar", { avatar: picture });
  await send(siti, "/settings", "post /settings/avatar/remove");
  await send(siti, "/settings/security", "post /settings/recovery-codes", { password });
  code = await siti.locator(".recovery-codes code").first().innerText();
  await send(siti, "/rooms", "post /rooms", { name: "Kelas", mode: "meeting", entry: "link" });
  const [room = ""] = /\/rooms\/[\w-]+/.exec(siti.url()) ?? [];
  await send(siti, "/rooms", "get /rooms/one", { room: room.slice("/rooms/".length) });
  await send(siti, `${room}/settings`, "post /rooms/one/settings", { name: "Kelas malam" });
  await send(siti, "/rooms", "post /rooms/one/end");
  await send(siti, "/rooms", "post /rooms/one/open-again");
});

step("they sign out and in, forget the password, and delete the account", async () => {
  await send(siti, "/", "post /logout");
  await send(siti, "/recover", "post /recover", {
    username: "siti",
    recoveryCode: code,
    password: "short-cat-lantern-9",
  });
  await send(siti, "/settings/security", "post /settings/password", { current: "short-cat-lantern-9", password });
  await send(siti, "/", "post /logout");
  await send(siti, "/login", "post /login", { username: "siti", password });
  await send(siti, "/settings/account", "post /settings/delete", { username: "siti", password });
});

step("a streamer furnishes the channel and its chat", async () => {
  const wati = await open("wati", site.streamer);
  await send(wati, "/studio", "post /studio/stream", { title: "Shadows", tags: "wayang" });
  await send(wati, "/studio", "post /studio/key/show");
  await send(wati, "/studio", "post /studio/key/new");
  await send(wati, "/studio/channel", "post /studio/channel", { about: "We play." });
  await send(wati, "/studio/channel", "post /studio/banner", { banner: picture });
  await send(wati, "/studio/channel", "post /studio/banner/remove");
  const moderation = "/@wati/chat/moderation";
  await send(wati, moderation, "post /@one/chat/moderation/settings", { links: "on" });
  await send(wati, moderation, "post /@one/chat/moderation/words");
  await send(wati, moderation, "post /@one/chat/moderation/moderators");
  await send(wati, moderation, "post /@one/chat/moderation/bans");
});

step("an administrator decides about people, reports and categories", async () => {
  const ibu = await open("ibu", site.admin);
  await send(ibu, "/admin/people", "get /admin/people", { q: "budi" });
  await send(ibu, "/admin", "post /admin/people/one/decline", { why: "Not yet" });
  await send(ibu, "/admin/people", "post /admin/people/one/streaming");
  await send(ibu, "/admin/people/budi", "post /admin/people/one/role", { role: "streamer" });
  await send(ibu, "/admin/people/budi", "post /admin/people/one/reset");
  await send(ibu, "/admin/people/budi", "post /admin/people/one/sign-out");
  await send(ibu, "/admin/people/budi", "post /admin/people/one/suspend", { reason: "Noise" });
  await send(ibu, "/admin/people/budi", "post /admin/people/one/lift");
  await send(ibu, "/admin/reports", "post /admin/reports/one/close", { outcome: "Talked to them" });
  await send(ibu, "/admin/registration", "post /admin/registration", { registration: "invitation" });
  await send(ibu, "/admin/registration", "post /admin/invitations", { note: "For Dewi" });
  await send(ibu, "/admin/registration", "post /admin/invitations/one/revoke");
  await send(ibu, "/admin/categories", "post /admin/categories", { name: "Kites", nameId: "Layang-layang" });
  await send(ibu, "/admin/categories", "post /admin/categories/one", { name: "Creatures" });
  await send(ibu, "/admin/categories/animals/remove", "post /admin/categories/one/remove");
  await send(ibu, "/admin/audit", "get /admin/audit", { subject: "budi" });
  await send(ibu, "/admin/calls", "get /admin/calls");
  await send(ibu, "/admin/live", "post /admin/streams/one/end", { reason: "Just a test" });
});

step("no form of the site was left out", () => {
  expect([...found].filter((form) => !sent.has(form) && !elsewhere.includes(form))).toEqual([]);
});
