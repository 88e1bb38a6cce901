import { expect, test } from "bun:test";
import { pathStateOf } from "./path-state.ts";
import type { PathState } from "./types.ts";

const now = 100_000;
const facts = {
  brokenAt: null,
  reachableAt: 0,
  sinceMs: 7,
  wasConnected: true,
  hasFailed: false,
  isRelayed: false,
  why: "no-relay",
} as const;
const first = { ...facts, wasConnected: false };

test.each<[string, Parameters<typeof pathStateOf>[0], PathState]>([
  ["a path that is there", { ...facts, isRelayed: true }, { type: "connected", isRelayed: true }],
  ["one that is looked for", { ...first, brokenAt: now - 14_000 }, { type: "connecting", sinceMs: 7 }],
  [
    "one that was not found in 15 s",
    { ...first, brokenAt: now - 15_000 },
    { type: "failed", sinceMs: 7, why: "no-relay" },
  ],
  [
    "or that ICE has given up",
    { ...first, brokenAt: now - 9_000, hasFailed: true },
    { type: "failed", sinceMs: 7, why: "no-relay" },
  ],
  [
    "one that is lost, and mended",
    { ...facts, brokenAt: now - 20_000, hasFailed: true },
    { type: "interrupted", sinceMs: 7 },
  ],
  [
    "one that is lost for too long",
    { ...facts, brokenAt: now - 30_000 },
    { type: "failed", sinceMs: 7, why: "no-relay" },
  ],
  [
    "one to somebody who is away",
    { ...first, brokenAt: now - 35_000, reachableAt: null, hasFailed: true },
    { type: "connecting", sinceMs: 7 },
  ],
  [
    "or who has just come back",
    { ...first, brokenAt: now - 35_000, reachableAt: now - 5_000 },
    { type: "connecting", sinceMs: 7 },
  ],
  [
    "one that is lost while nobody can be told of another",
    { ...facts, brokenAt: now - 35_000, reachableAt: null },
    { type: "interrupted", sinceMs: 7 },
  ],
])("%s", (_, given, state) => {
  expect(pathStateOf(given, now)).toEqual(state);
});
