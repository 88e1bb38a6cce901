import type { Browser } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchBrowser } from "./browser.ts";
import { findTools } from "./tools.ts";

/**
 * Chromium with a camera that shows a small moving picture (320 × 240 at 10 a second, so that several people fit onto two
 * cores), a microphone that beeps once a second, and nobody who would have to say that a page may use them.
 */
export async function launchCallBrowser(more: string[] = [], executablePath?: string): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "panggung-camera-"));
  const picture = join(folder, "camera.y4m");
  const recipe = "-loglevel error -f lavfi -i testsrc2=size=320x240:rate=10:duration=2 -pix_fmt yuv420p".split(" ");
  const made = Bun.spawnSync([findTools().ffmpeg, ...recipe, picture]);
  if (!made.success) throw new Error(`ffmpeg made no picture: ${made.stderr.toString()}`);
  const browser = await launchBrowser(
    [
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${picture}`,
      ...more,
    ],
    executablePath,
  );
  browser.on("disconnected", () => rmSync(folder, { recursive: true, force: true }));
  return browser;
}
