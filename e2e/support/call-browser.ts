import type { Browser } from "@playwright/test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchBrowser } from "./browser.ts";
import { findTools } from "./tools.ts";

export interface CallBrowserOptions {
  /** What the camera gives. Small unless said, so that several people fit onto two cores. */
  camera?: { width: number; height: number; framesPerSec: number };
  /** What the camera sees: a video source of ffmpeg's lavfi, without size and rate. @default "testsrc2" */
  scene?: string;
  /** What the camera sees instead, again and again: a file of YUV4MPEG2. */
  film?: Uint8Array;
  /** What the microphone hears instead of beeps, again and again: the path of a WAV file. */
  sound?: string;
  /** Signals do not end the browser; whoever started it closes it. */
  ignoresSignals?: boolean;
  flags?: string[];
  executablePath?: string;
}

/**
 * Chromium with a camera that shows a moving picture, a microphone that beeps once a second, and nobody who would have to
 * say that a page may use them.
 */
export async function launchCallBrowser(options: CallBrowserOptions = {}): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "panggung-camera-"));
  const picture = join(folder, "camera.y4m");
  if (options.film === undefined) paintScene(options, picture);
  else writeFileSync(picture, options.film);
  const browser = await launchBrowser(
    [
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${picture}`,
      ...(options.sound === undefined ? [] : [`--use-file-for-fake-audio-capture=${options.sound}`]),
      ...(options.flags ?? []),
    ],
    options.executablePath,
    options.ignoresSignals,
  );
  browser.on("disconnected", () => rmSync(folder, { recursive: true, force: true }));
  return browser;
}

function paintScene({ camera, scene = "testsrc2" }: CallBrowserOptions, path: string): void {
  const { width, height, framesPerSec } = camera ?? { width: 320, height: 240, framesPerSec: 10 };
  const size = `size=${width}x${height}:rate=${framesPerSec}:duration=2`;
  const source = `${scene}${scene.includes("=") ? ":" : "="}${size}`;
  const recipe = `-loglevel error -f lavfi -i ${source} -pix_fmt yuv420p`.split(" ");
  const made = Bun.spawnSync([findTools().ffmpeg, ...recipe, path]);
  if (!made.success) throw new Error(`ffmpeg made no picture: ${made.stderr.toString()}`);
}
