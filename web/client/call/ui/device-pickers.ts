import type { LocalMedia } from "../types.ts";
import { el, icon, setAttributes } from "./element.ts";
import { texts } from "./texts.ts";

interface Picker {
  label: string;
  icon: string;
  devices(): MediaDeviceInfo[];
  chosen(): string;
  choose(id: string): void;
}

/** Which camera, microphone and speaker; switches at once. Nothing to see until the browser tells the devices' names. */
export class DevicePickers {
  readonly element = el("div", { class: "device-pickers" });
  readonly #fields: { picker: Picker; field: HTMLElement; select: HTMLSelectElement; shown: string }[];

  constructor(media: LocalMedia, idPrefix: string) {
    const canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;
    const pickers: Picker[] = [
      {
        label: texts.camera,
        icon: "camera",
        devices: () => media.devices.cameras,
        chosen: () => media.choice.cameraId,
        choose: (cameraId) => void media.choose({ cameraId }),
      },
      {
        label: texts.microphone,
        icon: "mic",
        devices: () => media.devices.microphones,
        chosen: () => media.choice.microphoneId,
        choose: (microphoneId) => void media.choose({ microphoneId }),
      },
      {
        label: texts.speaker,
        icon: "sound",
        devices: () => (canChooseSpeaker ? media.devices.speakers : []),
        chosen: () => media.choice.speakerId,
        choose: (speakerId) => void media.choose({ speakerId }),
      },
    ];
    this.#fields = pickers.map((picker, index) => {
      const id = `${idPrefix}-${index}`;
      const select = el("select", { id });
      select.addEventListener("change", () => picker.choose(select.value));
      const field = el(
        "div",
        { class: "device-picker" },
        el("label", { for: id }, icon(picker.icon), picker.label),
        select,
      );
      this.element.append(field);
      return { picker, field, select, shown: "" };
    });
    this.update();
  }

  update(): void {
    for (const entry of this.#fields) {
      const { picker, field, select } = entry;
      const named = picker.devices().filter(({ label, deviceId }) => label !== "" && deviceId !== "");
      // Chromium lists its "default" beside the device itself; "" leaves the choice to the browser.
      const listed = named.filter(({ deviceId }) => deviceId !== "default" && deviceId !== "communications");
      setAttributes(field, { hidden: listed.length === 0 });
      const options = [["", texts.byTheBrowser], ...listed.map(({ deviceId, label }) => [deviceId, label])] as const;
      const shown = JSON.stringify(options);
      if (shown !== entry.shown) {
        entry.shown = shown;
        select.replaceChildren(...options.map(([value = "", label = ""]) => el("option", { value }, label)));
      }
      const chosen = picker.chosen();
      select.value = listed.some(({ deviceId }) => deviceId === chosen) ? chosen : "";
    }
    setAttributes(this.element, { hidden: this.#fields.every(({ field }) => field.hidden) });
  }
}
