import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { launchBrowser } from "../e2e/support/browser.ts";
import { freePorts, type Server, startServer } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { type ClockSamples, collectAges } from "./support/clock-picture.ts";
import { publishClock } from "./support/clock-publisher.ts";
import { withCommand } from "./support/process-usage.ts";
import { createStreamers } from "./support/streamers.ts";
import { printTable } from "./support/table.ts";

/**
 * What a viewer sees when something dies by `kill -9` while a stream is live: how long pictures stand still, and how long
 * they take from the encoder's return. The page is never reloaded. `bun bench/recovery.ts`
 */

/** In the page: notes every text that the player shows. */
const noteTexts = `(() => {
  window.said = new Set();
  const overlay = document.querySelector("live-player [role=status]");
  setInterval(() => { const text = overlay?.innerText.trim(); if (text) window.said.add(text.split("\\n")[0]); }, 50);
})()`;

const [page = 0, internal = 0, hls = 0, rtmp = 0] = freePorts(4);
const environment = {
  PORT: String(page),
  INTERNAL_PORT: String(internal),
  HLS_PORT: String(hls),
  RTMP_PORT: String(rtmp),
  DATA_DIR: mkdtempSync(join(tmpdir(), "panggung-recovery-")),
  STREAMERS: "everyone",
  LOG_LEVEL: "warn",
};
const pageUrl = `http://127.0.0.1:${page}`;
let server: Server = { ...(await startServer(environment)), pageUrl };
const [streamer] = await createStreamers(server, 1);
if (!streamer) throw new Error("no streamer");
const publisher = publishClock(`rtmp://127.0.0.1:${rtmp}/live/${streamer.key}`);
const browser = await launchBrowser();
const viewer = await (await browser.newContext()).newPage();

const shownSince = (viewedPage: Page, sinceMs: number): Promise<number> =>
  viewedPage.evaluate(`window.clockSamples.frames.filter(([shown]) => shown > ${sinceMs}).length`);

/** Pictures move steadily: at least `seconds` of them since a moment. */
const untilSteady = (sinceMs: number, seconds: number): Promise<unknown> =>
  until(
    "moving pictures",
    async () => (await shownSince(viewer, Math.max(sinceMs, Date.now() - seconds * 1000))) > seconds * 10,
    60_000,
  );

async function killAndWatch(name: string, kill: () => void | Promise<void>): Promise<(string | number)[]> {
  await untilSteady(0, 3);
  await viewer.evaluate("window.said.clear()");
  const killedAt = Date.now();
  await kill();
  await Bun.sleep(4000);
  await untilSteady(killedAt + 2000, 3);
  const frames = await viewer.evaluate<ClockSamples["frames"]>(
    `window.clockSamples.frames.filter(([shown]) => shown > ${killedAt - 1000})`,
  );
  const gapMs = Math.max(...frames.map(([shown], i) => shown - (frames[i - 1]?.[0] ?? shown)));
  const firstNew = frames.find(([, captured]) => captured !== null && captured >= publisher.startedAt);
  const hasReturned = publisher.startedAt > killedAt && firstNew !== undefined;
  const returned = hasReturned ? ((firstNew[0] - publisher.startedAt) / 1000).toFixed(2) : "stayed";
  const said = await viewer.evaluate<string[]>("[...window.said]");
  return [name, (gapMs / 1000).toFixed(2), returned, said.join(" / ")];
}

/** As a machine does that is out of breath, or a container that is being replaced while a proxy holds what is asked of it. */
async function hangService(file: string, seconds: number): Promise<void> {
  const pids = withCommand(server.family(), file);
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  await Bun.sleep(seconds * 1000);
  for (const pid of pids) process.kill(pid, "SIGCONT");
}

const killService = (file: string): void => {
  for (const pid of withCommand(server.family(), file)) process.kill(pid, "SIGKILL");
};

try {
  await until("the channel is live", async () =>
    (await (await fetch(`${pageUrl}/@${streamer.name}`)).text()).includes('data-status="live"'),
  );
  await viewer.goto(`${pageUrl}/@${streamer.name}`);
  await viewer.evaluate(collectAges);
  await viewer.evaluate(noteTexts);
  const rows = [
    await killAndWatch("the encoder", () => publisher.kill()),
    await killAndWatch("ingest", () => killService("ingest/main.ts")),
    await killAndWatch("api", () => killService("api/main.ts")),
    await killAndWatch("api hangs for 15 s", () => hangService("api/main.ts", 15)),
    await killAndWatch("start.ts, then npm start again", async () => {
      killService("start.ts");
      await until("the ports are free", () => withCommand(server.family(), "main.ts").length === 0).catch(
        () => undefined,
      );
      await Bun.sleep(1000);
      server = { ...(await startServer(environment)), pageUrl };
    }),
  ];
  printTable(["killed", "pictures stood still, s", "from the encoder's return to pictures, s", "the page said"], rows);
} finally {
  await publisher.stop();
  await browser.close();
  await server.stop();
}
process.exit(0);
