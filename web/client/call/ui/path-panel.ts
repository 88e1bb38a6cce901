import type { CallView } from "../types.ts";
import { el } from "./element.ts";
import type { Panel } from "./side-panel.ts";
import { texts } from "./texts.ts";

export class PathPanel implements Panel {
  readonly title = texts.why;
  readonly element = el("div", { class: "paths" });

  update(_view: CallView): void {}

  onShown(): HTMLElement | null {
    return null;
  }
}
