/** Where the tiles of a call stand. All in CSS pixels, from the upper left corner of the stage. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A tile is at most this wide for its height, and at least: cameras are cut to fit, faces stay. */
const aspectMax = 16 / 9;
const aspectMin = 9 / 16;

interface Shape {
  columns: number;
  rows: number;
  width: number;
  height: number;
  gap: number;
}

function shapeOf(count: number, columns: number, width: number, height: number, gapMax: number): Shape {
  const rows = Math.ceil(count / columns);
  // Where there is hardly any room, gaps must not take all of it.
  const gap = Math.min(gapMax, width / (2 * columns), height / (2 * rows));
  const cellWidth = Math.max(0, (width - gap * (columns - 1)) / columns);
  const cellHeight = Math.max(0, (height - gap * (rows - 1)) / rows);
  return {
    columns,
    rows,
    width: Math.min(cellWidth, cellHeight * aspectMax),
    height: Math.min(cellHeight, cellWidth / aspectMin),
    gap,
  };
}

/**
 * Large is good, and so is a shape near that of the stage: 16:9 on a wide one; upright on a phone, which holds its own
 * camera upright too.
 */
function worth({ width, height }: Shape, stageAspect: number): number {
  const wanted = Math.min(aspectMax, Math.max(3 / 4, stageAspect));
  return width * height * Math.min(1, width / height / wanted) ** 0.45;
}

/** Rows of equal tiles, as large as they can be; a last row that is not full stands in the middle. */
export function gridBoxes(count: number, width: number, height: number, gap: number): Box[] {
  if (count === 0) return [];
  const aspect = width / height;
  const shapes = Array.from({ length: count }, (_, index) => shapeOf(count, index + 1, width, height, gap));
  const best = shapes.reduce((chosen, shape) => (worth(shape, aspect) > worth(chosen, aspect) ? shape : chosen));
  const usedHeight = best.rows * best.height + (best.rows - 1) * best.gap;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / best.columns);
    const inRow = Math.min(best.columns, count - row * best.columns);
    const usedWidth = inRow * best.width + (inRow - 1) * best.gap;
    return {
      left: (width - usedWidth) / 2 + (index % best.columns) * (best.width + best.gap),
      top: (height - usedHeight) / 2 + row * (best.height + best.gap),
      width: best.width,
      height: best.height,
    };
  });
}

/** Of the stage, what the small tiles beside a large one take. */
const stripPart = 0.22;
const stripMin = 112;
const stripMax = 280;

/** One large tile, and small ones beside it: at the right where the stage is wide, below where it is high. */
export function focusBoxes(count: number, width: number, height: number, gap: number): { large: Box; strip: Box[] } {
  if (count === 0) return { large: { left: 0, top: 0, width, height }, strip: [] };
  const isWide = width > height;
  const thickness = Math.min(stripMax, Math.max(stripMin, (isWide ? width : height) * stripPart));
  const largeWidth = isWide ? Math.max(0, width - thickness - gap) : width;
  const largeHeight = isWide ? height : Math.max(0, height - thickness - gap);
  const strip = isWide
    ? gridBoxes(count, thickness, height, gap).map((box) => ({ ...box, left: box.left + largeWidth + gap }))
    : gridBoxes(count, width, thickness, gap).map((box) => ({ ...box, top: box.top + largeHeight + gap }));
  return { large: { left: 0, top: 0, width: largeWidth, height: largeHeight }, strip };
}
