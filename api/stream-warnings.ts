import type { StreamHealth } from "../ingest/contract/health.ts";

const maxKeyFrameIntervalMs = 4000;
const minFrameRate = 15;
const maxVideoBitrate = 8_000_000;

/** What the streamer should change, most urgent first: sentences made from what arrives. */
export function streamWarnings({ state, video, audio }: StreamHealth): string[] {
  if (state === "interrupted") return [];
  const warnings: string[] = [];
  if (video === null) {
    warnings.push("No video arrives. Add a source to the scene, and choose an H.264 encoder.");
  } else {
    const { keyFrameIntervalMs, frameRate, bitrate } = video;
    if (keyFrameIntervalMs !== null && keyFrameIntervalMs > maxKeyFrameIntervalMs) {
      const seconds = Math.round(keyFrameIntervalMs / 100) / 10;
      warnings.push(
        `Key frames come ${seconds} s apart: viewers load that much before they are live, and some players wait that long for the picture. Set the key-frame interval to 1 or 2 s.`,
      );
    }
    // 0: not measured yet.
    if (frameRate > 0 && frameRate < minFrameRate) {
      warnings.push(
        `Only ${Math.round(frameRate * 10) / 10} frames a second arrive. The encoder may be overloaded: lower the resolution or choose a faster preset.`,
      );
    }
    if (bitrate > maxVideoBitrate) {
      warnings.push(
        `The video has ${Math.round(bitrate / 100_000) / 10} Mbit/s: many viewers cannot load that. 2.5 to 6 Mbit/s suit best.`,
      );
    }
  }
  if (audio === null) warnings.push("No sound arrives. Check the audio sources, and choose AAC.");
  return warnings;
}
