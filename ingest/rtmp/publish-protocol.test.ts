import { describe, expect, test } from "bun:test";
import { MalformedError } from "../media/byte-reader.ts";
import { writeAmf0 } from "./amf0.ts";
import { PublishProtocol } from "./publish-protocol.ts";
import type { FlvTag } from "./publisher.ts";
import { basicHeader, clientHandshake, type Message, MessageWriter, u32 } from "./testing/message-writer.ts";

function startProtocol() {
  const tags: FlvTag[] = [];
  const commands: { name: string; messageStreamId: number }[] = [];
  const output: string[] = [];
  const protocol = new PublishProtocol({
    onOutput: (bytes) => output.push(Buffer.from(bytes).toString("hex")),
    onCommand: (name, _, messageStreamId) => commands.push({ name, messageStreamId }),
    onTag: (tag) => tags.push({ ...tag, body: new Uint8Array(tag.body) }),
  });
  protocol.read(clientHandshake());
  output.length = 0;
  const writer = new MessageWriter();
  return {
    protocol,
    tags,
    commands,
    output,
    writer,
    read: (...parts: Uint8Array[]) => protocol.read(Buffer.concat(parts)),
    message: (message: Message) => protocol.read(writer.message(message)),
  };
}

const bytes = (count: number, value: number) => new Uint8Array(count).fill(value);

describe("chunk streams", () => {
  test.each([2, 63, 64, 319, 320, 65_599])("id %d is told from its neighbours", (cid) => {
    const { read, writer, tags } = startProtocol();
    const other = cid > 319 ? cid - 256 : cid + 1;
    const mine = writer.message({ type: 9, cid, body: bytes(200, 1) });
    const theirs = writer.message({ type: 9, cid: other, body: bytes(200, 2) });
    const mineBegun = mine.length - 72 - basicHeader(3, cid).length;
    const theirsBegun = theirs.length - 72 - basicHeader(3, other).length;
    read(
      mine.subarray(0, mineBegun),
      theirs.subarray(0, theirsBegun),
      mine.subarray(mineBegun),
      theirs.subarray(theirsBegun),
    );
    expect(tags.map((tag) => tag.body)).toEqual([bytes(200, 1), bytes(200, 2)]);
  });

  test("a header may not interrupt its own message", () => {
    const { writer } = startProtocol();
    const begun = writer.message({ type: 9, cid: 6, body: bytes(1000, 1) }).subarray(0, 12 + 128);
    for (const length of [1, 1000]) {
      const { read } = startProtocol();
      const again = writer.message({ type: 9, cid: 6, body: bytes(length, 2) });
      expect(() => read(begun, again)).toThrow("a new header in the middle of a message");
    }
  });

  test("abort throws away what has come of a message, and a new one follows", () => {
    const { read, writer, tags } = startProtocol();
    const begun = writer.message({ type: 9, cid: 6, body: bytes(1000, 1) }).subarray(0, 12 + 128);
    read(
      begun,
      writer.message({ type: 2, cid: 2, body: u32(6) }),
      writer.message({ type: 9, cid: 6, body: bytes(3, 2) }),
    );
    expect(tags.map((tag) => tag.body)).toEqual([bytes(3, 2)]);
  });

  test("after stop nothing more is taken, not even of the same read", () => {
    const tags: FlvTag[] = [];
    const protocol: PublishProtocol = new PublishProtocol({
      onOutput: () => {},
      onCommand: () => {},
      onTag: (tag) => {
        tags.push(tag);
        protocol.stop();
      },
    });
    const writer = new MessageWriter();
    const audio = writer.audio(0, bytes(9, 1));
    expect(() => protocol.read(Buffer.concat([clientHandshake(), audio, audio]))).toThrow(MalformedError);
    expect(tags.length).toBe(1);
  });

  test("letting go of large buffers makes room for another message", () => {
    const { protocol, read, writer, tags } = startProtocol();
    protocol.admit();
    const large = 6 * 1024 * 1024;
    read(writer.setChunkSize(large));
    for (const cid of [5, 6, 7, 8]) read(writer.message({ type: 9, cid, body: bytes(large, cid) }));
    expect(tags.map((tag) => [tag.body.length, tag.body.at(-1)])).toEqual([5, 6, 7, 8].map((cid) => [large, cid]));
  });
});

describe("control messages", () => {
  test("a ping is answered with its own four bytes", () => {
    const { message, output } = startProtocol();
    message({ type: 4, cid: 2, body: Uint8Array.of(0, 6, 1, 2, 3, 4) });
    message({ type: 4, cid: 2, body: Uint8Array.of(0, 3, 0, 0, 0, 1, 0, 0, 1, 0) });
    expect(output).toEqual(["02000000000006040000000000070102" + "0304"]);
  });

  test("what was read is acknowledged as often as the peer asks", () => {
    const { message, read, writer, output } = startProtocol();
    message({ type: 5, cid: 2, body: u32(4000) });
    const total = () => Number.parseInt(output.at(-1)?.slice(24) ?? "", 16);
    while (output.length < 3) read(writer.audio(0, bytes(500, 1)));
    expect(output.every((one) => one.startsWith("020000000000040300000000"))).toBe(true);
    // The handshake counts, so the first comes at once and the third two windows later.
    expect(total()).toBeGreaterThan(2 * 4000 + 3000);
    expect(total()).toBeLessThan(3 * 4000 + 3073);
  });
});

describe("messages", () => {
  test("commands in AMF0 and in AMF3's wrapper", () => {
    const { message, commands } = startProtocol();
    message({ type: 20, streamId: 1, body: writeAmf0("publish", 1) });
    message({ type: 17, streamId: 2, body: Buffer.concat([Uint8Array.of(0), writeAmf0("publish", 1)]) });
    expect(commands).toEqual([
      { name: "publish", messageStreamId: 1 },
      { name: "publish", messageStreamId: 2 },
    ]);
  });

  test("metadata, in both too; its stale timestamps do not disturb the media's", () => {
    const { message, read, writer, tags } = startProtocol();
    read(writer.video(2 ** 31 - 1, bytes(1, 1)));
    message({ type: 18, body: bytes(2, 2) });
    message({ type: 15, body: bytes(2, 3) });
    read(writer.video(2 ** 31 + 39, bytes(1, 1)));
    expect(tags.map((tag) => [tag.type, tag.timestampMs, tag.body.length])).toEqual([
      ["video", 2 ** 31 - 1, 1],
      ["script", 0, 2],
      ["script", 0, 1],
      ["video", 2 ** 31 + 39, 1],
    ]);
  });

  test("an aggregate is its parts, on the aggregate's own clock", () => {
    const { message, tags } = startProtocol();
    const part = (type: number, ms: number, body: Uint8Array) =>
      Buffer.concat([
        Uint8Array.of(type, 0, 0, body.length, 0, ms >> 8, ms & 255, 0, 0, 0, 1),
        body,
        u32(11 + body.length),
      ]);
    const body = Buffer.concat([
      part(9, 500, bytes(3, 1)),
      part(8, 510, bytes(2, 2)),
      part(22, 515, bytes(1, 9)),
      part(9, 520, bytes(1, 3)),
    ]);
    message({ type: 22, timestamp: 2 ** 32 - 10, body });
    expect(tags).toEqual([
      { type: "video", timestampMs: 2 ** 32 - 10, body: bytes(3, 1) },
      { type: "audio", timestampMs: 2 ** 32, body: bytes(2, 2) },
      { type: "video", timestampMs: 2 ** 32 + 10, body: bytes(1, 3) },
    ]);
  });
});
