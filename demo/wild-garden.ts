import { type Color, mix, yuvOf } from "./canvas.ts";
import type { Picture } from "./picture.ts";

/** Conway's game of life as a garden: cells are born yellow, grow green, and leave earth behind when they die. */

const columns = 128;
const rows = 72;
const cellPx = 5;
const width = columns * cellPx;
const height = rows * cellPx;
const seed: Color = [255, 214, 110];
const leaf: Color = [92, 200, 110];
const forest: Color = [16, 92, 92];
const ash: Color = [26, 70, 66];
const earth: Color = [14, 18, 30];
const oldest = 40;
const coldest = 60;
/** A garden left alone stands still after some minutes: a handful is sown every so often. */
const sowEveryFrames = 16;
const framesPerGeneration = 2;

export function wildGarden(): Picture {
  /** Above 0: alive for so many generations; below: dead for so many, counted up to the coldest. */
  let ages = Int16Array.from({ length: columns * rows }, () => (Math.random() < 0.22 ? 1 : -coldest));
  const palette = makePalette();
  let [frames, planes] = [0, paint(ages, palette)];
  return {
    width,
    height,
    framesPerSec: 20,
    frameAt: () => {
      if (++frames % framesPerGeneration !== 0) return planes.slice();
      if (frames % sowEveryFrames === 0) sow(ages);
      ages = grow(ages);
      planes = paint(ages, palette);
      return planes.slice();
    },
  };
}

/** The colour of each age, the coldest first. */
const makePalette = (): [number, number, number][] =>
  Array.from({ length: coldest + oldest + 1 }, (_, index) => {
    const age = index - coldest;
    if (age <= 0) return yuvOf(mix(ash, earth, -age / coldest));
    return yuvOf(age < 8 ? mix(seed, leaf, age / 8) : mix(leaf, forest, (age - 8) / (oldest - 8)));
  });

const at = (column: number, row: number): number => ((row + rows) % rows) * columns + ((column + columns) % columns);

function sow(ages: Int16Array): void {
  const [column, row] = [Math.floor(Math.random() * columns), Math.floor(Math.random() * rows)];
  for (let seeds = 0; seeds < 24; seeds++) {
    ages[at(column + Math.floor(Math.random() * 9), row + Math.floor(Math.random() * 9))] = 1;
  }
}

function grow(ages: Int16Array): Int16Array<ArrayBuffer> {
  const next = new Int16Array(ages.length);
  const isAlive = (column: number, row: number): number => ((ages[at(column, row)] ?? 0) > 0 ? 1 : 0);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let neighbours = -isAlive(column, row);
      for (let down = -1; down <= 1; down++)
        for (let right = -1; right <= 1; right++) neighbours += isAlive(column + right, row + down);
      const age = ages[at(column, row)] ?? 0;
      const lives = neighbours === 3 || (neighbours === 2 && age > 0);
      next[at(column, row)] = lives ? Math.min(oldest, Math.max(age, 0) + 1) : Math.max(-coldest, Math.min(age, 1) - 1);
    }
  }
  return next;
}

/** Cells with a thin line of earth between them. */
function paint(ages: Int16Array, palette: [number, number, number][]): Uint8Array {
  const size = width * height;
  const planes = new Uint8Array(size * 1.5);
  const [ground = 16] = palette[0] ?? [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const age = ages[Math.floor(y / cellPx) * columns + Math.floor(x / cellPx)] ?? 0;
      const [luma = 16, blueness = 128, redness = 128] = palette[age + coldest] ?? [];
      planes[y * width + x] = x % cellPx === 0 || y % cellPx === 0 ? ground : luma;
      if (((x | y) & 1) === 1) continue;
      const half = (y >> 1) * (width >> 1) + (x >> 1);
      planes[size + half] = blueness;
      planes[size * 1.25 + half] = redness;
    }
  }
  return planes;
}
