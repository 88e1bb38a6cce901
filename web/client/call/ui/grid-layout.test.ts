import { expect, test } from "bun:test";
import { type Box, focusBoxes, gridBoxes } from "./grid-layout.ts";

const desktop = { width: 1264, height: 640 };
const phone = { width: 374, height: 620 };
const sideways = { width: 800, height: 300 };
const stages = { desktop, phone, sideways, square: { width: 500, height: 500 }, sliver: { width: 90, height: 700 } };
const gap = 8;

/** Tiles a row. */
const rowsOf = (boxes: Box[]): number[] => {
  const tops = boxes.map(({ top }) => Math.round(top));
  return [...new Set(tops)].map((top) => tops.filter((each) => each === top).length);
};

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.left + b.width - 0.01 &&
  b.left < a.left + a.width - 0.01 &&
  a.top < b.top + b.height - 0.01 &&
  b.top < a.top + a.height - 0.01;

test.each(Object.entries(stages))("on a %s stage nothing overlaps, and nothing stands outside", (_, stage) => {
  for (let count = 0; count <= 32; count += 1) {
    const { large, strip } = focusBoxes(count, stage.width, stage.height, gap);
    for (const boxes of [gridBoxes(count, stage.width, stage.height, gap), [large, ...strip]]) {
      for (const [index, box] of boxes.entries()) {
        expect(box.left).toBeGreaterThanOrEqual(-0.01);
        expect(box.top).toBeGreaterThanOrEqual(-0.01);
        expect(box.left + box.width).toBeLessThanOrEqual(stage.width + 0.01);
        expect(box.top + box.height).toBeLessThanOrEqual(stage.height + 0.01);
        expect(boxes.slice(index + 1).filter((other) => overlaps(box, other))).toEqual([]);
      }
    }
  }
});

test.each([
  ["desktop", [[1], [2], [2, 1], [2, 2], [3, 2], [3, 3], [3, 3, 1], [3, 3, 2], [3, 3, 3]]],
  ["phone", [[1], [1, 1], [1, 1, 1], [2, 2], [2, 2, 1], [2, 2, 2]]],
  ["sideways", [[1], [2], [3], [2, 2]]],
] as const)("rows on a %s stage", (name, expected) => {
  const { width, height } = stages[name];
  expect(expected.map((_, index) => rowsOf(gridBoxes(index + 1, width, height, gap)))).toEqual(
    expected.map((rows) => [...rows]),
  );
});

test("a picture keeps the shape of a picture", () => {
  for (const { width, height } of [desktop, phone, sideways]) {
    for (let count = 1; count <= 9; count += 1) {
      for (const box of gridBoxes(count, width, height, gap)) {
        expect(box.width / box.height).toBeLessThanOrEqual(16 / 9 + 0.01);
        expect(box.width / box.height).toBeGreaterThanOrEqual(9 / 16 - 0.01);
      }
    }
  }
});

test("what is large takes most of the stage; the small tiles stand at the longer side", () => {
  const wide = focusBoxes(3, desktop.width, desktop.height, gap);
  expect(wide.large.width).toBeGreaterThan(desktop.width * 0.7);
  expect(wide.strip.every(({ left }) => left > wide.large.width)).toBe(true);
  const high = focusBoxes(3, phone.width, phone.height, gap);
  expect(high.large.height).toBeGreaterThan(phone.height * 0.7);
  expect(high.strip.every(({ top }) => top > high.large.height)).toBe(true);
  expect(focusBoxes(0, 100, 50, gap).large).toEqual({ left: 0, top: 0, width: 100, height: 50 });
});

test("a stage without size holds tiles without size", () => {
  expect(gridBoxes(4, 0, 0, gap).every(({ width, height }) => width === 0 && height === 0)).toBe(true);
});
