import { BitReader, ByteReader, MalformedError } from "./byte-reader.ts";

export interface AvcConfig {
  codec: "avc";
  /** RFC 6381, such as `avc1.64001f`. */
  codecString: string;
  /** Picture size in pixels after cropping. */
  width: number;
  height: number;
  /** The AVCDecoderConfigurationRecord as it goes into `avcC`. A copy. */
  record: Uint8Array;
}

const maxPictureSide = 8192;
/** Profiles whose SPS carries chroma_format_idc and scaling lists: ISO/IEC 14496-10 7.3.2.1.1. */
const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** Reads an AVCDecoderConfigurationRecord, ISO/IEC 14496-15 5.3.3.1. Throws MalformedError. */
export function parseAvcConfig(record: Uint8Array): AvcConfig {
  const reader = new ByteReader(record);
  if (reader.u8() !== 1) throw new MalformedError("avcC version is not 1");
  const profile = reader.u8();
  const compatibility = reader.u8();
  const level = reader.u8();
  if ((reader.u8() & 3) !== 3) throw new MalformedError("NAL units must have 4-byte lengths");
  const spsCount = reader.u8() & 31;
  if (spsCount === 0) throw new MalformedError("avcC has no SPS");
  const { width, height } = parseSps(reader.bytes(reader.u16()));
  for (let i = 1; i < spsCount; i++) reader.bytes(reader.u16());
  const ppsCount = reader.u8();
  if (ppsCount === 0) throw new MalformedError("avcC has no PPS");
  for (let i = 0; i < ppsCount; i++) reader.bytes(reader.u16());
  const hex = [profile, compatibility, level].map((value) => value.toString(16).padStart(2, "0")).join("");
  return { codec: "avc", codecString: `avc1.${hex}`, width, height, record: new Uint8Array(record) };
}

/** Picture size from a sequence parameter set NAL unit, ISO/IEC 14496-10 7.3.2.1.1. */
export function parseSps(nal: Uint8Array): { width: number; height: number } {
  if (nal.length < 4 || ((nal[0] ?? 0) & 31) !== 7) throw new MalformedError("not an SPS");
  const bits = new BitReader(removeEmulationPrevention(nal.subarray(1)));
  const profile = bits.bits(8);
  bits.skip(16);
  bits.ue(); // seq_parameter_set_id
  const chromaFormat = highProfiles.has(profile) ? skipHighProfileFields(bits) : 1;
  bits.ue(); // log2_max_frame_num_minus4
  skipPictureOrderCount(bits);
  bits.ue(); // max_num_ref_frames
  bits.skip(1); // gaps_in_frame_num_value_allowed_flag
  const widthInMbs = bits.ue() + 1;
  const heightInMapUnits = bits.ue() + 1;
  const frameMbsOnly = bits.flag();
  if (!frameMbsOnly) bits.skip(1); // mb_adaptive_frame_field_flag
  bits.skip(1); // direct_8x8_inference_flag
  let cropX = 0;
  let cropY = 0;
  if (bits.flag()) {
    const unitX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
    const unitY = (chromaFormat === 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
    cropX = (bits.ue() + bits.ue()) * unitX;
    cropY = (bits.ue() + bits.ue()) * unitY;
  }
  const width = widthInMbs * 16 - cropX;
  const height = heightInMapUnits * 16 * (frameMbsOnly ? 1 : 2) - cropY;
  if (width < 16 || height < 16 || width > maxPictureSide || height > maxPictureSide) {
    throw new MalformedError("picture size out of range");
  }
  return { width, height };
}

/** Returns chroma_format_idc. */
function skipHighProfileFields(bits: BitReader): number {
  const chromaFormat = bits.ue();
  if (chromaFormat === 3) bits.skip(1); // separate_colour_plane_flag
  bits.ue(); // bit_depth_luma_minus8
  bits.ue(); // bit_depth_chroma_minus8
  bits.skip(1); // qpprime_y_zero_transform_bypass_flag
  if (bits.flag()) {
    for (let list = 0; list < (chromaFormat === 3 ? 12 : 8); list++) {
      if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return chromaFormat;
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.se() + 256) & 255;
    last = next === 0 ? last : next;
  }
}

function skipPictureOrderCount(bits: BitReader): void {
  const type = bits.ue();
  if (type === 0) {
    bits.ue(); // log2_max_pic_order_cnt_lsb_minus4
  } else if (type === 1) {
    bits.skip(1); // delta_pic_order_always_zero_flag
    bits.se();
    bits.se();
    const cycle = bits.ue();
    if (cycle > 255) throw new MalformedError("picture order cycle too long");
    for (let i = 0; i < cycle; i++) bits.se();
  }
}

/** ISO/IEC 14496-10 7.4.1: 00 00 03 stands for 00 00. */
function removeEmulationPrevention(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}
