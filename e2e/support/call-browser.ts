import type { Browser } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchBrowser } from "./browser.ts";
import { findTools } from "./tools.ts";

export interface CallBrowserOptions {
  /** What the camera gives. Small unless said, so that several people fit onto two cores. */
  camera?: { width: number; height: number; framesPerSec: number };
  /** What the camera sees: a video source of ffmpeg's lavfi, without size and rate. @default "testsrc2" */
  scene?: string;
  flags?: string[];
  executablePath?: string;
}

/**
 * Chromium with a camera that shows a moving picture, a microphone that beeps once a second, and nobody who would have to
 * say that a page may use them.
 */
export async function launchCallBrowser(options: CallBrowserOptions = {}): Promise<Browser> {
  const { width, height, framesPerSec } = options.camera ?? { width: 320, height: 240, framesPerSec: 10 };
  const folder = mkdtempSync(join(tmpdir(), "panggung-camera-"));
  const picture = join(folder, "camera.y4m");
  const scene = options.scene ?? "testsrc2";
  const size = `size=${width}x${height}:rate=${framesPerSec}:duration=2`;
  const source = `${scene}${scene.includes("=") ? ":" : "="}${size}`;
  const recipe = `-loglevel error -f lavfi -i ${source} -pix_fmt yuv420p`.split(" ");
  const made = Bun.spawnSync([findTools().ffmpeg, ...recipe, picture]);
  if (!made.success) throw new Error(`ffmpeg made no picture: ${made.stderr.toString()}`);
  const browser = await launchBrowser(
    [
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${picture}`,
      ...(options.flags ?? []),
    ],
    options.executablePath,
  );
  browser.on("disconnected", () => rmSync(folder, { recursive: true, force: true }));
  return browser;
}
