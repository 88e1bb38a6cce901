import { z } from "zod";
import { MachineId } from "../../api/contract/publish.ts";

/** Figures of one stream as they arrive from the encoder; sent to api every 3 s and at each change of `state`. It renews the lease. */
export const StreamHealth = z.strictObject({
  /** `interrupted`: the encoder is gone and ingest waits up to 60 s for its return. */
  state: z.enum(["live", "interrupted"]),
  /** Where viewers reach this ingest; null: the page's own host and HLS_PORT. */
  hlsUrl: z.url().nullable(),
  machine: MachineId.optional(),
  /** Whether ingest has a picture of what is on (`thumbnailPath`). */
  hasThumbnail: z.boolean().default(false),
  /** What the encoder calls itself, at most 100 characters. */
  encoder: z.string().max(100).nullable(),
  remoteAddress: z.string().max(64).nullable(),
  /** What a stream may have here, video and sound together, bits a second; absent: there is no limit. */
  bitrateMax: z.number().positive().optional(),
  video: z
    .strictObject({
      /** RFC 6381 codec string, such as `avc1.64001f`. */
      codec: z.string().max(64),
      width: z.number().int().positive(),
      height: z.number().int().positive(),
      /** Frames a second, measured. */
      frameRate: z.number().nonnegative(),
      /** Bits a second over the last seconds. */
      bitrate: z.number().nonnegative(),
      /** Longest distance between key frames in the last 30 s, ms; null until two have been seen. */
      keyFrameIntervalMs: z.number().nonnegative().nullable(),
    })
    .nullable(),
  audio: z
    .strictObject({
      /** RFC 6381 codec string, such as `mp4a.40.2`. */
      codec: z.string().max(64),
      sampleRate: z.number().int().positive(),
      channels: z.number().int().positive(),
      bitrate: z.number().nonnegative(),
    })
    .nullable(),
});
export type StreamHealth = z.infer<typeof StreamHealth>;
