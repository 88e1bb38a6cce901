import type { Browser, Frame, Locator, Page } from "@playwright/test";
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { barriersOf, launchBrowser, untilPicturesMove } from "./support/browser.ts";
import { createAdministrator, readKey, register } from "./support/people.ts";
import { stillRunning } from "./support/processes.ts";
import { type Publisher, publish } from "./support/publisher.ts";
import { freePorts, type Server, startServer } from "./support/server.ts";
import { Story } from "./support/story.ts";
import { until } from "./support/until.ts";

/**
 * A channel is furnished, goes live, is watched, shared, shown on another site, and looked back at; with real processes,
 * ffmpeg and Chromium. The tests are steps of one story and run in this order.
 */

setDefaultTimeout(90_000);

const password = "tall-horse-battery-7";
let server: Server;
let browser: Browser;
/** The streamer, in the studio. */
let host: Page;
/** Somebody without an account. */
let viewer: Page;
let publisher: Publisher | undefined;
let foreignSite: ReturnType<typeof Bun.serve> | undefined;

const story = new Story("channel", () => server);
const step = story.step.bind(story);

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  host = await story.openPage(browser, "host", { permissions: ["clipboard-read", "clipboard-write"] });
  viewer = await story.openPage(browser, "viewer", { permissions: ["clipboard-read", "clipboard-write"] });
  await createAdministrator(host, server, "ibu", password);
}, 120_000);

afterAll(async () => {
  await publisher?.end("SIGKILL");
  await foreignSite?.stop(true);
  await browser?.close();
  if (server !== undefined && stillRunning([server.pid]).length > 0) await server.stop();
});

const open = (page: Page, path: string) => page.goto(server.pageUrl + path);
const isFocused = async (page: Page, place: Locator): Promise<boolean> =>
  (await place.and(page.locator(":focus")).count()) === 1;

/** Goes there by the Tab key alone. */
async function tabTo(page: Page, place: Locator, most = 80): Promise<void> {
  for (let count = 0; count < most; count += 1) {
    if (await isFocused(page, place)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${most} times Tab did not lead to ${String(place)}`);
}

step("without JavaScript: what a stream is about is wrong, said at its field, put right, and seen", async () => {
  const page = await story.openPage(browser, "without-js", { javaScriptEnabled: false });
  await open(page, "/login");
  await page.getByLabel("Username").fill("ibu");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await open(page, "/studio");
  await page.getByLabel("Title of the stream").fill("Shadows");
  await page.getByLabel("Tags", { exact: true }).fill("x");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("A tag has 2 to 25 letters, digits or hyphens.").waitFor();
  expect(await page.getByLabel("Title of the stream").inputValue()).toBe("Shadows");
  await page.getByLabel("Tags", { exact: true }).fill("wayang, gamelan");
  await page.getByLabel("Category").selectOption({ label: "Music" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  await open(page, "/studio/channel");
  await page.getByLabel("About you").fill("# Who we are\n\nA **shadow** play.");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.locator(".about-preview").getByText("shadow").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("It is on your page.").waitFor();
  await open(page, "/@ibu");
  await page.getByRole("heading", { name: "Shadows" }).waitFor();
  await page.getByRole("heading", { name: "Who we are" }).waitFor();
  await page.getByRole("link", { name: "Music", exact: true }).waitFor();
  await page.getByRole("link", { name: "gamelan", exact: true }).waitFor();
  await page.getByRole("button", { name: "Share" }).click();
  expect(await page.getByLabel("Link", { exact: true }).inputValue()).toBe(`${server.pageUrl}/@ibu`);
  await page.context().close();
});

step(
  "with the keyboard alone: the channel's page gets links, and a link that leads nowhere is refused in place",
  async () => {
    await open(host, "/studio");
    await tabTo(host, host.getByRole("link", { name: "Channel page", exact: true }));
    await host.keyboard.press("Enter");
    await host.getByRole("heading", { name: "What your page says" }).waitFor();
    await tabTo(host, host.getByLabel("Title of link 1"));
    await host.keyboard.type("Our hall");
    await host.keyboard.press("Tab");
    await host.keyboard.type("nowhere");
    await host.keyboard.press("Enter");
    await host.getByText("A link begins with https:// or http://.").waitFor();
    await until("the focus is where the error is", () => isFocused(host, host.getByLabel("Address of link 1")));
    await host.keyboard.press("Control+A");
    await host.keyboard.type("hall.example.org");
    await host.keyboard.press("Enter");
    await host.getByText("It is on your page.").waitFor();
    await open(viewer, "/@ibu");
    const link = viewer.getByRole("link", { name: "Our hall" });
    expect(await link.getAttribute("href")).toBe("https://hall.example.org");
  },
);

step("tags are chips, and one of them is taken out", async () => {
  await open(host, "/studio");
  await host.getByLabel("Tags", { exact: true }).fill("wayang, gamelan, late");
  await host.getByRole("button", { name: "Remove late" }).click();
  expect(await host.getByLabel("Tags", { exact: true }).inputValue()).toBe("wayang, gamelan");
});

step(
  "live: the picture moves, the studio has a preview and a curve, and what it is about changes on the open page",
  async () => {
    await viewer.evaluate("window.isSamePage = true");
    publisher = publish(server.rtmpUrl, await readKey(host, password));
    await untilPicturesMove(viewer);
    await host.getByRole("region", { name: "Live picture of ibu" }).waitFor();
    await until("the preview plays", () => host.evaluate<boolean>('document.querySelector("video").currentTime > 0.5'));
    await until("a curve is drawn", () =>
      host.evaluate<boolean>('document.querySelector("viewer-chart canvas") !== null'),
    );
    await host.getByLabel("Title of the stream").fill("Shadows, second act");
    await host.getByLabel("Category").selectOption({ label: "Art and crafts" });
    await host.getByLabel("Tags", { exact: true }).fill("wayang, night");
    await host.getByRole("button", { name: "Save" }).click();
    await viewer.getByRole("heading", { name: "Shadows, second act" }).waitFor();
    await viewer.getByRole("link", { name: "Art and crafts", exact: true }).waitFor();
    await viewer.getByRole("link", { name: "night", exact: true }).waitFor();
    await viewer.locator("[data-watching]", { hasText: "1 watching" }).waitFor();
    expect(await viewer.evaluate<boolean>("window.isSamePage")).toBe(true);
  },
);

step("a closed preview loads nothing, an open one goes on", async () => {
  const preview = host.locator("[data-preview] > summary");
  await preview.click();
  await host.locator("live-player").waitFor({ state: "detached" });
  await preview.click();
  await until("the preview plays again", () =>
    host.evaluate<boolean>('(document.querySelector("video")?.currentTime ?? 0) > 0.5'),
  );
});

step("theatre mode by a key: the frame goes, it stays so on the next page, and comes back", async () => {
  const header = viewer.locator(".site-header");
  await viewer.locator("body").press("t");
  await header.waitFor({ state: "hidden" });
  const { height = 0 } = (await viewer.locator("live-player").boundingBox()) ?? {};
  expect(height).toBe(viewer.viewportSize()?.height ?? 0);
  await viewer.reload();
  await header.waitFor({ state: "hidden" });
  await viewer.getByRole("button", { name: "Leave theatre mode" }).focus();
  await viewer.keyboard.press("Enter");
  await header.waitFor();
});

step("keys do what they say, and nothing while somebody types", async () => {
  await untilPicturesMove(viewer);
  await viewer.locator("body").press("k");
  await until("it is paused", () => viewer.evaluate<boolean>('document.querySelector("video").paused'));
  await viewer.locator("body").press("k");
  await viewer.locator("body").press("m");
  await until("it is silent", () => viewer.evaluate<boolean>('document.querySelector("video").muted'));
  await viewer.locator("body").press("m");
  const search = viewer.getByRole("searchbox").first();
  await search.focus();
  await viewer.keyboard.type("mkt");
  expect(await viewer.evaluate<boolean>('document.querySelector("video").muted')).toBe(false);
  await viewer.locator(".site-header").waitFor();
});

step("who finds no place reads why", async () => {
  const page = await browser.newPage();
  const headers = { "Access-Control-Allow-Origin": "*" };
  await page.route("**/live/*/index.m3u8", (route) =>
    route.fulfill({ status: 503, headers, json: { reason: "full" } }),
  );
  await open(page, "/@ibu");
  await page.getByText("This stage is full").waitFor();
  await page.close();
});

step("figures are shown on request, keys can be kept to the player", async () => {
  await viewer.locator("live-player").hover();
  await viewer.getByRole("button", { name: "Player settings" }).click();
  await viewer.getByLabel("Show statistics").check();
  const figures = viewer.locator(".player-statistics");
  await figures.getByText("640 × 360").waitFor();
  await until("a latency is known", async () =>
    /\d s/.test(await figures.locator("[data-figure=latency]").innerText()),
  );
  await viewer.getByLabel("Keys work on the whole page").uncheck();
  await viewer.keyboard.press("Escape");
  await viewer.locator(".player-settings").waitFor({ state: "hidden" });
  await viewer.locator("h1").click();
  await viewer.keyboard.press("m");
  expect(await viewer.evaluate<boolean>('document.querySelector("video").muted')).toBe(false);
});

step("the link and the code for other sites are copied", async () => {
  await viewer.getByRole("button", { name: "Share" }).click();
  await viewer.getByRole("button", { name: "Copy Link" }).click();
  expect(await viewer.evaluate<string>("navigator.clipboard.readText()")).toBe(`${server.pageUrl}/@ibu`);
  await viewer.keyboard.press("Escape");
  await viewer.locator("#share").waitFor({ state: "hidden" });
});

step(
  "on another site the player plays in a frame, silent, and leads to the channel; the page itself refuses to",
  async () => {
    const code = await viewer.locator("#share-embed").inputValue();
    const [port = 0] = freePorts(1);
    const body = `<!doctype html><title>Elsewhere</title>${code}<iframe id="whole" src="${server.pageUrl}/@ibu"></iframe>`;
    foreignSite = Bun.serve({
      port,
      hostname: "127.0.0.1",
      fetch: () => new Response(body, { headers: { "content-type": "text/html" } }),
    });
    const elsewhere = await (await browser.newContext()).newPage();
    await elsewhere.goto(`http://localhost:${port}/`);
    const frame = await until("the frame is there", () =>
      elsewhere.frames().find((each: Frame) => each.url().includes("/embed/ibu")),
    );
    await until("it plays", () => frame.evaluate<boolean>('(document.querySelector("video")?.currentTime ?? 0) > 1'));
    expect(await frame.evaluate<boolean>('document.querySelector("video").muted')).toBe(true);
    expect(await frame.evaluate<string>("document.cookie")).toBe("");
    const link = elsewhere.frameLocator("iframe").first().getByRole("link", { name: "ibu on Panggung" });
    expect(await link.getAttribute("href")).toBe(`${server.pageUrl}/@ibu`);
    const whole = elsewhere.frames().find((each: Frame) => each.url().includes("/@ibu"));
    expect(await whole?.locator("live-player").count()).not.toBe(1);
    await elsewhere.context().close();
  },
);

step("somebody follows with the keyboard alone, in Indonesian", async () => {
  const guest = await story.openPage(browser, "guest");
  await register(guest, server, "tamu", password);
  await guest.context().addCookies([{ name: "panggung_language", value: "id", url: server.pageUrl }]);
  await open(guest, "/@ibu");
  await tabTo(guest, guest.getByRole("button", { name: "Ikuti ibu" }));
  await guest.keyboard.press("Enter");
  await guest.getByRole("button", { name: "Batal ikuti ibu" }).waitFor();
  await guest.getByText("1 pengikut").waitFor();
  expect(await barriersOf(guest)).toEqual([]);
  await guest.context().close();
});

step("what is for adults asks first, once", async () => {
  await host.getByLabel("Only for people of 18 and older").check();
  await host.getByRole("button", { name: "Save" }).click();
  await host.getByText("Saved.").waitFor();
  const adult = await story.openPage(browser, "adult", { javaScriptEnabled: false });
  await open(adult, "/@ibu");
  await adult.getByRole("heading", { name: "This channel is for adults" }).waitFor();
  expect(await adult.locator("live-player").count()).toBe(0);
  await adult.getByRole("button", { name: "I am 18 or older: watch" }).click();
  await adult.getByRole("heading", { name: "Shadows, second act" }).waitFor();
  await open(adult, "/@ibu");
  await adult.getByRole("heading", { name: "Shadows, second act" }).waitFor();
  await adult.context().close();
  await host.getByLabel("Only for people of 18 and older").uncheck();
  await host.getByRole("button", { name: "Save" }).click();
  await host.getByText("Saved.").waitFor();
});

for (const [colorScheme, width] of [
  ["light", 1280],
  ["light", 360],
  ["dark", 1280],
  ["dark", 360],
] as const) {
  step(`no page of these has a barrier that can be found by a program, ${colorScheme}, ${width} wide`, async () => {
    const page = await host.context().newPage();
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    for (const path of ["/studio", "/studio/channel", "/studio/streams", "/@ibu", "/embed/ibu"]) {
      await open(page, path);
      expect([path, await barriersOf(page)]).toEqual([path, []]);
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect([path, overflow <= 0]).toEqual([path, true]);
    }
    await page.close();
  });
}

step("what was streamed is listed afterwards, with its length and its peak", async () => {
  await publisher?.end("SIGINT");
  await host.locator("#studio-status").getByText("Offline", { exact: true }).waitFor();
  await open(viewer, "/@ibu");
  await viewer
    .locator(".past-stream", { hasText: "Shadows, second act" })
    .getByText(/peak \d+ viewers?/)
    .waitFor();
  await open(host, "/studio/streams");
  await host.getByRole("link", { name: "Shadows, second act" }).click();
  await host.getByRole("heading", { name: "Shadows, second act" }).waitFor();
});

step("no page failed and none broke the content security policy", () => {
  expect(story.pageErrors).toEqual([]);
});
