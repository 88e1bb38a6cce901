import { describe, expect, test } from "bun:test";
import { BufferSource, EncodedPacketSink, Input, MP4 } from "mediabunny";
import { parseAacConfig } from "../media/aac.ts";
import type { AudioConfig, VideoConfig } from "../media/flv-tag.ts";
import { writeFragment } from "./fragment.ts";
import { writeInitSegment } from "./init-segment.ts";
import { audioTrackId, videoTrackId } from "./track.ts";

const video: VideoConfig = {
  codec: "avc",
  codecString: "avc1.42c01f",
  width: 1280,
  height: 720,
  record: Uint8Array.fromHex("0142c01fffe100176742c01fda014016ec0440000003004000000f23c60ca801000468ce3c80"),
};
const audio: AudioConfig = parseAacConfig(Uint8Array.fromHex("1190"));

const frame = (fill: number, duration: number, compositionOffset = 0, isSync = false) => ({
  data: new Uint8Array(10 + fill).fill(fill),
  duration,
  compositionOffset,
  isSync,
});

async function readBack(...pieces: Uint8Array[]) {
  const input = new Input({ formats: [MP4], source: new BufferSource(Buffer.concat(pieces)) });
  const tracks = [];
  for (const track of await input.getTracks()) {
    const packets = [];
    for await (const packet of new EncodedPacketSink(track).packets()) {
      packets.push({ at: packet.timestamp, for: packet.duration, type: packet.type, first: packet.data[0] });
    }
    tracks.push({ type: track.type, codec: await track.getCodecParameterString(), packets });
  }
  return tracks;
}

/** The tree of boxes as text, four-character types and sizes. */
function boxTree(bytes: Uint8Array, depth = 0): string {
  const containers = new Set(["moov", "trak", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf"]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const size = view.getUint32(at);
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString("latin1");
    text += `${"  ".repeat(depth)}${type} ${size}\n`;
    if (containers.has(type)) text += boxTree(bytes.subarray(at + 8, at + size), depth + 1);
    at += size;
  }
  return text;
}

describe("init segment", () => {
  test("has one track for each configuration", () => {
    expect(boxTree(writeInitSegment(video, audio))).toMatchInlineSnapshot(`
      "ftyp 28
      moov 1089
        mvhd 108
        trak 489
          tkhd 92
          mdia 389
            mdhd 32
            hdlr 45
            minf 304
              vmhd 20
              dinf 36
                dref 28
              stbl 240
                stsd 164
                stts 16
                stsc 16
                stsz 20
                stco 16
        trak 412
          tkhd 92
          mdia 312
            mdhd 32
            hdlr 45
            minf 227
              smhd 16
              dinf 36
                dref 28
              stbl 167
                stsd 91
                stts 16
                stsc 16
                stsz 20
                stco 16
        mvex 72
          trex 32
          trex 32
      "
    `);
  });

  test("of audio alone", () => {
    expect(boxTree(writeInitSegment(null, audio))).not.toContain("vmhd");
  });
});

describe("fragment", () => {
  test("is read back by an independent parser, sample for sample", async () => {
    const samples = [frame(1, 3000, 6000, true), frame(2, 3000, 9000), frame(3, 3000, -3000), frame(4, 3000, 0)];
    const pieces = [
      writeInitSegment(video, audio),
      writeFragment(1, [
        { trackId: videoTrackId, baseMediaDecodeTime: 90_000, samples: samples.slice(0, 2) },
        { trackId: audioTrackId, baseMediaDecodeTime: 48_000, samples: [frame(9, 1024, 0, true)] },
      ]),
      writeFragment(2, [{ trackId: videoTrackId, baseMediaDecodeTime: 96_000, samples: samples.slice(2) }]),
    ];
    expect(await readBack(...pieces)).toMatchInlineSnapshot(`
      [
        {
          "codec": "avc1.42c01f",
          "packets": [
            {
              "at": 1.0666666666666667,
              "first": 1,
              "for": 0.06666666666666667,
              "type": "key",
            },
            {
              "at": 1.1333333333333333,
              "first": 2,
              "for": 0.03333333333333333,
              "type": "delta",
            },
            {
              "at": 1.0333333333333334,
              "first": 3,
              "for": 0.06666666666666667,
              "type": "delta",
            },
            {
              "at": 1.1,
              "first": 4,
              "for": 0.03333333333333333,
              "type": "delta",
            },
          ],
          "type": "video",
        },
        {
          "codec": "mp4a.40.2",
          "packets": [
            {
              "at": 1,
              "first": 9,
              "for": 0.021333333333333333,
              "type": "key",
            },
          ],
          "type": "audio",
        },
      ]
    `);
  });

  test("decode times past 2^32 ticks stand in 64 bits", async () => {
    const late = 2 ** 33 * 90_000;
    const [track] = await readBack(
      writeInitSegment(video, null),
      writeFragment(1, [{ trackId: videoTrackId, baseMediaDecodeTime: late, samples: [frame(1, 3000, 0, true)] }]),
    );
    expect(track?.packets[0]?.at).toBe(2 ** 33);
  });

  test("leaves out a track without samples", () => {
    const fragment = writeFragment(7, [
      { trackId: videoTrackId, baseMediaDecodeTime: 0, samples: [] },
      { trackId: audioTrackId, baseMediaDecodeTime: 0, samples: [frame(1, 1024, 0, true)] },
    ]);
    expect(boxTree(fragment).match(/traf/g)).toHaveLength(1);
  });
});
