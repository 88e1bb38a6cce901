import { describe, expect, test } from "bun:test";
import { limits } from "./limits.ts";
import { FakeStage } from "./testing/fake-stage.ts";
import { clientHandshake } from "./testing/message-writer.ts";
import { eventually, startTestListener } from "./testing/start-test-listener.ts";
import { testCertificate } from "./testing/test-certificate.ts";
import { TestPublisher } from "./testing/test-publisher.ts";

describe("limits", () => {
  test("an address gets so many connections, and a place again when one leaves", async () => {
    const { listener } = startTestListener(new FakeStage(), { connectionLimitPerAddress: 3 });
    const first = await TestPublisher.connect(listener.port);
    await Promise.all([TestPublisher.connect(listener.port), TestPublisher.connect(listener.port)]);
    await eventually("three", () => listener.connections() === 3);
    const fourth = await TestPublisher.connect(listener.port);
    await fourth.closed;
    first.end();
    await eventually("two", () => listener.connections() === 2);
    await TestPublisher.connect(listener.port);
    await eventually("three again", () => listener.connections() === 3);
    await listener.stop();
  });

  test("so does everybody together", async () => {
    const { listener } = startTestListener(new FakeStage(), { connectionLimit: 2 });
    await Promise.all([TestPublisher.connect(listener.port), TestPublisher.connect(listener.port)]);
    const third = await TestPublisher.connect(listener.port);
    await third.closed;
    expect(listener.connections()).toBe(2);
    await listener.stop();
  });

  test("who does not hang up after a refusal is cut", async () => {
    const { listener, clock } = startTestListener(new FakeStage());
    const publisher = await TestPublisher.connect(listener.port);
    publisher.hangsUp = false;
    publisher.send(clientHandshake(), publisher.writer.opening("wrong"));
    await publisher.until("NetStream.Publish.Denied");
    expect(listener.connections()).toBe(1);
    clock.aheadMs += limits.lingerMs;
    await eventually("nobody left", () => listener.connections() === 0);
    await listener.stop();
  });
});

describe("a refused publisher", () => {
  test("that keeps sending still reads why", async () => {
    const { listener, stage } = startTestListener(new FakeStage("key"));
    const publisher = await TestPublisher.connect(listener.port);
    await publisher.goLive("key");
    const sending = setInterval(() => publisher.send(publisher.writer.video(1, new Uint8Array(20_000))), 1);
    await eventually("frames", () => stage.feed("key").tags.length > 5);
    stage.feed("key").publisher.close("The stream was ended.");
    await publisher.until("NetStream.Publish.Denied");
    clearInterval(sending);
    await listener.stop();
  });
});

describe("RTMPS", () => {
  test("publishes, refuses, and is told why", async () => {
    const { listener, stage } = startTestListener(new FakeStage("key"), { tls: testCertificate });
    const publisher = await TestPublisher.connect(listener.port, "127.0.0.1", true);
    await publisher.goLive("key");
    publisher.send(publisher.writer.video(0, Uint8Array.of(0x17, 1)));
    await eventually("a frame", () => stage.feed("key").tags.length === 1);
    const stranger = await TestPublisher.connect(listener.port, "127.0.0.1", true);
    stranger.send(clientHandshake(), stranger.writer.opening("wrong"));
    await stranger.until("NetStream.Publish.Denied");
    await stranger.closed;
    await listener.stop();
  });

  test("a socket that never shakes hands is counted, and cut in time", async () => {
    const { listener, clock } = startTestListener(new FakeStage(), { tls: testCertificate });
    const silent = await TestPublisher.connect(listener.port);
    await eventually("it counts", () => listener.connections() === 1);
    clock.aheadMs += limits.openingMs;
    await silent.closed;
    const plain = await TestPublisher.connect(listener.port);
    plain.handshake();
    await plain.closed;
    await eventually("nobody left", () => listener.connections() === 0);
    await listener.stop();
  });
});

describe("stopping", () => {
  test("ends live publishers, refuses new ones, and leaves the port", async () => {
    const { listener, stage } = startTestListener(new FakeStage("key"));
    const publisher = await TestPublisher.connect(listener.port);
    await publisher.goLive("key");
    await listener.stop();
    await publisher.closed;
    expect(stage.feed("key").ends).toEqual(["lost"]);
    expect(listener.connections()).toBe(0);
    await expect(TestPublisher.connect(listener.port)).rejects.toThrow();
  });
});

describe("the log", () => {
  test("has one line for each publisher, and not one for each stranger", async () => {
    const { listener, lines } = startTestListener(new FakeStage("key"), { connectionLimitPerAddress: 200 });
    const publisher = await TestPublisher.connect(listener.port);
    await publisher.goLive("key");
    publisher.end();
    const strangers = await Promise.all(Array.from({ length: 60 }, () => TestPublisher.connect(listener.port)));
    for (const stranger of strangers) stranger.end();
    await eventually("all gone", () => listener.connections() === 0);
    await listener.stop();
    const said = lines.filter((line) => line.level === "info").map((line) => line.message);
    expect(said.filter((message) => message === "publisher left").length).toBe(1);
    expect(said.length).toBe(21);
  });
});
