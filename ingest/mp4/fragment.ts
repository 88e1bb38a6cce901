import { BoxWriter } from "./box-writer.ts";

/** One coded frame in decode order; times in ticks of its track's timescale. */
export interface Mp4Sample {
  data: Uint8Array;
  duration: number;
  /** Presentation time minus decode time; may be negative. */
  compositionOffset: number;
  /** A random access point. */
  isSync: boolean;
}

export interface TrackRun {
  trackId: number;
  /** Decode time of the first sample. */
  baseMediaDecodeTime: number;
  samples: readonly Mp4Sample[];
}

/** trun: data offset, and per sample duration, size, flags, composition offset. ISO/IEC 14496-12 8.8.8. */
const runFlags = 0x000001 | 0x000100 | 0x000200 | 0x000400 | 0x000800;
const defaultBaseIsMoof = 0x020000;
/** sample_depends_on = 2: on no other. */
const syncSample = 0x02000000;
/** sample_depends_on = 1, sample_is_non_sync_sample. */
const nonSyncSample = 0x01010000;

/** A movie fragment: `moof` and `mdat`, with every run's samples in one data box. Runs without samples are left out. */
export function writeFragment(sequenceNumber: number, runs: readonly TrackRun[]): Uint8Array {
  const filled = runs.filter((run) => run.samples.length > 0);
  let mediaBytes = 0;
  let sampleCount = 0;
  for (const run of filled) {
    sampleCount += run.samples.length;
    for (const sample of run.samples) mediaBytes += sample.data.length;
  }
  const w = new BoxWriter(128 + filled.length * 80 + sampleCount * 16 + mediaBytes);
  const dataOffsets: number[] = [];
  w.box("moof", () => {
    w.fullBox("mfhd", 0, 0, () => w.u32(sequenceNumber));
    for (const run of filled) {
      w.box("traf", () => {
        w.fullBox("tfhd", 0, defaultBaseIsMoof, () => w.u32(run.trackId));
        w.fullBox("tfdt", 1, 0, () => w.u64(run.baseMediaDecodeTime));
        w.fullBox("trun", 1, runFlags, () => {
          w.u32(run.samples.length);
          dataOffsets.push(w.length);
          w.u32(0);
          for (const sample of run.samples) {
            w.u32(sample.duration, sample.data.length, sample.isSync ? syncSample : nonSyncSample);
            w.i32(sample.compositionOffset);
          }
        });
      });
    }
  });
  let dataOffset = w.length + 8;
  for (const [i, run] of filled.entries()) {
    w.patchU32(dataOffsets[i] ?? 0, dataOffset);
    for (const sample of run.samples) dataOffset += sample.data.length;
  }
  w.box("mdat", () => {
    for (const run of filled) for (const sample of run.samples) w.bytes(sample.data);
  });
  return w.finish();
}
