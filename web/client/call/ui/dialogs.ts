import type { LocalMedia } from "../types.ts";
import { DevicePickers } from "./device-pickers.ts";
import { DeviceProblems } from "./device-problem.ts";
import { button, type Child, el, iconButton } from "./element.ts";
import { LevelMeter } from "./level-meter.ts";
import { texts } from "./texts.ts";

let dialogsMade = 0;

/** A question or a small sheet over the call. The browser keeps the focus in it, and gives it back. */
function openDialog(place: HTMLElement, title: string, ...content: Child[]): HTMLDialogElement {
  dialogsMade += 1;
  const heading = el("h2", { id: `call-dialog-${dialogsMade}` }, title);
  const dialog = el("dialog", { class: "call-dialog", "aria-labelledby": heading.id }, heading, ...content);
  dialog.append(iconButton("call-button dialog-close", "close", texts.close, () => dialog.close()));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  place.append(dialog);
  dialog.showModal();
  return dialog;
}

export interface Choice {
  label: string;
  style: string;
  run(): void;
}

/** Asks, and does what is chosen; closing it does nothing. */
export function ask(place: HTMLElement, title: string, text: string, choices: Choice[]): HTMLDialogElement {
  const row = el("div", { class: "button-row" });
  const dialog = openDialog(place, title, el("p", {}, text), row);
  row.append(
    ...choices.map(({ label, style, run }) =>
      button(
        style,
        () => {
          dialog.close();
          run();
        },
        label,
      ),
    ),
  );
  row.querySelector("button")?.focus();
  return dialog;
}

/** Which devices, in the call. */
export function openDevices(place: HTMLElement, media: LocalMedia): void {
  const ended = new AbortController();
  const pickers = new DevicePickers(media, "call-device");
  const problems = new DeviceProblems(media);
  const meter = new LevelMeter(() => media.level(), ended.signal);
  const dialog = openDialog(
    place,
    texts.devices,
    problems.element,
    pickers.element,
    el("p", { class: "meter-label" }, texts.level),
    meter.element,
  );
  const stop = media.onChange(() => {
    pickers.update();
    problems.update();
  });
  problems.update();
  dialog.addEventListener("close", () => {
    stop();
    ended.abort();
  });
}

/** Keys and what they do, in the order in which they are shown. */
export function openShortcuts(place: HTMLElement, shortcuts: readonly (readonly [key: string, does: string])[]): void {
  openDialog(
    place,
    texts.shortcuts,
    el(
      "dl",
      { class: "shortcuts" },
      ...shortcuts.map(([key, does]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, does))),
    ),
  );
}
