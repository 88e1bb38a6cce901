import { z } from "zod";

/**
 * Why a publisher was turned away. Shown to the streamer in the studio; OBS itself shows only a generic error.
 * All of these are permanent: the encoder gets `NetStream.Publish.Denied` and should not simply retry.
 */
export const RefusalReason = z.enum([
  "unknown-key",
  "not-allowed",
  "ended-by-operator",
  "second-encoder",
  "unsupported-media",
  "limit-reached",
  "bitrate-too-high",
]);
export type RefusalReason = z.infer<typeof RefusalReason>;

/** Which of several machines an ingest runs on, where viewers must be brought to the right one: Fly's FLY_MACHINE_ID. */
export const MachineId = z.string().regex(/^[\w-]{1,64}$/);

/** For the streamer, with `limit-reached`. */
export const stageIsFull = "This stage is full: too many streams are live. Try again later.";

/** ingest asks api: may the holder of this stream key publish? */
export const PublishRequest = z.strictObject({
  /** As the encoder sent it, at most 256 characters. */
  key: z.string().min(1).max(256),
  remoteAddress: z.string().max(64),
  /** Where viewers reach this ingest, such as `https://live.example`; null: the page's own host and HLS_PORT. */
  hlsUrl: z.url().nullable(),
  machine: MachineId.optional(),
  /** This ingest has no place for another stream: `limit-reached`, unless the channel's stream is one that it may hold. */
  isFull: z.boolean().optional(),
});
export type PublishRequest = z.infer<typeof PublishRequest>;

export type PublishAnswer =
  | {
      allowed: true;
      streamId: string;
      channelId: string;
      channelName: string;
      /** Unix time, ms: when this stream first went live. It stays the same when an encoder returns. */
      startedAt: number;
      /** 1 at the first publish of the stream, one more at each publish that asked api. */
      incarnation: number;
    }
  | {
      allowed: false;
      reason: RefusalReason;
      /** One sentence for the streamer that says what to do. */
      message: string;
    };

/** ingest turned a publisher away by itself, for a channel whose stream it holds. */
export const RefusalReport = z.strictObject({
  channelId: z.string().min(1).max(64),
  reason: RefusalReason,
  message: z.string().min(1).max(300),
  remoteAddress: z.string().max(64),
});
export type RefusalReport = z.infer<typeof RefusalReport>;

/** Why ingest ended a stream. */
export const EndReason = z.enum(["unpublished", "encoder-gone", "commanded"]);
export type EndReason = z.infer<typeof EndReason>;
export const EndReport = z.strictObject({ reason: EndReason, machine: MachineId.optional() });

/** `GET /streams/:id/holder`: whose encoder sends the stream, as of its last publish; null: it has ended, or has one ingest only. */
export interface HolderAnswer {
  machine: string | null;
}

/**
 * To a health report. `known` false: the stream has ended as far as api is concerned. `elsewhere`: its encoder went on to
 * another machine, which holds it now.
 */
export interface HealthAnswer {
  known: boolean;
  elsewhere: boolean;
}
