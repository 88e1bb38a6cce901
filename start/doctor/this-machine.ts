import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Config } from "../../config.ts";
import { reasonOf } from "../reason-of.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** Less is too little to go on with, and so much is soon used up by a database, its log and its copies. */
const diskProblemBytes = 100_000_000;
const diskWarningBytes = 1_000_000_000;
const inodesMin = 1000;
const ffmpegWithinMs = 10_000;
/** With what thumbnails are made with (ingest/ffmpeg-picture.ts): a small ffmpeg may have nothing else. */
const onePicture =
  "-nostdin -hide_banner -loglevel error -f mp4 -i pipe:0 -an -frames:v 1 -vf scale=16:16,format=yuvj420p -c:v mjpeg -f mjpeg pipe:1";

const gigabytes = (bytes: number): string => `${(bytes / 1_000_000_000).toFixed(1)} GB`;

export function checkDisk({ DATA_DIR: dataDir }: Pick<Config, "DATA_DIR">): Finding[] {
  const about = "Disk";
  // Before the first start it is not there, and is not made here.
  const folder = nearestExisting(resolve(dataDir));
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (folder === resolve(dataDir)) tryWriting(folder);
  } catch (error) {
    return [
      problem(about, `DATA_DIR=${dataDir} cannot be written (${reasonOf(error)}): set DATA_DIR to another directory`),
    ];
  }
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  const free = `${gigabytes(freeBytes)} free in DATA_DIR=${dataDir}`;
  // Some file systems make inodes as they are needed, and say 0 of 0.
  if (files > 0 && ffree < inodesMin)
    return [problem(about, `${free}, but only ${ffree} more files can be made: remove some`)];
  if (freeBytes < diskProblemBytes) return [problem(about, `${free}: make room, or nothing can be saved soon`)];
  return [freeBytes < diskWarningBytes ? warning(about, `${free}: make room`) : ok(about, free)];
}

const nearestExisting = (path: string): string => (existsSync(path) ? path : nearestExisting(dirname(path)));

function tryWriting(folder: string): void {
  const probe = join(folder, `.write-test-${randomBytes(6).toString("hex")}`);
  try {
    writeFileSync(probe, randomBytes(4096), { mode: 0o600 });
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Thumbnails need an ffmpeg that reads H.264 in MP4 and writes JPEG: it is given one picture. */
export async function checkFfmpeg({ FFMPEG_PATH }: Pick<Config, "FFMPEG_PATH">): Promise<Finding[]> {
  const about = "ffmpeg";
  const found = Bun.which(FFMPEG_PATH ?? "ffmpeg");
  if (found === null) {
    return FFMPEG_PATH === undefined
      ? [warning(about, "not found: pages show no pictures of live streams. Install it, or set FFMPEG_PATH")]
      : [problem(about, `FFMPEG_PATH=${FFMPEG_PATH} is no program`)];
  }
  const run = Bun.spawn([found, ...onePicture.split(" ")], {
    stdin: Bun.file(join(import.meta.dir, "one-picture.mp4")),
    stdout: "pipe",
    stderr: "pipe",
    timeout: ffmpegWithinMs,
  });
  const [picture, complaint] = await Promise.all([run.stdout.bytes(), run.stderr.text()]);
  if ((await run.exited) === 0 && picture[0] === 0xff && picture[1] === 0xd8)
    return [ok(about, `${found} makes pictures of H.264`)];
  const why = complaint.trim().split("\n")[0] || "it made no picture";
  return [problem(about, `${found} makes no pictures of H.264 (${why}): install a complete one, or set FFMPEG_PATH`)];
}

/** Whether the clock is kept right, where the system says so; and by a server's answer, how far it is off. */
export function checkClock(): Finding[] {
  const about = "Clock";
  const now = new Date().toISOString().slice(0, 19);
  const timedatectl = Bun.which("timedatectl");
  if (timedatectl === null) return [ok(about, `${now} UTC`)];
  const run = Bun.spawnSync([timedatectl, "show", "--property=NTPSynchronized", "--value"], { timeout: 2000 });
  const isKept = run.stdout.toString().trim();
  if (isKept !== "no") return [ok(about, `${now} UTC${isKept === "yes" ? ", kept right by NTP" : ""}`)];
  const risk = "tickets, codes of the second factor and relays' credentials fail when it is off";
  return [warning(about, `${now} UTC, not kept right by NTP (timedatectl set-ntp true): ${risk}`)];
}
