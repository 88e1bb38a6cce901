import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { internalClient } from "../api/contract/internal-client.ts";
import { freePorts } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { type Crowd, fillDatabase } from "./support/crowd.ts";
import { load, type LoadResult } from "./support/http-load.ts";
import { FormClient } from "../e2e/support/form-client.ts";
import { password } from "./support/streamers.ts";
import { printTable } from "./support/table.ts";

/**
 * Pages a second on one core, beside a bare Hono handler that answers with the same bytes in the same run: home with 50 live
 * channels and a live channel's page, in a database of 1 000 and 10 000 people with 100 000 follows; streams report
 * their health and viewers come and go meanwhile. `bun bench/pages.ts --people 1000,10000 --seconds 5`
 */

const { values: options } = parseArgs({
  options: {
    people: { type: "string", default: "1000,10000" },
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "32" },
    /** Where api writes a profile of its CPU, Markdown. */
    profile: { type: "string" },
  },
});
const seconds = Number(options.seconds);
const connections = Number(options.connections);
const liveChannels = 50;
/** Of what a bare handler does. */
const wantedShare = 0.4;
const root = join(import.meta.dir, "..");
const tokens = {
  ingest: "a token for ingest, of thirty-two characters",
  signaling: "a token for signaling, long enough too",
};
/** The measured process has a core of its own; what loads it runs on the others. */
const onOneCore = Bun.which("taskset") === null ? [] : ["taskset", "-c", "0"];
if (onOneCore.length > 0) {
  Bun.spawnSync(["taskset", "-cp", `1-${navigator.hardwareConcurrency - 1}`, String(process.pid)], {
    stdout: "ignore",
  });
}

interface Site {
  url: string;
  pid: number;
  internalUrl: string;
  stop(): Promise<void>;
}

const environmentOf = (dataDir: string) => ({
  PATH: process.env["PATH"] ?? "",
  NODE_ENV: "production",
  HOST: "127.0.0.1",
  DATA_DIR: dataDir,
  SECRET: "a secret for measuring, of thirty-two characters",
  INGEST_TOKEN: tokens.ingest,
  SIGNALING_TOKEN: tokens.signaling,
  LOG_LEVEL: "warn",
});

async function startApi(dataDir: string): Promise<Site> {
  const [port = 0, internalPort = 0] = freePorts(2);
  const profiling = options.profile === undefined ? [] : ["--cpu-prof-md", `--cpu-prof-dir=${options.profile}`];
  const api = Bun.spawn([...onOneCore, process.execPath, ...profiling, "api/main.ts"], {
    cwd: root,
    env: { ...environmentOf(dataDir), PORT: String(port), INTERNAL_PORT: String(internalPort) },
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  const url = `http://127.0.0.1:${port}`;
  await until("api answers", async () => (await fetch(`${url}/healthz`).catch(() => null))?.ok === true, 30_000);
  return {
    url,
    // taskset has become it.
    pid: api.pid,
    internalUrl: `http://127.0.0.1:${internalPort}`,
    async stop() {
      api.kill("SIGTERM");
      await api.exited;
    },
  };
}

/** The streams' ingest and the viewers' signaling: what they report every few seconds. Returns the end of it. */
function keepAlive(site: Site, live: readonly { channelId: string; streamId: string }[]): () => void {
  const ingest = internalClient(site.internalUrl, tokens.ingest);
  const signaling = internalClient(site.internalUrl, tokens.signaling);
  const video = {
    codec: "avc1.64001f",
    width: 1280,
    height: 720,
    frameRate: 30,
    bitrate: 2_500_000,
    keyFrameIntervalMs: 2000,
  };
  const figures = { hlsUrl: null, encoder: "OBS", remoteAddress: "192.0.2.1", hasThumbnail: true, video, audio: null };
  /** Of what was under way when api ended. */
  const unheard = (): void => undefined;
  const timers = [
    // As ingest does: all at once.
    setInterval(() => {
      for (const { streamId } of live) {
        const report = { param: { id: streamId }, json: { state: "live", ...figures } } as const;
        ingest.streams[":id"].health.$post(report).catch(unheard);
      }
    }, 3000),
    setInterval(() => {
      const counts = live.map(({ channelId }, i): [string, number] => [
        channelId,
        1 + i + Math.floor(Math.random() * 3),
      ]);
      signaling.chat.viewers.$post({ json: { counts } }).catch(unheard);
    }, 2000),
  ];
  return () => timers.forEach(clearInterval);
}

async function startBare(body: string): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  const bare = Bun.spawn([...onOneCore, process.execPath, join(import.meta.dir, "support", "bare-page.ts")], {
    env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "production" },
    stdin: Buffer.from(body),
    stdout: "pipe",
  });
  const { value } = await bare.stdout.getReader().read();
  const port = /port (\d+)/.exec(new TextDecoder().decode(value))?.[1];
  if (port === undefined) throw new Error("The bare handler did not start.");
  return {
    url: `http://127.0.0.1:${port}/`,
    pid: bare.pid,
    stop: async () => {
      bare.kill();
      await bare.exited;
    },
  };
}

const rows: (string | number)[][] = [];
let isEnough = true;

/** In turns, so that whatever else this machine does meanwhile slows both. */
async function compare(
  people: number,
  what: string,
  site: Site,
  path: string,
  headers: Record<string, string>,
): Promise<void> {
  const url = `${site.url}${path}`;
  const page = await (await fetch(url, { headers })).text();
  const bare = await startBare(page);
  const ours: LoadResult[] = [];
  const theirs: LoadResult[] = [];
  // The first round is for the compiler.
  for (let round = 0; round < 4; round += 1) {
    ours.push(await load({ url, pid: site.pid, headers, connections, seconds: seconds / 3 }));
    theirs.push(await load({ url: bare.url, pid: bare.pid, connections, seconds: seconds / 3 }));
  }
  await bare.stop();
  const [own, other] = [median(ours.slice(1)), median(theirs.slice(1))];
  const share = own.perSec / other.perSec;
  const failures = ours.reduce((sum, result) => sum + result.failures, 0);
  isEnough &&= (what.includes("signed in") || share >= wantedShare) && failures === 0;
  rows.push([
    `${what}, ${people.toLocaleString("en")} people`,
    `${(own.bytes / 1000).toFixed(0)} kB`,
    own.perSec.toFixed(0),
    own.p50.toFixed(1),
    own.p99.toFixed(1),
    own.cpuMicros.toFixed(0),
    other.perSec.toFixed(0),
    other.p99.toFixed(1),
    other.cpuMicros.toFixed(0),
    `${(share * 100).toFixed(0)} %`,
    failures,
  ]);
}

const median = (results: LoadResult[]): LoadResult => {
  const middle = results.toSorted((a, b) => a.perSec - b.perSec)[Math.floor(results.length / 2)];
  if (middle === undefined) throw new Error("Nothing was measured.");
  return middle;
};

/** The first account, by the one-time link, in a database that then fills while nobody else has it. Returns its cookies. */
async function makeSite(dataDir: string, people: number): Promise<{ cookie: string; live: Crowd["live"] }> {
  const made = Bun.spawn([process.execPath, "api/admin.ts", "setup-link"], { cwd: root, env: environmentOf(dataDir) });
  const { pathname, search } = new URL((await new Response(made.stdout).text()).trim());
  const site = await startApi(dataDir);
  const admin = new FormClient(site.url);
  await admin.send(`${pathname}${search}`);
  await admin.send("/setup", { username: "admin", password });
  await site.stop();
  const database = pathToFileURL(join(dataDir, "panggung.db")).href;
  const { live } = await fillDatabase(database, { people, liveChannels, now: Date.now() });
  return { cookie: admin.cookie, live };
}

for (const people of options.people.split(",").map(Number)) {
  const dataDir = mkdtempSync(join(tmpdir(), "panggung-bench-"));
  const { cookie, live } = await makeSite(dataDir, people);
  const site = await startApi(dataDir);
  const end = keepAlive(site, live);
  try {
    // All have reported once.
    await Bun.sleep(4000);
    await compare(people, "home", site, "/", {});
    await compare(people, "a live channel", site, "/@person7", {});
    await compare(people, "home, signed in, follows 100", site, "/", { Cookie: cookie });
    await compare(people, "a live channel, signed in", site, "/@person7", { Cookie: cookie });
  } finally {
    end();
    await site.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
const head = [
  "page",
  "size",
  "a second",
  "p50 ms",
  "p99 ms",
  "CPU µs",
  "bare Hono",
  "p99 ms",
  "CPU µs",
  "share",
  "failures",
];
printTable(head, rows);
console.log(`\nPages are ${isEnough ? "" : "NOT "}at least ${wantedShare * 100} % as fast as a bare handler.`);
process.exit(isEnough ? 0 : 1);
