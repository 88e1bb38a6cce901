import { type AacConfig, parseAacConfig } from "./aac.ts";
import { type AvcConfig, parseAvcConfig } from "./avc.ts";
import { ByteReader } from "./byte-reader.ts";

export type VideoConfig = AvcConfig;
export type AudioConfig = AacConfig;

/** What one FLV tag body holds. `data` is a view into the body. */
export type TagContent =
  | { type: "video-config"; config: VideoConfig }
  | { type: "video"; isKeyFrame: boolean; compositionOffsetMs: number; data: Uint8Array }
  | { type: "audio-config"; config: AudioConfig }
  | { type: "audio"; data: Uint8Array }
  /** A codec that this stage does not take; `codec` is for people. */
  | { type: "unsupported"; kind: "video" | "audio"; codec: string }
  /** Nothing to play: an end of sequence, an empty body. */
  | { type: "nothing" };

const nothing: TagContent = { type: "nothing" };

/** Adobe Flash Video File Format 10.1, E.4.3.1. Where bit 7 is set: enhanced RTMP, a FourCC follows. */
const videoCodecs = new Map([
  [2, "Sorenson H.263"],
  [4, "VP6"],
  [5, "VP6 with alpha"],
  [8, "H.263"],
  [12, "HEVC"],
]);
const audioCodecs = new Map([
  [0, "PCM"],
  [1, "ADPCM"],
  [2, "MP3"],
  [3, "PCM"],
  [5, "Nellymoser"],
  [6, "Nellymoser"],
  [7, "G.711 A-law"],
  [8, "G.711 mu-law"],
  [11, "Speex"],
]);
const fourCcNames = new Map([
  ["hvc1", "HEVC"],
  ["av01", "AV1"],
  ["vp09", "VP9"],
  ["avc1", "H.264 in enhanced RTMP"],
  ["Opus", "Opus"],
  ["ac-3", "AC-3"],
  ["ec-3", "E-AC-3"],
  [".mp3", "MP3"],
  ["fLaC", "FLAC"],
  ["mp4a", "AAC in enhanced RTMP"],
]);

/** Reads the body of a video tag: AVCVIDEOPACKET, FLV E.4.3. Throws MalformedError. */
export function readVideoTag(body: Uint8Array): TagContent {
  if (body.length === 0) return nothing;
  const reader = new ByteReader(body);
  const header = reader.u8();
  if (header & 0x80) return { type: "unsupported", kind: "video", codec: readFourCc(reader) };
  const frameType = header >> 4;
  const codecId = header & 15;
  if (codecId !== 7) {
    return { type: "unsupported", kind: "video", codec: videoCodecs.get(codecId) ?? `FLV video codec ${codecId}` };
  }
  if (frameType === 5) return nothing; // video info or command frame
  const packetType = reader.u8();
  const compositionOffsetMs = reader.i24();
  if (packetType === 0) return { type: "video-config", config: parseAvcConfig(reader.rest()) };
  if (packetType !== 1 || reader.remaining === 0) return nothing;
  return { type: "video", isKeyFrame: frameType === 1, compositionOffsetMs, data: reader.rest() };
}

/** Reads the body of an audio tag: AACAUDIODATA, FLV E.4.2. Throws MalformedError. */
export function readAudioTag(body: Uint8Array): TagContent {
  if (body.length === 0) return nothing;
  const reader = new ByteReader(body);
  const soundFormat = reader.u8() >> 4;
  if (soundFormat === 9) return { type: "unsupported", kind: "audio", codec: readFourCc(reader) };
  if (soundFormat !== 10) {
    return { type: "unsupported", kind: "audio", codec: audioCodecs.get(soundFormat) ?? `FLV sound ${soundFormat}` };
  }
  const packetType = reader.u8();
  if (packetType === 0) return { type: "audio-config", config: parseAacConfig(reader.rest()) };
  if (reader.remaining === 0) return nothing;
  return { type: "audio", data: reader.rest() };
}

/** The encoder's name from an onMetaData script tag (AMF0), at most 100 printable characters; null if it has none. */
export function readEncoderName(body: Uint8Array): string | null {
  const at = Buffer.from(body.buffer, body.byteOffset, body.byteLength).indexOf("encoder\u0002", 0, "latin1");
  if (at < 0) return null;
  const reader = new ByteReader(body.subarray(at + 8));
  if (reader.remaining < 2) return null;
  const length = reader.u16();
  if (length > reader.remaining) return null;
  const name = new TextDecoder().decode(reader.bytes(length));
  return name.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "").slice(0, 100) || null;
}

function readFourCc(reader: ByteReader): string {
  const fourCc = String.fromCharCode(...reader.bytes(Math.min(4, reader.remaining)));
  return fourCcNames.get(fourCc) ?? "an unknown codec";
}
