import type { DeviceProblem, LocalMedia } from "../types.ts";
import { browserKind } from "./browser-kind.ts";
import { el, icon } from "./element.ts";
import { texts } from "./texts.ts";

type DeviceKind = "camera" | "microphone" | "both";

/** What has one cause for both devices is said of both at once. */
const asOne = new Set<DeviceProblem>(["denied", "insecure", "dismissed"]);

function sentence(problem: DeviceProblem, device: string): string {
  const text = texts.problems[problem].replace("{device}", device);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What is wrong with a device, and what to click about it, in words. */
export function problemText(problem: DeviceProblem, kind: DeviceKind): string {
  const said = sentence(problem, texts.theDevice[kind]);
  if (problem !== "denied") return said;
  return `${said} ${texts.allowing[browserKind(navigator.userAgent, navigator.maxTouchPoints)]}`;
}

/** What is wrong with the devices: said when it changes, and nowhere to be seen while all is well. */
export class DeviceProblems {
  readonly element = el("div", { class: "device-problems", role: "status" });
  readonly #media: LocalMedia;
  #shown = "";

  constructor(media: LocalMedia) {
    this.#media = media;
  }

  update(): void {
    const { camera, microphone } = this.#media.problems;
    const isAsOne = camera !== null && camera === microphone && asOne.has(camera);
    const said = isAsOne
      ? [problemText(camera, "both")]
      : [
          ...(microphone === null ? [] : [problemText(microphone, "microphone")]),
          ...(camera === null ? [] : [problemText(camera, "camera")]),
        ];
    if (this.#shown === said.join("\n")) return;
    this.#shown = said.join("\n");
    this.element.replaceChildren(...said.map((text) => el("p", {}, icon("alert"), el("span", {}, text))));
  }
}
