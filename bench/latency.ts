import { parseArgs } from "node:util";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { launchBrowser } from "../e2e/support/browser.ts";
import { freePorts, startServer } from "../e2e/support/server.ts";
import { type ClockSamples, collectAges } from "./support/clock-picture.ts";
import { publishClock } from "./support/clock-publisher.ts";
import { slowLink } from "./support/slow-link.ts";
import { createStreamers, playlistUrlOf } from "./support/streamers.ts";
import { percentile, printTable } from "./support/table.ts";

/**
 * How far behind real time viewers are, glass to glass: the clock that was burned into a picture against the clock when
 * Chromium shows it. With hls.js as it comes, with our own page, and in four tabs at once; and how long an opened page
 * takes to its first picture. `bun bench/latency.ts --seconds 60 --opens 10`; with `--round-trip 50 --mbit 5` media comes
 * over such a link, with 10 ms of jitter each way.
 */

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    opens: { type: "string", default: "10" },
    "round-trip": { type: "string", default: "0" },
    mbit: { type: "string", default: "1000" },
  },
});
const seconds = Number(options.seconds);
/** A page with nothing but hls.js as it comes. */
function serveStockPlayer(playlistUrl: string): Bun.Server<undefined> {
  const script = Bun.file(new URL(import.meta.resolve("hls.js/dist/hls.min.js")));
  const page = `<!doctype html><title>stock</title><video muted autoplay playsinline></video><script src="/hls.js"></script>
    <script>const hls = new Hls(); hls.loadSource(${JSON.stringify(playlistUrl)}); hls.attachMedia(document.querySelector("video"));</script>`;
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) =>
      new URL(request.url).pathname === "/hls.js"
        ? new Response(script)
        : new Response(page, { headers: { "Content-Type": "text/html" } }),
  });
}

/** In the page, and again in any page that is opened in its place: when the first picture is shown, on the page's own clock. */
const firstPicture = `new Promise((resolve) => {
  const find = () => {
    const video = document.querySelector("video");
    if (!video) return requestAnimationFrame(find);
    video.requestVideoFrameCallback(() => resolve(performance.now()));
  };
  find();
})`;

async function open(context: BrowserContext, url: string): Promise<{ page: Page; firstPictureMs: number }> {
  const page = await context.newPage();
  await page.addInitScript(`window.firstPicture = ${firstPicture}`);
  await page.goto(url, { waitUntil: "commit" });
  return { page, firstPictureMs: await page.evaluate<number>("window.firstPicture") };
}

function report(name: string, { agesMs, gapsMs, unreadable, stalls }: ClockSamples): (string | number)[] {
  const [p50, p95] = [percentile(agesMs, 0.5), percentile(agesMs, 0.95)].map((ms) => ms.toFixed(0));
  return [name, p50 ?? "", p95 ?? "", stalls, Math.max(...gapsMs).toFixed(0), agesMs.length, unreadable];
}

async function watch(browser: Browser, name: string, urls: readonly string[]): Promise<(string | number)[][]> {
  // One context: tabs of one browser share its connections.
  const context = await browser.newContext();
  const opened = [];
  for (const url of urls) opened.push(await open(context, url));
  await Bun.sleep(2000);
  for (const { page } of opened) await page.evaluate(collectAges);
  await Bun.sleep(seconds * 1000);
  const rows = [];
  for (const [i, { page }] of opened.entries()) {
    const samples = await page.evaluate<ClockSamples>("window.clockSamples");
    rows.push(
      report(
        urls.length === 1
          ? name
          : `${name}, tab ${i + 1}${i + 1 < urls.length ? " (behind, where browsers show a frame a second)" : ""}`,
        samples,
      ),
    );
  }
  await context.close();
  return rows;
}

const roundTripMs = Number(options["round-trip"]);
const [hlsPort = 0] = freePorts(1);
const link =
  roundTripMs > 0
    ? await slowLink(hlsPort, { delayMs: roundTripMs / 2, jitterMs: 10, mbitPerSec: Number(options.mbit) })
    : null;
const server = await startServer({
  STREAMERS: "everyone",
  LOG_LEVEL: "warn",
  HLS_PORT: String(hlsPort),
  PUBLIC_HLS_URL: `http://127.0.0.1:${link?.port ?? hlsPort}`,
});
const browser = await launchBrowser();
const [streamer] = await createStreamers(server, 1);
if (!streamer) throw new Error("no streamer");
const publisher = publishClock(`${server.rtmpUrl}/${streamer.key}`);
const stock = serveStockPlayer(await playlistUrlOf(server, streamer.name));
const ownPage = `${server.pageUrl}/@${streamer.name}`;
try {
  await Bun.sleep(5000);
  const rows = [
    ...(await watch(browser, "hls.js as it comes", [stock.url.href])),
    ...(await watch(browser, "our page", [ownPage])),
    ...(await watch(browser, "our page", [ownPage, ownPage, ownPage, ownPage])),
  ];
  printTable(
    [`glass to glass, ${seconds} s`, "p50 ms", "p95 ms", "stalls", "longest gap ms", "frames", "unreadable"],
    rows,
  );
  const opensMs = [];
  for (let i = 0; i < Number(options.opens); i++) {
    const context = await browser.newContext();
    opensMs.push((await open(context, ownPage)).firstPictureMs);
    await context.close();
  }
  const [p50, worst] = [percentile(opensMs, 0.5), Math.max(...opensMs)].map((ms) => ms.toFixed(0));
  printTable(
    ["open page to first picture", "p50 ms", "worst ms"],
    [[`${opensMs.length} opens`, p50 ?? "", worst ?? ""]],
  );
} finally {
  await publisher.stop();
  await browser.close();
  await stock.stop(true);
  link?.stop();
  await server.stop();
}
process.exit(0);
