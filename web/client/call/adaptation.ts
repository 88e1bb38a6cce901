import type { PeerId } from "../../../signaling/contract/call.ts";
import type { Measured } from "./link-stats.ts";
import type { Wanted } from "./peer-link.ts";

/**
 * How much of our pictures goes to whom: by how many receive them, how large they show them, what is lost on the way and
 * what this computer can encode. Decided every 2 s. Bit rates are in bit/s, times in ms, heights in px.
 */

interface Size {
  width: number;
  height: number;
}

/** What is known of one receiver. */
interface Receiver {
  /** null: they have not said yet. */
  wanted: Wanted | null;
  /** null: nothing new. What was decided from measurements stays then. */
  measured: Pick<Measured, "lossOut" | "availableBitsPerSecond" | "limitedBy"> | null;
}

export interface AdaptationInput {
  /** null: off. */
  camera: Size | null;
  screen: Size | null;
  receivers: ReadonlyMap<PeerId, Receiver>;
}

/** Of RTCRtpEncodingParameters. */
export interface Encoding {
  active: boolean;
  maxBitrate: number;
  maxFramerate: number;
  scaleResolutionDownBy: number;
}

export interface LinkPlan {
  camera: Encoding;
  screen: Encoding;
  /** The line carries the sound alone. */
  isVideoPaused: boolean;
}

interface LinkMemory {
  /** What loss has left of the share, at most. */
  capBitsPerSecond: number;
  /** Measurements in a row that were too poor for a picture. */
  poor: number;
  pausedAt: number | null;
  /** When the picture was last tried again. */
  triedAt: number | null;
  retryAfterMs: number;
}

export interface Adaptation {
  memory: ReadonlyMap<PeerId, LinkMemory>;
  plans: ReadonlyMap<PeerId, LinkPlan>;
  processor: { level: number; hot: number; coolSince: number; coolForMs: number };
  /** What the camera is asked for. */
  capture: { height: number; framesPerSecond: number };
}

/** Of one's own line, for all cameras together; beside a shared screen; and for that screen. */
const cameraTotal = 3_000_000;
const cameraTotalBesideScreen = 1_200_000;
const screenTotal = 2_500_000;
const cameraMost = 2_500_000;
const screenMost = 1_500_000;
const screenLeast = 150_000;
const cameraLeast = 100_000;

/** Each height with the most that it gains from, and the least that is worth it. */
const ladder = [
  { height: 720, most: 2_500_000, least: 1_100_000 },
  { height: 540, most: 1_300_000, least: 650_000 },
  { height: 360, most: 750_000, least: 330_000 },
  { height: 270, most: 450_000, least: 170_000 },
  { height: 180, most: 220_000, least: 0 },
] as const;
const [largest] = ladder;
const smallest = ladder[4];

const lossHigh = 0.1;
const lossLow = 0.02;
const lossBackBy = 2 / 3;
const recoverBy = 1.08;

/** A line that carries less than this, or loses more, carries sound alone. */
const soundOnlyBelow = 120_000;
const soundOnlyLoss = 0.25;
const poorTimes = 2;
/** For one that is tried again: the estimate of the line has to grow first. */
const poorTimesTried = 4;
/** A paused picture is tried again after so long, and later each time that fails. */
const retryAfterMs = 10_000;
const retryMostMs = 60_000;
const triedWellAfterMs = 10_000;
const trialBitsPerSecond = 150_000;

/** What the processor has to do, less with each level. */
const processorLevels = [
  { height: 720, framesPerSecond: 30 },
  { height: 720, framesPerSecond: 20 },
  { height: 360, framesPerSecond: 15 },
  { height: 270, framesPerSecond: 10 },
] as const;
const hotTimes = 2;
const coolForMs = 30_000;
const coolMostMs = 240_000;

/** A screen is for reading: its text is not made smaller than this. */
const screenHeightLeast = 720;
const screenFramesPerSecond = 15;
const slowScreenBelow = 400_000;
const slowScreenFramesPerSecond = 5;

const freshMemory: LinkMemory = {
  capBitsPerSecond: cameraMost,
  poor: 0,
  pausedAt: null,
  triedAt: null,
  retryAfterMs,
};

export const unadapted: Adaptation = {
  memory: new Map(),
  plans: new Map(),
  processor: { level: 0, hot: 0, coolSince: 0, coolForMs },
  capture: processorLevels[0],
};

/** Pure: what was decided before, what is measured now, the time. */
export function adapt(before: Adaptation, input: AdaptationInput, now: number): Adaptation {
  const processor = judgeProcessor(before.processor, input, now);
  const capture = processorLevels[processor.level] ?? processorLevels[0];
  const isWanted = (name: keyof Wanted) => (receiver: Receiver) =>
    receiver.wanted === null || receiver.wanted[name] > 0;
  const all = [...input.receivers.values()];
  const total = input.screen === null ? cameraTotal : cameraTotalBesideScreen;
  const share = Math.min(cameraMost, total / Math.max(1, all.filter(isWanted("camera")).length));
  const screenShare = Math.min(screenMost, screenTotal / Math.max(1, all.filter(isWanted("screen")).length));
  const memory = new Map<PeerId, LinkMemory>();
  const plans = new Map<PeerId, LinkPlan>();
  for (const [id, receiver] of input.receivers) {
    const known = remember(before.memory.get(id) ?? freshMemory, receiver, share, now);
    memory.set(id, known);
    plans.set(id, {
      camera: planCamera(input.camera, receiver, known, share, capture),
      screen: planScreen(input.screen, receiver, known, screenShare),
      isVideoPaused: known.pausedAt !== null,
    });
  }
  return { memory, plans, processor, capture };
}

function remember(before: LinkMemory, { measured }: Receiver, share: number, now: number): LinkMemory {
  if (measured === null) return before;
  const loss = measured.lossOut ?? 0;
  const available = measured.availableBitsPerSecond;
  const isPoor = (available !== null && available < soundOnlyBelow) || loss > soundOnlyLoss;
  const capBefore = Math.min(before.capBitsPerSecond, share);
  const capBitsPerSecond =
    loss > lossHigh
      ? Math.max(cameraLeast, capBefore * lossBackBy)
      : loss < lossLow
        ? Math.min(cameraMost, before.capBitsPerSecond * recoverBy)
        : before.capBitsPerSecond;
  const memory = { ...before, capBitsPerSecond, poor: isPoor ? before.poor + 1 : 0 };
  if (before.pausedAt !== null) return maybeTry(memory, loss, now);
  const isTrial = before.triedAt !== null && now - before.triedAt < triedWellAfterMs;
  if (memory.poor >= (isTrial ? poorTimesTried : poorTimes)) {
    const pauseMs = isTrial ? Math.min(retryMostMs, before.retryAfterMs * 2) : retryAfterMs;
    return { ...memory, pausedAt: now, retryAfterMs: pauseMs };
  }
  return memory;
}

/** Sound alone does not show how much more the line would carry: after a while a small picture finds it out. */
function maybeTry(memory: LinkMemory, loss: number, now: number): LinkMemory {
  const isDue = memory.pausedAt !== null && now - memory.pausedAt >= memory.retryAfterMs;
  if (!isDue || loss > lossHigh) return memory;
  return { ...memory, pausedAt: null, triedAt: now, poor: 0, capBitsPerSecond: trialBitsPerSecond };
}

function planCamera(
  size: Size | null,
  { wanted }: Receiver,
  memory: LinkMemory,
  share: number,
  capture: Adaptation["capture"],
): Encoding {
  const wantedHeight = wanted?.camera ?? Number.POSITIVE_INFINITY;
  const budget = Math.max(cameraLeast, Math.min(share, memory.capBitsPerSecond));
  const step = ladder.find(({ least }) => budget >= least) ?? smallest;
  const height = Math.min(step.height, capture.height);
  const { most } = ladder.findLast((each) => each.height >= Math.min(height, wantedHeight)) ?? largest;
  // The ladder counts the shorter side: a phone's camera stands upright.
  const scale =
    size === null
      ? 1
      : Math.max(1, Math.min(size.width, size.height) / height, size.height / Math.max(1, wantedHeight));
  return {
    active: wantedHeight > 0 && memory.pausedAt === null,
    maxBitrate: Math.round(Math.min(budget, most)),
    maxFramerate: capture.framesPerSecond,
    scaleResolutionDownBy: roundScale(scale),
  };
}

function planScreen(size: Size | null, { wanted }: Receiver, memory: LinkMemory, share: number): Encoding {
  const wantedHeight = wanted?.screen ?? Number.POSITIVE_INFINITY;
  const maxBitrate = Math.max(screenLeast, Math.min(share, memory.capBitsPerSecond));
  return {
    active: wantedHeight > 0,
    maxBitrate: Math.round(maxBitrate),
    maxFramerate: maxBitrate < slowScreenBelow ? slowScreenFramesPerSecond : screenFramesPerSecond,
    scaleResolutionDownBy: size === null ? 1 : roundScale(size.height / Math.max(screenHeightLeast, wantedHeight)),
  };
}

/** In quarters, down: a new scale costs a key frame, and is not worth one for a few pixels. */
const roundScale = (scale: number): number => Math.max(1, Math.floor(scale * 4) / 4);

function judgeProcessor(
  before: Adaptation["processor"],
  { receivers }: AdaptationInput,
  now: number,
): Adaptation["processor"] {
  const measurements = [...receivers.values()].flatMap(({ measured }) => measured ?? []);
  if (measurements.length === 0) return before;
  const isHot = measurements.some(({ limitedBy }) => limitedBy === "cpu");
  if (isHot) {
    const hot = before.hot + 1;
    if (hot < hotTimes) return { ...before, hot, coolSince: now };
    const level = Math.min(processorLevels.length - 1, before.level + 1);
    return { ...before, level, hot: 0, coolSince: now };
  }
  if (before.level === 0) {
    const isLongCool = now - before.coolSince >= coolMostMs;
    return { ...before, hot: 0, coolForMs: isLongCool ? coolForMs : before.coolForMs };
  }
  if (now - before.coolSince < before.coolForMs) return { ...before, hot: 0 };
  // If it was too early, the next attempt comes later.
  return { level: before.level - 1, hot: 0, coolSince: now, coolForMs: Math.min(coolMostMs, before.coolForMs * 2) };
}
