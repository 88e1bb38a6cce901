import { expect, test } from "bun:test";
import { streamKey } from "./stream-key.ts";

test.each([
  ["live", "K", "K"],
  ["live", "K?user=1", "K"],
  ["live", "/K/", "K"],
  ["live", " K\n", "K"],
  ["live/K", "", "K"],
  ["live/K?x=1", undefined, "K"],
  ["live/", "K", "K"],
  ["live", "", ""],
  ["live", 7, ""],
  ["live", null, ""],
  ["other/K", "", ""],
])("app %p, stream %p", (app, name, expected) => {
  expect(streamKey(app, name)).toBe(expected);
});
