import { BitReader, MalformedError } from "./byte-reader.ts";

export interface AacConfig {
  codec: "aac";
  /** RFC 6381, such as `mp4a.40.2`. */
  codecString: string;
  /** Hz, as the decoder puts out without SBR. */
  sampleRate: number;
  channels: number;
  /** PCM samples in one frame: 1024, or 960. */
  samplesPerFrame: number;
  /** The AudioSpecificConfig as it goes into `esds`. A copy. */
  record: Uint8Array;
}

const sampleRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
/** Channels of channelConfiguration 1 to 7, ISO/IEC 14496-3 table 1.19. */
const channelCounts = [0, 1, 2, 3, 4, 5, 6, 8];
/** The object types that end in GASpecificConfig and that browsers play: Main, LC, SSR, LTP. */
const generalAudioTypes = new Set([1, 2, 3, 4]);
const [sbr, parametricStereo] = [5, 29];

/** Reads an AudioSpecificConfig, ISO/IEC 14496-3 1.6.2.1. Throws MalformedError. */
export function parseAacConfig(record: Uint8Array): AacConfig {
  if (record.length > 64) throw new MalformedError("AudioSpecificConfig too long");
  const bits = new BitReader(record);
  const declaredType = readObjectType(bits);
  const sampleRate = readSampleRate(bits);
  const channelConfiguration = bits.bits(4);
  let coreType = declaredType;
  if (declaredType === sbr || declaredType === parametricStereo) {
    readSampleRate(bits);
    coreType = readObjectType(bits);
  }
  if (!generalAudioTypes.has(coreType)) throw new MalformedError(`AAC object type ${coreType} is not playable`);
  const samplesPerFrame = bits.flag() ? 960 : 1024;
  const channels = channelCounts[channelConfiguration];
  if (channels === undefined || channels === 0) throw new MalformedError("AAC channel configuration is not standard");
  return {
    codec: "aac",
    codecString: `mp4a.40.${declaredType}`,
    sampleRate,
    channels,
    samplesPerFrame,
    record: new Uint8Array(record),
  };
}

function readObjectType(bits: BitReader): number {
  const type = bits.bits(5);
  return type === 31 ? 32 + bits.bits(6) : type;
}

function readSampleRate(bits: BitReader): number {
  const index = bits.bits(4);
  const rate = index === 15 ? bits.bits(24) : sampleRates[index];
  if (rate === undefined || rate < 7350 || rate > 96_000) throw new MalformedError("AAC sample rate out of range");
  return rate;
}
