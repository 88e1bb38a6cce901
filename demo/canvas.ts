/** A small painter: shapes with soft edges on a picture, and the picture as encoders and cameras take it. */

export type Color = readonly [red: number, green: number, blue: number];

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Shape {
  /** How far a point lies outside, px; below 0: inside. */
  distance(x: number, y: number): number;
  /** All of it lies in here. */
  box: Box;
}

const boxAround = (x: number, y: number, halfX: number, halfY: number): Box => ({
  left: x - halfX,
  top: y - halfY,
  right: x + halfX,
  bottom: y + halfY,
});

export const ellipse = (centerX: number, centerY: number, radiusX: number, radiusY = radiusX): Shape => ({
  distance: (x, y) => (Math.hypot((x - centerX) / radiusX, (y - centerY) / radiusY) - 1) * Math.min(radiusX, radiusY),
  box: boxAround(centerX, centerY, radiusX, radiusY),
});

export const rectangle = (x: number, y: number, halfX: number, halfY: number, rounding = 0): Shape => ({
  distance: (atX, atY) => {
    const [outX, outY] = [Math.abs(atX - x) - halfX + rounding, Math.abs(atY - y) - halfY + rounding];
    return Math.hypot(Math.max(outX, 0), Math.max(outY, 0)) + Math.min(Math.max(outX, outY), 0) - rounding;
  },
  box: boxAround(x, y, halfX, halfY),
});

/** A line with round ends. */
export function stroke(fromX: number, fromY: number, toX: number, toY: number, radius: number): Shape {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const lengthSquared = alongX ** 2 + alongY ** 2 || 1;
  return {
    distance: (x, y) => {
      const [offX, offY] = [x - fromX, y - fromY];
      const part = Math.min(1, Math.max(0, (offX * alongX + offY * alongY) / lengthSquared));
      return Math.hypot(offX - part * alongX, offY - part * alongY) - radius;
    },
    box: {
      left: Math.min(fromX, toX) - radius,
      top: Math.min(fromY, toY) - radius,
      right: Math.max(fromX, toX) + radius,
      bottom: Math.max(fromY, toY) + radius,
    },
  };
}

/** Corners in the order of the clock's hand, without a dent. */
export function polygon(...corners: [x: number, y: number][]): Shape {
  const sides = corners.map(([fromX, fromY], index) => {
    const [toX, toY] = corners[(index + 1) % corners.length] ?? [fromX, fromY];
    const length = Math.hypot(toX - fromX, toY - fromY);
    return { fromX, fromY, outX: (toY - fromY) / length, outY: (fromX - toX) / length };
  });
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return {
    distance: (x, y) =>
      sides.reduce(
        (far, { fromX, fromY, outX, outY }) => Math.max(far, (x - fromX) * outX + (y - fromY) * outY),
        -Infinity,
      ),
    box: { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) },
  };
}

/** Everything below a line that runs over the whole picture. */
export const below = (heightAt: (x: number) => number): Shape => ({
  distance: (x, y) => heightAt(x) - y,
  box: { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity },
});

export const union = (...shapes: Shape[]): Shape => ({
  distance: (x, y) => shapes.reduce((nearest, shape) => Math.min(nearest, shape.distance(x, y)), Infinity),
  box: {
    left: Math.min(...shapes.map(({ box }) => box.left)),
    top: Math.min(...shapes.map(({ box }) => box.top)),
    right: Math.max(...shapes.map(({ box }) => box.right)),
    bottom: Math.max(...shapes.map(({ box }) => box.bottom)),
  },
});

/** What is in the first shape and not in the second. */
export const without = (shape: Shape, hole: Shape): Shape => ({
  distance: (x, y) => Math.max(shape.distance(x, y), -hole.distance(x, y)),
  box: shape.box,
});

export const mix = (from: Color, to: Color, part: number): Color => {
  const at = (a: number, b: number): number => a + (b - a) * Math.min(1, Math.max(0, part));
  return [at(from[0], to[0]), at(from[1], to[1]), at(from[2], to[2])];
};

// BT.601 in limited range, as encoders and cameras take it.
const lumaOf = (red: number, green: number, blue: number): number =>
  16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255;
const bluenessOf = (red: number, green: number, blue: number): number =>
  128 + (-37.797 * red - 74.203 * green + 112 * blue) / 255;
const rednessOf = (red: number, green: number, blue: number): number =>
  128 + (112 * red - 93.786 * green - 18.214 * blue) / 255;

export const yuvOf = (color: Color): [luma: number, blueness: number, redness: number] => [
  lumaOf(...color),
  bluenessOf(...color),
  rednessOf(...color),
];

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #pixels: Float32Array;

  /** Even sizes: colours are halved in both directions. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#pixels = new Float32Array(width * height * 3);
  }

  copy(): Canvas {
    const copy = new Canvas(this.width, this.height);
    copy.#pixels.set(this.#pixels);
    return copy;
  }

  /** Covers all of it. */
  fill(colorAt: (x: number, y: number) => Color): void {
    for (let y = 0, at = 0; y < this.height; y++)
      for (let x = 0; x < this.width; x++, at += 3) this.#pixels.set(colorAt(x, y), at);
  }

  /** Paints a shape. `softness` is the width of its edge, px; `opacity` 0 to 1. */
  paint(shape: Shape, color: Color | ((x: number, y: number) => Color), softness = 1.4, opacity = 1): void {
    const { left, top, right, bottom } = shape.box;
    const colorAt = typeof color === "function" ? color : () => color;
    const [fromX, toX] = [Math.max(0, Math.floor(left - softness)), Math.min(this.width, right + softness)];
    const [fromY, toY] = [Math.max(0, Math.floor(top - softness)), Math.min(this.height, bottom + softness)];
    for (let y = fromY; y < toY; y++) {
      for (let x = fromX; x < toX; x++) {
        const cover = opacity * Math.min(1, Math.max(0, 0.5 - shape.distance(x, y) / softness));
        if (cover === 0) continue;
        const at = (y * this.width + x) * 3;
        const painted = colorAt(x, y);
        for (let channel = 0; channel < 3; channel++) {
          const before = this.#pixels[at + channel] ?? 0;
          this.#pixels[at + channel] = before + ((painted[channel] ?? 0) - before) * cover;
        }
      }
    }
  }

  /** Planar YUV 4:2:0. A little noise keeps slow gradients from showing steps. */
  toYuv(): Uint8Array {
    const { width, height } = this;
    const pixels = this.#pixels;
    const size = width * height;
    const planes = new Uint8Array(size * 1.5);
    const [blueness, redness] = [new Float32Array(size / 4), new Float32Array(size / 4)];
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        const [red, green, blue] = [pixels[at * 3] ?? 0, pixels[at * 3 + 1] ?? 0, pixels[at * 3 + 2] ?? 0];
        planes[at] = lumaOf(red, green, blue) + (((x * 7 + y * 13) ^ (x * y)) & 15) / 16;
        const half = (y >> 1) * (width >> 1) + (x >> 1);
        blueness[half] = (blueness[half] ?? 0) + bluenessOf(red, green, blue) / 4;
        redness[half] = (redness[half] ?? 0) + rednessOf(red, green, blue) / 4;
      }
    }
    planes.set(blueness.map(Math.round), size);
    planes.set(redness.map(Math.round), size * 1.25);
    return planes;
  }
}
