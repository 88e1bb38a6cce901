import { type Color, type Shape, yuvOf } from "./canvas.ts";

/** How much of each pixel a shape covers, 0 to 1. */
export interface Mask {
  width: number;
  height: number;
  cover: Float32Array;
}

/** A shape that lies between 0 and the sizes given. */
export function maskOf(shape: Shape, width: number, height: number, softness = 1.6): Mask {
  const cover = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      cover[y * width + x] = Math.min(1, Math.max(0, 0.5 - shape.distance(x, y) / softness));
  return { width, height, cover };
}

/** One picture as an encoder takes it, planar YUV 4:2:0, on which what moves is painted at each frame anew. */
export class YuvFrame {
  readonly data: Uint8Array;
  readonly #width: number;
  readonly #height: number;

  constructor(data: Uint8Array, width: number, height: number) {
    this.data = data;
    this.#width = width;
    this.#height = height;
  }

  /** Lays a colour through a mask whose upper left corner is at x and y; what is outside of the picture is left out. */
  lay({ width, height, cover }: Mask, x: number, y: number, color: Color, opacity = 1): void {
    const [luma, blueness, redness] = yuvOf(color);
    const { data } = this;
    // Whole pairs of pixels, since two share their colour.
    const [left, top] = [Math.round(x / 2) * 2, Math.round(y / 2) * 2];
    const [rowBytes, size] = [this.#width, this.#width * this.#height];
    const lastRow = Math.min(height, this.#height - top);
    const lastColumn = Math.min(width, this.#width - left);
    const blend = (at: number, value: number, part: number): void => {
      const before = data[at] ?? 0;
      data[at] = before + (value - before) * part;
    };
    for (let row = Math.max(0, -top); row < lastRow; row++) {
      for (let column = Math.max(0, -left); column < lastColumn; column++) {
        const part = (cover[row * width + column] ?? 0) * opacity;
        if (part === 0) continue;
        blend((top + row) * rowBytes + left + column, luma, part);
        if (((row | column) & 1) === 1) continue;
        const half = ((top + row) >> 1) * (rowBytes >> 1) + ((left + column) >> 1);
        blend(size + half, blueness, part);
        blend(size * 1.25 + half, redness, part);
      }
    }
  }
}
