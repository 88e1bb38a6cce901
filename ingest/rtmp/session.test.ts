import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { limits } from "./limits.ts";
import { RtmpSession } from "./session.ts";
import { FakeStage } from "./testing/fake-stage.ts";
import { FakeTransport } from "./testing/fake-transport.ts";
import { clientHandshake, MessageWriter } from "./testing/message-writer.ts";

const key = "live-key";

function startSession(stage = new FakeStage(key)) {
  const clock = { ms: 1000 };
  const transport = new FakeTransport();
  const defects: unknown[] = [];
  const session = new RtmpSession({ stage, transport, now: () => clock.ms, onDefect: (error) => defects.push(error) });
  const writer = new MessageWriter();
  return {
    stage,
    transport,
    session,
    writer,
    defects,
    clock,
    send: (...parts: Uint8Array[]) => session.receive(Buffer.concat(parts)),
    /** As far as a publisher comes on its own; then the stage answers. */
    async open(name = key) {
      session.receive(Buffer.concat([clientHandshake(), writer.opening(name)]));
      await settle();
    },
  };
}

/** Lets promises that are already resolved run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await Promise.resolve();
}

describe("a publisher who is let in", () => {
  test("gets the answers OBS waits for, then its tags arrive", async () => {
    const { open, send, writer, transport, stage } = startSession();
    await open();
    expect(transport.answers.commands.map(({ name, values }) => [name, values[0], values[2]])).toMatchObject([
      ["_result", 1, expect.any(Map)],
      ["_result", 2, undefined],
      ["_result", 3, undefined],
      ["_result", 4, 1],
      ["onStatus", 0, expect.any(Map)],
    ]);
    expect(transport.answers.statuses).toEqual(["NetStream.Publish.Start"]);
    send(writer.video(40, Uint8Array.of(0x17, 1, 0, 0, 0, 9)), writer.audio(46, Uint8Array.of(0xaf, 1, 7)));
    expect(stage.feed(key).tags).toEqual([
      { type: "video", timestampMs: 40, body: Uint8Array.of(0x17, 1, 0, 0, 0, 9) },
      { type: "audio", timestampMs: 46, body: Uint8Array.of(0xaf, 1, 7) },
    ]);
  });

  test("loses nothing of what it sends before the answer", async () => {
    const answer = Promise.withResolvers<"accept">();
    const stage = new FakeStage();
    stage.answers.set(key, () => answer.promise);
    const { open, send, writer, transport } = startSession(stage);
    await open();
    send(writer.video(0, Uint8Array.of(0x17, 0)), writer.audio(0, Uint8Array.of(0xaf, 0)));
    // The same chunk stream again: its buffer is used anew.
    send(writer.video(20, Uint8Array.of(0x27, 9)));
    expect(transport.answers.statuses).toEqual([]);
    answer.resolve("accept");
    await settle();
    send(writer.video(40, Uint8Array.of(0x17, 1)));
    expect(stage.feed(key).tags.map((tag) => tag.body)).toEqual([
      Uint8Array.of(0x17, 0),
      Uint8Array.of(0xaf, 0),
      Uint8Array.of(0x27, 9),
      Uint8Array.of(0x17, 1),
    ]);
  });

  test("is cut when it sends a lot before the answer", async () => {
    const stage = new FakeStage();
    stage.answers.set(key, () => new Promise(() => {}));
    const { open, send, writer, transport } = startSession(stage);
    await open();
    for (let i = 0; i < 20 && transport.ended === null; i++) send(writer.video(i, new Uint8Array(20_000)));
    expect(transport.ended).toBe("aborted");
  });

  test("ends its stream with FCUnpublish or deleteStream, once", async () => {
    const { open, send, writer, stage, transport, session } = startSession();
    await open();
    send(writer.unpublish(key), writer.video(80, Uint8Array.of(0x17, 1)));
    session.socketClosed("left");
    expect(stage.feed(key)).toMatchObject({ ends: ["unpublished"], tags: [] });
    expect(transport.answers.statuses).toContain("NetStream.Unpublish.Success");
    expect(session.closeReason).toBe("unpublished");
  });

  test("is lost when its socket goes", async () => {
    const { open, session, stage } = startSession();
    await open();
    session.socketClosed("left");
    session.socketClosed("left");
    expect(stage.feed(key).ends).toEqual(["lost"]);
  });

  test("is told why when the stage closes it, and the feed has ended by then", async () => {
    const { open, send, writer, stage, transport } = startSession();
    await open();
    stage.feed(key).publisher.close("Ended by „Ana“ — a moderator");
    expect(stage.feed(key).ends).toEqual(["lost"]);
    expect(transport.answers.statuses).toContain("NetStream.Publish.Denied");
    expect(transport.answers.descriptions).toContain("Ended by „Ana“ — a moderator");
    expect(transport.ended).toBe("finished");
    send(writer.video(80, Uint8Array.of(0x17, 1)));
    expect(stage.feed(key).tags).toEqual([]);
  });

  test("is cut without a word when the stage has none for it", async () => {
    const { open, stage, transport } = startSession();
    await open();
    stage.feed(key).publisher.close();
    expect([transport.ended, stage.feed(key).ends, transport.answers.statuses]).toEqual([
      "aborted",
      ["lost"],
      ["NetStream.Publish.Start"],
    ]);
  });

  test("may send messages of 8 MiB, and no longer ones", async () => {
    const { open, send, writer, stage, transport } = startSession();
    await open();
    send(writer.setChunkSize(65_536));
    send(writer.video(0, new Uint8Array(limits.mediaMessageBytes)));
    expect(stage.feed(key).tags.map((tag) => tag.body.length)).toEqual([limits.mediaMessageBytes]);
    send(writer.message({ type: 9, cid: 6, body: new Uint8Array(1), length: limits.mediaMessageBytes + 1 }));
    expect(transport.ended).toBe("aborted");
  });
});

describe("a publisher who is not let in", () => {
  test("is told when that is final", async () => {
    const { open, transport } = startSession();
    await open("wrong");
    expect(transport.answers.statuses).toEqual(["NetStream.Publish.Denied"]);
    expect(transport.answers.descriptions).toEqual(["Unknown stream key."]);
    expect(transport.ended).toBe("finished");
  });

  test("is let in and dropped when it shall try again, since OBS retries only then", async () => {
    const stage = new FakeStage();
    stage.answers.set(key, () => ({ type: "retry" }));
    const { open, transport } = startSession(stage);
    await open();
    expect(transport.answers.statuses).toEqual(["NetStream.Publish.Start"]);
    expect(transport.ended).toBe("finished");
  });

  test("tries again when the stage breaks, and somebody is told", async () => {
    const stage = new FakeStage();
    stage.answers.set(key, () => Promise.reject(new Error("bug")));
    const { open, transport, defects } = startSession(stage);
    await open();
    expect([transport.ended, transport.answers.statuses, defects.length]).toEqual([
      "finished",
      ["NetStream.Publish.Start"],
      1,
    ]);
  });

  test("aborts the admission when it goes, and a late yes is undone", async () => {
    const answer = Promise.withResolvers<"accept">();
    const stage = new FakeStage();
    const signals: AbortSignal[] = [];
    stage.answers.set(key, (signal) => {
      signals.push(signal);
      return answer.promise;
    });
    const { open, session } = startSession(stage);
    await open();
    session.socketClosed("left");
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
    answer.resolve("accept");
    await settle();
    expect(stage.feed(key).ends).toEqual(["lost"]);
  });
});

describe("deadlines", () => {
  test("10 s to publish, whatever trickles in", () => {
    const { session, clock, transport, send } = startSession();
    send(clientHandshake().subarray(0, 100));
    clock.ms += limits.openingMs - 1;
    session.tick();
    expect(transport.ended).toBeNull();
    send(Uint8Array.of(0));
    clock.ms += 1;
    session.tick();
    expect(transport.ended).toBe("aborted");
  });

  test("waiting for the stage is not cut at 10 s, but not endless", async () => {
    const stage = new FakeStage();
    stage.answers.set(key, () => new Promise(() => {}));
    const { session, clock, transport, open } = startSession(stage);
    clock.ms += limits.openingMs - 1;
    await open();
    clock.ms += 13_000;
    session.tick();
    expect(transport.ended).toBeNull();
    clock.ms += limits.admissionMs;
    session.tick();
    expect(transport.ended).toBe("finished");
  });

  test("15 s of silence end a live one, counted from its last byte", async () => {
    const { session, clock, transport, open, send, writer, stage } = startSession();
    await open();
    clock.ms += limits.idleMs - 1;
    send(writer.audio(1, Uint8Array.of(0xaf, 1)));
    expect(session.lastByteAtMs).toBe(clock.ms);
    clock.ms += limits.idleMs - 1;
    session.tick();
    expect(transport.ended).toBeNull();
    clock.ms += 1;
    session.tick();
    expect([transport.ended, stage.feed(key).ends]).toEqual(["aborted", ["lost"]]);
  });
});

describe("where the key is", () => {
  test("a missing or endless one never reaches the stage", async () => {
    for (const name of ["", "k".repeat(limits.keyLength + 1)]) {
      const { open, stage, transport } = startSession();
      await open(name);
      expect(stage.asked).toEqual([]);
      expect(transport.answers.statuses).toEqual(["NetStream.Publish.Denied"]);
    }
  });
});

describe("a defect in the stage", () => {
  test("ends the one session in which it shows", async () => {
    const { open, send, writer, transport, stage, defects } = startSession();
    await open();
    stage.feed(key).tags.push = () => {
      throw new TypeError("bug");
    };
    send(writer.video(0, Uint8Array.of(0x17, 1)));
    expect([transport.ended, stage.feed(key).ends, defects.length]).toEqual(["aborted", ["lost"], 1]);
  });
});

describe("whatever the network does", () => {
  const tag = fc.record({
    kind: fc.constantFrom("audio", "video"),
    stepMs: fc.nat(5000),
    body: fc.uint8Array({ minLength: 1, maxLength: 600 }),
  });

  test("any cutting of the bytes gives the same tags", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(tag, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 700 })),
        async (tags, cuts) => {
          const { open, session, writer, stage } = startSession();
          await open();
          let timestampMs = 0;
          const expected = tags.map(({ kind, stepMs, body }) => ({
            type: kind,
            timestampMs: (timestampMs += stepMs),
            body,
          }));
          const bytes = Buffer.concat(
            expected.map((one) =>
              (one.type === "audio" ? writer.audio : writer.video).call(writer, one.timestampMs, one.body),
            ),
          );
          let at = 0;
          for (let i = 0; at < bytes.length; i++) {
            const end = at + (cuts[i % Math.max(1, cuts.length)] ?? bytes.length);
            session.receive(bytes.subarray(at, end));
            at = end;
          }
          expect(stage.feed(key).tags as unknown[]).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("timestamps come back unwrapped, as absolute ones and as deltas", async () => {
    const start = fc.oneof(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.constantFrom(0xfffffe, 0xffffff, 0x1000000, 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 40),
    );
    const step = fc.oneof(fc.nat(100), fc.constantFrom(0xfffffe, 0xffffff, 0x1000000, 2 ** 31 - 1));
    await fc.assert(
      fc.asyncProperty(
        start,
        fc.array(fc.tuple(step, fc.constantFrom(0, 1, 2, 3)), { maxLength: 20 }),
        async (startMs, steps) => {
          const { open, send, writer, stage } = startSession();
          await open();
          const body = Uint8Array.of(0x27, 1);
          const message = { type: 9, cid: 6, streamId: 1, body };
          send(writer.message({ ...message, timestamp: startMs }));
          const expected = [startMs];
          let previousMs = startMs;
          let field = startMs;
          for (const [stepMs, fmt] of steps) {
            // RTMP 5.3.1.2.4: a message that starts with fmt 3 repeats the last field, even one that was absolute.
            const deltaMs = fmt === 3 ? field : stepMs;
            const timestampMs = previousMs + deltaMs;
            if (deltaMs >= 2 ** 31) break;
            const isAbsolute = fmt === 0;
            field = isAbsolute ? timestampMs % 2 ** 32 : deltaMs;
            send(writer.message({ ...message, fmt, timestamp: field }));
            expected.push(timestampMs);
            previousMs = timestampMs;
          }
          expect(stage.feed(key).tags.map((one) => one.timestampMs)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});
