import { expect, test } from "bun:test";
import { type Care, careFor, type LinkCondition } from "./link-care.ts";

/** A connection that has carried media since 0 and is well; now is 100 s. */
const well: LinkCondition = {
  isOfferer: true,
  state: "connected",
  isBeyondRepair: false,
  wasConnected: true,
  startedAt: 0,
  brokenAt: null,
  reachableAt: 0,
  offeredAt: null,
  restarts: 0,
  restartedAt: null,
  renewAskedAt: null,
  isSuspect: false,
};
const now = 100_000;
const ago = (ms: number): number => now - ms;
const answers = { isOfferer: false } as const;
const none = { state: null, wasConnected: false, brokenAt: 0 } as const;
const lost = (ms: number): Partial<LinkCondition> => ({ state: "disconnected", brokenAt: ago(ms) });
const failed = (ms: number): Partial<LinkCondition> => ({ state: "failed", brokenAt: ago(ms) });
const never = { wasConnected: false } as const;

test.each<[string, Partial<LinkCondition>, Care]>([
  ["all is well", {}, "none"],
  ["the first offer goes out at once", { ...none, startedAt: now }, "begin"],
  ["but not to somebody who is away", { ...none, reachableAt: null }, "none"],
  ["whoever answers waits for it", { ...none, ...answers, startedAt: ago(3_900) }, "none"],
  ["and asks after 4 s", { ...none, ...answers, startedAt: ago(4_000) }, "begin"],
  ["counted from when it could have come", { ...none, ...answers, reachableAt: ago(3_000) }, "none"],
  ["and again after 4 s more", { ...none, ...answers, renewAskedAt: ago(3_000) }, "none"],
  ["5 s after it was lost, ICE restarts", lost(5_000), "restart"],
  ["not before", lost(4_900), "none"],
  ["whoever answers leaves that to the other side, a second long", { ...answers, ...lost(5_500) }, "none"],
  ["and then asks for it", { ...answers, ...lost(6_000) }, "restart"],
  ["while it connects again, it is still lost", { ...lost(5_000), state: "connecting" }, "restart"],
  ["what has failed restarts at once", failed(100), "restart"],
  ["2 s lie between restarts", { ...failed(9_000), restartedAt: ago(1_900), restarts: 1 }, "none"],
  ["no more than that", { ...failed(9_000), restartedAt: ago(2_000), restarts: 1 }, "restart"],
  ["after many, more", { ...failed(20_000), restartedAt: ago(2_900), restarts: 7 }, "none"],
  ["but never more than 10 s", { ...failed(25_000), restartedAt: ago(10_000), restarts: 50 }, "restart"],
  ["an offer that is not answered goes out again", { ...failed(9_000), offeredAt: ago(2_000) }, "resend-offer"],
  ["after 2 s", { ...failed(9_000), offeredAt: ago(1_900) }, "none"],
  ["also where media goes on", { offeredAt: ago(2_000) }, "resend-offer"],
  ["another network: other paths, at once", { isSuspect: true }, "restart"],
  [
    "a path that is still looked for is not disturbed",
    { ...never, state: "connecting", brokenAt: ago(14_000), startedAt: ago(14_000) },
    "none",
  ],
  ["one that was never found is looked for again", { ...never, ...failed(16_000), startedAt: ago(16_000) }, "restart"],
  ["every 5 s", { ...never, ...failed(16_000), startedAt: ago(16_000), restartedAt: ago(4_900) }, "none"],
  ["what is not mended in 30 s begins anew", failed(30_000), "begin"],
  [
    "if the other side could be reached all the while",
    { ...failed(60_000), reachableAt: ago(29_000), restartedAt: now },
    "none",
  ],
  ["and if it has not just begun", { ...failed(60_000), startedAt: ago(29_000), restartedAt: now }, "none"],
  ["whoever answers asks for that", { ...answers, ...failed(30_000) }, "begin"],
  ["every 4 s", { ...answers, ...failed(31_000), renewAskedAt: ago(3_900) }, "none"],
  ["where DTLS is over, only a new connection helps", { isBeyondRepair: true }, "begin"],
  ["but not two within 2 s", { isBeyondRepair: true, startedAt: ago(1_900) }, "none"],
  ["a closed one too", { state: "closed" }, "begin"],
])("%s", (_, more, care) => {
  expect(careFor({ ...well, ...more }, now)).toBe(care);
});
