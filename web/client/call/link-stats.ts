import type { QualitySample } from "../../../signaling/contract/call.ts";
import { type TrackName, trackNames } from "./tracks.ts";
import type { Quality } from "./types.ts";

/**
 * What two reports of one connection say about the time between them. Names are those of W3C's Identifiers for WebRTC's
 * Statistics.
 */

/** One entry of an RTCStatsReport, and a report: as `getStats` gives it, or as it was recorded. */
export type Stat = Readonly<Record<string, unknown>> & { id: string; type: string; timestamp: number };
export type Report = ReadonlyMap<string, Stat>;

/** What a report says of the time since the one before; freezes too are only those of this time. */
export interface Measured extends Omit<Quality, "bars"> {
  overMs: number;
  /** Part of the sound that was played which had to be made up; null: none was played. */
  concealed: number | null;
  /** Of our pictures, the estimate of what the line carries in all, bit/s; null: unknown. */
  availableBitsPerSecond: number | null;
}

const msPerS = 1000;
const bitsPerByte = 8;

/** Which pictures the other side has been sending all the while: only these can freeze. */
export type Steady = Readonly<Record<"camera" | "screen", boolean>>;

/** null: the two are not of one connection, or nothing lies between them. */
export function measure(before: Report, now: Report, isSteady: Steady): Measured | null {
  const pair = selectedPair(now);
  const pairBefore = before.get(pair?.id ?? "");
  if (pair === null || pairBefore === undefined || pair.timestamp <= pairBefore.timestamp) return null;
  const overMs = pair.timestamp - pairBefore.timestamp;
  const perSecond = (name: string): number => rateOf(pairBefore, pair, name, overMs);
  const inbound = (name: TrackName) => streamOf(now, "inbound-rtp", name);
  const camera = inbound("camera");
  const sent = streamOf(now, "outbound-rtp", "camera");
  return {
    overMs: Math.round(overMs),
    sentBitsPerSecond: perSecond("bytesSent"),
    receivedBitsPerSecond: perSecond("bytesReceived"),
    lossIn: lossIn(before, now),
    lossOut: lossOut(before, now, overMs),
    jitterMs: worstJitterMs(before, now),
    roundTripMs: inMs(numberOf(pair, "currentRoundTripTime")),
    ...freezesSince(before, now, isSteady),
    ...pathOf(now, pair),
    receivedHeight: numberOf(camera, "frameHeight"),
    receivedFramesPerSecond: numberOf(camera, "framesPerSecond"),
    sentHeight: numberOf(sent, "frameHeight"),
    sentFramesPerSecond: numberOf(sent, "framesPerSecond"),
    limitedBy: limitOf(sent),
    concealed: concealedIn(before, now),
    availableBitsPerSecond: numberOf(pair, "availableOutgoingBitrate"),
  };
}

/** For the server: what was measured over a longer time. */
export function sampleOf(peer: QualitySample["peer"], measured: Measured): QualitySample {
  const { path, protocol, overMs, lossIn: lossOfIn, lossOut: lossOfOut, jitterMs, roundTripMs, concealed } = measured;
  return {
    peer,
    path,
    protocol,
    overMs: Math.min(600_000, overMs),
    sentBitsPerSecond: Math.round(measured.sentBitsPerSecond),
    receivedBitsPerSecond: Math.round(measured.receivedBitsPerSecond),
    lossIn: lossOfIn,
    lossOut: lossOfOut,
    jitterMs,
    roundTripMs,
    freezes: measured.freezes,
    freezeMs: Math.min(600_000, Math.round(measured.freezeMs)),
    concealed,
  };
}

const rough = { loss: 0.03, roundTripMs: 300, jitterMs: 50, concealed: 0.03 };
const poor = { loss: 0.1, roundTripMs: 600, jitterMs: 120, concealed: 0.1 };

/** How good that is for people: 3, 2 or 1. */
export function barsFor(measured: Measured): Quality["bars"] {
  const isOver = (limit: typeof rough): boolean =>
    Math.max(measured.lossIn ?? 0, measured.lossOut ?? 0) > limit.loss ||
    (measured.roundTripMs ?? 0) > limit.roundTripMs ||
    (measured.jitterMs ?? 0) > limit.jitterMs ||
    (measured.concealed ?? 0) > limit.concealed;
  if (measured.path === "none" || isOver(poor) || measured.freezeMs > msPerS) return 1;
  return isOver(rough) || measured.freezes > 0 ? 2 : 3;
}

function selectedPair(report: Report): Stat | null {
  for (const stat of report.values()) {
    if (stat.type !== "transport") continue;
    const id = stat["selectedCandidatePairId"];
    return typeof id === "string" ? (report.get(id) ?? null) : null;
  }
  // Firefox has had no transport's statistics: there the pair in use says so itself. Others may be left of former paths.
  const pairs = streamsOf(report, "candidate-pair").filter(
    (stat) => stat["nominated"] === true && stat["state"] === "succeeded",
  );
  return pairs.find((stat) => stat["selected"] === true) ?? pairs[0] ?? null;
}

function pathOf(report: Report, pair: Stat): Pick<Measured, "path" | "protocol"> {
  const local = report.get(stringOf(pair, "localCandidateId") ?? "");
  const remote = report.get(stringOf(pair, "remoteCandidateId") ?? "");
  const isRelay = local?.["candidateType"] === "relay" || remote?.["candidateType"] === "relay";
  const own = local?.["candidateType"] === "relay" ? stringOf(local, "relayProtocol") : null;
  const protocol = own ?? stringOf(local, "protocol");
  return {
    path: isRelay ? "relay" : "direct",
    protocol: protocol === "udp" || protocol === "tcp" || protocol === "tls" ? protocol : null,
  };
}

/** Found by its place among the m-lines; Firefox gives the same ids as names. */
function streamOf(report: Report, type: string, name: TrackName): Stat | undefined {
  const mid = String(trackNames.indexOf(name));
  for (const stat of report.values()) if (stat.type === type && stat["mid"] === mid) return stat;
  return undefined;
}

const streamsOf = (report: Report, type: string): Stat[] => [...report.values()].filter((stat) => stat.type === type);

/** The difference of a counter, never below zero: it begins anew with the stream. */
const since = (before: Stat | undefined, now: Stat | undefined, name: string): number =>
  Math.max(0, (numberOf(now, name) ?? 0) - (numberOf(before, name) ?? 0));

const rateOf = (before: Stat, now: Stat, name: string, overMs: number): number =>
  (since(before, now, name) * bitsPerByte * msPerS) / overMs;

function lossIn(before: Report, now: Report): number | null {
  let lost = 0;
  let received = 0;
  for (const stat of streamsOf(now, "inbound-rtp")) {
    const then = before.get(stat.id);
    lost += since(then, stat, "packetsLost");
    received += since(then, stat, "packetsReceived");
  }
  return lost + received === 0 ? null : lost / (lost + received);
}

/**
 * As the other side reports it: about once a second for pictures, every five for sound (RFC 3550, 6.2). What was lost
 * between two of its reports is held against what was sent in as much time. null: it has reported nothing new.
 */
function lossOut(before: Report, now: Report, overMs: number): number | null {
  let lost = 0;
  let sent = 0;
  for (const stat of streamsOf(now, "remote-inbound-rtp")) {
    const then = before.get(stat.id);
    const reportedOverMs = then === undefined ? 0 : stat.timestamp - then.timestamp;
    if (reportedOverMs <= 0) continue;
    const local = stringOf(stat, "localId") ?? "";
    lost += since(then, stat, "packetsLost");
    sent += (since(before.get(local), now.get(local), "packetsSent") * reportedOverMs) / overMs;
  }
  return sent === 0 ? null : Math.min(1, lost / sent);
}

function worstJitterMs(before: Report, now: Report): number | null {
  const jitters = streamsOf(now, "inbound-rtp")
    .filter((stat) => since(before.get(stat.id), stat, "packetsReceived") > 0)
    .flatMap((stat) => inMs(numberOf(stat, "jitter")) ?? []);
  return jitters.length === 0 ? null : Math.max(...jitters);
}

/** Silence that is made up is no loss: nothing was to be heard. */
function concealedIn(before: Report, now: Report): number | null {
  let concealed = 0;
  let played = 0;
  for (const stat of streamsOf(now, "inbound-rtp")) {
    const then = before.get(stat.id);
    const silent = since(then, stat, "silentConcealedSamples");
    concealed += Math.max(0, since(then, stat, "concealedSamples") - silent);
    played += since(then, stat, "totalSamplesReceived") - silent;
  }
  return played <= 0 ? null : Math.min(1, concealed / played);
}

interface Freezes {
  freezes: number;
  freezeMs: number;
}

function freezesIn(report: Report, of: Steady): Freezes {
  const names = (["camera", "screen"] as const).filter((name) => of[name]);
  const stats = names.flatMap((name) => streamOf(report, "inbound-rtp", name) ?? []);
  const sum = (name: string): number => stats.reduce((total, stat) => total + (numberOf(stat, name) ?? 0), 0);
  return { freezes: sum("freezeCount"), freezeMs: Math.round(sum("totalFreezesDuration") * msPerS) };
}

function freezesSince(before: Report, now: Report, isSteady: Steady): Freezes {
  const [then, later] = [freezesIn(before, isSteady), freezesIn(now, isSteady)];
  return {
    freezes: Math.max(0, later.freezes - then.freezes),
    freezeMs: Math.max(0, later.freezeMs - then.freezeMs),
  };
}

function limitOf(sent: Stat | undefined): Quality["limitedBy"] {
  const reason = sent?.["qualityLimitationReason"];
  return reason === "none" || reason === "cpu" || reason === "bandwidth" || reason === "other" ? reason : null;
}

function numberOf(stat: Stat | undefined, name: string): number | null {
  const value = stat?.[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function stringOf(stat: Stat | undefined, name: string): string | null {
  const value = stat?.[name];
  return typeof value === "string" ? value : null;
}

const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * msPerS);
