import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { createAdministrator, readKey, register } from "./support/people.ts";
import { barriersOf, launchBrowser, loudnessOf, untilPicturesMove } from "./support/browser.ts";
import { stillRunning } from "./support/processes.ts";
import { type Publisher, publish } from "./support/publisher.ts";
import { type Server, startServer } from "./support/server.ts";
import { Story } from "./support/story.ts";
import { until } from "./support/until.ts";

/**
 * What a newcomer does, from `npm start` to the end of the first stream, with real processes, ffmpeg and Chromium.
 * The tests are steps of one story and run in this order.
 */

setDefaultTimeout(90_000);

const password = "tall-horse-battery-7";
const guestPassword = "short-cat-lantern-9";
let server: Server;
let browser: Browser;
/** The administrator's browser: the studio. */
let host: Page;
/** Somebody without an account. */
let viewer: Page;
/** Signed in, not approved at first. */
let guest: Page;
let publisher: Publisher;
let serverUrl = "";
let key = "";
let thumbnailUrl = "";
const secrets: string[] = [password, guestPassword];

const story = new Story("newcomer", () => server);
const step = story.step.bind(story);
const openPage = (who: string): Promise<Page> => story.openPage(browser, who);

const rememberSession = async (page: Page): Promise<void> => {
  secrets.push(...(await page.context().cookies()).map((cookie) => cookie.value).filter((value) => value.length >= 16));
};

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  [host, viewer, guest] = [await openPage("host"), await openPage("viewer"), await openPage("guest")];
}, 120_000);

afterAll(async () => {
  await publisher?.end("SIGKILL");
  await browser?.close();
  if (server !== undefined && stillRunning([server.pid]).length > 0) await server.stop();
});

step("until somebody has set it up, nobody can register", async () => {
  await guest.goto(`${server.pageUrl}/register`);
  expect(await guest.getByRole("button", { name: "Create account" }).count()).toBe(0);
});

step("the printed link creates the administrator, once", async () => {
  expect(server.setupLink).not.toBeNull();
  await createAdministrator(host, server, "ibu", password);
  await rememberSession(host);

  await guest.goto(server.setupLink ?? "");
  expect(await guest.getByRole("button", { name: "Create administrator" }).count()).toBe(0);
});

step("the studio shows server and key", async () => {
  await host.goto(`${server.pageUrl}/studio`);
  await host.locator("#studio-status").getByText("Offline", { exact: true }).waitFor();
  serverUrl = await host.getByLabel("Server").first().inputValue();
  expect(serverUrl).toBe(`rtmp://127.0.0.1:${server.ports["RTMP_PORT"]}/live`);
  key = await readKey(host, password);
  expect(key.length).toBeGreaterThanOrEqual(27);
  secrets.push(key);
  await host.getByLabel("Title of the stream").fill("First night");
  await host.getByRole("button", { name: "Save" }).click();
  await host.getByText("Saved.").waitFor();
});

step("a watch page that is opened too early says so", async () => {
  await viewer.goto(`${server.pageUrl}/@ibu`);
  await viewer.getByText("Not started yet").waitFor();
  await viewer.evaluate("window.isSamePage = true");
});

step("a wrong key is turned away", async () => {
  const stranger = publish(serverUrl, "wrong-key-wrong-key-wrong-key-wrong");
  expect(await stranger.exited).not.toBe(0);
  await viewer.getByText("Not started yet").waitFor();
});

step("ffmpeg publishes, and the waiting page plays by itself: moving pictures, with sound", async () => {
  publisher = publish(serverUrl, key);
  await viewer.getByText("Not started yet").waitFor({ state: "hidden" });
  await untilPicturesMove(viewer);
  expect(await loudnessOf(viewer)).toBeGreaterThan(0.01);
  expect(await viewer.evaluate<boolean>("window.isSamePage")).toBe(true);
  await viewer.getByRole("heading", { name: "First night" }).waitFor();
});

step("the studio says what arrives, home that somebody is live", async () => {
  await host.locator("#studio-status").getByText("Live", { exact: true }).waitFor();
  await host.getByText("640 × 360").waitFor();
  await host.getByText("H.264").waitFor();
  const home = await openPage("home");
  await home.goto(server.pageUrl);
  await home.getByRole("link", { name: "First night" }).waitFor();
  expect(await barriersOf(home)).toEqual([]);
  await home.context().close();
});

step("within seconds home shows a picture of what is on, which is made again and again", async () => {
  const home = await openPage("home with a picture");
  await home.goto(server.pageUrl);
  // What shows nothing yet is pushed to the open page.
  const picture = home.locator("img[data-thumbnail]");
  await picture.waitFor({ timeout: 30_000 });
  const width = 'document.querySelector("img[data-thumbnail]")?.naturalWidth';
  await until("the picture is there", async () => (await home.evaluate<number>(width)) === 640);
  thumbnailUrl = (await picture.getAttribute("src")) ?? "";
  const etag = async () => (await fetch(thumbnailUrl)).headers.get("etag");
  const first = await etag();
  await until("another picture is made", async () => (await etag()) !== first, 30_000);
  await home.context().close();
});

step("studio and watch page have no barrier that can be found by a program", async () => {
  expect(await barriersOf(host)).toEqual([]);
  expect(await barriersOf(viewer)).toEqual([]);
});

step("playlists hold no secret", async () => {
  const playlistUrl = await viewer.evaluate<string>('document.querySelector("live-player").dataset.src ?? ""');
  const state = await fetch(playlistUrl === "" ? `${server.pageUrl}/@ibu` : playlistUrl);
  const text = await state.text();
  expect(state.status).toBe(200);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

step("an account streams only while an administrator lets it, and its studio says so", async () => {
  await register(guest, server, "tamu", guestPassword);
  await rememberSession(guest);
  await guest.goto(`${server.pageUrl}/studio`);
  await guest.getByText("You cannot stream yet").waitFor();
  expect(await guest.getByRole("button", { name: "Show key" }).count()).toBe(0);
});

step("the right to stream is given, used, and taken away in the middle of a stream", async () => {
  const admin = await host.context().newPage();
  await admin.goto(`${server.pageUrl}/admin`);
  await admin.getByRole("button", { name: "Allow streaming for tamu" }).click();
  await admin.getByRole("button", { name: "Stop streaming for tamu" }).waitFor();

  await guest.reload();
  const guestKey = await readKey(guest, guestPassword);
  secrets.push(guestKey);
  const guestPublisher = publish(serverUrl, guestKey);
  await guest.locator("#studio-status").getByText("Live", { exact: true }).waitFor();

  const revokedAtMs = performance.now();
  await admin.getByRole("button", { name: "Stop streaming for tamu" }).click();
  await guestPublisher.exited;
  expect(performance.now() - revokedAtMs).toBeLessThan(5_000);
  // A tab that is closed in the middle of a navigation may never be reported closed.
  await admin.getByRole("button", { name: "Allow streaming for tamu" }).waitFor();
  await admin.close();

  expect(await publish(serverUrl, guestKey).exited).not.toBe(0);
  await guest.reload();
  await guest.getByText("You cannot stream yet").waitFor();
  // Nobody else's stream has suffered.
  await untilPicturesMove(viewer);
});

step("a second encoder with the same key is turned away, and the studio says why", async () => {
  expect(await publish(serverUrl, key).exited).not.toBe(0);
  await host.getByText("An encoder was turned away").waitFor();
  await host.getByRole("button", { name: "Disconnect the other encoder" }).waitFor();
  await untilPicturesMove(viewer);
});

step("an encoder that breaks off and returns goes on in the same page", async () => {
  const streamBefore = await viewer.evaluate<string>('document.querySelector("video").currentSrc');
  await publisher.end("SIGKILL");
  await viewer.getByText("Reconnecting…").locator("visible=true").first().waitFor();
  await host.locator("#studio-status").getByText("Encoder gone", { exact: true }).waitFor();
  publisher = publish(serverUrl, key);
  await viewer.getByText("Reconnecting…").locator("visible=true").waitFor({ state: "hidden" });
  await untilPicturesMove(viewer);
  // What another encoder was refused for before is settled.
  await host.getByText("An encoder was turned away").waitFor({ state: "hidden" });
  expect(await viewer.evaluate<boolean>("window.isSamePage")).toBe(true);
  // The same media source: not a second player, nor a second stream.
  expect(await viewer.evaluate<string>('document.querySelector("video").currentSrc')).toBe(streamBefore);
});

step("an encoder that stops ends the stream, on the page and at home", async () => {
  await publisher.end("SIGINT");
  await viewer.getByText("This stream has ended").waitFor();
  await host.locator("#studio-status").getByText("Offline", { exact: true }).waitFor();
  const home = await openPage("home");
  await home.goto(server.pageUrl);
  await home.getByText("Nobody is live").waitFor();
  await home.context().close();
  expect(await viewer.evaluate<boolean>("window.isSamePage")).toBe(true);
  expect((await fetch(thumbnailUrl)).status).toBe(404);
});

step("no page failed and none broke the content security policy", () => {
  expect(story.pageErrors).toEqual([]);
});

step("SIGTERM once ends everything, frees the ports, and no log holds a secret", async () => {
  const family = server.family();
  expect(family.length).toBeGreaterThanOrEqual(3);
  await server.stop("SIGTERM");
  await until("every process has ended", () => stillRunning(family).length === 0, 5_000);
  for (const port of Object.values(server.ports)) {
    const again = Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } });
    again.stop(true);
  }
  expect(secrets.filter((secret) => server.output().includes(secret))).toEqual([]);
});
