import type { PeerId } from "../../../signaling/contract/call.ts";

/** Who speaks: decided from how loud everybody is, without flickering. Times are ms. */

export interface Voice {
  /** Smoothed loudness, 0 to 1. */
  loudness: number;
  isSpeaking: boolean;
  /** Since when it has been loud, or quiet, without a break. */
  since: number;
  isLoud: boolean;
}

export interface Speech {
  voices: ReadonlyMap<PeerId, Voice>;
  /** Who speaks, or spoke last. */
  speaker: PeerId | null;
  speakerSince: number;
}

export const silence: Speech = { voices: new Map(), speaker: null, speakerSince: 0 };

/** Quieter than this is nothing, louder than that is as loud as can be; of a full-scale amplitude, dB. */
const quietestDb = -60;
const loudestDb = -10;
/** Where speech begins and ends, of loudness; between the two, what was goes on. */
const loudFrom = 0.4;
const loudUntil = 0.3;
/** A cough is no speech, a breath is no end of it. */
const speaksAfterMs = 200;
const silentAfterMs = 900;
/** A speaker stays the speaker for so long, however loud somebody else is. */
const speakerForMs = 1_500;
const smoothing = 0.5;

/** Loudness, 0 to 1, of an amplitude of 0 to 1: as people hear it, by decibels. */
export function loudnessOf(amplitude: number): number {
  if (amplitude <= 0) return 0;
  const db = 20 * Math.log10(amplitude);
  return Math.min(1, Math.max(0, (db - quietestDb) / (loudestDb - quietestDb)));
}

/** Call it about five times a second with how loud each is. Who is not in `levels` has left, or is muted. */
export function hear(before: Speech, levels: ReadonlyMap<PeerId, number>, now: number): Speech {
  const voices = new Map<PeerId, Voice>();
  for (const [id, level] of levels) voices.set(id, hearOne(before.voices.get(id), level, now));
  const current = before.speaker === null ? undefined : voices.get(before.speaker);
  const isHeld = current?.isSpeaking === true && now - before.speakerSince < speakerForMs;
  if (isHeld) return { ...before, voices };
  const speaking = [...voices].filter(([, voice]) => voice.isSpeaking);
  const [loudest] = speaking.sort(([, one], [, other]) => other.loudness - one.loudness);
  const isOther = loudest !== undefined && loudest[0] !== before.speaker;
  return { voices, speaker: loudest?.[0] ?? before.speaker, speakerSince: isOther ? now : before.speakerSince };
}

function hearOne(before: Voice | undefined, level: number, now: number): Voice {
  const wasLoudness = before?.loudness ?? 0;
  const loudness = wasLoudness + (level - wasLoudness) * smoothing;
  const wasLoud = before?.isLoud ?? false;
  const isLoud = loudness >= (wasLoud ? loudUntil : loudFrom);
  const since = before === undefined || isLoud !== wasLoud ? now : before.since;
  const wasSpeaking = before?.isSpeaking ?? false;
  const isSpeaking = isLoud ? wasSpeaking || now - since >= speaksAfterMs : wasSpeaking && now - since < silentAfterMs;
  return { loudness, isSpeaking, since, isLoud };
}
