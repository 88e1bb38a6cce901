import type { Browser, Page } from "@playwright/test";
import { parseArgs } from "node:util";
import { createRoom, enter } from "../e2e/support/call.ts";
import { launchCallBrowser } from "../e2e/support/call-browser.ts";
import { longestGapOfOne, shownSince, watch } from "../e2e/support/call-watch.ts";
import { type Server, startServer } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { Verdicts } from "./support/call-verdicts.ts";
import { describeLatency, Room } from "./support/chat-load.ts";
import { behindProxy, guest, signUp } from "./support/chat-people.ts";
import { ownDialect } from "./support/chat-systems.ts";
import { publishClock } from "./support/clock-publisher.ts";
import { Ends } from "./support/ends.ts";
import { type Delivery, watchParts } from "./support/part-viewer.ts";
import { cpuSec, memoryMib } from "./support/process-usage.ts";
import { createStreamers, playlistUrlOf } from "./support/streamers.ts";
import { percentile, printTable } from "./support/table.ts";

/**
 * Everything at once, for as long as one likes: two streams, a hundred viewers who play parts and read the chat, ten lines a
 * second, a call of three in real browsers; all of it, and those who load it, on this machine. Prints what each service
 * took, minute by minute. `npm run bench:everything -- --minutes 60`
 */

const { values: options } = parseArgs({
  options: { minutes: { type: "string", default: "60" }, viewers: { type: "string", default: "100" } },
});
const minutes = Number(options.minutes);
const viewers = Number(options.viewers);
const writers = 20;
const linesPerSec = 10;
const minuteMs = 60_000;
/** Memory that is still being filled at first: windows of media, histories of chats, the compiler's. */
const warmUpMinutes = Math.min(10, Math.floor(minutes / 3));
const growthMax = 1.15;
const services = ["api", "ingest", "signaling"] as const;
type Service = (typeof services)[number];

interface Usage {
  cpuPercent: number;
  mib: number;
}
type Minute = Record<Service, Usage> & {
  atMinute: number;
  requests: number;
  partP99Ms: number;
  callGapMs: number;
  failures: number;
};

const usageOf = (server: Server, service: Service): { cpu: number; mib: number } => {
  const pids = [server.pidOf(service)];
  return { cpu: cpuSec(pids), mib: memoryMib(pids) };
};

/** Three people in one call. */
async function startCall(browser: Browser, server: Server): Promise<Page[]> {
  const pages: Page[] = [];
  let url = "";
  for (const name of ["Ana", "Bima", "Citra"]) {
    const context = await browser.newContext({ viewport: { width: 800, height: 500 } });
    await watch(context);
    const page = await context.newPage();
    if (url === "") url = await createRoom(page, server.pageUrl, { name: "Rehearsal" });
    await enter(page, url, name);
    pages.push(page);
  }
  await until(
    "all three see the others",
    async () => (await Promise.all(pages.map((page) => shownSince(page, 0)))).every((shown) => shown.length > 50),
    60_000,
  );
  return pages;
}

/** The longest time that anybody's picture stood still for anybody since then, ms. */
async function longestGap(pages: readonly Page[], sinceMs: number): Promise<number> {
  const untilMs = Date.now();
  return Math.max(...(await Promise.all(pages.map((page) => longestGapOfOne(page, sinceMs, untilMs)))));
}

const verdicts = new Verdicts();
const ends = new Ends();
const server = await startServer({
  ...behindProxy,
  STREAMERS: "everyone",
  LOG_LEVEL: "warn",
  SOCKETS_PER_ADDRESS: "5000",
});
ends.add(() => server.stop());
const streamers = await createStreamers(server, 2);
const publishers = streamers.map(({ key }) => publishClock(`${server.rtmpUrl}/${key}`));
ends.add(() => Promise.all(publishers.map((publisher) => publisher.stop())));
const browser = await launchCallBrowser();
ends.add(() => browser.close());
const stop = new AbortController();
ends.add(() => stop.abort());
const delivery: Delivery = { bytes: 0, requests: 0, failures: 0, spreadMs: [] };
const rows: Minute[] = [];
try {
  const playlists = await Promise.all(
    streamers.map(async ({ name }) => (await playlistUrlOf(server, name)).replace("index.m3u8", "source/index.m3u8")),
  );
  const people = await signUp(server, writers);
  const chat = new Room(ownDialect((index) => people[index] ?? guest(server, index), streamers[0]?.name ?? ""));
  await chat.fill(writers + viewers);
  const pages = await startCall(browser, server);
  const pids = services.map((service) => server.pidOf(service));
  const watching = Array.from({ length: viewers }, (_, i) =>
    watchParts(playlists[i % playlists.length] ?? "", delivery, stop.signal),
  );
  const published = publishers.map(({ startedAt }) => startedAt);
  const talking = chat.run({ writers, linesPerSec, settleSec: 1, seconds: minutes * 60, onWindow: () => undefined });
  let totals = { requests: 0, failures: 0 };
  for (let minute = 1; minute <= minutes; minute++) {
    const [startMs, startEpochMs] = [performance.now(), Date.now()];
    const before = services.map((service) => usageOf(server, service));
    await Bun.sleep(minuteMs);
    const seconds = (performance.now() - startMs) / 1000;
    const after = services.map((service) => usageOf(server, service));
    const [api, ingest, signaling] = after.map(({ cpu, mib }, i) => ({
      cpuPercent: ((cpu - (before[i]?.cpu ?? 0)) / seconds) * 100,
      mib,
    })) as [Usage, Usage, Usage];
    const row = {
      atMinute: minute,
      api,
      ingest,
      signaling,
      requests: delivery.requests,
      failures: delivery.failures,
      partP99Ms: percentile(delivery.spreadMs, 0.99),
      callGapMs: await longestGap(pages, startEpochMs),
    };
    rows.push(row);
    totals = { requests: totals.requests + delivery.requests, failures: totals.failures + delivery.failures };
    Object.assign(delivery, { bytes: 0, requests: 0, failures: 0, spreadMs: [] });
    console.error(
      `  minute ${minute}: ${services.map((name) => `${name} ${row[name].mib.toFixed(0)} MiB`).join(", ")}`,
    );
  }
  stop.abort();
  const { latenciesMs, refused, closed, lost } = await talking;
  await Promise.all(watching);
  chat.leave();
  const [p50, p99] = describeLatency(latenciesMs);
  // pino's levels: 50 and above is an error.
  const errors = server.output().match(/"level":(50|60)\b/g)?.length ?? 0;
  const [quietest] = rows.toSorted((a, b) => a.requests - b.requests);
  const fewest = (quietest?.requests ?? 0) / (rows[0]?.requests ?? 0);
  const neverLeft = publishers.every(({ startedAt }, i) => startedAt === published[i]);
  const stayed = services.every((service, i) => server.pidOf(service) === pids[i]);
  verdicts.add("media: requests that failed", `${totals.failures} of ${totals.requests}`, "0", totals.failures === 0);
  verdicts.add(
    "media: requests in the quietest minute, of the first's",
    `${(fewest * 100).toFixed(0)} %, minute ${quietest?.atMinute}`,
    "≥ 90 %",
    fewest >= 0.9,
  );
  verdicts.add("encoders that had to come back", neverLeft ? "none" : "some", "none", neverLeft);
  verdicts.add(
    "chat: lines lost, refused; sockets closed",
    `${lost}, ${refused}; ${closed}`,
    "0, 0; 0",
    lost + refused + closed === 0,
  );
  verdicts.add("chat: p50 / p99", `${p50.toFixed(0)} / ${p99.toFixed(0)} ms`);
  verdicts.addSec("call: longest time without a picture", Math.max(...rows.map((row) => row.callGapMs)) / 1000, 2);
  verdicts.add("services that ended", stayed ? "none" : "some", "none", stayed);
  verdicts.add("errors in the log", errors, "0", errors === 0);
  for (const service of services) {
    const figures = rows.slice(warmUpMinutes).map((row) => row[service]);
    const half = Math.floor(figures.length / 2);
    const mean = (some: Usage[]) => some.reduce((sum, { mib }) => sum + mib, 0) / Math.max(1, some.length);
    const growth = mean(figures.slice(half)) / mean(figures.slice(0, half));
    const cpu = figures.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0) / figures.length;
    verdicts.add(`${service}: CPU of a core`, `${cpu.toFixed(0)} %`);
    verdicts.add(
      `${service}: memory, later half to earlier`,
      `${mean(figures).toFixed(0)} MiB, × ${growth.toFixed(2)}`,
      `≤ × ${growthMax}`,
      growth <= growthMax,
    );
  }
} finally {
  await ends.end();
}
const every = Math.max(1, Math.floor(minutes / 12));
printTable(
  [
    "minute",
    ...services.flatMap((name) => [`${name} CPU %`, "MiB"]),
    "requests",
    "parts p99 ms",
    "call gap ms",
    "failures",
  ],
  rows
    .filter(({ atMinute }) => atMinute === 1 || atMinute % every === 0)
    .map((row) => [
      row.atMinute,
      ...services.flatMap((name) => [row[name].cpuPercent.toFixed(1), row[name].mib.toFixed(0)]),
      row.requests,
      row.partP99Ms.toFixed(0),
      row.callGapMs.toFixed(0),
      row.failures,
    ]),
);
console.log("");
process.exit(verdicts.print());
