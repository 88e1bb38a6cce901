import { Canvas, type Color, ellipse, mix, rectangle, type Shape, stroke, union, without } from "./canvas.ts";

/** Somebody before a camera, painted: for calls in which nobody sits. They breathe, sway, blink and speak. */

export interface Sitter {
  skin: Color;
  hair: Color;
  shirt: Color;
  /** The wall behind them, from its dark side to its light one. */
  wall: readonly [Color, Color];
  style: "bun" | "long" | "short" | "veil";
  hasGlasses?: boolean;
  /** Turns of the lips in one round of the film; 0: they listen. */
  talks?: number;
}

export const sitters: Record<"bayu" | "maya" | "sri" | "wati", Sitter> = {
  sri: {
    skin: [196, 138, 100],
    hair: [34, 24, 30],
    shirt: [190, 62, 54],
    wall: [
      [52, 34, 66],
      [214, 120, 78],
    ],
    style: "bun",
    talks: 7,
  },
  bayu: {
    skin: [146, 96, 66],
    hair: [26, 22, 24],
    shirt: [44, 92, 132],
    wall: [
      [16, 46, 44],
      [92, 158, 128],
    ],
    style: "short",
    hasGlasses: true,
  },
  maya: {
    skin: [214, 158, 122],
    hair: [62, 36, 28],
    shirt: [236, 186, 76],
    wall: [
      [30, 44, 84],
      [116, 160, 206],
    ],
    style: "long",
    talks: 5,
  },
  wati: {
    skin: [188, 132, 96],
    hair: [40, 104, 98],
    shirt: [30, 78, 78],
    wall: [
      [78, 52, 40],
      [222, 184, 132],
    ],
    style: "veil",
  },
};

export interface Film {
  width: number;
  height: number;
  framesPerSec: number;
}

const seconds = 4;

/** A film of some seconds that begins again without a jump: a file as a browser takes it for its camera (YUV4MPEG2). */
export function filmOf(sitter: Sitter, { width, height, framesPerSec }: Film): Uint8Array {
  const room = paintRoom(sitter, width, height);
  const frames = seconds * framesPerSec;
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSec}:1 Ip A1:1 C420mpeg2\n`)];
  for (let frame = 0; frame < frames; frame++) {
    const canvas = room.copy();
    paintSitter(canvas, sitter, frame / frames);
    parts.push(Buffer.from("FRAME\n"), Buffer.from(canvas.toYuv()));
  }
  return Buffer.concat(parts);
}

/** A picture of somebody's face: planar YUV 4:2:0, as wide as it is high. */
export function faceOf(sitter: Sitter, size: number): Uint8Array {
  const canvas = paintRoom(sitter, size, size);
  paintSitter(canvas, sitter, 0);
  return canvas.toYuv();
}

/** A wall with light from one side, a window or shelf, and a plant: out of focus, as behind anybody. */
function paintRoom({ wall, style }: Sitter, width: number, height: number): Canvas {
  const room = new Canvas(width, height);
  const unit = height / 360;
  const [dark, light] = wall;
  const isLeft = style === "bun" || style === "short";
  const lampX = isLeft ? 0.16 * width : 0.84 * width;
  room.fill((x, y) => mix(light, dark, Math.hypot((x - lampX) / width, (y - 0.2 * height) / height) * 1.25));
  const [frameX, frameY] = [isLeft ? 0.83 * width : 0.17 * width, 0.34 * height];
  const pane = rectangle(frameX, frameY, 52 * unit, 74 * unit, 4 * unit);
  room.paint(pane, mix(dark, [0, 0, 0], 0.35), 8 * unit);
  room.paint(rectangle(frameX, frameY, 45 * unit, 67 * unit, 2 * unit), mix(light, [255, 244, 214], 0.5), 10 * unit);
  const bar = stroke(frameX, frameY - 70 * unit, frameX, frameY + 70 * unit, 2 * unit);
  room.paint(bar, mix(dark, [0, 0, 0], 0.35), 6 * unit);
  const potX = isLeft ? 0.12 * width : 0.88 * width;
  for (const [turn, length] of [
    [-0.9, 74],
    [-0.45, 96],
    [0, 104],
    [0.45, 92],
    [0.9, 70],
  ] as const) {
    const [tipX, tipY] = [potX + Math.sin(turn) * length * unit, height * 0.86 - Math.cos(turn) * length * unit];
    room.paint(stroke(potX, height * 0.86, tipX, tipY, 7 * unit), mix([38, 96, 62], dark, 0.3), 9 * unit);
  }
  room.paint(rectangle(potX, height * 0.93, 26 * unit, 30 * unit, 6 * unit), mix([176, 92, 60], dark, 0.25), 6 * unit);
  return room;
}

/** `phase` is how far the film is, 0 to 1. All that moves has come round at 1. */
function paintSitter(canvas: Canvas, sitter: Sitter, phase: number): void {
  const unit = canvas.height / 360;
  const turn = phase * 2 * Math.PI;
  const breath = Math.sin(turn) * 1.6;
  const sway = Math.sin(turn + 1) * 5;
  const [middle, headY] = [canvas.width / 2, 148 * unit + (Math.sin(turn * 2) * 1.2 + breath) * unit];
  const headX = middle + sway * unit;
  const { skin, hair, shirt, style } = sitter;
  const put: Put = (shape, color, softness) => canvas.paint(shape, color, softness);
  const shade = mix(skin, [60, 20, 20], 0.22);

  if (style === "long") put(rectangle(headX, headY + 44 * unit, 76 * unit, 108 * unit, 70 * unit), hair);
  if (style === "bun") put(ellipse(headX + 8 * unit, headY - 96 * unit, 34 * unit, 30 * unit), hair);
  const bodyX = middle + sway * 0.4 * unit;
  put(rectangle(bodyX, (352 + breath) * unit, 128 * unit, 106 * unit, 84 * unit), shirt);
  put(rectangle(headX, headY + 84 * unit, 25 * unit, 40 * unit, 20 * unit), shade);
  put(ellipse(headX, (249 + breath) * unit, 29 * unit, 17 * unit), shade);
  for (const side of [-1, 1])
    if (style !== "veil") put(ellipse(headX + side * 61 * unit, headY + 8 * unit, 10 * unit, 16 * unit), shade);
  put(ellipse(headX, headY, 60 * unit, 76 * unit), skin);
  paintHair(put, sitter, headX, headY, unit);
  paintFace(put, sitter, headX + sway * 0.35 * unit, headY, unit, phase);
}

type Put = (shape: Shape, color: Color, softness?: number) => void;

function paintHair(put: Put, { hair, style }: Sitter, x: number, y: number, unit: number): void {
  const cap = ellipse(x, y - 14 * unit, 68 * unit, 78 * unit);
  switch (style) {
    case "veil": {
      const opening = ellipse(x, y + 6 * unit, 50 * unit, 64 * unit);
      const cloth = union(
        ellipse(x, y - 2 * unit, 76 * unit, 90 * unit),
        ellipse(x, y + 92 * unit, 82 * unit, 54 * unit),
      );
      put(without(cloth, opening), hair);
      put(without(ellipse(x, y - 2 * unit, 58 * unit, 74 * unit), opening), mix(hair, [255, 255, 255], 0.12));
      return;
    }
    case "short":
      put(without(cap, ellipse(x + 6 * unit, y + 26 * unit, 66 * unit, 74 * unit)), hair);
      return;
    case "bun":
    case "long":
      put(without(cap, ellipse(x - 7 * unit, y + 36 * unit, 64 * unit, 84 * unit)), hair);
  }
}

function paintFace(put: Put, sitter: Sitter, x: number, y: number, unit: number, phase: number): void {
  const { skin, hair, style, talks = 0, hasGlasses = false } = sitter;
  const dark: Color = [38, 26, 28];
  const brow = style === "veil" ? dark : mix(hair, dark, 0.5);
  // Once in a round, for a tenth of a second or two.
  const open = Math.abs(phase - 0.62) < 0.025 ? 0.12 : 1;
  for (const side of [-1, 1]) {
    const eyeX = x + side * 24 * unit;
    put(ellipse(eyeX, y + 2 * unit, 10 * unit, 6.5 * open * unit), [246, 240, 234]);
    put(ellipse(eyeX, y + 2 * unit, 5.2 * unit, 5.8 * open * unit), dark);
    if (open === 1) put(ellipse(eyeX + 2 * unit, y, 1.5 * unit), [255, 255, 255]);
    put(stroke(eyeX - 11 * unit, y - 16 * unit, eyeX + 11 * unit, y - 17 * unit, 2.3 * unit), brow);
    put(ellipse(x + side * 33 * unit, y + 27 * unit, 9 * unit, 6 * unit), mix(skin, [226, 96, 88], 0.22), 8 * unit);
    if (hasGlasses) {
      const rim = rectangle(eyeX, y + 2 * unit, 18 * unit, 14 * unit, 9 * unit);
      put(without(rim, rectangle(eyeX, y + 2 * unit, 15.6 * unit, 11.6 * unit, 7 * unit)), dark);
    }
  }
  if (hasGlasses) put(stroke(x - 6 * unit, y, x + 6 * unit, y, 1.3 * unit), dark);
  put(stroke(x, y + 12 * unit, x - 3 * unit, y + 26 * unit, 2.4 * unit), mix(skin, [80, 30, 24], 0.3));
  const spoken = talks === 0 ? 0 : Math.max(0, Math.sin(phase * 2 * Math.PI * talks)) * 7;
  const lips: Color = mix(skin, [150, 40, 48], 0.62);
  put(ellipse(x, y + 45 * unit, 17 * unit, (4 + spoken) * unit), lips);
  if (spoken > 2) put(ellipse(x, y + 45 * unit, 12 * unit, spoken * unit), [84, 22, 30]);
  else
    put(without(ellipse(x, y + 42 * unit, 19 * unit, 8 * unit), ellipse(x, y + 38 * unit, 21 * unit, 9 * unit)), lips);
}
