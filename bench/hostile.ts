import { startServer } from "../e2e/support/server.ts";
import { findTools } from "../e2e/support/tools.ts";
import { until } from "../e2e/support/until.ts";
import { publishClock } from "./support/clock-publisher.ts";
import { memoryMib, withCommand } from "./support/process-usage.ts";
import { createStreamers, playlistUrlOf } from "./support/streamers.ts";
import { printTable } from "./support/table.ts";

/**
 * Hostile publishers against the whole server while somebody else is live: does ingest live on, how much memory does it
 * take at most, and does the live stream keep every frame of its own and none of theirs? `bun bench/hostile.ts`
 */

const server = await startServer({ STREAMERS: "everyone", LOG_LEVEL: "error" });
const [live, keyholder] = await createStreamers(server, 2);
if (!live || !keyholder) throw new Error("no streamers");
const publisher = publishClock(`${server.rtmpUrl}/${live.key}`);
const playlistUrl = (await playlistUrlOf(server, live.name)).replace("index.m3u8", "source/index.m3u8");
const ingestPids = (): number[] => withCommand(server.family(), "ingest/main.ts");

/** Runs one attack and returns a row: what it said, and ingest's memory before, at most and 10 s after. */
async function attack(name: string, ...options: string[]): Promise<(string | number)[]> {
  const pids = ingestPids();
  const beforeMib = memoryMib(pids);
  let mostMib = beforeMib;
  const command = [process.execPath, "ingest/rtmp/attack.ts", "--port", String(server.ports["RTMP_PORT"])];
  const child = Bun.spawn([...command, "--key", keyholder?.key ?? "", ...options], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const sampling = setInterval(() => (mostMib = Math.max(mostMib, memoryMib(pids))), 100);
  const said = (await child.stdout.text()).trim().replaceAll("\n", "; ");
  await child.exited;
  await Bun.sleep(10_000);
  clearInterval(sampling);
  const survived = ingestPids().join() === pids.join() ? "yes" : "NO";
  return [name, said, survived, beforeMib.toFixed(0), mostMib.toFixed(0), memoryMib(pids).toFixed(0)];
}

/** Frames that a decoder finds in the last segments of the live stream, against how many there should be. */
async function countFrames(): Promise<string> {
  const playlist = await (await fetch(playlistUrl)).text();
  const base = playlistUrl.replace("index.m3u8", "");
  const init = /URI="([^"]+init[^"]+)"/.exec(playlist)?.[1] ?? "";
  const segments = [...playlist.matchAll(/#EXTINF:([\d.]+),\n(.+)/g)];
  const seconds = segments.reduce((sum, [, duration]) => sum + Number(duration), 0);
  const urls = [init, ...segments.map(([, , path = ""]) => path)];
  const bytes = await Promise.all(urls.map(async (path) => (await fetch(base + path)).bytes()));
  const decoder = Bun.spawn(
    [findTools().ffmpeg, "-v", "error", "-stats", "-i", "pipe:0", "-map", "0:v", "-f", "null", "-"],
    {
      stdin: Buffer.concat(bytes),
      stderr: "pipe",
    },
  );
  const report = await decoder.stderr.text();
  const frames = [...report.matchAll(/frame=\s*(\d+)/g)].at(-1)?.[1];
  const errors = report.split("\n").filter((line) => line.startsWith("[")).length;
  const breaks = playlist.match(/#EXT-X-DISCONTINUITY\n/g)?.length ?? 0;
  return `${frames} frames in ${seconds.toFixed(1)} s, ${errors} decoding errors, ${breaks} discontinuities`;
}

try {
  await until("the live stream", async () => (await fetch(playlistUrl)).status === 200);
  await Bun.sleep(26_000);
  const rows = [
    await attack("the corpus, one by one"),
    await attack("idle sockets", "--idle", "1000"),
    await attack("announcing 40 messages of 16 MB each", "--announce", "40"),
  ];
  printTable(["attack", "result", "same process", "MiB before", "at most", "10 s after"], rows);
  console.log(`The live stream beside them: ${await countFrames()}.`);
} finally {
  await publisher.stop();
  await server.stop();
}
process.exit(0);
