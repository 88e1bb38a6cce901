import { expect, test } from "bun:test";
import { formatUptime } from "./uptime.ts";

test.each([
  [0, "0:00"],
  [-5_000, "0:00"],
  [59_999, "0:59"],
  [60_000, "1:00"],
  [3_599_000, "59:59"],
  [3_600_000, "1:00:00"],
  [90_061_000, "25:01:01"],
])("%d ms is %s", (elapsedMs, text) => {
  expect(formatUptime(elapsedMs)).toBe(text);
});
