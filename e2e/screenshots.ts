import type { Browser, Page } from "@playwright/test";
import { join as joinPaths } from "node:path";
import { filmOf, type Sitter, sitters } from "../demo/portrait.ts";
import { type Show, startShow } from "../demo/show.ts";
import { administrator, viewer } from "../demo/site.ts";
import { launchBrowser, untilPicturesMove } from "./support/browser.ts";
import { button, enter, say, tileOf } from "./support/call.ts";
import { openPanel } from "./support/call-panels.ts";
import { launchCallBrowser } from "./support/call-browser.ts";
import { messageOf, messagesOf, write } from "./support/chat.ts";
import type { FormClient } from "./support/form-client.ts";
import { freePorts } from "./support/server.ts";
import { findTools } from "./support/tools.ts";
import { until } from "./support/until.ts";

/**
 * `npm run screenshots`: takes the README's pictures, docs/{home,channel,studio,call}.png, of the site that `npm run demo`
 * shows. On a machine that has nothing else to do: the studio tells of an encoder that is not served well.
 */

const folder = joinPaths(import.meta.dir, "..", "docs");
/** So many lines fill the chat from top to bottom. */
const linesInChat = 22;

const largestBytes = 245_000;

/** With as many shades as there is room for. */
async function take(page: Page, name: string): Promise<void> {
  const png = await page.screenshot();
  const file = joinPaths(folder, `${name}.png`);
  for (const bits of [8, 6, 5, 4]) {
    const shade = `bitand(val\\,${256 - 2 ** (8 - bits)})`;
    const recipe = `-y -f png_pipe -i - -vf lutrgb=r=${shade}:g=${shade}:b=${shade} -frames:v 1 -pred mixed`;
    const command = [findTools().ffmpeg, "-loglevel", "error", ...recipe.split(" "), "-compression_level", "9", file];
    const made = Bun.spawnSync(command, { stdin: png });
    if (!made.success) throw new Error(`ffmpeg kept no picture: ${made.stderr.toString()}`);
    if (Bun.file(file).size <= largestBytes) break;
  }
  console.log(`${file}: ${Math.round(Bun.file(file).size / 1000)} kB`);
}

async function openAs(browser: Browser, who: FormClient | undefined, theme: "dark" | "light"): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: theme });
  if (who !== undefined) await context.addCookies(who.cookies);
  return context.newPage();
}

async function takeChannel(browser: Browser, { server, site }: Show): Promise<void> {
  const page = await openAs(browser, site.people.get(viewer), "dark");
  await page.goto(`${server.pageUrl}/@${administrator}`);
  await untilPicturesMove(page);
  await until("a chat full of lines", async () => (await messagesOf(page).count()) >= linesInChat, 240_000);
  await write(page, "Halo dari Makassar! The tenths are a blur 😄");
  // They are answered.
  await messageOf(page, `@${viewer}`).first().waitFor();
  await page.mouse.move(640, 720);
  await page.waitForTimeout(3500);
  await take(page, "channel");
  await page.context().close();
}

async function takeHome(browser: Browser, { server, site }: Show): Promise<void> {
  const page = await openAs(browser, site.people.get(viewer), "dark");
  const shown = `[...document.querySelectorAll("main img[data-thumbnail]")].filter(({ naturalWidth }) => naturalWidth > 0).length >= 2`;
  await until(
    "a picture of each stream",
    async () => {
      await page.goto(server.pageUrl);
      return page.evaluate<boolean>(shown);
    },
    60_000,
  );
  // Who follows is told once who is on; that is not what the picture is of.
  await page.waitForTimeout(1500);
  const news = page.getByRole("region", { name: "What is new" }).getByRole("button", { name: "Close" });
  for (const close of (await news.all()).toReversed()) await close.click();
  await page.mouse.move(1270, 790);
  await page.waitForTimeout(500);
  await take(page, "home");
  await page.context().close();
}

async function takeStudio(browser: Browser, { server, site }: Show): Promise<void> {
  const page = await openAs(browser, site.people.get(administrator), "light");
  await page.goto(`${server.pageUrl}/studio`);
  await page.locator("#studio-status").getByText("Live", { exact: true }).waitFor();
  await page.waitForTimeout(6000);
  // The machine may have had other things to do until now.
  await page.getByText("frames a second arrive").waitFor({ state: "hidden", timeout: 120_000 });
  await page.waitForTimeout(1000);
  await take(page, "studio");
  await page.context().close();
}

/** Three who join the guest. */
async function takeCall({ site }: Show): Promise<void> {
  const camera = { width: 640, height: 360, framesPerSec: 10 };
  const comers: [name: string | null, sitter: Sitter, who?: FormClient | undefined][] = [
    [null, sitters.sri, site.people.get(administrator)],
    ["Bayu", sitters.bayu],
    ["Wati", sitters.wati],
  ];
  const browsers = await Promise.all(comers.map(([, sitter]) => launchCallBrowser({ film: filmOf(sitter, camera) })));
  try {
    const pages: Page[] = [];
    for (const [index, [name, , who]] of comers.entries()) {
      const browser = browsers[index];
      if (browser === undefined) continue;
      const page = await openAs(browser, who, "dark");
      page.setDefaultTimeout(60_000);
      await page.goto(site.roomUrl);
      await enter(page, site.roomUrl, name);
      pages.push(page);
    }
    const [host, second, third] = pages as [Page, Page, Page];
    await openPanel(host, "Chat");
    for (const [page, text] of [
      [second, "Can you hear the gong?"],
      [third, "Loud and clear"],
      [host, "Tea is ready. Who tells the story of the boat?"],
      [second, "Me, but only if Maya laughs first 😄"],
    ] as const) {
      await openPanel(page, "Chat");
      await say(page, text);
      await host.getByText(text).waitFor();
    }
    await Promise.all(["Bayu", "Wati", "Maya"].map((name) => tileOf(host, name).locator("video").waitFor()));
    // What the call told of goes away by itself, and pictures grow sharp.
    await host.waitForTimeout(12_000);
    await button(host, "Chat").hover();
    await host.mouse.move(456, 790);
    await host.waitForTimeout(500);
    await take(host, "call");
  } finally {
    await Promise.all(browsers.map((each) => each.close()));
  }
}

const [page = 0, internal = 0, hls = 0, signaling = 0, rtmp = 0] = freePorts(5);
const ports = { PORT: page, INTERNAL_PORT: internal, HLS_PORT: hls, SIGNALING_PORT: signaling, RTMP_PORT: rtmp };
const { ffmpeg } = findTools();
const show = await startShow(ffmpeg, ports);
const browser = await launchBrowser();
try {
  await takeChannel(browser, show);
  await takeHome(browser, show);
  await takeStudio(browser, show);
  await takeCall(show);
} finally {
  await browser.close();
  await show.stop();
}
process.exit(0);
