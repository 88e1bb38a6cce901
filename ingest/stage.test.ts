import { beforeEach, describe, expect, test } from "bun:test";
import pino from "pino";
import type { PublishAnswer, RefusalReport } from "../api/contract/publish.ts";
import { readFlvFile } from "./fixtures/flv-file.ts";
import { renderMediaPlaylist } from "./hls/playlist.ts";
import type { LiveWindow } from "./hls/window.ts";
import type { Admission, Feed, Publisher } from "./rtmp/publisher.ts";
import type { StreamHealth } from "./contract/health.ts";
import { BroadcastStage, resumeWindowMs } from "./stage.ts";

const startedAt = 1_700_000_000_000;
const tags = await readFlvFile("b-frames.flv");

class FakePublisher implements Publisher {
  readonly remoteAddress = "198.51.100.1";
  readonly requestId = "publisher-1";
  lastByteAtMs = performance.now();
  closedWith: string | true | null = null;
  feed: Feed | null = null;

  close(denied?: string): void {
    this.closedWith = denied ?? true;
    this.feed?.end("lost");
  }
}

let now = startedAt;
let answers: ((key: string) => PublishAnswer | Error)[] = [];
let refusals: RefusalReport[] = [];
/** What api was told under the id of the publisher. */
let toldUnder: [requestId: string, what: string][] = [];
let ends: { streamId: string; reason: string }[] = [];
let known = true;
let elsewhere = false;
let reportsTaken = Promise.resolve();
let apiIsDown = false;
let publishCalls = 0;
/** For each publish, whether api was told that there is no place. */
let askedWhenFull: (boolean | undefined)[] = [];
let reportedStates: StreamHealth["state"][] = [];
let stage: BroadcastStage;

const allowed = (incarnation = 1, streamId = "stream1"): PublishAnswer => ({
  allowed: true,
  streamId,
  channelId: "channel1",
  channelName: "wayang",
  startedAt,
  incarnation,
});

function down(): Error {
  return new Error("connection refused");
}

function newStage({ bitrateMax = null }: { bitrateMax?: number | null } = {}): BroadcastStage {
  return new BroadcastStage({
    log: pino({ level: "silent" }),
    hlsUrl: null,
    streamsMax: 2,
    bitrateMax,
    now: () => now,
    delay: async (ms) => {
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
    api: {
      async publish({ key, isFull }, requestId) {
        askedWhenFull.push(isFull);
        toldUnder.push([requestId, "publish"]);
        publishCalls++;
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        const result = answer?.(key) ?? down();
        if (result instanceof Error) throw result;
        return result;
      },
      async reportRefusal(report, requestId) {
        toldUnder.push([requestId, report.reason]);
        refusals.push(report);
      },
      async reportHealth(_, { state }) {
        if (apiIsDown) throw down();
        reportedStates.push(state);
        const answer = { known, elsewhere };
        await reportsTaken;
        return answer;
      },
      async reportEnd(streamId, reason, requestId) {
        if (apiIsDown) throw down();
        toldUnder.push([requestId, reason]);
        ends.push({ streamId, reason });
      },
    },
  });
}

beforeEach(() => {
  now = startedAt;
  [answers, refusals, ends] = [[() => allowed()], [], []];
  [toldUnder, askedWhenFull, reportedStates] = [[], [], []];
  [known, elsewhere, apiIsDown, publishCalls] = [true, false, false, 0];
  stage = newStage();
  stage.apply({ type: "snapshot", id: 1, streams: [] });
});

async function admit(
  key = "key1",
  publisher = new FakePublisher(),
): Promise<{ publisher: FakePublisher; admission: Admission }> {
  const admission = await stage.admit(publisher, key, new AbortController().signal);
  if (admission.type === "accepted") publisher.feed = admission.feed;
  return { publisher, admission };
}

function send(publisher: FakePublisher, untilMs = 6000): void {
  const from = now;
  for (const tag of tags) {
    if (tag.timestampMs > untilMs) return;
    now = from + tag.timestampMs;
    publisher.feed?.push(tag);
  }
}

function windowOf(streamId = "stream1"): LiveWindow {
  const found = stage.find(streamId);
  if (found === null || found === "expected") throw new Error(`no stream: ${found}`);
  return found.window;
}

/** Lets what was begun without waiting come to its end. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe("letting encoders in", () => {
  test("an encoder that api allows feeds its stream", async () => {
    const { publisher, admission } = await admit();
    expect(admission.type).toBe("accepted");
    send(publisher);
    expect(windowOf().segments).toHaveLength(4);
  });

  test("one that api refuses is told why", async () => {
    answers = [() => ({ allowed: false, reason: "unknown-key", message: "No channel has this key." })];
    expect((await admit()).admission).toEqual({ type: "refused", message: "No channel has this key." });
  });

  test("while api is down the encoder waits, and is let in when it is back", async () => {
    answers = [down, down, down, () => allowed()];
    expect((await admit()).admission.type).toBe("accepted");
    expect(publishCalls).toBe(4);
  });

  test("after 10 s of silence from api the encoder is sent off to try again", async () => {
    answers = [down];
    expect((await admit()).admission).toEqual({ type: "retry" });
    expect(now - startedAt).toBeGreaterThanOrEqual(10_000);
    expect(now - startedAt).toBeLessThan(11_000);
  });

  test("api is told when there is no place for another stream, before it begins one", async () => {
    answers = [(key) => allowed(1, key)];
    for (const key of ["a", "b"]) await admit(key);
    answers = [() => ({ allowed: false, reason: "limit-reached", message: "Full." })];
    expect((await admit("c")).admission).toEqual({ type: "refused", message: "Full." });
    expect([askedWhenFull, refusals, ends]).toEqual([[false, false, true], [], []]);
  });

  test("when the last place was taken while api answered, the studio says so", async () => {
    answers = [(key) => allowed(1, key)];
    await admit("a");
    await admit("b");
    expect((await admit("c")).admission.type).toBe("refused");
    expect(refusals.map((refusal) => refusal.reason)).toEqual(["limit-reached"]);
  });

  test("a stream that api began for one too many is ended there, or viewers would wait for it", async () => {
    answers = [(key) => allowed(1, key)];
    await admit("a");
    await admit("b");
    await admit("c");
    await settle();
    expect(ends).toEqual([{ streamId: "c", reason: "encoder-gone" }]);
  });

  test("one that was running before, perhaps on another ingest, is left alone", async () => {
    answers = [(key) => allowed(key === "c" ? 2 : 1, key)];
    await admit("a");
    await admit("b");
    await admit("c");
    await settle();
    expect(ends).toEqual([]);
  });
});

describe("an encoder that drops and returns", () => {
  test("goes on in the same stream with a discontinuity, without asking api", async () => {
    const first = await admit();
    send(first.publisher);
    first.publisher.feed?.end("lost");
    now += 30_000;
    answers = [down];
    const second = await admit();
    expect(second.admission.type).toBe("accepted");
    send(second.publisher);
    const text = renderMediaPlaylist(windowOf());
    expect(text.match(/#EXT-X-DISCONTINUITY\n#EXT-X-MAP/g)).toHaveLength(1);
    expect(text).not.toContain("ENDLIST");
    expect(windowOf().segments.map((segment) => segment.sequence)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("not within a minute: the stream ends, once, and api is told", async () => {
    const { publisher } = await admit();
    send(publisher);
    publisher.feed?.end("lost");
    now += resumeWindowMs - 1;
    stage.sweep();
    expect(windowOf().isEnded).toBe(false);
    now += 1;
    stage.sweep();
    stage.sweep();
    await settle();
    expect([windowOf().isEnded, ends]).toEqual([true, [{ streamId: "stream1", reason: "encoder-gone" }]]);
  });

  test("and said goodbye: the stream ends at once", async () => {
    const { publisher } = await admit();
    send(publisher);
    publisher.feed?.end("unpublished");
    await settle();
    expect([windowOf().isEnded, ends]).toEqual([true, [{ streamId: "stream1", reason: "unpublished" }]]);
  });

  test("to a process that has lost its memory: sequence numbers jump ahead, URLs differ", async () => {
    const { publisher } = await admit();
    send(publisher);
    const before = windowOf().segments.at(-1)?.sequence ?? Number.NaN;
    answers = [() => allowed(2)];
    stage = newStage();
    const again = await admit();
    send(again.publisher);
    const text = renderMediaPlaylist(windowOf());
    expect(windowOf().segments[0]?.sequence).toBe(5 + 10);
    expect(windowOf().segments[0]?.sequence).toBeGreaterThan(before);
    expect(text).toContain("#EXT-X-DISCONTINUITY-SEQUENCE:2000\n");
    expect(text).toContain('URI="2/part-0.m4s"');
    expect(text).toContain("#EXT-X-DISCONTINUITY\n");
  });
});

describe("a second encoder with the same key", () => {
  test("is refused while the first one sends, and the studio says so", async () => {
    const first = await admit();
    send(first.publisher);
    const keepSending = setInterval(() => (first.publisher.lastByteAtMs = performance.now()), 1);
    const second = await admit();
    clearInterval(keepSending);
    expect(second.admission.type).toBe("refused");
    expect(refusals.map((refusal) => refusal.reason)).toEqual(["second-encoder"]);
    expect(first.publisher.closedWith).toBeNull();
  });

  test("takes over when the first has been silent for 2 s; what the first still sends is dropped", async () => {
    const first = await admit();
    send(first.publisher, 2000);
    first.publisher.lastByteAtMs = performance.now() - 2000;
    const second = await admit();
    expect([second.admission.type, first.publisher.closedWith]).toEqual(["accepted", true]);
    const parts = windowOf().nextPartNumber;
    send(first.publisher);
    expect(windowOf().nextPartNumber).toBe(parts);
    first.publisher.feed?.end("unpublished");
    expect(windowOf().isEnded).toBe(false);
    send(second.publisher);
    expect(windowOf().nextPartNumber).toBeGreaterThan(parts);
  });

  test("comes in at once when the first hangs up meanwhile", async () => {
    const first = await admit();
    setTimeout(() => first.publisher.feed?.end("lost"), 2);
    expect((await admit()).admission.type).toBe("accepted");
  });
});

describe("an encoder that sends more than a stream may have", () => {
  /** Comes, and sends for so many seconds. */
  async function sendFor(seconds: number, bitsPerSec: number): Promise<FakePublisher> {
    const { publisher, admission } = await admit();
    expect(admission.type).toBe("accepted");
    for (let second = 0; second < seconds; second += 1) {
      const body = new Uint8Array(bitsPerSec / 8);
      // A frame of H.264 between key frames.
      body.set([0x27, 1]);
      publisher.feed?.push({ type: "video", timestampMs: second * 1000, body });
      now += 1000;
      stage.sweep();
    }
    return publisher;
  }
  const told =
    "This server takes at most 2500 kbit/s of a stream, and 4000 came. " +
    "In OBS, under Settings, Output, set the video bitrate to 2340 kbit/s or less, and start again.";

  test("is told what to change, and so is the studio; when it comes back by itself, it is told to stop", async () => {
    stage = newStage({ bitrateMax: 2_500_000 });
    const publisher = await sendFor(15, 4_000_000);
    expect([publisher.closedWith, windowOf().isEnded]).toEqual([told, false]);
    expect(refusals).toEqual([expect.objectContaining({ reason: "bitrate-too-high", message: told })]);
    expect((await admit()).admission).toEqual({ type: "refused", message: told });
  });

  test("is told so too when it is not pictures or sound that take the line", async () => {
    stage = newStage({ bitrateMax: 2_500_000 });
    const { publisher } = await admit();
    for (let second = 0; second < 15; second += 1) {
      publisher.feed?.push({ type: "script", timestampMs: second * 1000, body: new Uint8Array(500_000) });
      now += 1000;
      stage.sweep();
    }
    expect(publisher.closedWith).toBe(told);
  });

  test("goes on in the same stream once somebody has put that right", async () => {
    stage = newStage({ bitrateMax: 2_500_000 });
    await sendFor(15, 4_000_000);
    await admit();
    const publisher = await sendFor(60, 2_500_000);
    expect([publisher.closedWith, windowOf().isEnded]).toEqual([null, false]);
  });

  test("is on again as far as api is concerned when it has put that right, though api is not asked", async () => {
    stage = newStage({ bitrateMax: 2_500_000 });
    await sendFor(15, 4_000_000);
    await admit();
    await admit();
    expect([publishCalls, reportedStates]).toEqual([1, ["live", "interrupted", "live"]]);
  });

  test("and again when it is let in is kept out, also when its stream has ended: no other is begun for it", async () => {
    stage = newStage({ bitrateMax: 2_500_000 });
    for (const heldOutSec of [0, 30, 60, 120]) {
      const first = await sendFor(12, 4_000_000);
      const { admission } = await admit();
      expect(admission).toEqual({ type: "refused", message: String(first.closedWith) });
      const asked = publishCalls;
      for (let second = 0; second < heldOutSec - 3; second += 1) {
        expect((await admit()).admission.type).toBe("refused");
        now += 1000;
        stage.sweep();
      }
      expect(publishCalls).toBe(asked);
      now += 3000;
    }
    expect(ends).toEqual([{ streamId: "stream1", reason: "encoder-gone" }]);
  });

  test("is not let off by dropping and coming back each few seconds", async () => {
    stage = newStage({ bitrateMax: 2_500_000 });
    const first = await sendFor(7, 4_000_000);
    first.feed?.end("lost");
    now += 1000;
    expect((await sendFor(7, 4_000_000)).closedWith).toContain("This server takes at most");
  });

  test("goes on in the same stream too when nobody retried before", async () => {
    stage = newStage({ bitrateMax: 2_500_000 });
    await sendFor(15, 4_000_000);
    now += 15_000;
    expect((await admit()).admission.type).toBe("accepted");
  });
});

describe("commands from api", () => {
  test("end a stream: ENDLIST, and the encoder is told", async () => {
    const { publisher } = await admit();
    send(publisher);
    stage.apply({ type: "stream-ended", id: 2, streamId: "stream1", channelId: "channel1" });
    expect(windowOf().isEnded).toBe(true);
    expect(publisher.closedWith).toContain("ended");
  });

  test("end a stream for a reason: the encoder is told which", async () => {
    const { publisher } = await admit();
    const message = "An administrator ended this stream: “a film”.";
    stage.apply({ type: "stream-ended", id: 2, streamId: "stream1", channelId: "channel1", message });
    expect(publisher.closedWith).toBe(message);
  });

  test("revoke the right to stream: the stream ends and the key must ask again", async () => {
    const { publisher } = await admit();
    send(publisher);
    stage.apply({ type: "channel-revoked", id: 2, channelId: "channel1" });
    expect([windowOf().isEnded, typeof publisher.closedWith]).toEqual([true, "string"]);
    answers = [() => ({ allowed: false, reason: "not-allowed", message: "No." })];
    expect((await admit()).admission.type).toBe("refused");
  });

  test("replace a key: its encoder goes, the stream waits for the new key", async () => {
    const { publisher } = await admit();
    send(publisher);
    stage.apply({ type: "key-changed", id: 2, channelId: "channel1" });
    expect([windowOf().isEnded, publisher.closedWith]).toEqual([false, expect.stringContaining("replaced")]);
    answers = [(key) => (key === "key2" ? allowed(2) : { allowed: false, reason: "unknown-key", message: "No." })];
    expect((await admit("key1")).admission.type).toBe("refused");
    expect((await admit("key2")).admission.type).toBe("accepted");
    expect(windowOf().incarnation).toBe(1);
  });

  test("replace a key: an encoder that waits with the old one is not let in", async () => {
    await admit();
    const waiting = admit();
    stage.apply({ type: "key-changed", id: 2, channelId: "channel1" });
    expect((await waiting).admission.type).toBe("retry");
  });

  test("replace a key while api answers: the old one is neither let in nor remembered", async () => {
    answers = [
      () => {
        stage.apply({ type: "key-changed", id: 2, channelId: "channel1" });
        return allowed();
      },
      () => ({ allowed: false, reason: "unknown-key", message: "No." }),
    ];
    expect((await admit()).admission.type).toBe("retry");
    expect((await admit()).admission.type).toBe("refused");
  });

  test("disconnect the other encoder: the stream stays open for the next", async () => {
    const { publisher } = await admit();
    stage.apply({ type: "encoder-disconnect", id: 2, channelId: "channel1" });
    expect([windowOf().isEnded, publisher.closedWith]).toEqual([false, true]);
    expect((await admit()).admission.type).toBe("accepted");
  });

  test("of another channel change nothing", async () => {
    const { publisher } = await admit();
    for (const type of ["channel-revoked", "key-changed", "encoder-disconnect"] as const)
      stage.apply({ type, id: 2, channelId: "channel2" });
    expect([windowOf().isEnded, publisher.closedWith]).toEqual([false, null]);
  });

  test("a snapshot: commands were missed, so that a key must ask api again", async () => {
    const { publisher } = await admit();
    publisher.feed?.end("lost");
    stage.apply({ type: "snapshot", id: 9, streams: [{ streamId: "stream1", channelId: "channel1" }] });
    answers = [() => ({ allowed: false, reason: "unknown-key", message: "No." })];
    expect((await admit()).admission.type).toBe("refused");
  });

  test("a snapshot without a stream that went on here ends it", async () => {
    await admit();
    now += 60_000;
    stage.apply({ type: "snapshot", id: 9, streams: [] });
    expect(windowOf().isEnded).toBe(true);
  });
});

describe("what players are told", () => {
  test("unknown before api was heard, then expected or not there", () => {
    stage = newStage();
    expect(stage.find("elsewhere")).toBe("expected");
    stage.apply({ type: "snapshot", id: 1, streams: [{ streamId: "elsewhere", channelId: "c" }] });
    expect([stage.find("elsewhere"), stage.find("never")]).toEqual(["expected", null]);
    stage.apply({ type: "stream-ended", id: 2, streamId: "elsewhere", channelId: "c" });
    stage.apply({ type: "stream-started", id: 3, streamId: "new", channelId: "c" });
    expect([stage.find("elsewhere"), stage.find("new")]).toEqual([null, "expected"]);
  });

  test("what the stream is made of, also while its encoder has returned and has not said so yet", async () => {
    const { publisher } = await admit();
    send(publisher);
    const codecs = (): string | undefined => {
      const found = stage.find("stream1");
      return found === null || found === "expected"
        ? undefined
        : /CODECS="[^"]*"/.exec(found.multivariantPlaylist())?.[0];
    };
    const before = codecs();
    expect(before).toMatch(/"avc1\.\w+,mp4a\.40\.2"/);
    publisher.feed?.end("lost");
    expect(codecs()).toBe(before);
    await admit();
    expect(codecs()).toBe(before);
  });

  test("an ended stream can be fetched for a minute", async () => {
    const { publisher } = await admit();
    send(publisher);
    publisher.feed?.end("unpublished");
    now += 59_000;
    stage.sweep();
    expect(windowOf().isEnded).toBe(true);
    now += 1000;
    stage.sweep();
    expect(stage.find("stream1")).toBeNull();
  });
});

describe("what api is told", () => {
  test("has the id of the publisher, in all that it does", async () => {
    const { publisher } = await admit();
    publisher.feed?.push({ type: "audio", timestampMs: 0, body: new Uint8Array([0, 0]) });
    await settle();
    expect(toldUnder).toEqual([
      ["publisher-1", "publish"],
      ["publisher-1", "unsupported-media"],
      ["publisher-1", "encoder-gone"],
    ]);
  });

  test("a stream that api no longer knows ends with the next report", async () => {
    const { publisher } = await admit();
    known = false;
    stage.reportAll();
    await settle();
    expect([windowOf().isEnded, typeof publisher.closedWith]).toEqual([true, "string"]);
  });

  test("an end that api could not take is told again", async () => {
    const { publisher } = await admit();
    apiIsDown = true;
    publisher.feed?.end("unpublished");
    await settle();
    stage.reportAll();
    await settle();
    expect(ends).toEqual([]);
    apiIsDown = false;
    stage.reportAll();
    await settle();
    stage.reportAll();
    expect(ends).toEqual([{ streamId: "stream1", reason: "unpublished" }]);
  });

  test("an end that api could not take comes before the next publish, and does not end that one", async () => {
    const { publisher } = await admit();
    apiIsDown = true;
    publisher.feed?.end("unpublished");
    await settle();
    apiIsDown = false;
    answers = [() => (ends.length === 0 ? allowed(2) : allowed(1, "stream2"))];
    const again = await admit();
    stage.reportAll();
    await settle();
    expect(again.admission.type).toBe("accepted");
    expect(ends).toEqual([{ streamId: "stream1", reason: "unpublished" }]);
    expect([windowOf("stream1").isEnded, windowOf("stream2").isEnded]).toEqual([true, false]);
  });

  test("an encoder that sends what cannot be played is told what to choose", async () => {
    const { publisher } = await admit();
    publisher.feed?.push({ type: "video", timestampMs: 0, body: Uint8Array.fromHex("9068766331") });
    expect(publisher.closedWith).toContain("H.264");
    expect(refusals.map((refusal) => refusal.reason)).toEqual(["unsupported-media"]);
    // Nothing was shown yet: viewers are not kept waiting for a return.
    expect(windowOf().isEnded).toBe(true);
  });

  test("an encoder that changes to what cannot be played may come back", async () => {
    const { publisher } = await admit();
    send(publisher);
    publisher.feed?.push({ type: "audio", timestampMs: 7000, body: Uint8Array.fromHex("2f00") });
    expect([publisher.closedWith, windowOf().isEnded]).toEqual([expect.stringContaining("AAC"), false]);
  });
});

describe("several machines", () => {
  test("an encoder that went on to another machine takes its stream along; nothing is ended", async () => {
    const { publisher } = await admit();
    send(publisher);
    const window = windowOf();
    const held = window.hold(() => false);
    elsewhere = true;
    stage.reportAll();
    expect(await held).toBe("timeout");
    expect([stage.find("stream1"), stage.isLive("stream1"), window.isEnded]).toEqual(["expected", true, false]);
    expect([publisher.closedWith, ends]).toEqual([true, []]);
  });

  test("it may come back: then api is asked again", async () => {
    const { publisher } = await admit();
    publisher.feed?.end("lost");
    elsewhere = true;
    stage.reportAll();
    await settle();
    elsewhere = false;
    answers = [() => allowed(3)];
    await admit();
    expect([publishCalls, windowOf().incarnation]).toEqual([2, 3]);
  });

  test("an answer to an old report does not touch the stream that has come back", async () => {
    const { publisher } = await admit();
    publisher.feed?.end("lost");
    elsewhere = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    reportsTaken = promise;
    stage.reportAll();
    reportsTaken = Promise.resolve();
    stage.reportAll();
    await settle();
    elsewhere = false;
    answers = [() => allowed(3)];
    const back = await admit();
    resolve();
    await settle();
    expect([back.publisher.closedWith, windowOf().incarnation]).toEqual([null, 3]);
  });
});
