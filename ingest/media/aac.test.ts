import { describe, expect, test } from "bun:test";
import { parseAacConfig } from "./aac.ts";
import { MalformedError } from "./byte-reader.ts";

describe("parseAacConfig", () => {
  test.each([
    ["LC 48 kHz stereo", "1190", "mp4a.40.2", 48_000, 2, 1024],
    ["LC 44.1 kHz stereo with ffmpeg's extension", "121056e500", "mp4a.40.2", 44_100, 2, 1024],
    ["LC 44.1 kHz mono", "1208", "mp4a.40.2", 44_100, 1, 1024],
    ["LC 48 kHz 5.1", "11b0", "mp4a.40.2", 48_000, 6, 1024],
    ["LC 48 kHz, frames of 960", "1194", "mp4a.40.2", 48_000, 2, 960],
    ["HE 24 kHz core", "2b118800", "mp4a.40.5", 24_000, 2, 1024],
    ["an explicit rate of 48000", "17805dc008", "mp4a.40.2", 48_000, 1, 1024],
  ])("%s", (_, hex, codecString, sampleRate, channels, samplesPerFrame) => {
    const record = Uint8Array.fromHex(hex);
    expect(parseAacConfig(record)).toEqual({
      codec: "aac",
      codecString,
      sampleRate,
      channels,
      samplesPerFrame,
      record,
    });
  });

  test.each([
    ["empty", ""],
    ["cut short", "11"],
    ["object type 0", "0190"],
    ["object type of a later codec (USAC)", "f94888"],
    ["rate index 13", "1690"],
    ["an explicit rate of 0", "1780000008"],
    ["channels in a program config element", "1180"],
    ["too long", "11".repeat(65)],
  ])("refuses a record that is %s", (_, hex) => {
    expect(() => parseAacConfig(Uint8Array.fromHex(hex))).toThrow(MalformedError);
  });
});
