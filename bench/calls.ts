import type { Browser, BrowserContext, Page } from "@playwright/test";
import { parseArgs } from "node:util";
import { createRoom, join, prepare } from "../e2e/support/call.ts";
import { launchCallBrowser } from "../e2e/support/call-browser.ts";
import { clickedAt, firstShown, reportsOf, watch } from "../e2e/support/call-watch.ts";
import { commandOf, familyOf } from "../e2e/support/processes.ts";
import { startServer } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { prepareBare, serveBareCall } from "./support/call-bare.ts";
import { Verdicts } from "./support/call-verdicts.ts";
import { cpuSec } from "./support/process-usage.ts";
import { percentile } from "./support/table.ts";

/**
 * How soon people see each other, and what a call costs: from the click on "Join" to the first picture of somebody else,
 * until everybody of four and of six sees everybody, and the browser's CPU for each of them. Beside ours the least that a
 * call can be, in the same run: peer connections whose descriptions go from page to page of one browser.
 * `npm run bench:calls -- --joins 20`
 */

const { values: options } = parseArgs({ options: { joins: { type: "string", default: "20" } } });
const joins = Number(options.joins);
const meshes = [4, 6];
/** How long the CPU of a call is measured, after it has settled. */
const cpuForSec = 10;
const settleSec = 8;

/** A call that people can come to. */
interface Call {
  name: string;
  isOurs: boolean;
  /** A page that is ready to join. */
  come(name: string): Promise<Page>;
  join(page: Page): Promise<void>;
  goAway(page: Page): Promise<void>;
  end(): Promise<void>;
}

const verdicts = new Verdicts();
const server = await startServer({ LOG_LEVEL: "warn", CALL_CAPACITY: "8" });
const bareServer = serveBareCall();
let browser: Browser | null = null;

async function openContext(browser_: Browser): Promise<BrowserContext> {
  const context = await browser_.newContext({ viewport: { width: 960, height: 600 } });
  await watch(context);
  return context;
}

/** Ours: everybody has a browser context, and so a guest's cookie, of their own. */
async function openOurs(browser_: Browser): Promise<Call> {
  const maker = await (await openContext(browser_)).newPage();
  const url = await createRoom(maker, server.pageUrl, { name: "Measured" });
  await maker.context().close();
  const contexts = new Set<BrowserContext>();
  return {
    name: "Panggung",
    isOurs: true,
    come: async (name) => {
      const context = await openContext(browser_);
      contexts.add(context);
      const page = await context.newPage();
      await prepare(page, url, name);
      return page;
    },
    join,
    goAway: async (page) => {
      contexts.delete(page.context());
      await page.context().close();
    },
    end: async () => {
      for (const context of contexts) await context.close();
    },
  };
}

async function openBare(browser_: Browser): Promise<Call> {
  const context = await openContext(browser_);
  return {
    name: "bare peer connections",
    isOurs: false,
    come: async () => {
      const page = await context.newPage();
      await prepareBare(page, bareServer.url);
      return page;
    },
    join: (page) => page.getByRole("button", { name: "Join" }).click(),
    goAway: (page) => page.close({ runBeforeUnload: false }),
    end: () => context.close(),
  };
}

/** From the click on "Join" to the first picture of the one who is there, again and again. */
async function measureJoins(call: Call): Promise<void> {
  const host = await call.come("Host");
  await call.join(host);
  const timesMs: number[] = [];
  for (let index = 0; index < joins; index++) {
    const page = await call.come(`Guest ${index}`);
    await call.join(page);
    const shownMs = await until("a picture of the other", async () => (await firstShown(page))[0]);
    timesMs.push(shownMs - (await clickedAt(page)));
    await call.goAway(page);
    // The host's next picture is the next guest's.
    await until("the host is alone", async () => (await reportsOf(host)).every(({ state }) => state !== "connected"));
  }
  for (const [share, most] of [
    [0.5, 1000],
    [0.9, 1500],
  ] as const) {
    const ms = percentile(timesMs, share);
    const what = `${call.name}: join to first picture, p${share * 100} of ${joins}`;
    if (call.isOurs) verdicts.add(what, `${ms.toFixed(0)} ms`, `≤ ${most} ms`, ms <= most);
    else verdicts.add(what, `${ms.toFixed(0)} ms`);
  }
}

const browserCpuSec = (): number =>
  cpuSec(familyOf(process.pid).filter((pid) => /chrom/.test(commandOf(pid)) && !/start\.ts/.test(commandOf(pid))));

/** All join at once: until each shows each of the others. Then what that costs. */
async function measureMesh(call: Call, count: number): Promise<void> {
  const pages: Page[] = [];
  for (let index = 0; index < count; index++) pages.push(await call.come(`Person ${index + 1}`));
  await Promise.all(pages.map((page) => call.join(page)));
  const shown = await until(
    `all ${count} see all`,
    async () => {
      const each = await Promise.all(pages.map(firstShown));
      return each.every((times) => times.length >= count - 1) ? each : null;
    },
    60_000,
  );
  const lastMs = Math.max(...shown.flatMap((times) => times.slice(0, count - 1)));
  const firstClickMs = Math.min(...(await Promise.all(pages.map(clickedAt))));
  const sec = (lastMs - firstClickMs) / 1000;
  const what = `${call.name}: ${count} join at once, until all see all`;
  if (call.isOurs) verdicts.addSec(what, sec, count);
  else verdicts.add(what, `${sec.toFixed(2)} s`);

  await Bun.sleep(settleSec * 1000);
  const before = browserCpuSec();
  await Bun.sleep(cpuForSec * 1000);
  const percent = ((browserCpuSec() - before) / cpuForSec / count) * 100;
  verdicts.add(`${call.name}: CPU per person in a call of ${count}`, `${percent.toFixed(0)} % of a core`);
}

try {
  for (const open of [openBare, openOurs]) {
    for (const measure of [measureJoins, ...meshes.map((count) => (call: Call) => measureMesh(call, count))]) {
      browser = await launchCallBrowser();
      const call = await open(browser);
      await verdicts.attempt(call.name, () => measure(call));
      await call.end();
      await browser.close();
    }
  }
} finally {
  await browser?.close();
  bareServer.stop();
  await server.stop();
}
process.exit(verdicts.print());
