import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readFlvFile } from "../fixtures/flv-file.ts";
import { MalformedError } from "./byte-reader.ts";
import { readAudioTag, readEncoderName, readVideoTag } from "./flv-tag.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.fromHex(hex.replaceAll(" ", ""));

describe("readVideoTag", () => {
  test.each([
    ["a key frame", "17 01 000042 0000000265aa", { type: "video", isKeyFrame: true, compositionOffsetMs: 66 }],
    [
      "a negative composition offset",
      "27 01 ffffdf 0000000241aa",
      { type: "video", isKeyFrame: false, compositionOffsetMs: -33 },
    ],
    ["an end of sequence", "17 02 000000", { type: "nothing" }],
    ["a frame without data", "27 01 000000", { type: "nothing" }],
    ["a command frame", "57 00", { type: "nothing" }],
    ["an empty body", "", { type: "nothing" }],
    ["HEVC in enhanced RTMP", "90 68766331 01", { type: "unsupported", kind: "video", codec: "HEVC" }],
    ["AV1 in enhanced RTMP", "90 61763031", { type: "unsupported", kind: "video", codec: "AV1" }],
    ["Sorenson", "22 00", { type: "unsupported", kind: "video", codec: "Sorenson H.263" }],
    ["a FourCC cut short", "90 61", { type: "unsupported", kind: "video", codec: "an unknown codec" }],
  ])("%s", (_, hex, content) => {
    expect(readVideoTag(bytes(hex))).toMatchObject(content);
  });

  test.each([
    ["without a packet type", "17"],
    ["without a composition offset", "17 01 00"],
    ["a configuration without content", "17 00 000000"],
  ])("refuses a tag %s", (_, hex) => {
    expect(() => readVideoTag(bytes(hex))).toThrow(MalformedError);
  });
});

describe("readAudioTag", () => {
  test.each([
    ["a frame", "af 01 2110", { type: "audio", data: bytes("2110") }],
    ["a frame without data", "af 01", { type: "nothing" }],
    ["MP3", "2f ff", { type: "unsupported", kind: "audio", codec: "MP3" }],
    ["Opus in enhanced RTMP", "90 4f707573", { type: "unsupported", kind: "audio", codec: "Opus" }],
    ["an empty body", "", { type: "nothing" }],
  ])("%s", (_, hex, content) => {
    expect(readAudioTag(bytes(hex))).toMatchObject(content);
  });
});

test("whatever comes in, only MalformedError comes out", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (body) => {
      for (const read of [readVideoTag, readAudioTag, readEncoderName]) {
        try {
          read(body);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }
    }),
    { numRuns: 5000 },
  );
});

describe("readEncoderName", () => {
  test("from ffmpeg's metadata", async () => {
    const script = (await readFlvFile("b-frames.flv")).find((tag) => tag.type === "script");
    expect(readEncoderName(script?.body ?? new Uint8Array())).toStartWith("Lavf");
  });

  test("nothing unprintable, nothing long", () => {
    const name = `x\u0000\u202e${"y".repeat(300)}`;
    const body = Buffer.concat([Buffer.from("encoder\u0002"), Buffer.from([1, 48]), Buffer.from(name)]);
    expect(readEncoderName(body)).toBe(`x${"y".repeat(99)}`);
  });
});
