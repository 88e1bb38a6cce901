import type { PathState, PeerView } from "../types.ts";
import type { TileId } from "./arrangement.ts";
import { button, el, icon, iconButton, setAttributes, setText } from "./element.ts";
import type { Box } from "./grid-layout.ts";
import { texts } from "./texts.ts";

/** A connection that takes longer is spoken of, ms. */
const patienceMs = 8_000;

export interface TileCallbacks {
  onMenu(tile: TileId, opener: HTMLElement): void;
  onPin(tile: TileId): void;
  onWhy(): void;
  onStopSharing(): void;
}

/** Somebody's camera, or their screen: the picture where there is one, who it is, and how it is going. */
export class Tile {
  readonly element: HTMLElement;
  readonly #id: TileId;
  readonly #video = el("video", { class: "tile-video", playsinline: true, autoplay: true });
  readonly #avatar = el("span", { class: "tile-avatar", "aria-hidden": "true" });
  readonly #name = el("bdi", { class: "tile-name" });
  readonly #marks = el("span", { class: "tile-marks" });
  readonly #hand = el("span", { class: "tile-hand", hidden: true }, icon("hand"));
  readonly #bars = el("span", { class: "tile-bars", role: "img", hidden: true });
  readonly #state = el("p", { class: "tile-state", hidden: true });
  readonly #stateText = el("span");
  readonly #why: HTMLElement;
  readonly #menu: HTMLElement;
  #marked = "";

  constructor(id: TileId, callbacks: TileCallbacks) {
    this.#id = id;
    // Muted as a property: the attribute alone counts only for what the parser has made.
    this.#video.muted = true;
    this.#video.addEventListener("resize", () => this.#onPicture());
    this.#why = button("tile-why", () => callbacks.onWhy(), texts.why);
    this.#state.append(this.#stateText, this.#why);
    this.#menu = iconButton("tile-menu", "more", "", () => callbacks.onMenu(id, this.#menu));
    setAttributes(this.#menu, { "aria-haspopup": "menu" });
    this.element = el(
      "div",
      { class: "tile", role: "group", "data-kind": id.kind },
      this.#avatar,
      this.#video,
      this.#state,
      el("p", { class: "tile-label" }, this.#marks, this.#name, this.#bars),
      this.#hand,
      this.#menu,
    );
    this.element.addEventListener("dblclick", ({ target }) => {
      if (target instanceof Element && target.closest("button") === null) callbacks.onPin(id);
    });
  }

  /** For one's own screen: what it shows instead of itself. */
  showOwnScreen(onStop: () => void): void {
    if (this.element.querySelector(".tile-own-screen") !== null) return;
    this.#avatar.after(
      el(
        "div",
        { class: "tile-own-screen" },
        icon("screen"),
        el("p", {}, texts.yourScreen),
        button("button button-small", onStop, texts.stopShare),
      ),
    );
  }

  get id(): TileId {
    return this.#id;
  }

  update(person: PeerView, now: number): void {
    const { peer, isYou } = person;
    const isScreen = this.#id.kind === "screen";
    const shownName = isYou ? texts.youAre(peer.name) : peer.name;
    const name = isScreen ? (isYou ? texts.ownScreen : texts.screenOf(peer.name)) : shownName;
    setText(this.#name, isYou && !isScreen ? texts.you : name);
    setText(this.#avatar, isScreen ? "" : initialOf(peer.name));
    this.element.style.setProperty("--person", `var(--name-${peer.color})`);
    this.#showPicture(isScreen ? (isYou ? null : person.screen) : person.camera);
    setAttributes(this.element, {
      "data-mirrored": isYou && !isScreen && showsFace(person.camera),
      "data-speaking": person.isSpeaking && peer.mic && !isScreen,
      "aria-label": [name, ...(isScreen ? [] : statesOf(person))].join(", "),
    });
    const isHandUp = peer.handAt !== null && !isScreen;
    setAttributes(this.#hand, { hidden: !isHandUp });
    this.#showMarks(person, isScreen);
    this.#showBars(person, isScreen);
    this.#showState(person, isScreen, now);
    setAttributes(this.#menu, { "aria-label": texts.menuOf(name), title: texts.more });
  }

  place(box: Box): void {
    const { style } = this.element;
    style.left = `${box.left}px`;
    style.top = `${box.top}px`;
    style.width = `${box.width}px`;
    style.height = `${box.height}px`;
    setAttributes(this.element, { "data-size": box.width < 200 || box.height < 120 ? "small" : null });
  }

  /** Lets go of the picture. */
  remove(): void {
    this.#video.srcObject = null;
    this.element.remove();
  }

  #showPicture(stream: MediaStream | null): void {
    if (this.#video.srcObject === stream) return;
    this.#video.srcObject = stream;
    setAttributes(this.element, { "data-picture": false });
    if (stream !== null) this.#video.play().catch(() => undefined);
  }

  /** The first picture is there: until then whoever it is stands for it, and never a black box. */
  #onPicture(): void {
    const { srcObject, videoWidth, videoHeight } = this.#video;
    if (videoHeight > 0) this.element.style.setProperty("--aspect", String(videoWidth / videoHeight));
    setAttributes(this.element, {
      "data-picture": srcObject !== null && videoWidth > 0,
      "data-upright": videoHeight > videoWidth,
      "data-wide": videoWidth > videoHeight,
    });
  }

  #showMarks({ peer, isYou, isVideoPaused }: PeerView, isScreen: boolean): void {
    const marks = isScreen
      ? ["screen"]
      : [...(peer.mic ? [] : ["mic-off"]), ...(isVideoPaused && !isYou ? ["camera-off"] : [])];
    if (marks.join(" ") === this.#marked) return;
    this.#marked = marks.join(" ");
    this.#marks.replaceChildren(...marks.map((name) => icon(name)));
    setAttributes(this.#marks, { title: marks.includes("camera-off") ? texts.videoPaused(peer.name) : null });
  }

  #showBars({ quality, isYou, path }: PeerView, isScreen: boolean): void {
    const bars = isYou || isScreen || path.type !== "connected" ? null : (quality?.bars ?? null);
    setAttributes(this.#bars, {
      hidden: bars === null,
      "data-bars": bars === null ? null : String(bars),
      "aria-label": bars === null ? null : texts.bars[bars],
      title: bars === null ? null : texts.bars[bars],
    });
    if (this.#bars.childElementCount === 0) this.#bars.append(el("span"), el("span"), el("span"));
  }

  #showState({ path, peer, isYou }: PeerView, isScreen: boolean, now: number): void {
    const text = isYou || (isScreen && path.type === "connected") ? "" : stateText(path, peer.name, now);
    setAttributes(this.#state, { hidden: text === "", "data-path": path.type });
    setAttributes(this.element, { "data-trouble": text !== "" && text !== texts.connecting });
    setText(this.#stateText, text);
    const isLong = path.type === "connecting" && now - path.sinceMs > patienceMs;
    setAttributes(this.#why, { hidden: path.type !== "failed" && !isLong });
  }
}

function stateText(path: PathState, name: string, now: number): string {
  switch (path.type) {
    case "none":
    case "connected":
      return "";
    case "connecting":
      return now - path.sinceMs > patienceMs ? texts.connectingLong(name) : texts.connecting;
    case "interrupted":
      return texts.interrupted(name);
    case "failed":
      return texts.failed[path.why](name);
  }
}

/** One sees oneself as in a mirror; what a phone's camera at the back shows stays as it is. */
export const showsFace = (camera: MediaStream | null): boolean =>
  camera?.getVideoTracks()[0]?.getSettings().facingMode !== "environment";

const statesOf = ({ peer }: PeerView): string[] => [
  ...(peer.isHost ? [texts.host] : []),
  ...(peer.mic ? [] : [texts.micIsOff]),
  ...(peer.handAt === null ? [] : [texts.handIsUp]),
];

const letters = new Intl.Segmenter();

/** The first letter as people count letters, or whatever a name begins with. */
export function initialOf(name: string): string {
  const [first] = letters.segment(name);
  return (first?.segment ?? "").toUpperCase();
}
