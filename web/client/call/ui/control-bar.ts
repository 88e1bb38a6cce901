import type { CallView, LocalMedia } from "../types.ts";
import { button, el, icon, setAttributes, setText } from "./element.ts";
import type { PersonAction } from "./person-actions.ts";
import type { Popup } from "./popup.ts";
import { showSwitch } from "./preview.ts";
import type { PanelName } from "./side-panel.ts";
import { texts } from "./texts.ts";

/** What the controls do; the keyboard does the same (shortcuts.ts). */
export interface Controls {
  toggleMic(): void;
  toggleCamera(): void;
  toggleShare(): void;
  toggleHand(): void;
  togglePanel(name: PanelName, opener?: HTMLElement): void;
  toggleView(): void;
  openDevices(): void;
  openShortcuts(): void;
  leave(): void;
}

export const canShareScreen = (): boolean => "mediaDevices" in navigator && "getDisplayMedia" in navigator.mediaDevices;

/** The row of buttons below the stage. What a narrow window has no room for is in the menu "More". */
export class ControlBar {
  readonly element: HTMLElement;
  readonly #mic: HTMLButtonElement;
  readonly #camera: HTMLButtonElement;
  readonly #share: HTMLButtonElement;
  readonly #hand: HTMLButtonElement;
  readonly #view: HTMLButtonElement;
  readonly #devices: HTMLButtonElement;
  readonly #panels: Record<PanelName, HTMLButtonElement | null>;
  readonly #chatBadge = el("span", { class: "call-badge", hidden: true });
  readonly #peopleBadge = el("span", { class: "call-badge", hidden: true });
  readonly #media: LocalMedia;

  constructor(controls: Controls, media: LocalMedia, popup: Popup) {
    this.#media = media;
    const panelButton = (name: PanelName, picture: string, label: string, key: string, badge?: HTMLElement) => {
      const element = button("call-button", () => controls.togglePanel(name, element), icon(picture), badge ?? null);
      const attributes = { "aria-label": label, "aria-keyshortcuts": key, title: `${label} (${key.toUpperCase()})` };
      setAttributes(element, { ...attributes, "aria-expanded": "false", "aria-controls": "call-panel" });
      return element;
    };
    this.#mic = button("call-button call-switch", () => controls.toggleMic());
    this.#camera = button("call-button call-switch", () => controls.toggleCamera());
    this.#share = button("call-button", () => controls.toggleShare(), icon("screen"));
    this.#hand = button("call-button", () => controls.toggleHand(), icon("hand"));
    this.#view = button("call-button call-wide", () => controls.toggleView(), icon("grid"));
    this.#panels = {
      chat: panelButton("chat", "chat", texts.chat, "c", this.#chatBadge),
      people: panelButton("people", "people", texts.people, "p", this.#peopleBadge),
      quality: panelButton("quality", "signal", texts.quality, "q"),
      paths: null,
    };
    this.#panels.quality?.classList.add("call-wide");
    this.#devices = button("call-button call-wide", () => controls.openDevices(), icon("devices"));
    setAttributes(this.#devices, { "aria-label": texts.devices, title: texts.devices });
    const more = button(
      "call-button",
      () => popup.open(more, texts.more, this.#moreActions(controls, more)),
      icon("more"),
    );
    setAttributes(more, {
      "aria-label": texts.more,
      title: texts.more,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    });
    const leave = button("call-button call-leave", () => controls.leave(), icon("leave"), el("span", {}, texts.leave));
    setAttributes(leave, { title: texts.leave });
    this.element = el(
      "div",
      { class: "control-bar", role: "toolbar", "aria-label": texts.controls },
      el("div", { class: "control-group" }, this.#mic, this.#camera, canShareScreen() && this.#share, this.#hand),
      el(
        "div",
        { class: "control-group" },
        this.#panels.chat,
        this.#panels.people,
        this.#panels.quality,
        this.#view,
        this.#devices,
        more,
      ),
      leave,
    );
    this.element.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** Arrow keys go from button to button, as in every toolbar. */
  #walk(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const buttons = [...this.element.querySelectorAll("button")].filter((each) => each.offsetParent !== null);
    const index = buttons.findIndex((each) => each === document.activeElement);
    buttons[(index + step + buttons.length) % buttons.length]?.focus();
    event.preventDefault();
  }

  /** What has no button of its own; in a narrow window that is more. */
  #moreActions(controls: Controls, opener: HTMLElement): PersonAction[] {
    const view = { label: this.#view.ariaLabel ?? "", icon: "grid", run: () => controls.toggleView() };
    const inBar: PersonAction[] = [
      ...(this.#view.hidden ? [] : [view]),
      { label: texts.devices, icon: "devices", run: () => controls.openDevices() },
      { label: texts.quality, icon: "signal", run: () => controls.togglePanel("quality", opener) },
    ];
    const keys: PersonAction = { label: texts.shortcuts, icon: "keyboard", run: () => controls.openShortcuts() };
    return [
      ...(this.#devices.offsetParent === null ? inBar : []),
      { label: texts.why, icon: "help", run: () => controls.togglePanel("paths", opener) },
      ...(matchMedia("(any-pointer: fine)").matches ? [keys] : []),
    ];
  }

  /** The button that opens a panel; null: it is in the menu. */
  openerOf(name: PanelName): HTMLElement | null {
    return this.#panels[name];
  }

  update(view: CallView, mode: "grid" | "speaker", open: PanelName | null, unread: number): void {
    const you = view.you?.peer;
    const mayBeSeen = you?.onStage === true;
    const isMicOn = you?.mic === true;
    const isCameraOn = you?.camera === true;
    const isSharing = you?.screen === true;
    for (const element of [this.#mic, this.#camera, this.#share]) setAttributes(element, { hidden: !mayBeSeen });
    showSwitch(this.#mic, isMicOn, isMicOn ? texts.micOff : texts.micOn, "mic", "m");
    showSwitch(this.#camera, isCameraOn, isCameraOn ? texts.cameraOff : texts.cameraOn, "camera", "v");
    setAttributes(this.#mic, { "data-problem": this.#media.problems.microphone !== null });
    setAttributes(this.#camera, { "data-problem": this.#media.problems.camera !== null });
    showToggle(this.#share, isSharing, isSharing ? texts.stopShare : texts.share, "s");
    const isHandUp = you !== undefined && you.handAt !== null;
    showToggle(this.#hand, isHandUp, isHandUp ? texts.lowerHand : texts.raiseHand, "h");
    showToggle(this.#view, false, mode === "grid" ? texts.speakerView : texts.gridView, "g");
    // Of two, the other one is large in any case.
    const onStage = view.others.filter(({ peer }) => peer.onStage).length;
    setAttributes(this.#view, { hidden: onStage < 2 });
    const [picture] = this.#view.children;
    if (picture !== undefined) picture.className = `icon icon-${mode === "grid" ? "focus-view" : "grid"}`;
    for (const [name, element] of Object.entries(this.#panels)) {
      if (element !== null) setAttributes(element, { "aria-expanded": String(name === open) });
    }
    showBadge(this.#chatBadge, unread, texts.unread(unread));
    const hands = view.others.filter(({ peer }) => peer.handAt !== null).length;
    const atDoor = view.knocks.length;
    // Who waits at the door comes first; hands, some of which have no tile, are there for as long as they are up.
    const peopleNews = atDoor > 0 ? texts.peopleBadge(atDoor) : texts.handsBadge(hands);
    showBadge(this.#peopleBadge, atDoor > 0 ? atDoor : hands, peopleNews);
    setAttributes(this.#peopleBadge, { "data-hands": atDoor === 0 });
    setAttributes(this.#panels.chat ?? this.element, { "aria-label": withCount(texts.chat, unread, texts.unread) });
    setAttributes(this.#panels.people ?? this.element, {
      "aria-label": withCount(texts.people, atDoor > 0 ? atDoor : hands, () => peopleNews),
    });
  }

  /** How loud this person is, on the microphone's button. */
  showLevel(level: number): void {
    this.#mic.style.setProperty("--level", Math.sqrt(Math.min(1, Math.max(0, level))).toFixed(2));
  }
}

const withCount = (label: string, count: number, say: (count: number) => string): string =>
  count === 0 ? label : `${label}, ${say(count)}`;

function showBadge(badge: HTMLElement, count: number, title: string): void {
  setAttributes(badge, { hidden: count === 0, title });
  setText(badge, count > 9 ? "9+" : String(count));
}

/** What is on is lit, and the name says what the next click does. */
function showToggle(element: HTMLButtonElement, isOn: boolean, label: string, key: string): void {
  setAttributes(element, {
    "data-on": isOn,
    "aria-label": label,
    "aria-keyshortcuts": key,
    title: `${label} (${key.toUpperCase()})`,
  });
}
