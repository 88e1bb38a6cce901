import { expect, test } from "bun:test";
import { clockText } from "./clock-text.ts";

test("minutes and seconds, and hours once there is one", () => {
  const shown = [-1, 0, 5_999, 65_000, 760_000, 3_599_999, 3_600_000, 3_723_000, 36_000_000].map(clockText);
  expect(shown).toEqual(["0:00", "0:00", "0:05", "1:05", "12:40", "59:59", "1:00:00", "1:02:03", "10:00:00"]);
});
