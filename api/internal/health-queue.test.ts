import { afterEach, beforeEach, expect, test } from "bun:test";
import { findCurrentStream } from "../../db/streams.ts";
import { internalFixture } from "./fixtures.ts";
import { HealthQueue } from "./health-queue.ts";

let at: Awaited<ReturnType<typeof internalFixture>>;
beforeEach(async () => {
  at = await internalFixture();
});
afterEach(() => at.remove());

test("what comes together is written together, and each is told of its own stream", async () => {
  const accounts = await Promise.all(["wati", "budi", "sari"].map((name) => at.account(name)));
  const streams = [];
  for (const { key } of accounts) streams.push(await at.publishing(key));
  let commits = 0;
  const { batch } = at.db.$client;
  at.db.$client.batch = (...call) => {
    commits += 1;
    return batch.apply(at.db.$client, call);
  };
  const queue = new HealthQueue(at.db, () => at.time.now);
  const report = (streamId: string, encoder: string) =>
    queue.record({ streamId, state: "live", hlsUrl: null, hasThumbnail: false, health: { encoder } });
  const answers = await Promise.all([
    ...streams.map(({ streamId }) => report(streamId, "first")),
    ...streams.map(({ streamId }) => report(streamId, "second")),
    report("nobody's", "none"),
  ]);
  expect(commits).toBeLessThanOrEqual(2);
  const channelIds = streams.map(({ channelId }) => channelId);
  expect(answers.map((answer) => answer?.channelId)).toEqual([...channelIds, ...channelIds, undefined]);
  for (const channelId of channelIds) {
    expect((await findCurrentStream(at.db, channelId))?.health).toEqual({ encoder: "second" });
  }
});

test("what failed is told to those who waited for it, and the next report is written", async () => {
  const { key } = await at.account("wati");
  const { streamId, channelId } = await at.publishing(key);
  const queue = new HealthQueue(at.db, () => at.time.now);
  const report = { streamId, state: "live", hlsUrl: null, hasThumbnail: false, health: {} } as const;
  const { batch } = at.db.$client;
  at.db.$client.batch = () => Promise.reject(new Error("database is locked"));
  const outcomes = await Promise.allSettled([queue.record(report), queue.record(report)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  at.db.$client.batch = batch;
  expect(await queue.record(report)).toEqual({ channelId, stateChanged: false });
});
