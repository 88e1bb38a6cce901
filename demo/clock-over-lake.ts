import { below, Canvas, type Color, ellipse, mix, polygon, rectangle, type Shape, stroke, union } from "./canvas.ts";
import type { Picture } from "./picture.ts";
import { type Mask, maskOf, YuvFrame } from "./yuv-frame.ts";

/**
 * An evening at a lake, and over it the time of this machine with its tenths: whoever holds a watch beside it sees how far
 * behind the stream is. Digits are painted, since not every ffmpeg has letters and not every machine has fonts.
 */

const width = 1280;
const height = 720;
const shoreY = 470;
const sun = { x: 640, y: 446, radius: 58 };
const night: Color = [10, 13, 34];
const dusk: Color = [74, 30, 92];
const ember: Color = [214, 88, 60];
const gold: Color = [255, 196, 104];
const land: Color = [16, 12, 26];
const lamp: Color = [255, 206, 120];
const digitColor: Color = [255, 246, 230];

export function clockOverLake(): Picture {
  const scene = paintScene();
  /** The scene with the time as it is for a second. */
  let [still, stillOf] = [scene, 0];
  const digits = makeDigits();
  const dots = { large: maskOf(ellipse(8, 8, 6.5), 16, 16), small: maskOf(ellipse(8, 8, 4), 16, 16) };
  const spark = maskOf(ellipse(2, 2, 1.4), 4, 4);
  const ripple = maskOf(ellipse(64, 2, 62, 2), 128, 4);
  const boat = makeBoat();
  return {
    width,
    height,
    framesPerSec: 30,
    frameAt: (timeMs) => {
      const second = Math.floor(timeMs / 1000);
      if (second !== stillOf) {
        const frame = new YuvFrame(scene.slice(), width, height);
        layTime(frame, digits, dots, new Date(second * 1000));
        [still, stillOf] = [frame.data, second];
      }
      const frame = new YuvFrame(still.slice(), width, height);
      const timeS = timeMs / 1000;
      layStars(frame, spark, timeS);
      layRipples(frame, ripple, timeS);
      layBoat(frame, boat, timeS);
      layFraction(frame, digits, dots.large, timeMs);
      return frame.data;
    },
  };
}

function skyAt(y: number): Color {
  if (y < 230) return mix(night, dusk, (y / 230) ** 1.3);
  if (y < 390) return mix(dusk, ember, (y - 230) / 160);
  return mix(ember, gold, (y - 390) / 80);
}

/** What does not move. */
function paintScene(): Uint8Array {
  const canvas = new Canvas(width, height);
  canvas.fill((x, y) => {
    const near = Math.max(0, 1 - Math.hypot((x - sun.x) / 420, (y - sun.y) / 250)) ** 2;
    if (y < shoreY) return mix(skyAt(y), gold, near * 0.75);
    const mirrored = skyAt(shoreY - (y - shoreY) * 1.35);
    return mix(mix(mirrored, gold, near * 0.35), night, 0.25 + ((y - shoreY) / (height - shoreY)) * 0.6);
  });
  canvas.paint(
    onLand(ellipse(sun.x, sun.y, sun.radius)),
    (_, y) => mix([255, 244, 204], gold, (y - sun.y + 40) / 70),
    2,
  );
  const mountain = (x: number, peak: number, high: number, slope: number): number =>
    Math.min(high * Math.exp(-Math.abs(x - peak) / slope), high * 0.88);
  const far = (x: number): number =>
    shoreY -
    18 -
    mountain(x, 1010, 210, 170) -
    mountain(x, 180, 150, 150) -
    6 * Math.sin(x / 47) -
    4 * Math.sin(x / 19);
  const near = (x: number): number => shoreY + 2 - 16 * Math.abs(Math.sin(x / 210 + 1)) - 5 * Math.sin(x / 23) ** 2;
  canvas.paint(onLand(below(far)), (_, y) => mix([66, 30, 78], [168, 70, 76], (y - 300) / 170));
  canvas.paint(onLand(below(near)), [34, 18, 44]);
  paintHall(canvas);
  paintPalm(canvas, 1130, 720, 1086, 452, 1);
  paintPalm(canvas, 1210, 730, 1232, 520, 0.8);
  canvas.paint(
    below((x) => 704 - 60 * Math.exp(-(((x - 1180) / 190) ** 2)) - 26 * Math.exp(-(((x - 40) / 260) ** 2))),
    land,
  );
  return canvas.toYuv();
}

/** Down to the water only. */
const onLand = ({ distance, box }: Shape): Shape => ({
  distance: (x, y) => Math.max(distance(x, y), y - shoreY),
  box: { ...box, bottom: shoreY },
});

/** A stage on posts in the water, open to all sides: what the product is named after. */
function paintHall(canvas: Canvas): void {
  const posts = [206, 250, 294, 338, 382, 426].map((x) => stroke(x, 532, x, 566, 3.5));
  const pillars = [206, 279, 353, 426].map((x) => rectangle(x, 494, 5, 36));
  const lower = polygon([150, 462], [232, 414], [400, 414], [482, 462]);
  const upper = polygon([238, 418], [288, 352], [344, 352], [394, 418]);
  const lit = rectangle(316, 494, 108, 34);
  canvas.paint(lit, (x, y) => mix(lamp, [190, 84, 44], Math.hypot((x - 316) / 120, (y - 478) / 60)), 3);
  for (const [x, tall] of [
    [262, 38],
    [316, 50],
    [368, 36],
  ] as const) {
    canvas.paint(union(ellipse(x, 526 - tall, 6.5), rectangle(x, 530 - tall / 2, 8, tall / 2, 6)), land);
  }
  canvas.paint(
    union(lower, upper, rectangle(316, 466, 170, 5), rectangle(316, 532, 132, 6), ...posts, ...pillars),
    land,
  );
  // Light on the water below.
  for (let row = 0; row < 9; row++) {
    const y = 574 + row * 9;
    const half = 84 - row * 5 + ((row * 37) % 17);
    canvas.paint(ellipse(316 + ((row * 29) % 13) - 6, y, half, 2.6), lamp, 3, 0.42 - row * 0.04);
  }
}

function paintPalm(canvas: Canvas, footX: number, footY: number, crownX: number, crownY: number, size: number): void {
  let [x, y] = [footX, footY];
  for (let step = 1; step <= 12; step++) {
    const part = step / 12;
    const [nextX, nextY] = [footX + (crownX - footX) * part ** 1.6, footY + (crownY - footY) * part];
    canvas.paint(stroke(x, y, nextX, nextY, (9 - 4 * part) * size), land);
    [x, y] = [nextX, nextY];
  }
  for (const turn of [-2.5, -1.9, -1.2, -0.5, 0.3, 1, 1.7, 2.4]) {
    let [fromX, fromY] = [crownX, crownY];
    for (let step = 1; step <= 10; step++) {
      const reach = step * 11 * size;
      const toX = crownX + Math.sin(turn) * reach;
      const toY = crownY - Math.cos(turn) * reach * 0.55 + (step * step * 1.05 - step * 3) * size;
      canvas.paint(stroke(fromX, fromY, toX, toY, Math.max(1.5, (8 - step * 0.65) * size)), land);
      [fromX, fromY] = [toX, toY];
    }
  }
}

/** Above the digits. */
function layStars(frame: YuvFrame, spark: Mask, timeS: number): void {
  for (let star = 1; star <= 60; star++) {
    const [x, y] = [(star * 0.618034 * width) % width, ((star * 0.754878) % 1) * (timeTop - 14)];
    const shine = 0.5 + 0.45 * Math.sin(timeS * (0.6 + (star % 7) / 5) + star);
    frame.lay(spark, x, y, [236, 236, 255], shine);
  }
}

/** The sun's way over the water. */
function layRipples(frame: YuvFrame, ripple: Mask, timeS: number): void {
  for (let row = 0; row < 44; row++) {
    const y = shoreY + 4 + row * 4.6;
    const swing = Math.sin(timeS * 1.3 + row * 1.9) * (4 + row * 0.7);
    const shine = 0.32 + 0.3 * Math.sin(timeS * 1.9 + row * 2.6);
    if (shine > 0) frame.lay(ripple, sun.x - 64 + swing, y, gold, shine * (1 - row / 52));
  }
}

function makeBoat(): { hull: Mask; light: Mask } {
  const hull = union(
    polygon([4, 34], [112, 32], [92, 46], [20, 46]),
    rectangle(60, 40, 44, 4),
    stroke(66, 36, 70, 10, 2),
    union(ellipse(44, 20, 6), rectangle(44, 32, 8, 12, 6)),
  );
  return { hull: maskOf(hull, 116, 50), light: maskOf(ellipse(16, 16, 3), 32, 32, 22) };
}

function layBoat(frame: YuvFrame, { hull, light }: ReturnType<typeof makeBoat>, timeS: number): void {
  const x = ((timeS * 9) % (width + 260)) - 130;
  const y = 552 + Math.sin(timeS * 0.8) * 2;
  frame.lay(hull, x, y, land);
  frame.lay(light, x + 54, y - 8, lamp);
}

interface Glyph {
  mask: Mask;
  glow: Mask;
}

const glyph = { width: 88, height: 150, glow: 24 };
const advance = { digit: 110, dots: 38 };
const timeTop = 108;
const tenthLeft = (width + 6 * advance.digit + 3 * advance.dots - glyph.width) / 2;
const timeLeft = tenthLeft - 6 * advance.digit - 3 * advance.dots;
const dotsTop = timeTop + 186;
const dotX = (second: number): number => timeLeft + 8 + (Math.min(second, 59) * (tenthLeft + 60 - timeLeft)) / 59;
/** Which strokes a digit has: top, upper left and right, middle, lower left and right, bottom. */
const strokesOf = [
  "1110111",
  "0010010",
  "1011101",
  "1011011",
  "0111010",
  "1101011",
  "1101111",
  "1010010",
  "1111111",
  "1111011",
];

function makeDigits(): Glyph[] {
  const [left, right, top, middle, bottom] = [14, glyph.width - 14, 14, glyph.height / 2, glyph.height - 14];
  const strokes = [
    [left, top, right, top],
    [left, top, left, middle],
    [right, top, right, middle],
    [left, middle, right, middle],
    [left, middle, left, bottom],
    [right, middle, right, bottom],
    [left, bottom, right, bottom],
  ] as const;
  return strokesOf.map((which) => {
    const shape = (shift: number): Shape =>
      union(
        ...strokes
          .filter((_, index) => which[index] === "1")
          .map(([fromX, fromY, toX, toY]) => stroke(fromX + shift, fromY + shift, toX + shift, toY + shift, 8)),
      );
    const { glow } = glyph;
    return {
      mask: maskOf(shape(0), glyph.width, glyph.height),
      glow: maskOf(shape(glow), glyph.width + 2 * glow, glyph.height + 2 * glow, 44),
    };
  });
}

/** Hours, minutes and seconds, the tenths left out, and below them sixty dots: one for each second of the minute. */
function layTime(frame: YuvFrame, digits: Glyph[], dots: { large: Mask; small: Mask }, now: Date): void {
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((value) => String(value).padStart(2, "0"));
  let x = timeLeft;
  for (const [index, pair] of time.entries()) {
    for (const digit of pair) {
      layDigit(frame, digits[Number(digit)], x, digitColor);
      x += advance.digit;
    }
    for (const y of index < 2 ? [46, 92] : [glyph.height - 20]) frame.lay(dots.large, x + 8, timeTop + y, digitColor);
    x += advance.dots;
  }
  const passed = now.getSeconds();
  for (let second = 0; second < 60; second++) {
    frame.lay(dots.small, dotX(second), dotsTop, digitColor, second <= passed ? 0.85 : 0.22);
  }
}

/** The tenths, and a dot that runs. */
function layFraction(frame: YuvFrame, digits: Glyph[], dot: Mask, timeMs: number): void {
  layDigit(frame, digits[Math.floor((timeMs % 1000) / 100)], tenthLeft, gold);
  frame.lay(dot, dotX((timeMs / 1000) % 60), dotsTop, gold);
}

function layDigit(frame: YuvFrame, digit: Glyph | undefined, x: number, color: Color): void {
  if (digit === undefined) return;
  frame.lay(digit.glow, x - glyph.glow, timeTop - glyph.glow, [20, 10, 40], 0.4);
  frame.lay(digit.mask, x, timeTop, color);
}
