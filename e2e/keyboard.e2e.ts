import type { Browser, Locator, Page } from "@playwright/test";
import { afterAll, beforeAll, setDefaultTimeout } from "bun:test";
import { launchBrowser } from "./support/browser.ts";
import type { FormClient } from "./support/form-client.ts";
import { describe, join, password } from "./support/lively-site.ts";
import { stillRunning } from "./support/processes.ts";
import { type Server, startServer } from "./support/server.ts";
import { Story } from "./support/story.ts";

/**
 * What people do, by the keyboard alone: register, find, follow, be granted the right to stream, set up a stream, furnish
 * the channel. Tab leads to everything, and what has the focus shows it. The steps run in this order.
 */

setDefaultTimeout(60_000);

let server: Server;
let browser: Browser;
let ibu: FormClient;
let budi: Page;

const story = new Story("keyboard", () => server);
const step = story.step.bind(story);

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  ibu = await join(server, "ibu");
  await describe(ibu, "Shadows of Java", "music");
  budi = await story.openPage(browser, "budi", { viewport: { width: 1280, height: 800 } });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (server !== undefined && stillRunning([server.pid]).length > 0) await server.stop();
});

/** In the page: whether something is drawn around what has the focus, or around what it stands in. */
const showsFocus = `(() => {
  for (let element = document.activeElement; element !== null && element !== document.body; element = element.parentElement) {
    const seen = [getComputedStyle(element), getComputedStyle(element, "::after")];
    if (seen.some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) > 0)) return true;
  }
  return false;
})()`;

/** Goes there by Tab. Fails when that leads past it, or when nothing shows where the focus is. */
async function tabTo(page: Page, place: Locator, most = 80): Promise<void> {
  for (let presses = 0; presses < most; presses += 1) {
    if ((await place.and(page.locator(":focus")).count()) === 1) {
      if (!(await page.evaluate<boolean>(showsFocus))) throw new Error(`Nothing shows the focus of ${String(place)}.`);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`${most} times Tab did not lead to ${String(place)}.`);
}

async function press(page: Page, place: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, place);
  await page.keyboard.press(key);
}

async function type(page: Page, place: Locator, text: string): Promise<void> {
  await tabTo(page, place);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

const named = (page: Page, role: "button" | "link", name: string | RegExp): Locator =>
  page.getByRole(role, typeof name === "string" ? { name, exact: true } : { name });

step("register", async () => {
  await budi.goto(server.pageUrl);
  await press(budi, named(budi, "link", "Create account").first());
  await budi.waitForURL("**/register**");
  await type(budi, budi.getByLabel("Username"), "budi");
  await type(budi, budi.getByLabel("Password"), password);
  await press(budi, named(budi, "button", "Create account"));
  await budi.getByRole("heading", { name: "Your recovery codes" }).waitFor();
  await press(budi, named(budi, "button", "I have kept them"));
  await budi.locator("summary", { hasText: "Account of budi" }).waitFor();
});

step("find a channel by the search, and follow it", async () => {
  await budi.keyboard.press("/");
  await budi.keyboard.type("shad");
  await budi.keyboard.press("Enter");
  await budi.getByRole("heading", { name: "Results for “shad”" }).waitFor();
  await press(budi, budi.getByRole("main").getByRole("link", { name: /ibu/ }).first());
  await budi.waitForURL("**/@ibu");
  await press(budi, named(budi, "button", "Follow ibu"));
  await named(budi, "button", "Unfollow ibu").waitFor();
});

step("ask to stream, and be granted it", async () => {
  await press(budi, named(budi, "link", "Studio"));
  await type(budi, budi.getByLabel("What do you want to stream?"), "Gamelan");
  await press(budi, named(budi, "button", "Ask to stream"));
  await budi.getByText("You have asked to stream").waitFor();

  const admin = await story.openPage(browser, "ibu", { viewport: { width: 1280, height: 800 } });
  await admin.context().addCookies(ibu.cookies);
  await admin.goto(server.pageUrl);
  await press(admin, admin.locator("summary", { hasText: "Account of" }));
  await press(admin, named(admin, "link", "Admin"));
  await admin.waitForURL("**/admin");
  await press(admin, named(admin, "button", /^Allow streaming.*budi/));
  await admin.getByText("They may stream now.").waitFor();
});

step("set up a stream, and see the key", async () => {
  await budi.reload();
  await type(budi, budi.getByLabel("Title of the stream"), "Gamelan by the river");
  await tabTo(budi, budi.getByLabel("Category"));
  await budi.keyboard.type("Music");
  await press(budi, named(budi, "button", "Save"));
  await budi.getByText("Saved.").first().waitFor();
  await press(budi, named(budi, "button", "Show key"));
  await named(budi, "button", "Copy").last().waitFor();
});

step("furnish the channel", async () => {
  await press(budi, budi.getByRole("main").getByRole("link", { name: "Channel page", exact: true }));
  await type(budi, budi.getByLabel("About you"), "We **play** by the river.");
  await press(budi, named(budi, "button", "Save"));
  await budi.getByText("It is on your page.").waitFor();
  await budi.goto(`${server.pageUrl}/@budi`);
  await budi.getByRole("heading", { name: "Gamelan by the river" }).waitFor();
  await named(budi, "link", "Music").first().waitFor();
  await budi.getByText("We play by the river.").waitFor();
});
