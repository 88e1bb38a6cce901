import { expect, test } from "bun:test";
import { videoConfig } from "./fixtures/synthetic.ts";
import { HealthMeter } from "./health-meter.ts";

const keyFrame = { type: "video", isKeyFrame: true, compositionOffsetMs: 0, data: new Uint8Array(1) } as const;

test("the interval is the longest of the last 30 s, in bounded memory even when the clock stands still", () => {
  const meter = new HealthMeter(0);
  meter.note({ type: "video-config", config: videoConfig }, 0);
  meter.note(keyFrame, 0);
  for (let i = 0; i < 100_000; i++) meter.note(keyFrame, 4000);
  const startedAt = performance.now();
  for (let i = 0; i < 100; i++) meter.read(1000);
  expect(performance.now() - startedAt).toBeLessThan(500);
  expect(meter.read(1000).video?.keyFrameIntervalMs).toBe(0);
  for (const at of [6000, 8000, 13_000]) meter.note(keyFrame, at);
  expect(meter.read(1000).video?.keyFrameIntervalMs).toBe(5000);
});

test("figures go on after the clock was set back", () => {
  const meter = new HealthMeter(3_600_000);
  meter.note({ type: "video-config", config: videoConfig }, 0);
  meter.read(0);
  for (let i = 0; i < 60; i++) meter.note(keyFrame, i * 33);
  expect(meter.read(2000).video?.frameRate).toBe(30);
});
