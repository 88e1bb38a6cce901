import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { barriersOf, launchBrowser } from "./support/browser.ts";
import { createAdministrator, readKey, register } from "./support/people.ts";
import { stillRunning } from "./support/processes.ts";
import { type Publisher, publish } from "./support/publisher.ts";
import { type Server, startServer } from "./support/server.ts";
import { Story } from "./support/story.ts";
import { until } from "./support/until.ts";

/**
 * How channels are found, and how those who follow one hear that it goes live; with real processes, ffmpeg and Chromium.
 * The tests are steps of one story and run in this order.
 */

setDefaultTimeout(90_000);

const password = "tall-horse-battery-7";
let server: Server;
let browser: Browser;
/** The streamer. */
let host: Page;
/** Follows the streamer. */
let fan: Page;
/** Somebody without an account. */
let guest: Page;
let publisher: Publisher | undefined;
let key = "";

const story = new Story("site", () => server);
const step = story.step.bind(story);

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  host = await story.openPage(browser, "host");
  fan = await story.openPage(browser, "fan", { viewport: { width: 1280, height: 800 } });
  guest = await story.openPage(browser, "guest", { viewport: { width: 1280, height: 800 } });
  await createAdministrator(host, server, "ibu", password);
}, 120_000);

afterAll(async () => {
  await publisher?.end("SIGKILL");
  await browser?.close();
  if (server !== undefined && stillRunning([server.pid]).length > 0) await server.stop();
});

const open = (page: Page, path: string) => page.goto(server.pageUrl + path);

/** What moves on a page while it is loaded and used: 0 when nothing does. */
const layoutShift = `new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 500);
})`;

/** In the page: whether the card of the stream shows a picture of it. */
const pictureShown = `(document.querySelector("#live-ibu img[data-thumbnail]")?.naturalWidth ?? 0) > 0`;

step("a channel says what it is about, and is found by the search before it was ever live", async () => {
  await open(host, "/studio");
  key = await readKey(host, password);
  await host.getByLabel("Title of the stream").fill("Shadows of Java");
  await host.getByLabel("Category").selectOption({ label: "Music" });
  await host.getByRole("button", { name: "Save" }).first().click();
  await host.getByText("Saved.").first().waitFor();

  await open(guest, "/");
  await guest.getByText("Nobody is live").waitFor();
  // The keyboard's way to the search.
  await guest.keyboard.press("/");
  await guest.keyboard.type("shad");
  await guest.keyboard.press("Enter");
  await guest.getByRole("heading", { name: "Results for “shad”" }).waitFor();
  await guest.getByRole("main").getByRole("link", { name: "ibu" }).click();
  await guest.waitForURL(`${server.pageUrl}/@ibu`);
});

step("somebody follows the channel, which stands in their sidebar then", async () => {
  await register(fan, server, "budi", password);
  await open(fan, "/@ibu");
  await fan.getByRole("button", { name: "Follow ibu" }).click();
  await fan.getByRole("button", { name: "Unfollow ibu" }).waitFor();
  await open(fan, "/categories");
  const row = fan.getByRole("complementary", { name: "Channels" }).getByRole("link", { name: "ibu" });
  await row.waitFor();
  expect(await row.innerText()).toContain("Offline");
});

step("when it goes live they hear of it on whatever page they are, once over all tabs, and can close it", async () => {
  const other = await fan.context().newPage();
  await open(other, "/rooms");
  await fan.bringToFront();
  publisher = publish(server.rtmpUrl, key);
  const toast = fan.getByRole("status").getByRole("link", { name: "ibu is live" });
  await toast.waitFor();
  await fan.getByText("Shadows of Java").first().waitFor();
  // The badge in the header, the sidebar's dot.
  await fan.getByRole("link", { name: "1 of the channels you follow are live" }).waitFor();
  await fan.locator('.side-channel[data-channel="ibu"][data-live]').waitFor();
  expect(await barriersOf(fan)).toEqual([]);
  await fan.getByRole("region", { name: "What is new" }).getByRole("button", { name: "Close" }).click();
  await toast.waitFor({ state: "detached" });
  await fan.reload();
  await fan.locator('.side-channel[data-channel="ibu"][data-live]').waitFor();
  await fan.waitForTimeout(1_500);
  expect([await toast.count(), await other.getByRole("link", { name: "ibu is live" }).count()]).toEqual([0, 0]);
  await other.close();
});

step(
  "home has it first for who follows it, with a picture of what is on, and a count that goes up by itself",
  async () => {
    await open(fan, "/");
    await fan.getByRole("heading", { name: "Channels you follow" }).waitFor();
    await fan.getByRole("main").getByRole("link", { name: "Shadows of Java" }).waitFor();
    const count = fan.locator("#live-ibu [data-viewers-of]");
    await open(guest, "/@ibu");
    await until("the viewer is counted at home", async () => Number(await count.innerText()) >= 1, 20_000);
    await until(
      "a picture of what is on",
      async () => {
        await fan.reload();
        return fan.evaluate<boolean>(pictureShown);
      },
      40_000,
    );
  },
);

step("it is found by its category, by the search, and beside every page", async () => {
  await open(guest, "/categories");
  await guest.getByRole("main").getByRole("link", { name: "Music" }).click();
  await guest.getByRole("main").getByRole("link", { name: "Shadows of Java" }).waitFor();
  await open(guest, "/search?q=ibu");
  await guest.getByRole("heading", { name: "Live now", exact: true }).first().waitFor();
  await guest.getByRole("complementary", { name: "Channels" }).getByRole("link", { name: "ibu" }).waitFor();
});

step(
  "who follows while it is live has it in all tabs at once, and is told on the next page that it is on",
  async () => {
    const sari = await story.openPage(browser, "sari", { viewport: { width: 1280, height: 800 } });
    // By then the stream itself is no news any more.
    await sari.context().addInitScript("{ const now = Date.now; Date.now = () => now() + 20 * 60_000; }");
    await register(sari, server, "sari", password);
    const other = await sari.context().newPage();
    await open(other, "/rooms");
    const followed = other.getByRole("list", { name: "Followed" }).getByRole("link", { name: "ibu" });
    const recommended = other.getByRole("list", { name: "Live now" }).getByRole("link", { name: "ibu" });
    await recommended.waitFor();
    await open(sari, "/@ibu");
    await sari.getByRole("button", { name: "Follow ibu" }).click();
    await followed.waitFor();
    await recommended.waitFor({ state: "detached" });
    await other.getByRole("link", { name: "1 of the channels you follow are live" }).waitFor();
    await open(sari, "/categories");
    await sari.getByRole("status").getByRole("link", { name: "ibu is live" }).waitFor();
    await open(sari, "/@ibu");
    await sari.getByRole("button", { name: "Unfollow ibu" }).click();
    await recommended.waitFor();
    expect(await followed.count()).toBe(0);
    await sari.context().close();
  },
);

step("the sidebar stays as narrow as it was left, and nothing moves while pages load", async () => {
  const sidebar = guest.getByRole("complementary", { name: "Channels" });
  await guest.getByRole("button", { name: "Collapse the list of channels" }).click();
  await guest.getByRole("button", { name: "Expand the list of channels" }).waitFor();
  for (const path of ["/", "/categories"]) {
    await open(guest, path);
    expect((await sidebar.boundingBox())?.width).toBeLessThan(100);
    expect(await guest.evaluate<number>(layoutShift)).toBeLessThan(0.01);
  }
  await guest.getByRole("button", { name: "Expand the list of channels" }).click();
  await open(guest, "/");
  expect((await sidebar.boundingBox())?.width).toBeGreaterThan(200);
});

step("menus open and close by the keyboard", async () => {
  await open(fan, "/");
  const summary = fan.locator("summary", { hasText: "Account of budi" });
  await summary.focus();
  await fan.keyboard.press("Enter");
  await fan.getByRole("link", { name: "Settings" }).waitFor();
  await fan.keyboard.press("Escape");
  await fan.getByRole("link", { name: "Settings" }).waitFor({ state: "hidden" });
  expect(await fan.evaluate<boolean>('document.activeElement?.tagName === "SUMMARY"')).toBe(true);
});

step("all of it can be found without JavaScript, in Indonesian too, on a narrow screen", async () => {
  const plain = await story.openPage(browser, "plain", {
    javaScriptEnabled: false,
    locale: "id",
    viewport: { width: 360, height: 740 },
  });
  await open(plain, "/");
  await plain.getByRole("heading", { name: "Di panggung sekarang" }).waitFor();
  await plain.getByRole("link", { name: "Cari" }).click();
  await plain.getByLabel("Kanal, judul, kategori, dan tagar").fill("shadows");
  await plain.getByRole("main").getByRole("button", { name: "Cari" }).click();
  await plain.getByRole("link", { name: "Shadows of Java" }).waitFor();
  await plain.getByRole("button", { name: "English" }).click();
  // Back where the choice was made.
  await plain.getByRole("heading", { name: "Results for “shadows”" }).waitFor();
  await plain.context().close();
});

step("pages of lists have no barrier that can be found by a program, dark and narrow, light and wide", async () => {
  for (const [colorScheme, width] of [
    ["dark", 360],
    ["light", 1280],
  ] as const) {
    await fan.emulateMedia({ colorScheme });
    await fan.setViewportSize({ width, height: 800 });
    for (const path of ["/", "/categories/music", "/search?q=ibu", "/nothing-here"]) {
      await open(fan, path);
      expect([path, width, await barriersOf(fan)]).toEqual([path, width, []]);
      expect(await fan.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    }
  }
});

step("when it ends, home says so by itself", async () => {
  await open(guest, "/");
  await guest.getByRole("main").getByRole("link", { name: "Shadows of Java" }).waitFor();
  await publisher?.end("SIGINT");
  await guest.getByText("Nobody is live").waitFor();
  await guest.locator('.side-channel[data-channel="ibu"]').waitFor({ state: "detached" });
});

step("no page failed and none broke the content security policy", () => {
  expect(story.pageErrors).toEqual([]);
});
