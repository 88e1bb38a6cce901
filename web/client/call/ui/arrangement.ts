import type { PeerId } from "../../../../signaling/contract/call.ts";

/** Which tiles are on the stage, and how: decided from who is there and what this person wants. */

export type TileKind = "camera" | "screen";

export interface TileId {
  peer: PeerId;
  kind: TileKind;
}

/** What counts of somebody here. */
export interface Seated {
  id: PeerId;
  isYou: boolean;
  onStage: boolean;
  hasScreen: boolean;
}

export interface Wishes {
  view: "grid" | "speaker";
  pinned: TileId | null;
  page: number;
  /** Tiles of a page without a large one, and beside a large one. */
  pageSize: { grid: number; strip: number };
}

export interface Arrangement {
  large: TileId | null;
  /** On this page. */
  tiles: TileId[];
  /** This person in a corner, over the only other one. */
  floating: TileId | null;
  /** From 0. */
  page: number;
  pages: number;
}

const isSame = (a: TileId | null, b: TileId | null): boolean => a?.peer === b?.peer && a?.kind === b?.kind;

/** `people` in the order they came, this person too. `speaker`: who spoke last. */
export function arrange(people: readonly Seated[], speaker: PeerId | null, wishes: Wishes): Arrangement {
  const onStage = people.filter((person) => person.onStage);
  // This person comes first: on the first page, wherever they are in the order.
  const inOrder = [...onStage.filter(({ isYou }) => isYou), ...onStage.filter(({ isYou }) => !isYou)];
  const all = inOrder.flatMap(({ id, hasScreen }): TileId[] => [
    ...(hasScreen ? [{ peer: id, kind: "screen" as const }] : []),
    { peer: id, kind: "camera" },
  ]);
  const large = largeOf(inOrder, all, speaker, wishes);
  const [first, second, ...rest] = inOrder;
  if (large === null && all.length === 2 && rest.length === 0 && first?.isYou === true && second !== undefined) {
    const floating: TileId = { peer: first.id, kind: "camera" };
    return { large, tiles: [{ peer: second.id, kind: "camera" }], floating, page: 0, pages: 1 };
  }
  const small = all.filter((tile) => !isSame(tile, large));
  const size = large === null ? wishes.pageSize.grid : wishes.pageSize.strip;
  const pages = Math.max(1, Math.ceil(small.length / size));
  const page = Math.min(Math.max(0, wishes.page), pages - 1);
  return { large, tiles: small.slice(page * size, (page + 1) * size), floating: null, page, pages };
}

/** What is kept large, else a screen of somebody else, else, if wished, who speaks. */
function largeOf(people: Seated[], all: TileId[], speaker: PeerId | null, wishes: Wishes): TileId | null {
  const pinned = all.find((tile) => isSame(tile, wishes.pinned));
  if (pinned !== undefined) return pinned;
  const others = people.filter(({ isYou }) => !isYou);
  // The last one in the row: usually whoever began to share after the others.
  const screen = others.findLast(({ hasScreen }) => hasScreen);
  if (screen !== undefined) return { peer: screen.id, kind: "screen" };
  if (wishes.view === "grid" || others.length < 2) return null;
  const speaking = others.find(({ id }) => id === speaker) ?? others[0];
  return speaking === undefined ? null : { peer: speaking.id, kind: "camera" };
}
