import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readFlvFile } from "../fixtures/flv-file.ts";
import { parseAvcConfig, parseSps } from "./avc.ts";
import { MalformedError } from "./byte-reader.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.fromHex(hex.replaceAll(" ", ""));

async function recordOf(name: string): Promise<Uint8Array> {
  const tag = (await readFlvFile(name)).find((candidate) => candidate.type === "video" && candidate.body[1] === 0);
  if (!tag) throw new Error("the fixture has no configuration");
  return tag.body.subarray(5);
}

describe("parseAvcConfig", () => {
  test("reads what x264 writes", async () => {
    const config = parseAvcConfig(await recordOf("b-frames.flv"));
    expect(config).toMatchObject({ codec: "avc", codecString: "avc1.64000b", width: 160, height: 90 });
  });

  test("keeps a copy of the record, since the session reuses its buffer", async () => {
    const record = Buffer.from(await recordOf("b-frames.flv"));
    const config = parseAvcConfig(record);
    const before = config.record.toHex();
    record.fill(0);
    expect(config.record.toHex()).toBe(before);
  });

  test.each([
    ["empty", ""],
    ["version 2", "02640028ffe100"],
    ["2-byte lengths", "0164 0028 fd e1 00"],
    ["no SPS", "01640028ff e0 00"],
    ["SPS longer than the record", "01640028ff e1 ffff 67"],
    ["no PPS", "0142c01fff e1 0017 67 42c01fda014016ec044000000300400000 0f23c60ca8 00"],
  ])("refuses a record that is %s", (_, hex) => {
    expect(() => parseAvcConfig(bytes(hex))).toThrow(MalformedError);
  });

  test("whatever comes in, only MalformedError comes out", async () => {
    const valid = await recordOf("b-frames.flv");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(),
        (edits, cut) => {
          const mutated = valid.slice(0, cut % 2 ? valid.length : cut % valid.length);
          for (const [at, value] of edits) if (at < mutated.length) mutated[at] = value;
          try {
            parseAvcConfig(mutated);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("parseSps", () => {
  test("a baseline picture without cropping", () => {
    expect(parseSps(bytes("6742c01fda014016ec0440000003004000000f23c60ca8"))).toEqual({ width: 1280, height: 720 });
  });

  test("a cropped 1080p picture in High profile", () => {
    expect(parseSps(bytes("67640028acd940780227e5c044000003000400000300f03c60c658"))).toEqual({
      width: 1920,
      height: 1080,
    });
  });
});
