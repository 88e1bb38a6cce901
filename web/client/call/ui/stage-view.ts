import type { PeerId } from "../../../../signaling/contract/call.ts";
import type { CallSession, CallView, PeerView } from "../types.ts";
import { type Arrangement, arrange, type TileId } from "./arrangement.ts";
import { el, iconButton, setAttributes, setText } from "./element.ts";
import { type Box, focusBoxes, gridBoxes } from "./grid-layout.ts";
import { invitationField } from "./invite.ts";
import { readPreferences, remember } from "./preferences.ts";
import { texts } from "./texts.ts";
import { Tile, type TileCallbacks } from "./tile.ts";

const gapPx = 8;
/** A stage that is narrower or lower than this is a phone's: fewer tiles a page. */
const phonePx = 600;
const phonePage = { grid: 4, strip: 3 };
const desktopPage = { grid: 9, strip: 4 };
/** More nobody may ask for, px of the device (call.ts). */
const tallestPx = 4_320;
/** A page that is looked away from for a moment goes on receiving: pictures that begin anew take a while. */
const hiddenAfterMs = 3_000;

const keyOf = ({ peer, kind }: TileId): string => `${peer}/${kind}`;

/** The tiles: which are on the page, where they stand, and how large the others should send them. */
export class StageView {
  readonly element: HTMLElement;
  readonly #session: CallSession;
  readonly #callbacks: TileCallbacks;
  readonly #tiles = new Map<string, Tile>();
  readonly #place = el("div", { class: "stage-tiles" });
  readonly #empty = el("div", { class: "stage-empty", hidden: true });
  readonly #pages: HTMLElement;
  readonly #pageText = el("span", { "aria-live": "polite" });
  /** What the session was last told, by peer. */
  readonly #told = new Map<PeerId, string>();
  #view: CallView | null = null;
  /** Of the place for the tiles, px; null: it is not on the page yet. To ask for it would make the browser lay out in between. */
  #size: { width: number; height: number } | null = null;
  #mode: "grid" | "speaker" = readPreferences().view;
  #pinned: TileId | null = null;
  #page = 0;
  #hiddenTimer = 0;
  #isHidden = false;

  constructor(session: CallSession, callbacks: Omit<TileCallbacks, "onPin">, signal: AbortSignal) {
    this.#session = session;
    this.#callbacks = { ...callbacks, onPin: (tile) => this.togglePin(tile) };
    this.#pages = el(
      "nav",
      { class: "stage-pages", "aria-label": texts.pages, hidden: true },
      iconButton("call-button", "previous", texts.previousPage, () => this.#turn(-1)),
      this.#pageText,
      iconButton("call-button", "next", texts.nextPage, () => this.#turn(1)),
    );
    this.element = el("div", { class: "stage" }, this.#place, this.#empty, this.#pages);
    const observer = new ResizeObserver(([entry]) => {
      this.#size = entry?.contentRect ?? null;
      this.#draw();
    });
    observer.observe(this.#place);
    document.addEventListener("visibilitychange", () => this.#onVisibility(), { signal });
    signal.addEventListener("abort", () => {
      observer.disconnect();
      clearTimeout(this.#hiddenTimer);
      for (const tile of this.#tiles.values()) tile.remove();
    });
  }

  get mode(): "grid" | "speaker" {
    return this.#mode;
  }

  toggleMode(): void {
    this.#mode = this.#mode === "grid" ? "speaker" : "grid";
    this.#pinned = null;
    remember({ view: this.#mode });
    this.#draw();
  }

  isPinned(tile: TileId): boolean {
    return this.#pinned !== null && keyOf(this.#pinned) === keyOf(tile);
  }

  togglePin(tile: TileId): void {
    this.#pinned = this.isPinned(tile) ? null : tile;
    this.#draw();
  }

  update(view: CallView): void {
    this.#view = view;
    this.#draw();
  }

  #turn(step: number): void {
    this.#page += step;
    this.#draw();
  }

  #onVisibility(): void {
    clearTimeout(this.#hiddenTimer);
    if (!document.hidden) {
      this.#isHidden = false;
      this.#draw();
      return;
    }
    this.#hiddenTimer = window.setTimeout(() => {
      this.#isHidden = true;
      this.#draw();
    }, hiddenAfterMs);
  }

  #draw(): void {
    const view = this.#view;
    if (view === null || this.#size === null) return;
    const people = [...(view.you === null ? [] : [view.you]), ...view.others];
    const { width, height } = this.#size;
    const pageSize =
      Math.min(width, height) < phonePx && Math.min(innerWidth, innerHeight) < phonePx ? phonePage : desktopPage;
    const arrangement = arrange(
      people.map(({ peer, isYou }) => ({ id: peer.id, isYou, onStage: peer.onStage, hasScreen: peer.screen })),
      view.speaker,
      { view: this.#mode, pinned: this.#pinned, page: this.#page, pageSize },
    );
    this.#page = arrangement.page;
    const placed = placeTiles(arrangement, width, height);
    this.#showTiles(placed, new Map(people.map((person) => [person.peer.id, person])), arrangement);
    setAttributes(this.#pages, { hidden: arrangement.pages < 2 });
    setAttributes(this.element, { "data-paged": arrangement.pages > 1 });
    const pageText = texts.pageOf(arrangement.page + 1, arrangement.pages);
    setText(this.#pageText, pageText);
    const [previous, next] = this.#pages.querySelectorAll("button");
    if (previous !== undefined) previous.disabled = arrangement.page === 0;
    if (next !== undefined) next.disabled = arrangement.page === arrangement.pages - 1;
    this.#showEmpty(view, placed.size);
    this.#tellSizes(view.others, placed);
  }

  #showTiles(
    placed: Map<string, { tile: TileId; box: Box }>,
    people: Map<PeerId, PeerView>,
    arrangement: Arrangement,
  ): void {
    for (const [key, tile] of this.#tiles) {
      if (placed.has(key)) continue;
      tile.remove();
      this.#tiles.delete(key);
    }
    const large = arrangement.large === null ? null : keyOf(arrangement.large);
    const floating = arrangement.floating === null ? null : keyOf(arrangement.floating);
    const now = Date.now();
    let before: Element | null = this.#place.firstElementChild;
    for (const [key, { tile: id, box }] of placed) {
      const person = people.get(id.peer);
      if (person === undefined) continue;
      const tile = this.#tiles.get(key) ?? new Tile(id, this.#callbacks);
      this.#tiles.set(key, tile);
      if (id.kind === "screen" && person.isYou) tile.showOwnScreen(() => this.#callbacks.onStopSharing());
      tile.update(person, now);
      tile.place(box);
      setAttributes(tile.element, { "data-large": key === large, "data-floating": key === floating });
      // Moved only when it has to be: a moved element loses the focus, and its picture blinks.
      if (tile.element === before) before = tile.element.nextElementSibling;
      else this.#place.insertBefore(tile.element, before);
    }
  }

  #showEmpty({ room, others }: CallView, tiles: number): void {
    const isStage = room?.mode === "stage";
    const isNobodyOnStage = isStage && tiles === 0;
    const isAlone = others.length === 0 && !isNobodyOnStage;
    setAttributes(this.#empty, { hidden: !isAlone && !isNobodyOnStage, "data-alone": isAlone });
    const title = isNobodyOnStage ? texts.aloneOnStage : texts.alone;
    const text = isNobodyOnStage ? texts.aloneOnStageText : texts.inviteOthers;
    if (this.#empty.dataset["says"] === title) return;
    this.#empty.dataset["says"] = title;
    const link = document.getElementById("call")?.dataset["url"] ?? location.href;
    this.#empty.replaceChildren(
      el("h2", {}, title),
      el("p", {}, text),
      ...(isNobodyOnStage ? [] : [invitationField(link)]),
    );
  }

  /** Device pixels of height; nobody sends what is on no tile, or on a page that nobody looks at. */
  #tellSizes(others: PeerView[], placed: Map<string, { box: Box }>): void {
    const heightOf = (peer: PeerId, kind: TileId["kind"]): number =>
      this.#isHidden
        ? 0
        : Math.min(tallestPx, Math.round((placed.get(keyOf({ peer, kind }))?.box.height ?? 0) * devicePixelRatio));
    const present = new Set(others.map(({ peer }) => peer.id));
    for (const id of this.#told.keys()) if (!present.has(id)) this.#told.delete(id);
    for (const { peer } of others) {
      const camera = heightOf(peer.id, "camera");
      const screen = heightOf(peer.id, "screen");
      if (this.#told.get(peer.id) === `${camera} ${screen}`) continue;
      this.#told.set(peer.id, `${camera} ${screen}`);
      this.#session.show(peer.id, camera, screen);
    }
  }
}

/** Of the stage, what one's own picture over the only other one takes. */
const floatingPart = 0.26;

function placeTiles(arrangement: Arrangement, width: number, height: number): Map<string, { tile: TileId; box: Box }> {
  const { large, tiles, floating } = arrangement;
  const placed = new Map<string, { tile: TileId; box: Box }>();
  const add = (tile: TileId | null, box: Box | undefined): void => {
    if (tile !== null && box !== undefined) placed.set(keyOf(tile), { tile, box });
  };
  if (large === null) {
    // One picture alone fills the stage.
    const boxes =
      tiles.length === 1 ? [{ left: 0, top: 0, width, height }] : gridBoxes(tiles.length, width, height, gapPx);
    for (const [index, tile] of tiles.entries()) add(tile, boxes[index]);
  } else {
    const { large: box, strip } = focusBoxes(tiles.length, width, height, gapPx);
    add(large, box);
    for (const [index, tile] of tiles.entries()) add(tile, strip[index]);
  }
  const isWide = width > height;
  const floatingHeight = isWide ? Math.min(180, height * floatingPart) : Math.min(180, width * floatingPart * (16 / 9));
  const floatingWidth = isWide ? floatingHeight * (16 / 9) : floatingHeight * (9 / 16);
  add(floating, {
    left: width - floatingWidth - 12,
    top: height - floatingHeight - 12,
    width: floatingWidth,
    height: floatingHeight,
  });
  return placed;
}
