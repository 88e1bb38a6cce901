import type { LocalMedia } from "../types.ts";
import { button, el, icon, setAttributes, setText } from "./element.ts";
import { LevelMeter } from "./level-meter.ts";
import { remember } from "./preferences.ts";
import { texts } from "./texts.ts";
import { showsFace } from "./tile.ts";

/** The look in the mirror before a call: picture, level, and what will be on. */
export class Preview {
  readonly element: HTMLElement;
  readonly #media: LocalMedia;
  readonly #signal: AbortSignal;
  readonly #video = el("video", { class: "preview-video", playsinline: true, autoplay: true, muted: true });
  readonly #blank = el("p", { class: "preview-blank" });
  readonly #ask: HTMLElement;
  readonly #askButton: HTMLButtonElement;
  readonly #mic: HTMLButtonElement;
  readonly #camera: HTMLButtonElement;
  #isAsking = false;
  /** The browser has been asked in this visit, or had allowed it before: the switches do the rest. */
  #isAllowed = false;

  constructor(media: LocalMedia, signal: AbortSignal) {
    this.#media = media;
    this.#signal = signal;
    // Browsers keep a picture that plays, wherever it has gone.
    signal.addEventListener("abort", () => (this.#video.srcObject = null));
    this.#video.muted = true;
    this.#askButton = button("button", () => void this.start(true, true), icon("camera"), texts.useDevices);
    this.#ask = el("div", { class: "preview-ask" }, this.#askButton, el("p", {}, texts.useDevicesHint));
    this.#mic = button("call-button", () => void this.#toggle("mic"));
    this.#camera = button("call-button", () => void this.#toggle("camera"));
    this.element = el(
      "section",
      { class: "preview dark", "aria-label": texts.preview },
      this.#video,
      this.#blank,
      this.#ask,
      el("div", { class: "preview-controls" }, this.#mic, this.#camera),
      new LevelMeter(() => media.level(), signal).element,
    );
    this.update();
  }

  /** Asks for both at once where both are wanted; must come from a click, or after permission was given before. */
  async start(mic: boolean, camera: boolean): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.update();
    await Promise.all([mic && this.#media.setMic(true), camera && this.#media.setCamera(true)]);
    this.#isAsking = false;
    this.#isAllowed = true;
    this.update();
  }

  async #toggle(kind: "mic" | "camera"): Promise<void> {
    const isOn = !this.#media.wanted[kind];
    remember({ [kind]: isOn });
    await (kind === "mic" ? this.#media.setMic(isOn) : this.#media.setCamera(isOn));
    this.#isAllowed = true;
    this.update();
  }

  update(): void {
    if (this.#signal.aborted) return;
    const { camera, wanted } = this.#media;
    if (this.#video.srcObject !== camera) this.#video.srcObject = camera;
    setAttributes(this.#video, { hidden: camera === null, "data-mirrored": showsFace(camera) });
    const needsAsking = !this.#isAllowed && !wanted.mic && !wanted.camera;
    setAttributes(this.#ask, { hidden: !needsAsking });
    this.#askButton.disabled = this.#isAsking;
    setAttributes(this.#blank, { hidden: camera !== null || needsAsking });
    setText(this.#blank, this.#isAsking ? texts.starting : texts.cameraIsOff);
    showSwitch(this.#mic, wanted.mic, wanted.mic ? texts.micOff : texts.micOn, "mic");
    showSwitch(this.#camera, wanted.camera, wanted.camera ? texts.cameraOff : texts.cameraOn, "camera");
  }
}

/** A button that says what it does next, with the picture of what is. */
export function showSwitch(element: HTMLButtonElement, isOn: boolean, label: string, picture: string, key = ""): void {
  const title = key === "" ? label : `${label} (${key.toUpperCase()})`;
  if (element.dataset["on"] === String(isOn) && element.title === title) return;
  element.dataset["on"] = String(isOn);
  element.title = title;
  const attributes = { "aria-label": label, "aria-keyshortcuts": key === "" ? null : key };
  setAttributes(element, attributes);
  const [shown] = element.getElementsByClassName("icon");
  const wanted = `icon icon-${picture}${isOn ? "" : "-off"}`;
  if (shown === undefined) element.prepend(icon(`${picture}${isOn ? "" : "-off"}`));
  else if (shown.className !== wanted) shown.className = wanted;
}
