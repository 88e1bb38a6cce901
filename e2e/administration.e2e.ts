import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { barriersOf, launchBrowser } from "./support/browser.ts";
import { untilShown, write, writingOf } from "./support/chat.ts";
import { createAdministrator, readKey, register } from "./support/people.ts";
import { type Publisher, publish } from "./support/publisher.ts";
import { stillRunning } from "./support/processes.ts";
import { type Server, startServer } from "./support/server.ts";
import { Story } from "./support/story.ts";

/**
 * What administrators do all week, with real processes, ffmpeg and Chromium: somebody asks to stream, is granted it, is
 * reported, suspended and let in again; somebody else comes by invitation; and the log has it all.
 * The tests are steps of one story and run in this order.
 */

setDefaultTimeout(60_000);

const password = "tall-horse-battery-7";
const guestPassword = "short-cat-lantern-9";
let server: Server;
let browser: Browser;
let admin: Page;
/** Asks to stream. */
let wati: Page;
/** Watches. */
let budi: Page;
let publisher: Publisher;
let key = "";

const story = new Story("administration", () => server);
const step = story.step.bind(story);
const openPage = (who: string, options = {}): Promise<Page> => story.openPage(browser, who, options);
const go = (page: Page, path: string) => page.goto(server.pageUrl + path);

/** In the page: what the element that has the focus is called. */
const nameOfFocused = `(() => {
  const element = document.activeElement;
  return (element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent).trim();
})()`;

/** Goes on by Tab until the element with this name has the focus. */
async function tabTo(page: Page, name: string | RegExp, most = 80): Promise<void> {
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press("Tab");
    const text = await page.evaluate<string>(nameOfFocused);
    if (typeof name === "string" ? text === name : name.test(text)) return;
  }
  throw new Error(`Nothing called ${String(name)} can be reached by Tab.`);
}

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  [admin, wati, budi] = [await openPage("admin"), await openPage("wati"), await openPage("budi")];
  await createAdministrator(admin, server, "ibu", password);
  await register(wati, server, "wati", guestPassword);
  await register(budi, server, "budi", guestPassword);
}, 120_000);

afterAll(async () => {
  await publisher?.end("SIGKILL");
  await browser?.close();
  if (server !== undefined && stillRunning([server.pid]).length > 0) await server.stop();
});

step("somebody asks for the right to stream, by keyboard", async () => {
  await go(wati, "/studio");
  await tabTo(wati, "What do you want to stream?");
  await wati.keyboard.type("Gamelan every Wednesday");
  await tabTo(wati, "Ask to stream", 2);
  await wati.keyboard.press("Enter");
  await wati.getByText("You have asked to stream").waitFor();
});

step("the administrator sees it beside People, reads why, and grants it by keyboard", async () => {
  await go(admin, "/admin");
  await admin.getByRole("link", { name: /^People.*1 waiting/ }).waitFor();
  await admin.getByText("Gamelan every Wednesday").waitFor();
  await tabTo(admin, "Allow streaming for wati");
  await admin.keyboard.press("Enter");
  await admin.getByText("They may stream now.").waitFor();
  expect(await admin.getByRole("link", { name: /waiting/ }).count()).toBe(0);

  await go(wati, "/studio");
  key = await readKey(wati, guestPassword);
});

step("a viewer reports the channel, and cannot do it twice", async () => {
  publisher = publish(server.rtmpUrl, key);
  await wati.locator("#studio-status").getByText("Live", { exact: true }).waitFor();
  await go(budi, "/@wati/report");
  expect(await barriersOf(budi)).toEqual([]);
  await budi.getByLabel("Spam or fraud").check();
  await budi.getByLabel("Details").fill("Sells things that nobody gets.");
  await budi.getByRole("button", { name: "Send report" }).click();
  await budi.getByRole("heading", { name: "Thank you" }).waitFor();
  await go(budi, "/@wati/report");
  await budi.getByText("You have reported this channel already").waitFor();
});

step("the report leads to the person, who is suspended: off the air, signed out, silent, not to be seen", async () => {
  const chat = await wati.context().newPage();
  await go(chat, "/@ibu/chat");
  await write(chat, "Good evening");
  await untilShown(chat, "Good evening");
  await go(admin, "/admin");
  await admin.getByRole("link", { name: "1 report is open" }).click();
  await admin.getByText("Sells things that nobody gets.").waitFor();
  await admin.getByRole("link", { name: /^Suspend….*wati/ }).click();
  await admin.getByLabel(/^Reason/).fill("Fraud");
  await admin.getByRole("button", { name: "Suspend wati" }).click();
  await admin.getByText("Suspended. They are signed out everywhere.").waitFor();

  await publisher.exited;
  expect(await publish(server.rtmpUrl, key).exited).not.toBe(0);
  // In a tab that was open: a guest now, who cannot write.
  await chat.getByRole("link", { name: "Sign in to write" }).waitFor();
  expect(await writingOf(chat).isVisible()).toBe(false);
  await chat.close();
  await go(wati, "/studio");
  expect(new URL(wati.url()).pathname).toBe("/login");
  await wati.getByLabel("Username").fill("wati");
  await wati.getByLabel("Password").first().fill(guestPassword);
  await wati.getByRole("button", { name: "Sign in" }).click();
  await wati.getByText("Fraud").waitFor();
  await go(budi, "/@wati");
  await budi.getByText("This channel is not available").waitFor();
  await go(budi, "/");
  expect(await budi.getByRole("link", { name: /wati/ }).count()).toBe(0);
});

step("the report is closed with what came of it", async () => {
  await go(admin, "/admin/reports");
  await admin.getByLabel("What came of it").fill("Suspended until the money is back");
  await admin.getByRole("button", { name: /^Close report.*wati/ }).click();
  await admin.getByText("No report is open.").waitFor();
  await admin.getByRole("link", { name: "Closed", exact: true }).click();
  await admin.getByText("Suspended until the money is back").waitFor();
});

step("the suspension is lifted, and everything is as it was", async () => {
  await go(admin, "/admin/people?show=suspended");
  await admin.getByRole("main").getByRole("link", { name: "wati" }).click();
  await admin.getByRole("button", { name: "Lift the suspension" }).click();
  await admin.getByText("The suspension is lifted.").waitFor();
  await wati.getByLabel("Password").first().fill(guestPassword);
  await wati.getByRole("button", { name: "Sign in" }).click();
  await wati.waitForURL(/\/(studio)?$/);
  publisher = publish(server.rtmpUrl, key);
  await go(wati, "/studio");
  await wati.locator("#studio-status").getByText("Live", { exact: true }).waitFor();
});

step("a live stream is ended from the list of what is on", async () => {
  await go(admin, "/admin/live");
  await admin.getByLabel("Why, for the streamer and the log: wati").fill("Just a test");
  await admin.getByRole("button", { name: /^End now.*wati/ }).click();
  await admin.getByText("The stream has ended.").waitFor();
  await admin.getByText("Nobody is live.").waitFor();
  await publisher.exited;
  // Whoever streamed reads why, without a reload.
  await wati.getByRole("heading", { name: "An administrator ended your stream" }).waitFor();
  await wati.getByText("Just a test", { exact: true }).waitFor();
});

step("without JavaScript, somebody comes by invitation, asks, and is told no", async () => {
  const plain = await openPage("plain admin", { javaScriptEnabled: false });
  await plain.context().addCookies(await admin.context().cookies());
  await go(plain, "/admin/registration");
  await plain.getByLabel("Whoever has an invitation").check();
  await plain.getByRole("button", { name: "Save" }).click();
  await plain.getByText("Saved.").waitFor();
  await plain.getByLabel(/^Note/).fill("For Siti");
  await plain.getByRole("button", { name: "Make the link" }).click();
  const link = await plain.getByLabel("Link").inputValue();

  const siti = await openPage("siti", { javaScriptEnabled: false });
  await go(siti, "/register");
  expect(await siti.getByRole("button", { name: "Create account" }).count()).toBe(0);
  await siti.goto(link);
  await siti.getByLabel("Username").fill("siti");
  await siti.getByLabel("Password").first().fill(guestPassword);
  await siti.getByRole("button", { name: "Create account" }).click();
  await siti.getByRole("button", { name: "I have kept them" }).click();
  await go(siti, "/studio");
  await siti.getByRole("button", { name: "Ask to stream" }).click();

  await go(plain, "/admin/registration");
  await plain.getByRole("link", { name: "used by siti" }).click();
  await plain.getByLabel("Why not, for them to read").fill("Come to the meeting first");
  await plain.getByRole("button", { name: "Say no for siti" }).click();
  await go(siti, "/studio");
  await siti.getByText("Come to the meeting first").waitFor();
});

step("the log has it all, and can be asked", async () => {
  await go(admin, "/admin/audit");
  const entries = admin.locator(".log-entry");
  expect(await entries.count()).toBe(8);
  await admin.getByLabel("To whom or what").fill("wati");
  await admin.getByLabel("What", { exact: true }).selectOption("Suspended");
  await admin.getByRole("button", { name: "Show" }).click();
  await admin.waitForURL(/subject=wati/);
  expect(await entries.allInnerTexts()).toEqual([expect.stringContaining("Fraud")]);
});

step("every page of it has no barrier that can be found by a program, in the other language", async () => {
  await go(admin, "/admin");
  await admin.getByRole("button", { name: "Bahasa Indonesia" }).click();
  await admin.getByRole("heading", { name: "Administrasi" }).waitFor();
  const paths = ["", "/people", "/people/wati", "/live", "/reports?show=closed", "/registration", "/security"];
  for (const path of [...paths, "/categories", "/audit", "/calls"]) {
    await go(admin, `/admin${path}`);
    expect([path, await barriersOf(admin)]).toEqual([path, []]);
  }
});

step("no page failed and none broke the content security policy", () => {
  expect(story.pageErrors).toEqual([]);
});
