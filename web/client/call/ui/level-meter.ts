import { el } from "./element.ts";

/** A bar that follows how loud something is. For the eye only: what it says changes too often to be read aloud. */
export class LevelMeter {
  readonly element: HTMLElement;
  readonly #bar = el("span");
  readonly #level: () => number;

  /** `level`: 0 to 1. */
  constructor(level: () => number, signal: AbortSignal) {
    this.#level = level;
    this.element = el("div", { class: "level-meter", "aria-hidden": "true" }, this.#bar);
    let frame = 0;
    const draw = (): void => {
      frame = requestAnimationFrame(draw);
      this.#draw();
    };
    draw();
    signal.addEventListener("abort", () => cancelAnimationFrame(frame));
  }

  #draw(): void {
    if (!this.element.isConnected) return;
    // Speech is quiet most of the time: the root spreads what is low.
    const shown = Math.sqrt(Math.min(1, Math.max(0, this.#level())));
    this.#bar.style.scale = `${shown.toFixed(3)} 1`;
  }
}
