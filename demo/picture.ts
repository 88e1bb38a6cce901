/** What a made-up streamer shows. */
export interface Picture {
  width: number;
  height: number;
  framesPerSec: number;
  /** What is to be seen at a time (Unix time, ms), as planar YUV 4:2:0 in memory of its own. */
  frameAt(timeMs: number): Uint8Array;
}
