import type { AudioConfig, VideoConfig } from "../media/flv-tag.ts";
import { partHoldBackSec, partsListedSec, partTargetSec, targetDurationSec } from "./limits.ts";
import type { LiveWindow, Segment } from "./window.ts";

export interface Variant {
  video: VideoConfig | null;
  audio: AudioConfig | null;
  /** Bits a second: the highest of a segment, and the average. */
  peakBandwidth: number;
  averageBandwidth: number;
  frameRate: number | null;
  /** Relative to the multivariant playlist. */
  uri: string;
}

/** The multivariant playlist, RFC 8216bis 4.4.6. */
export function renderMultivariantPlaylist(variants: readonly Variant[]): string {
  const lines = ["#EXTM3U", "#EXT-X-VERSION:9"];
  for (const variant of variants) {
    const codecs = [variant.video?.codecString, variant.audio?.codecString].filter((codec) => codec !== undefined);
    const attributes = [
      `BANDWIDTH=${Math.ceil(variant.peakBandwidth)}`,
      `AVERAGE-BANDWIDTH=${Math.ceil(variant.averageBandwidth)}`,
      `CODECS="${codecs.join(",")}"`,
    ];
    if (variant.video) attributes.push(`RESOLUTION=${variant.video.width}x${variant.video.height}`);
    if (variant.video && variant.frameRate) attributes.push(`FRAME-RATE=${variant.frameRate.toFixed(3)}`);
    lines.push(`#EXT-X-STREAM-INF:${attributes.join(",")}`, variant.uri);
  }
  return `${lines.join("\n")}\n`;
}

/** Sums of part durations are off by less than this. */
const roundingSec = 1e-6;

/** The media playlist of a window, RFC 8216bis 4.4.3 to 4.4.5. All URIs are relative to it. */
export function renderMediaPlaylist(window: LiveWindow): string {
  const { incarnation } = window;
  const segments = window.segments.filter((segment) => segment.parts.length > 0);
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:9",
    `#EXT-X-TARGETDURATION:${targetDurationSec}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${partHoldBackSec}`,
    `#EXT-X-PART-INF:PART-TARGET=${partTargetSec}`,
    `#EXT-X-MEDIA-SEQUENCE:${segments[0]?.sequence ?? window.openSequence}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${window.discontinuitySequence}`,
  ];
  if (segments.every((segment) => segment.independent)) lines.push("#EXT-X-INDEPENDENT-SEGMENTS");

  let secondsAfter = segments.reduce((sum, segment) => sum + segment.durationSec, 0);
  let initNumber: number | null = null;
  for (const segment of segments) {
    secondsAfter -= segment.durationSec;
    if (segment.discontinuity) lines.push("#EXT-X-DISCONTINUITY");
    if (segment.initNumber !== initNumber) {
      initNumber = segment.initNumber;
      lines.push(`#EXT-X-MAP:URI="${incarnation}/init-${initNumber}.mp4"`);
    }
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.programDateTimeMs).toISOString()}`);
    if (!window.isEnded && secondsAfter < partsListedSec - roundingSec) lines.push(...partLines(segment, incarnation));
    if (segment.isComplete) {
      lines.push(`#EXTINF:${segment.durationSec.toFixed(5)},`, `${incarnation}/segment-${segment.sequence}.m4s`);
    }
  }
  lines.push(
    window.isEnded
      ? "#EXT-X-ENDLIST"
      : `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${incarnation}/part-${window.nextPartNumber}.m4s"`,
  );
  return `${lines.join("\n")}\n`;
}

function partLines(segment: Segment, incarnation: number): string[] {
  return segment.parts.map((part) => {
    const independent = part.independent ? ",INDEPENDENT=YES" : "";
    const uri = `${incarnation}/part-${part.number}.m4s`;
    return `#EXT-X-PART:DURATION=${part.durationSec.toFixed(5)},URI="${uri}"${independent}`;
  });
}
