import { expect, test } from "bun:test";
import type { StreamHealth } from "../ingest/contract/health.ts";
import { streamWarnings } from "./stream-warnings.ts";

const video = {
  codec: "avc1.64001f",
  width: 1280,
  height: 720,
  frameRate: 30,
  bitrate: 2_500_000,
  keyFrameIntervalMs: 2000,
};
const audio = { codec: "mp4a.40.2", sampleRate: 48_000, channels: 2, bitrate: 160_000 };
const good: StreamHealth = {
  state: "live",
  hlsUrl: null,
  hasThumbnail: false,
  encoder: null,
  remoteAddress: null,
  video,
  audio,
};

test("a good stream needs nothing, nor one that has just begun", () => {
  expect(streamWarnings(good)).toEqual([]);
  expect(
    streamWarnings({ ...good, video: { ...video, frameRate: 15, bitrate: 8_000_000, keyFrameIntervalMs: 4000 } }),
  ).toEqual([]);
  expect(streamWarnings({ ...good, video: { ...video, frameRate: 0, bitrate: 0, keyFrameIntervalMs: null } })).toEqual(
    [],
  );
});

test.each([
  [
    { keyFrameIntervalMs: 8340 },
    "Key frames come 8.3 s apart: viewers load that much before they are live, and some players wait that long for the picture. Set the key-frame interval to 1 or 2 s.",
  ],
  [
    { frameRate: 9.96 },
    "Only 10 frames a second arrive. The encoder may be overloaded: lower the resolution or choose a faster preset.",
  ],
  [{ bitrate: 12_340_000 }, "The video has 12.3 Mbit/s: many viewers cannot load that. 2.5 to 6 Mbit/s suit best."],
])("video with %j is worth one sentence", (change, sentence) => {
  const warnings = streamWarnings({ ...good, video: { ...video, ...change } });
  expect(warnings.map(({ en }) => en)).toEqual([sentence]);
  expect(warnings.map(({ id }) => id === sentence)).toEqual([false]);
});

test("what is missing is said", () => {
  expect(streamWarnings({ ...good, video: null, audio: null }).map(({ en }) => en)).toEqual([
    "No video arrives. Add a source to the scene, and choose an H.264 encoder.",
    "No sound arrives. Check the audio sources, and choose AAC.",
  ]);
});

test("more than the server takes is said before the stream is cut off", () => {
  const warned = { ...good, video: { ...video, bitrate: 5_900_000 } };
  expect(streamWarnings({ ...warned, bitrateMax: 5_000_000 }).map(({ en }) => en)).toEqual([
    "This server takes at most 5 Mbit/s of video and sound together, and 6.1 arrive: lower the video bitrate in OBS, under Settings, Output, or the stream will be cut off.",
  ]);
  expect(streamWarnings({ ...warned, bitrateMax: 6_000_000 })).toEqual([]);
});

test("figures are written as each language writes them", () => {
  const [warning] = streamWarnings({ ...good, video: { ...video, keyFrameIntervalMs: 8340 } });
  expect([warning?.en, warning?.id]).toEqual([expect.stringContaining("8.3 s"), expect.stringContaining("8,3 detik")]);
});

test("an encoder that is gone sends nothing to complain of", () => {
  expect(streamWarnings({ ...good, state: "interrupted", audio: null })).toEqual([]);
});
