import { beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import pino from "pino";
import { Broadcast } from "./broadcast.ts";
import { takePicture } from "./ffmpeg-picture.ts";
import { readFlvFile } from "./fixtures/flv-file.ts";
import type { Feed, Publisher } from "./rtmp/publisher.ts";
import { Thumbnails } from "./thumbnails.ts";

// ffmpeg runs when nothing else wants the processor.
setDefaultTimeout(20_000);

const tags = await readFlvFile("b-frames.flv");
const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);

let now: number;
/** The pictures that were asked for, and how each ends. */
let asked: PromiseWithResolvers<Uint8Array | null>[];
let streams: Broadcast[];
let thumbnails: Thumbnails;

beforeEach(() => {
  [now, asked, streams] = [0, [], []];
  thumbnails = new Thumbnails({
    streams: () => streams.filter(({ endedAt }) => endedAt === null),
    takePicture() {
      const outcome = Promise.withResolvers<Uint8Array | null>();
      asked.push(outcome);
      return outcome.promise;
    },
    now: () => now,
    log: pino({ level: "silent" }),
  });
});

function broadcast(): { stream: Broadcast; feed: Feed } {
  const streamId = `stream${streams.length}`;
  const identity = { streamId, channelId: "channel", channelName: "wati", startedAt: 0, incarnation: 1 };
  const nothing = () => undefined;
  const events = { onStateChange: nothing, onUnpublish: nothing, onUnsupported: nothing };
  const stream = new Broadcast(identity, () => now, null, events);
  streams.push(stream);
  const publisher: Publisher = { remoteAddress: "192.0.2.1", requestId: "test", lastByteAtMs: 0, close: nothing };
  return { stream, feed: stream.attach(publisher) };
}

/** What the encoder sends from second to second. */
function send(feed: Feed, fromSecond: number, toSecond: number): void {
  for (const tag of tags) {
    const isIn = tag.timestampMs >= fromSecond * 1000 && tag.timestampMs < toSecond * 1000;
    if (isIn) feed.push(tag);
  }
}

/** Asks for the next picture, and gives it. */
async function make(picture: Uint8Array | null | Error): Promise<void> {
  const made = thumbnails.makeNext();
  const outcome = asked.at(-1);
  if (picture instanceof Error) outcome?.reject(picture);
  else outcome?.resolve(picture);
  await made;
}

test("a real picture of a real stream, from its first key frame on", async () => {
  const ffmpegPath = process.env["FFMPEG_PATH"] ?? Bun.which("ffmpeg") ?? "";
  const { stream, feed } = broadcast();
  const real = new Thumbnails({
    streams: () => streams,
    takePicture: (media) => takePicture(media, { ffmpegPath }),
    now: () => now,
    log: pino({ level: "silent" }),
  });
  await real.makeNext();
  expect(stream.thumbnail).toBeNull();
  send(feed, 0, 3);
  expect(stream.health(null).hasThumbnail).toBe(false);
  await real.makeNext();
  const first = stream.thumbnail;
  expect(await new Bun.Image(first?.body ?? new Uint8Array()).metadata()).toMatchObject({ width: 640, height: 360 });
  expect(stream.health(null).hasThumbnail).toBe(true);
  now += 10_000;
  send(feed, 3, 6);
  await real.makeNext();
  expect(stream.thumbnail?.etag).not.toBe(first?.etag);
  stream.end();
  expect(stream.thumbnail).toBeNull();
});

test("each stream has one every ten seconds, of a new frame, and the one that waited longest comes first", async () => {
  const [a, b] = [broadcast(), broadcast()];
  for (const { feed } of [a, b]) send(feed, 0, 3);
  await make(jpeg);
  now += 1000;
  await make(jpeg);
  expect([asked.length, a.stream.thumbnail?.body, b.stream.thumbnail?.body]).toEqual([2, jpeg, jpeg]);
  now += 8999;
  await make(jpeg);
  expect(asked).toHaveLength(2);
  now += 1;
  await make(jpeg);
  expect(asked).toHaveLength(2);
  send(a.feed, 3, 6);
  await make(jpeg);
  expect(asked).toHaveLength(3);
});

test("one at a time, however long it takes; what has ended meanwhile has none", async () => {
  const [a, b] = [broadcast(), broadcast()];
  for (const { feed } of [a, b]) send(feed, 0, 3);
  const first = thumbnails.makeNext();
  await thumbnails.makeNext();
  expect(asked).toHaveLength(1);
  a.stream.end();
  asked[0]?.resolve(jpeg);
  await first;
  expect(a.stream.thumbnail).toBeNull();
  await make(jpeg);
  expect(b.stream.thumbnail?.body).toEqual(jpeg);
});

test("after a failure a stream waits a minute, and keeps the picture that it has", async () => {
  const { stream, feed } = broadcast();
  send(feed, 0, 1.5);
  await make(new Error("no ffmpeg"));
  expect(stream.thumbnail).toBeNull();
  now += 60_000;
  send(feed, 1.5, 3);
  await make(jpeg);
  now += 10_000;
  send(feed, 3, 6);
  await make(null);
  expect([asked.length, stream.thumbnail?.body]).toEqual([3, jpeg]);
});

test("a stream without video has none", async () => {
  const { feed } = broadcast();
  for (const tag of tags) if (tag.type === "audio") feed.push(tag);
  await make(jpeg);
  expect(asked).toEqual([]);
});
