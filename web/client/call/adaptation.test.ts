import { expect, test } from "bun:test";
import { adapt, type Adaptation, type AdaptationInput, type LinkPlan, unadapted } from "./adaptation.ts";

type Receiver = AdaptationInput["receivers"] extends ReadonlyMap<string, infer Each> ? Each : never;
type Measured = NonNullable<Receiver["measured"]>;

const hd = { width: 1280, height: 720 };
const well: Measured = { lossOut: 0, availableBitsPerSecond: 4_000_000, limitedBy: "none" };
const ids = ["a", "b", "c", "d", "e", "f", "g", "h"].map((letter) => letter.repeat(32));
const everything = { camera: 2_000, screen: 2_000 };

const inputFor = (
  count: number,
  more: Partial<Receiver> = {},
  rest: Partial<AdaptationInput> = {},
): AdaptationInput => ({
  camera: hd,
  screen: null,
  receivers: new Map(ids.slice(0, count).map((id) => [id, { wanted: everything, measured: well, ...more }])),
  ...rest,
});

/** Every 2 s from `fromMs` on, `times` times. */
function run(before: Adaptation, input: AdaptationInput, times: number, fromMs = 0): Adaptation {
  let adaptation = before;
  for (let index = 0; index < times; index += 1) adaptation = adapt(adaptation, input, fromMs + index * 2_000);
  return adaptation;
}

function planFor(adaptation: Adaptation, id = ids[0] ?? ""): LinkPlan {
  const plan = adaptation.plans.get(id);
  if (plan === undefined) throw new Error("There is no plan.");
  return plan;
}

const heightOf = ({ camera }: LinkPlan): number => Math.round(hd.height / camera.scaleResolutionDownBy);

test.each([
  [1, 2_500_000, 720],
  [2, 1_500_000, 720],
  [3, 1_000_000, 576],
  [5, 600_000, 360],
  [7, 428_571, 360],
])("to %d receivers go %d bit/s each, at %d lines", (count, maxBitrate, height) => {
  const plan = planFor(run(unadapted, inputFor(count), 1));
  expect([plan.camera.maxBitrate, heightOf(plan)]).toEqual([maxBitrate, height]);
});

test.each([
  [720, 720, 2_500_000],
  [360, 360, 750_000],
  [180, 180, 220_000],
  [90, 90, 220_000],
])("shown at %d lines: sent at %d, for %d bit/s", (camera, height, maxBitrate) => {
  const plan = planFor(run(unadapted, inputFor(1, { wanted: { camera, screen: 0 } }), 1));
  expect([heightOf(plan), plan.camera.maxBitrate]).toEqual([height, maxBitrate]);
});

test("who does not show a picture gets none, and takes no part of the line", () => {
  const input = inputFor(2);
  const hidden = new Map(input.receivers).set(ids[1] ?? "", { wanted: { camera: 0, screen: 0 }, measured: well });
  const adaptation = run(unadapted, { ...input, receivers: hidden }, 1);
  expect(planFor(adaptation, ids[1]).camera.active).toBe(false);
  expect(planFor(adaptation, ids[1]).isVideoPaused).toBe(false);
  expect(planFor(adaptation).camera).toMatchObject({ active: true, maxBitrate: 2_500_000 });
});

test("a camera that stands upright is measured by its shorter side", () => {
  const plan = planFor(run(unadapted, inputFor(5, {}, { camera: { width: 720, height: 1_280 } }), 1));
  expect(plan.camera.scaleResolutionDownBy).toBe(2);
});

test("loss takes a third at once, and comes back slowly", () => {
  const lossy = run(unadapted, inputFor(1, { measured: { ...well, lossOut: 0.15 } }), 1);
  expect(planFor(lossy).camera.maxBitrate).toBe(1_666_667);
  const later = run(lossy, inputFor(1, { measured: { ...well, lossOut: 0.05 } }), 3);
  expect(planFor(later).camera.maxBitrate).toBe(1_666_667);
  const better = run(lossy, inputFor(1), 1);
  expect(planFor(better).camera.maxBitrate).toBe(1_800_000);
  expect(planFor(run(lossy, inputFor(1), 6)).camera.maxBitrate).toBe(2_500_000);
});

test("loss for one takes nothing from the others", () => {
  const input = inputFor(2);
  const receivers = new Map(input.receivers).set(ids[0] ?? "", {
    wanted: everything,
    measured: { ...well, lossOut: 0.2 },
  });
  const adaptation = run(unadapted, { ...input, receivers }, 1);
  expect(planFor(adaptation).camera.maxBitrate).toBe(1_000_000);
  expect(planFor(adaptation, ids[1]).camera.maxBitrate).toBe(1_500_000);
});

test("where the line carries no picture beside the sound, it is paused; once is no reason", () => {
  const narrow = inputFor(1, { measured: { ...well, availableBitsPerSecond: 90_000 } });
  expect(planFor(run(unadapted, narrow, 1))).toMatchObject({ isVideoPaused: false, camera: { active: true } });
  expect(planFor(run(unadapted, narrow, 2))).toMatchObject({ isVideoPaused: true, camera: { active: false } });
});

test("a paused picture is tried again, small, and later each time it fails", () => {
  const narrow = inputFor(1, { measured: { ...well, availableBitsPerSecond: 90_000 } });
  const pauses: boolean[] = [];
  let adaptation = unadapted;
  for (let now = 0; now <= 40_000; now += 2_000) {
    adaptation = adapt(adaptation, narrow, now);
    pauses.push(planFor(adaptation).isVideoPaused);
  }
  const tried = pauses.flatMap((isPaused, index) => (isPaused ? [] : [index * 2]));
  // Paused at 2 s for 10 s, and at 20 s, when four measurements had been too poor, for 20 s.
  expect(tried).toEqual([0, 12, 14, 16, 18, 40]);
});

test("a picture that is tried again and carried stays, and grows", () => {
  const narrow = inputFor(1, { measured: { ...well, availableBitsPerSecond: 90_000 } });
  const paused = run(unadapted, narrow, 2);
  const tried = run(paused, inputFor(1), 6, 4_000);
  expect(planFor(tried)).toMatchObject({ isVideoPaused: false, camera: { active: true, maxBitrate: 162_000 } });
  expect(planFor(run(tried, inputFor(1), 40, 16_000)).camera.maxBitrate).toBe(2_500_000);
});

test("beside a screen the cameras take less, and the screen keeps its lines", () => {
  const plan = planFor(run(unadapted, inputFor(2, {}, { screen: { width: 1_920, height: 1_080 } }), 1));
  expect(plan.camera.maxBitrate).toBe(600_000);
  expect(plan.screen).toEqual({ active: true, maxBitrate: 1_250_000, maxFramerate: 15, scaleResolutionDownBy: 1 });
  const small = inputFor(2, { wanted: { camera: 200, screen: 240 } }, { screen: { width: 3_840, height: 2_160 } });
  expect(planFor(run(unadapted, small, 1)).screen.scaleResolutionDownBy).toBe(3);
  const many = inputFor(8, {}, { screen: hd });
  expect(planFor(run(unadapted, many, 1)).screen).toMatchObject({ maxBitrate: 312_500, maxFramerate: 5 });
});

test("a processor that is too slow gets less to do, for everybody, and more again when it has rested", () => {
  const hot = inputFor(1, { measured: { ...well, limitedBy: "cpu" } });
  expect(run(unadapted, hot, 1).capture).toEqual({ height: 720, framesPerSecond: 30 });
  const less = run(unadapted, hot, 2);
  expect(less.capture).toEqual({ height: 720, framesPerSecond: 20 });
  expect(planFor(less).camera.maxFramerate).toBe(20);
  const least = run(unadapted, hot, 20);
  expect(least.capture).toEqual({ height: 270, framesPerSecond: 10 });
  const rested = run(less, inputFor(1), 17, 4_000);
  expect(rested.capture.framesPerSecond).toBe(30);
  // It was too early: the next time it has to rest for longer.
  const again = run(run(rested, hot, 2, 40_000), inputFor(1), 17, 44_000);
  expect(again.capture.framesPerSecond).toBe(20);
});

test("without a measurement nothing that was measured is forgotten", () => {
  const lossy = run(unadapted, inputFor(1, { measured: { ...well, lossOut: 0.15 } }), 1);
  const same = adapt(lossy, inputFor(1, { measured: null }), 500);
  expect(planFor(same)).toEqual(planFor(lossy));
});

test("for somebody who has not said how large, as much as the line gives", () => {
  const plan = planFor(run(unadapted, inputFor(1, { wanted: null, measured: null }), 1));
  expect(plan).toMatchObject({ camera: { active: true, maxBitrate: 2_500_000 }, screen: { active: true } });
});
