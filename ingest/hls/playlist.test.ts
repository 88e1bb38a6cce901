import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as hlsParser from "hls-parser";
import { Parser } from "m3u8-parser";
import { audioConfig, videoConfig } from "../fixtures/synthetic.ts";
import { renderMediaPlaylist, renderMultivariantPlaylist } from "./playlist.ts";
import { LiveWindow } from "./window.ts";

// It warns of parts in all but the last three segments, a rule of its own: the RFC counts target durations.
hlsParser.setOptions({ silent: true });

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5, 600);

function windowOf(
  segments: { parts: number; discontinuity?: boolean; independent?: boolean; open?: boolean }[],
): LiveWindow {
  const window = new LiveWindow({
    incarnation: 3,
    firstSequence: 70,
    discontinuitySequence: 3000,
    startsDiscontinuous: false,
    now: () => 0,
  });
  for (const [i, { parts, discontinuity = false, independent = true, open = false }] of segments.entries()) {
    window.startSegment({
      discontinuity,
      init: i === 0 || discontinuity ? new Uint8Array(8) : null,
      programDateTimeMs: startMs + i * 2000,
      independent,
    });
    for (let part = 0; part < parts; part++) {
      window.addPart({ durationSec: 0.2, independent: part === 0 && independent, data: new Uint8Array(10).fill(part) });
    }
    if (!open) window.endSegment();
  }
  return window;
}

describe("media playlist", () => {
  test("whole, with an open segment and a discontinuity", () => {
    const window = windowOf([{ parts: 3 }, { parts: 2, discontinuity: true }, { parts: 1, open: true }]);
    expect(renderMediaPlaylist(window)).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:9
      #EXT-X-TARGETDURATION:4
      #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.65
      #EXT-X-PART-INF:PART-TARGET=0.214
      #EXT-X-MEDIA-SEQUENCE:70
      #EXT-X-DISCONTINUITY-SEQUENCE:3000
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-MAP:URI="3/init-0.mp4"
      #EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.600Z
      #EXT-X-PART:DURATION=0.20000,URI="3/part-0.m4s",INDEPENDENT=YES
      #EXT-X-PART:DURATION=0.20000,URI="3/part-1.m4s"
      #EXT-X-PART:DURATION=0.20000,URI="3/part-2.m4s"
      #EXTINF:0.60000,
      3/segment-70.m4s
      #EXT-X-DISCONTINUITY
      #EXT-X-MAP:URI="3/init-1.mp4"
      #EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:07.600Z
      #EXT-X-PART:DURATION=0.20000,URI="3/part-3.m4s",INDEPENDENT=YES
      #EXT-X-PART:DURATION=0.20000,URI="3/part-4.m4s"
      #EXTINF:0.40000,
      3/segment-71.m4s
      #EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:09.600Z
      #EXT-X-PART:DURATION=0.20000,URI="3/part-5.m4s",INDEPENDENT=YES
      #EXT-X-PRELOAD-HINT:TYPE=PART,URI="3/part-6.m4s"
      "
    `);
  });

  test("whole, after the end", () => {
    const window = windowOf([{ parts: 3 }, { parts: 2 }]);
    window.end();
    expect(renderMediaPlaylist(window)).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:9
      #EXT-X-TARGETDURATION:4
      #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.65
      #EXT-X-PART-INF:PART-TARGET=0.214
      #EXT-X-MEDIA-SEQUENCE:70
      #EXT-X-DISCONTINUITY-SEQUENCE:3000
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-MAP:URI="3/init-0.mp4"
      #EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.600Z
      #EXTINF:0.60000,
      3/segment-70.m4s
      #EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:07.600Z
      #EXTINF:0.40000,
      3/segment-71.m4s
      #EXT-X-ENDLIST
      "
    `);
  });

  test("lists parts only of the last three target durations", () => {
    const text = renderMediaPlaylist(windowOf(Array.from({ length: 12 }, () => ({ parts: 10 }))));
    const [head = ""] = text.split("#EXT-X-PART:");
    expect(head.match(/#EXTINF/g)).toHaveLength(6);
    expect(text.match(/#EXT-X-PART:/g)).toHaveLength(60);
  });

  test("does not call segments independent once one was cut without a key frame", () => {
    expect(renderMediaPlaylist(windowOf([{ parts: 1 }, { parts: 1 }]))).toContain("INDEPENDENT-SEGMENTS");
    expect(renderMediaPlaylist(windowOf([{ parts: 1 }, { parts: 1, independent: false }]))).not.toContain(
      "INDEPENDENT-SEGMENTS",
    );
  });

  test("two independent parsers read of any window what the window holds", () => {
    const anySegment = fc.record({
      parts: fc.integer({ min: 1, max: 12 }),
      discontinuity: fc.boolean(),
      independent: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anySegment, { minLength: 1, maxLength: 20 }), fc.boolean(), (segments, isEnded) => {
        const window = windowOf(
          segments.map((segment, i) => ({ ...segment, open: !isEnded && i === segments.length - 1 })),
        );
        if (isEnded) window.end();
        const text = renderMediaPlaylist(window);
        const complete = window.segments.filter((segment) => segment.isComplete);

        const strict = hlsParser.parse(text);
        if (strict.isMasterPlaylist) throw new Error("not a media playlist");
        expect(strict.endlist).toBe(isEnded);
        expect(strict.mediaSequenceBase).toBe(window.segments[0]?.sequence);
        expect(strict.discontinuitySequenceBase).toBe(window.discontinuitySequence);
        expect(strict.segments.filter((segment) => segment.uri).map((segment) => segment.mediaSequenceNumber)).toEqual(
          complete.map((segment) => segment.sequence),
        );

        const lenient = new Parser();
        lenient.push(text);
        lenient.end();
        const { manifest } = lenient;
        expect(manifest.segments.filter((s) => s.uri).map((s) => s.discontinuity ?? false)).toEqual(
          complete.map((segment) => segment.discontinuity),
        );
        if (!isEnded) expect(manifest.preloadSegment.preloadHints).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });
});

describe("multivariant playlist", () => {
  test("whole", () => {
    const variant = {
      peakBandwidth: 2_600_000.2,
      averageBandwidth: 2_500_000,
      frameRate: 29.97,
      uri: "source/index.m3u8",
    };
    const text = renderMultivariantPlaylist([{ ...variant, video: videoConfig, audio: audioConfig }]);
    expect(text).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:9
      #EXT-X-STREAM-INF:BANDWIDTH=2600001,AVERAGE-BANDWIDTH=2500000,CODECS="avc1.42c01f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970
      source/index.m3u8
      "
    `);
    const parsed = hlsParser.parse(text);
    expect(parsed.isMasterPlaylist && parsed.variants[0]?.bandwidth).toBe(2_600_001);
  });

  test("of audio alone has neither resolution nor frame rate", () => {
    const text = renderMultivariantPlaylist([
      {
        video: null,
        audio: audioConfig,
        peakBandwidth: 128_000,
        averageBandwidth: 128_000,
        frameRate: null,
        uri: "source/index.m3u8",
      },
    ]);
    expect(text).toContain('CODECS="mp4a.40.2"\n');
  });
});
