import type { CallView, PeerView } from "../types.ts";
import { el, nameOf, setAttributes, setText, syncList } from "./element.ts";
import { freezesText, millisecondsText, pathText, pictureText, rateText, shareText } from "./quality-text.ts";
import type { Panel } from "./side-panel.ts";
import { texts } from "./texts.ts";

type Row = [label: string, receives: string, sends: string] | [label: string, both: string];

/** How good the connections are, in figures of the last two seconds: of the call, and to each of the others. */
export class QualityPanel implements Panel {
  readonly title = texts.quality;
  readonly element = el("div", { class: "quality", role: "region", "aria-label": texts.quality, tabindex: "0" });
  readonly #none = el("p", { class: "quality-none" }, texts.noConnections);
  readonly #total = makeTable(texts.thisCall);
  readonly #list = el("div", { class: "quality-list" });
  readonly #known = new Map<string, HTMLElement>();

  constructor() {
    this.element.append(this.#none, this.#total, this.#list);
  }

  update({ others }: CallView): void {
    const connected = others.filter(({ path }) => path.type !== "none");
    setAttributes(this.#none, { hidden: connected.length > 0 });
    setAttributes(this.#total, { hidden: connected.length === 0 });
    const sum = (pick: (quality: NonNullable<PeerView["quality"]>) => number): number =>
      connected.reduce((total, { quality }) => total + (quality === null ? 0 : pick(quality)), 0);
    fillTable(this.#total, [
      [
        texts.rate,
        rateText(sum((quality) => quality.receivedBitsPerSecond)),
        rateText(sum((quality) => quality.sentBitsPerSecond)),
      ],
    ]);
    syncList(this.#list, connected, this.#known, {
      keyOf: ({ peer }) => peer.id,
      make: ({ peer }) => makeTable(peer.name),
      update: fillPeer,
    });
  }

  onShown(): HTMLElement | null {
    return null;
  }
}

function fillPeer(table: HTMLElement, { quality, peer, isVideoPaused, path }: PeerView): void {
  const [caption] = table.getElementsByTagName("caption");
  const name = caption?.firstElementChild;
  if (name !== null && name !== undefined) setText(name, peer.name);
  if (quality === null || path.type === "failed") {
    fillTable(table, [[texts.path, path.type === "failed" ? texts.paths.none : texts.measuring]]);
    return;
  }
  const { limitedBy } = quality;
  fillTable(table, [
    [texts.path, pathText(quality)],
    [texts.roundTrip, millisecondsText(quality.roundTripMs)],
    [texts.rate, rateText(quality.receivedBitsPerSecond), rateText(quality.sentBitsPerSecond)],
    [texts.loss, shareText(quality.lossIn), shareText(quality.lossOut)],
    [texts.jitter, millisecondsText(quality.jitterMs)],
    [
      texts.picture,
      pictureText(quality.receivedHeight, quality.receivedFramesPerSecond),
      pictureText(quality.sentHeight, quality.sentFramesPerSecond),
    ],
    [texts.freezes, freezesText(quality)],
    ...(limitedBy === null || limitedBy === "none" ? [] : [[texts.limitedBy, texts.limits[limitedBy]] as Row]),
    ...(isVideoPaused ? [[texts.camera, texts.videoPaused(peer.name)] as Row] : []),
  ]);
}

function makeTable(title: string): HTMLElement {
  const head = el(
    "thead",
    {},
    el("tr", {}, el("td"), el("th", { scope: "col" }, texts.receives), el("th", { scope: "col" }, texts.sends)),
  );
  return el("table", { class: "quality-table" }, el("caption", {}, nameOf(title)), head, el("tbody"));
}

function fillTable(table: HTMLElement, rows: Row[]): void {
  const [body] = table.getElementsByTagName("tbody");
  if (body === undefined) return;
  const shape = rows.map(([label, , sends]) => `${label}${sends === undefined ? "" : "|"}`).join();
  if (body.dataset["shape"] !== shape) {
    body.dataset["shape"] = shape;
    body.replaceChildren(
      ...rows.map(([label, , sends]) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, label),
          sends === undefined ? el("td", { colspan: "2" }) : el("td"),
          sends === undefined ? null : el("td"),
        ),
      ),
    );
  }
  for (const [index, [, ...values]] of rows.entries()) {
    for (const [column, value] of values.entries()) {
      const cell = body.rows[index]?.cells[column + 1];
      if (cell !== undefined) setText(cell, value);
    }
  }
}
