import { expect, test } from "bun:test";
import { BitrateMeter } from "./bitrate-meter.ts";

test("nothing is known before anything was loaded", () => {
  const meter = new BitrateMeter();
  meter.push(0, 1);
  meter.push(1_000, 0);
  expect(meter.bitsPerSecond).toBeNull();
});

test("the figure is about the last seconds", () => {
  const meter = new BitrateMeter();
  for (let count = 0; count < 20; count += 1) meter.push(125_000, 1);
  expect(meter.bitsPerSecond).toBe(1_000_000);
  for (let count = 0; count < 8; count += 1) meter.push(250_000, 1);
  expect(meter.bitsPerSecond).toBe(2_000_000);
});

test("one long segment is enough", () => {
  const meter = new BitrateMeter();
  meter.push(5_000_000, 40);
  expect(meter.bitsPerSecond).toBe(1_000_000);
});
