import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePorts, startServer } from "../e2e/support/server.ts";
import { findTools } from "../e2e/support/tools.ts";
import { until } from "../e2e/support/until.ts";
import { cpuSec, descendantsOf, memoryMib, withCommand } from "./support/process-usage.ts";
import { createStreamers } from "./support/streamers.ts";
import { printTable } from "./support/table.ts";

/**
 * What a stream costs: CPU and memory of taking RTMP in and packaging it, at 2.5 Mbit/s, beside `ffmpeg -c copy -f hls`
 * and nginx-rtmp (left out, and said, where nginx or its module is missing). `bun bench/ingest.ts --streams 1,20`
 */

const { values: options } = parseArgs({
  options: { streams: { type: "string", default: "1,20" }, seconds: { type: "string", default: "20" } },
});
/** Until every window is full: memory before that says nothing. */
const warmUpMs = 30_000;
const seconds = Number(options.seconds);
const { ffmpeg } = findTools();
const scratch = mkdtempSync(join(tmpdir(), "panggung-bench-"));
const source = join(scratch, "source.flv");
const nginx = ["/usr/sbin/nginx", Bun.which("nginx")].find((path) => path && Bun.file(path).size > 0) ?? null;
const nginxModule = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

/** Something that takes publishers: where they send to, and which processes to measure. */
interface Contestant {
  name: string;
  urls: string[];
  pids: () => number[];
  stop: () => Promise<unknown>;
}

const quiet = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;

async function startPanggung(count: number): Promise<Contestant> {
  const server = await startServer({ STREAMERS: "everyone", LOG_LEVEL: "warn" });
  const streamers = await createStreamers(server, count);
  return {
    name: "panggung",
    urls: streamers.map(({ key }) => `${server.rtmpUrl}/${key}`),
    pids: () => withCommand(server.family(), "ingest/main.ts"),
    stop: () => server.stop(),
  };
}

async function startFfmpeg(count: number): Promise<Contestant> {
  const urls = freePorts(count).map((port) => `rtmp://127.0.0.1:${port}/live/x`);
  const children = urls.map((url, i) => {
    const folder = join(scratch, `ffmpeg-${count}-${i}`);
    mkdirSync(folder);
    const output = [
      "-c",
      "copy",
      "-f",
      "hls",
      "-hls_time",
      "2",
      "-hls_list_size",
      "12",
      "-hls_flags",
      "delete_segments",
    ];
    return Bun.spawn([ffmpeg, "-v", "error", "-listen", "1", "-i", url, ...output, join(folder, "index.m3u8")], quiet);
  });
  await Bun.sleep(1000);
  return {
    name: "ffmpeg -f hls",
    urls,
    pids: () => children.map((child) => child.pid),
    stop: () => Promise.all(children.map((child) => (child.kill("SIGKILL"), child.exited))),
  };
}

async function startNginx(count: number): Promise<Contestant> {
  const [port = 0] = freePorts(1);
  const folder = join(scratch, `nginx-${count}`);
  mkdirSync(folder);
  const application = `live on; hls on; hls_path ${folder}/hls; hls_fragment 2s; hls_playlist_length 24s;`;
  writeFileSync(
    join(folder, "nginx.conf"),
    `load_module ${nginxModule};
daemon off; user root; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 256; }
rtmp { server { listen 127.0.0.1:${port}; application live { ${application} } } }
`,
  );
  const child = Bun.spawn([nginx ?? "", "-p", folder, "-c", join(folder, "nginx.conf")], quiet);
  await Bun.sleep(1000);
  return {
    name: "nginx-rtmp",
    urls: Array.from({ length: count }, (_, i) => `rtmp://127.0.0.1:${port}/live/s${i}`),
    pids: () => [child.pid, ...descendantsOf(child.pid)],
    stop: () => (child.kill("SIGTERM"), child.exited),
  };
}

async function measure(contestant: Contestant): Promise<(string | number)[]> {
  const idleMib = memoryMib(contestant.pids());
  const publishers = contestant.urls.map((url) =>
    Bun.spawn(
      [ffmpeg, "-v", "error", "-re", "-stream_loop", "-1", "-i", source, "-c", "copy", "-f", "flv", url],
      quiet,
    ),
  );
  await Bun.sleep(warmUpMs);
  const pids = contestant.pids();
  const [cpuBefore, wallBefore] = [cpuSec(pids), performance.now()];
  await Bun.sleep(seconds * 1000);
  const wallSec = (performance.now() - wallBefore) / 1000;
  const cpuMs = ((cpuSec(pids) - cpuBefore) * 1000) / (wallSec * contestant.urls.length);
  const mib = memoryMib(pids);
  const alive = publishers.filter((publisher) => publisher.exitCode === null).length;
  for (const publisher of publishers) publisher.kill("SIGKILL");
  await contestant.stop();
  const perStream = (mib - (contestant.name.startsWith("ffmpeg") ? 0 : idleMib)) / contestant.urls.length;
  return [contestant.name, contestant.urls.length, alive, cpuMs.toFixed(1), mib.toFixed(0), perStream.toFixed(1)];
}

try {
  const picture = [
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=1280x720:rate=30",
    "-f",
    "lavfi",
    "-i",
    "sine=sample_rate=48000",
  ];
  const rate = [
    "-b:v",
    "2370k",
    "-minrate",
    "2370k",
    "-maxrate",
    "2370k",
    "-bufsize",
    "2370k",
    "-x264-params",
    "nal-hrd=cbr",
  ];
  const video = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-tune",
    "zerolatency",
    "-g",
    "60",
    "-pix_fmt",
    "yuv420p",
    ...rate,
  ];
  const made = Bun.spawn(
    [ffmpeg, "-v", "error", ...picture, "-t", "30", ...video, "-c:a", "aac", "-b:a", "128k", source],
    quiet,
  );
  await until("the source file", async () => made.exitCode !== null && (await made.exited) === 0, 120_000);

  const hasNginx = nginx !== null && Bun.file(nginxModule).size > 0;
  if (!hasNginx) console.log("nginx-rtmp is left out: install nginx and libnginx-mod-rtmp to compare with it.");
  const rows: (string | number)[][] = [];
  for (const count of options.streams.split(",").map(Number)) {
    for (const start of [startPanggung, startFfmpeg, ...(hasNginx ? [startNginx] : [])]) {
      rows.push(await measure(await start(count)));
    }
  }
  printTable(["2.5 Mbit/s each", "streams", "alive", "CPU ms per stream-second", "memory MiB", "MiB per stream"], rows);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(0);
