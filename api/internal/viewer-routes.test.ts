import { afterEach, beforeEach, expect, test } from "bun:test";
import { findCurrentStream } from "../../db/streams.ts";
import { channelsPerReport } from "../contract/viewers.ts";
import { internalFixture, testSignalingToken, testToken } from "./fixtures.ts";

let at: Awaited<ReturnType<typeof internalFixture>>;
beforeEach(async () => {
  at = await internalFixture();
});
afterEach(() => at.remove());

const post = (body: unknown, token = testSignalingToken) =>
  at.app.request("/chat/viewers", {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
  });

const idOf = (number: number): string => number.toString(16).padStart(32, "0");

test("pages hear of the counts that changed, and the most is kept with the stream", async () => {
  const wati = await at.account("wati");
  const budi = await at.account("budi");
  await at.publishing(wati.key);
  const heard: string[] = [];
  for (const topic of ["viewers", `viewers:${wati.channelId}`, `viewers:${budi.channelId}`] as const) {
    at.changes.on(topic, () => heard.push(topic));
  }
  const tell = (...counts: [string, number][]) => at.chat.viewers.$post({ json: { counts } });
  await tell([wati.channelId, 3]);
  await tell([wati.channelId, 3]);
  expect(heard).toEqual(["viewers", `viewers:${wati.channelId}`]);
  await tell([wati.channelId, 2], [budi.channelId, 1]);
  expect(heard).toHaveLength(5);
  expect([at.viewers.of(wati.channelId), at.viewers.of(budi.channelId)]).toEqual([2, 1]);
  await tell();
  expect(at.viewers.of(budi.channelId)).toBe(0);
  expect(await findCurrentStream(at.db, wati.channelId)).toMatchObject({ peakViewers: 3 });
});

test("only signaling may say it, within bounds", async () => {
  const counts = Array.from({ length: channelsPerReport }, (_, i) => [idOf(i), 10_000_000]);
  expect((await post({ counts })).status).toBe(200);
  expect((await post({ counts: [] }, testToken)).status).toBe(401);
  const wrong = [
    {},
    { counts: [[idOf(1), 0]] },
    { counts: [[idOf(1), 1.5]] },
    { counts: [["x", 1]] },
    { counts: [[idOf(1)]] },
    { counts: [], more: 1 },
    { counts: [...counts, [idOf(channelsPerReport), 1]] },
    "{",
  ];
  for (const body of wrong) expect((await post(body)).status).toBe(400);
  expect((await post(`"${"x".repeat(1024 * 1024)}"`)).status).toBe(413);
});
