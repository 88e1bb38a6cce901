import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pictureMaxBytes, takePicture } from "./ffmpeg-picture.ts";

// ffmpeg runs when nothing else wants the processor.
setDefaultTimeout(20_000);

const ffmpegPath = process.env["FFMPEG_PATH"] ?? Bun.which("ffmpeg") ?? "";
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "panggung-picture-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Fragmented MP4 of a few frames, as parts are. */
async function encode(source: string, ...more: string[]): Promise<Uint8Array> {
  const file = path.join(directory, "clip.mp4");
  const fragmented = "frag_keyframe+empty_moov+default_base_moof";
  const ffmpeg = Bun.spawn(
    [ffmpegPath, "-v", "error", "-y", "-f", "lavfi", "-i", source, "-frames:v", "3", "-c:v", "libx264"].concat(
      ["-preset", "ultrafast", "-pix_fmt", "yuv420p", ...more],
      ["-movflags", fragmented, file],
    ),
    { stderr: "inherit" },
  );
  expect(await ffmpeg.exited).toBe(0);
  return Bun.file(file).bytes();
}

/** A program in ffmpeg's place. */
function program(script: string): string {
  const file = path.join(directory, "ffmpeg");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o700);
  return file;
}

test.each([
  ["1280x720", 640, 360],
  ["720x1280", 640, 1138],
  ["160x90", 640, 360],
  ["64x1024", 70, 1138],
])("a picture of %s fits its box", async (size, width, height) => {
  const picture = await takePicture(await encode(`testsrc2=s=${size}`), { ffmpegPath });
  expect(await new Bun.Image(picture ?? new Uint8Array()).metadata()).toEqual({ width, height, format: "jpeg" });
});

test("of noise, too, a picture is small", async () => {
  const noise = await encode("nullsrc=s=720x1280,geq=random(1)*255:random(2)*255:random(3)*255", "-qp", "8");
  const picture = await takePicture(noise, { ffmpegPath });
  expect(picture?.length).toBeLessThanOrEqual(pictureMaxBytes);
});

test("what is damaged makes a picture or none, and what is no video makes none", async () => {
  const clip = await encode("testsrc2=s=320x180");
  const damaged = clip.slice();
  crypto.getRandomValues(damaged.subarray(clip.length - 3000));
  const nothing = new TextEncoder().encode("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n");
  expect((await takePicture(damaged, { ffmpegPath }))?.length ?? 0).toBeLessThanOrEqual(pictureMaxBytes);
  expect(await takePicture(clip.subarray(0, 600), { ffmpegPath })).toBeNull();
  expect(await takePicture(crypto.getRandomValues(new Uint8Array(5000)), { ffmpegPath })).toBeNull();
  expect(await takePicture(nothing, { ffmpegPath })).toBeNull();
  expect(await takePicture(new Uint8Array(), { ffmpegPath })).toBeNull();
});

test("a video of giant frames is not decoded", async () => {
  const giant = await encode("color=s=8192x2304");
  expect(await takePicture(giant, { ffmpegPath })).toBeNull();
});

test("it is killed when it does not end, and when it writes too much", async () => {
  const startedAt = performance.now();
  expect(
    await takePicture(new Uint8Array(5_000_000), { ffmpegPath: program("exec sleep 60"), withinMs: 200 }),
  ).toBeNull();
  expect(await takePicture(new Uint8Array(9), { ffmpegPath: program("exec yes"), withinMs: 5000 })).toBeNull();
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});

test("it sees no variable of ours, and has little memory and time", async () => {
  const report = path.join(directory, "report");
  const script = `{ env; ulimit -v; ulimit -t; } > ${report}`;
  expect(await takePicture(new Uint8Array(9), { ffmpegPath: program(script) })).toBeNull();
  const lines = (await Bun.file(report).text()).trim().split("\n");
  expect(lines.filter((line) => line.includes("=") && !/^(PWD|_|SHLVL|OLDPWD)=/.test(line))).toEqual([]);
  expect(lines.slice(-2)).toEqual(["1000000", "5"]);
});

test("a program that is not there makes none", async () => {
  expect(await takePicture(new Uint8Array(9), { ffmpegPath: "/nowhere/ffmpeg" })).toBeNull();
});
