import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePorts, startServer } from "../e2e/support/server.ts";
import { findTools } from "../e2e/support/tools.ts";
import { until } from "../e2e/support/until.ts";
import { publishClock } from "./support/clock-publisher.ts";
import { type Delivery, get, note, watchParts } from "./support/part-viewer.ts";
import { cpuSec, descendantsOf, memoryMib, withCommand } from "./support/process-usage.ts";
import { createStreamers, playlistUrlOf } from "./support/streamers.ts";
import { percentile, printTable } from "./support/table.ts";

/**
 * What a viewer costs: CPU and memory of serving so many players of one stream, each with a blocking playlist request and
 * the hinted part five times a second, and how late parts reach them; beside nginx serving two-second segments from disk
 * (left out, and said, where nginx is missing). `bun bench/viewers.ts --viewers 100,500`
 */

const { values: options } = parseArgs({
  options: { viewers: { type: "string", default: "100,500" }, seconds: { type: "string", default: "15" } },
});
const seconds = Number(options.seconds);
const scratch = mkdtempSync(join(tmpdir(), "panggung-bench-"));
const nginx = ["/usr/sbin/nginx", Bun.which("nginx")].find((path) => path && Bun.file(path).size > 0) ?? null;

/** Plays as an ordinary player does: the playlist every second, and each new segment. */
async function watchSegments(playlistUrl: string, delivery: Delivery, signal: AbortSignal): Promise<void> {
  let last = "";
  while (!signal.aborted) {
    const response = await get(delivery, playlistUrl);
    const newest = (await response?.text())?.trim().split("\n").at(-1) ?? "";
    if (newest !== last && newest.endsWith(".ts")) {
      last = newest;
      const segmentUrl = playlistUrl.replace("index.m3u8", newest);
      const segment = await get(delivery, segmentUrl);
      if (segment) note(delivery, segmentUrl, (await segment.arrayBuffer()).byteLength);
    }
    await Bun.sleep(1000);
  }
}

async function measure(
  name: string,
  viewers: number,
  pids: () => number[],
  watch: (delivery: Delivery, signal: AbortSignal) => Promise<void>,
): Promise<(string | number)[]> {
  const before = { cpu: cpuSec(pids()), mib: memoryMib(pids()) };
  await Bun.sleep(3000);
  const ownCpuSec = (cpuSec(pids()) - before.cpu) / 3;
  const delivery: Delivery = { bytes: 0, requests: 0, failures: 0, spreadMs: [] };
  const stop = new AbortController();
  const watching = Array.from({ length: viewers }, () => watch(delivery, stop.signal));
  await Bun.sleep(3000);
  Object.assign(delivery, { bytes: 0, requests: 0, failures: 0, spreadMs: [] });
  const [startCpu, startMs] = [cpuSec(pids()), performance.now()];
  await Bun.sleep(seconds * 1000);
  const wallSec = (performance.now() - startMs) / 1000;
  const usedSec = cpuSec(pids()) - startCpu - ownCpuSec * wallSec;
  const { bytes, requests, failures, spreadMs } = { ...delivery };
  const mib = memoryMib(pids());
  stop.abort();
  await Promise.all(watching);
  const kibPerViewer = ((mib - before.mib) * 1024) / viewers;
  return [
    name,
    viewers,
    (requests / wallSec).toFixed(0),
    ((bytes * 8) / wallSec / 1e6).toFixed(0),
    ((usedSec * 1000) / (wallSec * viewers)).toFixed(2),
    kibPerViewer.toFixed(0),
    `${percentile(spreadMs, 0.5).toFixed(0)} / ${percentile(spreadMs, 0.99).toFixed(0)}`,
    failures,
  ];
}

const server = await startServer({ STREAMERS: "everyone", LOG_LEVEL: "warn" });
const [streamer] = await createStreamers(server, 1);
if (!streamer) throw new Error("no streamer");
const publisher = publishClock(`${server.rtmpUrl}/${streamer.key}`);
const children: Bun.Subprocess[] = [];
try {
  const playlistUrl = (await playlistUrlOf(server, streamer.name)).replace("index.m3u8", "source/index.m3u8");
  const rows: (string | number)[][] = [];
  const counts = options.viewers.split(",").map(Number);
  const ingest = (): number[] => withCommand(server.family(), "ingest/main.ts");
  await Bun.sleep(10_000);
  for (const count of counts) {
    rows.push(
      await measure("panggung", count, ingest, (delivery, signal) => watchParts(playlistUrl, delivery, signal)),
    );
  }
  if (nginx === null) {
    console.log("nginx is left out: install it to compare.");
  } else {
    // The same stream, taken from our own playlist and cut anew.
    const [port = 0] = freePorts(1);
    mkdirSync(join(scratch, "hls"));
    const listen = `listen 127.0.0.1:${port}; root ${scratch}/hls; access_log off;`;
    const config = `daemon off; user root; worker_processes 1; pid ${scratch}/pid; error_log ${scratch}/error.log;
events { worker_connections 4096; }
http { sendfile on; server { ${listen} } }
`;
    writeFileSync(join(scratch, "nginx.conf"), config);
    const quiet = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;
    const output = [
      "-c",
      "copy",
      "-f",
      "hls",
      "-hls_time",
      "2",
      "-hls_list_size",
      "6",
      "-hls_flags",
      "delete_segments",
    ];
    const file = join(scratch, "hls", "index.m3u8");
    children.push(Bun.spawn([findTools().ffmpeg, "-v", "error", "-i", playlistUrl, ...output, file], quiet));
    const web = Bun.spawn([nginx, "-p", scratch, "-c", join(scratch, "nginx.conf")], quiet);
    children.push(web);
    const url = `http://127.0.0.1:${port}/index.m3u8`;
    await until("nginx's playlist", async () => (await fetch(url).catch(() => null))?.ok === true, 30_000);
    const pids = (): number[] => [web.pid, ...descendantsOf(web.pid)];
    for (const count of counts) {
      rows.push(
        await measure("nginx, 2 s segments", count, pids, (delivery, signal) => watchSegments(url, delivery, signal)),
      );
    }
  }
  const head = ["one stream", "viewers", "requests/s", "Mbit/s", "CPU ms per viewer-second", "KiB per viewer"];
  printTable([...head, "late p50 / p99, ms", "failures"], rows);
} finally {
  // Not SIGKILL: nginx's worker would outlive its master.
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(children.map((child) => child.exited));
  await publisher.stop();
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(0);
