import { z } from "zod";
import { CallLine, CallRules, type CallSettings, PeerId, QualitySample } from "../../signaling/contract/call.ts";
import { peersMax } from "../../signaling/contract/limits.ts";

/** What signaling asks of api's private listener about calls, with SIGNALING_TOKEN. Times are Unix time, ms. */

/** Of each list in CallState. */
const listMax = 500;

/** What of a call must outlive signaling. It is kept with the room, also while that has ended: it may be opened again. */
export const CallState = z.strictObject({
  rules: CallRules,
  /** Subjects who cannot come back. */
  barred: z.array(z.string().max(64)).max(listMax),
  /** Devices that were removed: their resume tokens are void. */
  removed: z.array(PeerId).max(listMax),
  /** Devices that a host has brought on stage. */
  onStage: z.array(PeerId).max(listMax),
});
export type CallState = z.infer<typeof CallState>;

/** `POST /calls/rooms/:callId/open`: everything that signaling needs to know of a room, and a new epoch for it. */
export type CallOpenAnswer =
  | { known: false }
  | {
      known: true;
      /** One more at each opening. Nothing is saved under an older one. */
      epoch: number;
      /** The command stream up to this id is part of this. */
      asOf: number;
      settings: CallSettings;
      /** null: nothing was saved yet. */
      state: CallState | null;
      /** The last lines, oldest first, at most 200. */
      lines: CallLine[];
    };

/** `POST /calls/rooms/:callId/save`: all or nothing. A line that is stored already stays as it is. */
export const CallSaveRequest = z.strictObject({
  epoch: z.number().int().min(1),
  /** Absent: as it was. */
  state: CallState.optional(),
  lines: z.array(CallLine).max(200),
});
export type CallSaveRequest = z.infer<typeof CallSaveRequest>;

/** `stale`: the room was opened again since, or has ended, and nothing was saved. */
export type CallSaveAnswer = { type: "saved" } | { type: "stale" };

/**
 * `POST /calls/rooms/:callId/report`, every 10 s while somebody is there: keeps the room from ending, which it does when it
 * was empty for an hour, and tells how its connections are.
 */
export const CallReport = z.strictObject({
  /** Those in the call. */
  people: z.array(z.strictObject({ id: PeerId, name: z.string(), isGuest: z.boolean() })).max(peersMax),
  /** Who measured, and what. */
  samples: z
    .array(z.strictObject({ from: PeerId, at: z.number().int(), ...QualitySample.shape }))
    .max(peersMax * peersMax * 2),
});
export type CallReport = z.infer<typeof CallReport>;

/** `known` false: the room has ended, or was never there. */
export interface CallReportAnswer {
  known: boolean;
}
