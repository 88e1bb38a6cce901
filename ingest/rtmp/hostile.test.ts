import { expect, test } from "bun:test";
import { limits } from "./limits.ts";
import { FakeStage } from "./testing/fake-stage.ts";
import { hostilePublishers } from "./testing/hostile-publishers.ts";
import { eventually, startTestListener } from "./testing/start-test-listener.ts";
import { TestPublisher } from "./testing/test-publisher.ts";

/** Sends a numbered frame every few milliseconds until told to stop; returns how many. */
async function streamFrames(publisher: TestPublisher, signal: AbortSignal): Promise<number> {
  let frames = 0;
  while (!signal.aborted) {
    const body = Buffer.alloc(600, 0x27);
    body.writeUInt32BE(frames, 2);
    publisher.send(publisher.writer.video(frames * 40, body));
    frames++;
    await Bun.sleep(5);
  }
  return frames;
}

test("nobody in the corpus harms the process or a stream beside it", async () => {
  const keys = hostilePublishers.map((_, i) => `key-${i}`);
  const { listener, stage, clock, lines } = startTestListener(new FakeStage("good", ...keys), {
    connectionLimitPerAddress: 500,
  });
  const good = await TestPublisher.connect(listener.port);
  await good.goLive("good");
  const stopStreaming = new AbortController();
  const streaming = streamFrames(good, stopStreaming.signal);

  const attacks = await Promise.all(
    hostilePublishers.map(async (hostile, i) => {
      const publisher = await TestPublisher.connect(listener.port);
      // Whoever is cut in the middle of its attack has got what it came for.
      await Promise.resolve(hostile.attack(publisher, `key-${i}`)).catch(() => {});
      return { ...hostile, publisher };
    }),
  );
  const stillOpen = (end: string) =>
    attacks.filter((attack) => attack.end === end && !attack.publisher.isClosed).map((attack) => attack.name);

  await eventually("all are cut", () => stillOpen("cut").length === 0).catch(() => {});
  expect(stillOpen("cut")).toEqual([]);
  expect(stillOpen("waits").length).toBe(attacks.filter((attack) => attack.end === "waits").length);

  clock.aheadMs += limits.openingMs;
  await eventually("the deadline", () => stillOpen("waits").length === 0).catch(() => {});
  expect(stillOpen("waits")).toEqual([]);

  for (const { publisher } of attacks) publisher.end();
  await eventually("only the good one is left", () => listener.connections() === 1);
  stopStreaming.abort();
  const frames = await streaming;
  const feed = stage.feed("good");
  await eventually("its last frame", () => feed.tags.length >= frames);

  expect(feed.tags.map((tag) => [tag.timestampMs, Buffer.from(tag.body).readUInt32BE(2)])).toEqual(
    Array.from({ length: frames }, (_, i) => [i * 40, i]),
  );
  expect(stage.feeds.filter((other) => other !== feed && other.ends.length !== 1).map((other) => other.key)).toEqual(
    [],
  );
  expect(feed.ends).toEqual([]);
  expect(lines.filter((line) => line.level === "error")).toEqual([]);
  // Keys, addresses that people pasted and the like are never written down.
  expect(JSON.stringify(lines)).not.toMatch(/key-\d|good|tcUrl|rtmp:/);
  await listener.stop();
  expect(feed.ends).toEqual(["lost"]);
}, 15_000);
