import AxeBuilder from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "@playwright/test";
import { findTools } from "./tools.ts";
import { until } from "./until.ts";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

/** Another `executablePath` is a script that starts Chromium elsewhere. Unless it ignores them, signals end it and this process. */
export function launchBrowser(
  more: string[] = [],
  executablePath = findTools().chromium,
  ignoresSignals = false,
): Promise<Browser> {
  const [handleSIGINT, handleSIGTERM, handleSIGHUP] = [!ignoresSignals, !ignoresSignals, !ignoresSignals];
  return chromium.launch({ executablePath, args: [...flags, ...more], handleSIGINT, handleSIGTERM, handleSIGHUP });
}

/** What the page's video does now. `pixels` is the current picture, 32 × 18, RGBA. */
interface PictureSample {
  timeS: number;
  decodedAudioBytes: number;
  pixels: number[];
}

/** In the page: there are no types of the browser's document on this side. */
const samplePicture = `(() => {
  const video = document.querySelector("video");
  const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 18 });
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, 32, 18);
  return {
    timeS: video.currentTime,
    decodedAudioBytes: video.webkitAudioDecodedByteCount,
    pixels: [...context.getImageData(0, 0, 32, 18).data],
  };
})()`;

/** In the page: the loudest sample of half a second, 0 to 1. */
const measureLoudness = `(async () => {
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(document.querySelector("video").captureStream()).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let loudest = 0;
  for (const endMs = performance.now() + 500; performance.now() < endMs; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    analyser.getFloatTimeDomainData(samples);
    loudest = Math.max(loudest, ...samples.map(Math.abs));
  }
  await context.close();
  return loudest;
})()`;

const samplePage = (page: Page): Promise<PictureSample> => page.evaluate<PictureSample>(samplePicture);

/** Mean difference of two pictures, 0 to 255. */
const differenceOf = (a: PictureSample, b: PictureSample): number =>
  a.pixels.reduce((sum, value, index) => sum + Math.abs(value - (b.pixels[index] ?? 0)), 0) / a.pixels.length;

/** Waits until the page's video plays on, its picture changes and sound is decoded. */
export async function untilPicturesMove(page: Page, timeoutMs = 15_000): Promise<void> {
  const first = await samplePage(page);
  await until(
    "moving pictures with sound",
    async () => {
      const now = await samplePage(page);
      const plays = now.timeS > first.timeS + 1 && now.decodedAudioBytes > first.decodedAudioBytes;
      return plays && differenceOf(first, now) > 1;
    },
    timeoutMs,
  );
}

/** Loudest sample of half a second of the page's video, 0 (silence) to 1. */
export const loudnessOf = (page: Page): Promise<number> => page.evaluate<number>(measureLoudness);

/** What axe finds wrong for people with disabilities, one line each: the rule and the elements. */
export async function barriersOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}
