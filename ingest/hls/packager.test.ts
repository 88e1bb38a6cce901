import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BufferSource, EncodedPacketSink, Input, MP4 } from "mediabunny";
import { audioConfig, type SyntheticOptions, syntheticTags, videoConfig } from "../fixtures/synthetic.ts";
import { partTargetSec, targetDurationSec } from "./limits.ts";
import { Packager } from "./packager.ts";
import type { SegmentSink } from "./run.ts";

type Segment = Parameters<SegmentSink["startSegment"]>[0] & {
  parts: Parameters<SegmentSink["addPart"]>[0][];
  isClosed: boolean;
};

/** Keeps everything, as a window that never forgets. */
class Recording implements SegmentSink {
  readonly segments: Segment[] = [];
  startSegment(segment: Parameters<SegmentSink["startSegment"]>[0]): void {
    if (this.segments.some((earlier) => !earlier.isClosed)) throw new Error("a segment is still open");
    this.segments.push({ ...segment, parts: [], isClosed: false });
  }
  addPart(part: Parameters<SegmentSink["addPart"]>[0]): void {
    const segment = this.segments.at(-1);
    if (!segment || segment.isClosed) throw new Error("no segment is open");
    segment.parts.push(part);
  }
  endSegment(): void {
    const segment = this.segments.at(-1);
    if (!segment || segment.parts.length === 0) throw new Error("nothing to close");
    segment.isClosed = true;
  }
  get parts() {
    return this.segments.flatMap((segment) => segment.parts);
  }
}

const twoSeconds: SyntheticOptions = { seconds: 2, frameRate: 30, keyFrameEverySec: 2, hasAudio: true };
const epochMs = 1_700_000_000_000;

function pack(options: SyntheticOptions, delayMs: (at: number) => number = () => 20): Recording {
  const recording = new Recording();
  const packager = new Packager(recording);
  for (const { content, timestampMs } of syntheticTags(options)) {
    packager.push(content, timestampMs, epochMs + timestampMs + delayMs(timestampMs));
  }
  packager.interrupt();
  return recording;
}

const lengthSec = (segment: Segment): number => segment.parts.reduce((sum, part) => sum + part.durationSec, 0);

async function packets(recording: Recording) {
  const bytes = recording.segments.flatMap((segment) => [
    ...(segment.init ? [segment.init] : []),
    ...segment.parts.map((p) => p.data),
  ]);
  const input = new Input({ formats: [MP4], source: new BufferSource(Buffer.concat(bytes)) });
  const of = async (track: Awaited<ReturnType<Input["getPrimaryVideoTrack"]>>) => {
    const found: { at: number; for: number }[] = [];
    if (track)
      for await (const p of new EncodedPacketSink(track).packets()) found.push({ at: p.timestamp, for: p.duration });
    return found;
  };
  return {
    video: await of(await input.getPrimaryVideoTrack()),
    audio: await of((await input.getPrimaryAudioTrack()) as never),
  };
}

describe("parts", () => {
  test.each([15, 20, 23.976, 24, 25, 29.97, 30, 48, 50, 59.94, 60])(
    "at %p frames a second stay within the target and above 85 %% of it",
    (frameRate) => {
      const recording = pack({ seconds: 20, frameRate, keyFrameEverySec: 2, hasAudio: true });
      for (const segment of recording.segments) {
        for (const [i, part] of segment.parts.entries()) {
          expect(part.durationSec).toBeLessThanOrEqual(partTargetSec);
          if (i < segment.parts.length - 1) expect(part.durationSec).toBeGreaterThanOrEqual(partTargetSec * 0.85);
        }
      }
      expect(recording.segments.length).toBeGreaterThanOrEqual(9);
    },
  );

  test("are cut on audio where video comes slower than they do", () => {
    const recording = pack({ seconds: 12, frameRate: 2, keyFrameEverySec: 2, hasAudio: true });
    for (const part of recording.parts) expect(part.durationSec).toBeLessThanOrEqual(partTargetSec);
    expect(recording.parts.length).toBeGreaterThan(50);
  });

  test("are cut on audio alone", () => {
    const recording = pack({ seconds: 10, frameRate: 0, keyFrameEverySec: 1, hasAudio: true });
    expect(recording.parts.every((part) => part.independent)).toBe(true);
    for (const segment of recording.segments) {
      for (const part of segment.parts.slice(0, -1)) {
        expect(part.durationSec).toBeLessThanOrEqual(partTargetSec);
        expect(part.durationSec).toBeGreaterThanOrEqual(partTargetSec * 0.85);
      }
    }
  });

  test("leave as soon as their last frame is there, without waiting for the next", () => {
    const recording = new Recording();
    const packager = new Packager(recording);
    for (const { content, timestampMs } of syntheticTags({
      seconds: 1,
      frameRate: 30,
      keyFrameEverySec: 2,
      hasAudio: true,
    })) {
      packager.push(content, timestampMs, epochMs + timestampMs);
      if (timestampMs === 167 && content.type === "video") break;
    }
    expect(recording.parts).toHaveLength(1);
  });
});

describe("segments", () => {
  test("close at the first key frame after a second", () => {
    const lengths = (keyFrameEverySec: number): number[] =>
      pack({ seconds: 9, frameRate: 30, keyFrameEverySec, hasAudio: true })
        .segments.slice(0, -1)
        .map((s) => Math.round(lengthSec(s) * 100) / 100);
    expect(lengths(0.5)).toEqual([0.2, 1.3, 1, 1, 1, 1, 1, 1, 1]);
    expect(lengths(2)).toEqual([0.2, 1.8, 2, 2, 2]);
    expect(lengths(3)).toEqual([0.2, 2.8, 3]);
  });

  test("the very first ends with its first part, so that a playlist is never without one; later runs go on as usual", () => {
    const recording = new Recording();
    const packager = new Packager(recording);
    for (const startMs of [0, 60_000]) {
      for (const { content, timestampMs } of syntheticTags({ ...twoSeconds, startMs }))
        packager.push(content, timestampMs, epochMs);
    }
    packager.interrupt();
    expect(recording.segments.map((segment) => segment.parts.length)).toEqual([1, 10, 11]);
  });

  test("a run that is over before its first part is full leaves no open segment", () => {
    const recording = new Recording();
    const packager = new Packager(recording);
    for (const { content, timestampMs } of syntheticTags({ ...twoSeconds, seconds: 0.1 }))
      packager.push(content, timestampMs, epochMs);
    packager.interrupt();
    expect(recording.segments.map((segment) => [segment.isClosed, segment.parts.length])).toEqual([[true, 1]]);
  });

  test("are cut without a key frame before their rounded length passes the target duration", () => {
    const { segments } = pack({ seconds: 30, frameRate: 30, keyFrameEverySec: 100, hasAudio: true });
    for (const segment of segments) expect(Math.round(lengthSec(segment))).toBeLessThanOrEqual(targetDurationSec);
    expect(segments.map((segment) => segment.independent)).toEqual(segments.map((_, i) => i === 0));
  });

  test("carry the moment at which they were captured, by the least delay seen so far", () => {
    const { segments } = pack({ seconds: 8, frameRate: 30, keyFrameEverySec: 2, hasAudio: true }, (at) =>
      at < 1000 ? 900 : 50,
    );
    expect(segments.map((segment) => segment.programDateTimeMs - epochMs)).toEqual([900, 1100, 2050, 4050, 6050]);
  });
});

describe("the timeline", () => {
  test("has no hole and no overlap, in either track, over all parts", async () => {
    const { video, audio } = await packets(
      pack({ seconds: 10, frameRate: 29.97, keyFrameEverySec: 2, hasAudio: true }),
    );
    expect(video).toHaveLength(300);
    for (const track of [video, audio]) {
      for (const [i, packet] of track.entries()) {
        const before = track[i - 1];
        if (before) expect(packet.at).toBeCloseTo(before.at + before.for, 3);
      }
    }
  });

  test("stays true to the encoder's clock within two frames", async () => {
    const { video } = await packets(pack({ seconds: 30, frameRate: 60, keyFrameEverySec: 2, hasAudio: true }));
    for (const [i, packet] of video.entries()) expect(Math.abs(packet.at - i / 60)).toBeLessThan(2 / 60);
  });

  test("bridges frames that the encoder dropped", async () => {
    const dropped = new Set([31, 32, 33, 34, 65, 66, 67, 68, 69, 70, 71, 72]);
    const { video } = await packets(pack({ seconds: 6, frameRate: 30, keyFrameEverySec: 2, hasAudio: true, dropped }));
    for (const [i, packet] of video.entries()) {
      const before = video[i - 1];
      if (before) expect(packet.at).toBeCloseTo(before.at + before.for, 3);
    }
  });

  test("breaks with a discontinuity and new initialization when a configuration changes", () => {
    const recording = new Recording();
    const packager = new Packager(recording);
    const record = new Uint8Array(videoConfig.record);
    record[3] = 0x28;
    for (const [i, change] of [
      [0, videoConfig.record],
      [1, videoConfig.record],
      [2, record],
    ] as const) {
      packager.push({ type: "video-config", config: { ...videoConfig, record: change } }, i * 2000, epochMs + i * 2000);
      for (const { content, timestampMs } of syntheticTags({
        seconds: 2,
        frameRate: 30,
        keyFrameEverySec: 2,
        hasAudio: true,
        startMs: i * 2000,
      })) {
        if (content.type !== "video-config") packager.push(content, timestampMs, epochMs + timestampMs);
      }
    }
    packager.interrupt();
    expect(recording.segments.map((s) => [s.discontinuity, s.init !== null])).toEqual([
      [false, true],
      [false, false],
      [false, false],
      [true, true],
    ]);
  });

  test("breaks when the encoder's clock jumps, and goes on growing on the outside", async () => {
    for (const jumpMs of [-5_000_000, 5_000_000]) {
      const recording = new Recording();
      const packager = new Packager(recording);
      for (const startMs of [10_000_000, 10_000_000 + jumpMs]) {
        for (const { content, timestampMs } of syntheticTags({
          seconds: 2,
          frameRate: 30,
          keyFrameEverySec: 2,
          hasAudio: true,
          startMs,
        })) {
          packager.push(content, timestampMs, epochMs + timestampMs);
        }
      }
      packager.interrupt();
      expect(recording.segments.map((segment) => segment.discontinuity)).toEqual([false, false, true]);
      const { video } = await packets(recording);
      expect(video.at(-1)?.at).toBeGreaterThan(3.9);
      expect(video.at(-1)?.at).toBeLessThan(4.2);
    }
  });

  test("audio is counted in samples: jitter of its milliseconds leaves no trace, a real gap stays", async () => {
    const recording = new Recording();
    const packager = new Packager(recording);
    let random = 1;
    for (const { content, timestampMs } of syntheticTags({
      seconds: 6,
      frameRate: 30,
      keyFrameEverySec: 2,
      hasAudio: true,
    })) {
      random = (random * 48_271) % 2_147_483_647;
      if (content.type === "audio" && timestampMs > 3000 && timestampMs < 3500) continue;
      packager.push(
        content,
        content.type === "audio" ? timestampMs + (random % 40) : timestampMs,
        epochMs + timestampMs,
      );
    }
    packager.interrupt();
    const { audio } = await packets(recording);
    const gaps = audio
      .map((p, i) => p.at - ((audio[i - 1]?.at ?? p.at) + (audio[i - 1]?.for ?? 0)))
      .filter((gap) => Math.abs(gap) > 0.001);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toBeGreaterThan(0.4);
  });
});

describe("the start", () => {
  test("waits for a key frame", () => {
    const recording = new Recording();
    const packager = new Packager(recording);
    for (const { content, timestampMs } of syntheticTags({
      seconds: 6,
      frameRate: 30,
      keyFrameEverySec: 2,
      hasAudio: true,
    })) {
      if (timestampMs > 0 || content.type !== "video") packager.push(content, timestampMs, epochMs);
    }
    expect(recording.parts[0]?.independent).toBe(true);
    expect(recording.segments[0]?.independent).toBe(true);
  });

  test("does not wait for audio that never comes", () => {
    expect(pack({ seconds: 6, frameRate: 30, keyFrameEverySec: 1, hasAudio: false }).parts.length).toBeGreaterThan(15);
  });

  test("nothing comes of frames without configurations", () => {
    const recording = new Recording();
    const packager = new Packager(recording);
    packager.push({ type: "video", isKeyFrame: true, compositionOffsetMs: 0, data: new Uint8Array(9) }, 0, epochMs);
    packager.push({ type: "audio", data: new Uint8Array(9) }, 5000, epochMs);
    packager.interrupt();
    expect(recording.segments).toEqual([]);
  });
});

test("an encoder whose clock stands still fills no memory: what waits is cut at a bound", () => {
  const recording = new Recording();
  const packager = new Packager(recording);
  packager.push({ type: "video-config", config: videoConfig }, 0, epochMs);
  packager.push({ type: "audio-config", config: audioConfig }, 0, epochMs);
  const frame = { type: "video", isKeyFrame: true, compositionOffsetMs: 0, data: new Uint8Array(1024 * 1024) } as const;
  for (let i = 0; i < 40; i++) packager.push(frame, 0, epochMs);
  expect(recording.parts.length).toBe(2);
  for (let i = 0; i < 5000; i++) packager.push({ ...frame, data: new Uint8Array(1) }, 0, epochMs);
  expect(recording.parts.length).toBeGreaterThanOrEqual(4);
  expect(recording.segments.every((segment) => segment.isClosed)).toBe(true);
});

test("any order of any frames at any time gives whole segments of whole parts that never run backwards", () => {
  const anyTag = fc.oneof(
    fc.record({
      type: fc.constant("video" as const),
      isKeyFrame: fc.boolean(),
      compositionOffsetMs: fc.integer({ min: -8_000_000, max: 8_000_000 }),
      data: fc.uint8Array({ minLength: 1, maxLength: 9 }),
    }),
    fc.record({ type: fc.constant("audio" as const), data: fc.uint8Array({ minLength: 1, maxLength: 9 }) }),
    fc.constant({ type: "video-config" as const, config: videoConfig }),
    fc.constant({ type: "audio-config" as const, config: audioConfig }),
  );
  const anyStep = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) },
    fc.integer({ min: -20_000, max: 20_000 }),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(anyTag, anyStep), { maxLength: 200 }), (steps) => {
      const recording = new Recording();
      const packager = new Packager(recording);
      let at = 0;
      packager.push({ type: "video-config", config: videoConfig }, 0, epochMs);
      packager.push({ type: "audio-config", config: audioConfig }, 0, epochMs);
      for (const [content, step] of steps) {
        at = Math.max(0, at + step);
        packager.push(content, at, epochMs + at);
      }
      packager.interrupt();
      for (const segment of recording.segments) {
        expect(segment.isClosed).toBe(true);
        for (const part of segment.parts) {
          expect(part.durationSec).toBeGreaterThan(0);
          expect(Number.isFinite(part.durationSec)).toBe(true);
        }
      }
    }),
    { numRuns: 500 },
  );
});
