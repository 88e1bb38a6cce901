import uPlot from "uplot";
import type { ChannelState } from "../../api/contract/channel-state.ts";
import { pageLocale } from "./page-locale.ts";

const heightPx = 220;
/** How often a curve that goes on gets a new point. */
const everyMs = 10_000;
/** Ten hours of such points; older ones go. */
const maxPoints = 3_600;

const colorOf = (element: Element, name: string): string => getComputedStyle(element).getPropertyValue(name).trim();

/**
 * `<viewer-chart>`: draws the table in it (web/views/viewer-curve.tsx) as a curve; with `data-live` the curve goes on with
 * what the chat says of the viewers.
 */
class ViewerChart extends HTMLElement {
  #plot: uPlot | null = null;
  #timesS: number[] = [];
  #viewers: number[] = [];
  #latest: number | null = null;
  /** Of the stream that the curve is about. */
  #startedAtMs = 0;
  #disconnected = new AbortController();

  connectedCallback(): void {
    this.#disconnected = new AbortController();
    const { signal } = this.#disconnected;
    const rows = [...this.querySelectorAll<HTMLElement>("tr[data-at]")];
    this.#timesS = rows.map((row) => Number(row.dataset["at"]) / 1000);
    this.#viewers = rows.map((row) => Number(row.dataset["count"]));
    this.#draw();
    const resized = new ResizeObserver(() => {
      const width = this.#place()?.clientWidth ?? 0;
      if (width > 0) {
        this.#plot?.setSize({ width, height: heightPx });
      }
    });
    resized.observe(this);
    // Colours are painted into the picture: another theme needs another picture.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw(), { signal });
    signal.addEventListener("abort", () => resized.disconnect());
    if (this.hasAttribute("data-live")) {
      this.#goOn(signal);
    }
  }

  disconnectedCallback(): void {
    this.#disconnected.abort();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #place(): HTMLElement | null {
    return this.querySelector<HTMLElement>("[data-part=picture]");
  }

  #goOn(signal: AbortSignal): void {
    this.#startedAtMs = Number(document.querySelector<HTMLElement>("live-player")?.dataset["startedAt"] ?? 0);
    document.addEventListener(
      "chat-viewers",
      (event) => {
        this.#latest = (event as CustomEvent<number>).detail;
        this.#raisePeak();
        if (this.#viewers.length < 2) {
          this.#addLatest();
        }
      },
      { signal },
    );
    document.addEventListener(
      "channel-told",
      (event) => {
        const told = (event as CustomEvent<ChannelState>).detail;
        if (told.status === "live" && told.startedAt > this.#startedAtMs) {
          this.#beginAt(told.startedAt);
        }
      },
      { signal },
    );
    const timer = setInterval(() => this.#addLatest(), everyMs);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** Another stream has begun: its curve and its peak begin with it. */
  #beginAt(startedAtMs: number): void {
    this.#startedAtMs = startedAtMs;
    [this.#timesS, this.#viewers] = [[], []];
    this.querySelector("tbody")?.replaceChildren();
    document.querySelector<HTMLElement>("[data-peak]")?.setAttribute("data-peak", "0");
    this.#raisePeak();
    this.#addLatest();
    this.#addLatest();
  }

  #raisePeak(): void {
    const place = document.querySelector<HTMLElement>("[data-peak]");
    const peak = Math.max(Number(place?.dataset["peak"] ?? 0), this.#latest ?? 0);
    if (place !== null) {
      place.dataset["peak"] = String(peak);
      place.textContent = peak.toLocaleString(pageLocale());
    }
  }

  #addLatest(): void {
    if (this.#latest === null) {
      return;
    }
    this.#timesS = [...this.#timesS, Date.now() / 1000].slice(-maxPoints);
    this.#viewers = [...this.#viewers, this.#latest].slice(-maxPoints);
    this.#plot?.setData([this.#timesS, this.#viewers]);
  }

  #draw(): void {
    const place = this.#place();
    if (place === null) {
      return;
    }
    this.#plot?.destroy();
    const [ink, grid, accent] = [colorOf(this, "--ink-soft"), colorOf(this, "--line"), colorOf(this, "--accent")];
    const number = new Intl.NumberFormat(pageLocale());
    const minutes = new Intl.DateTimeFormat(pageLocale(), { timeStyle: "short" });
    const seconds = new Intl.DateTimeFormat(pageLocale(), { timeStyle: "medium" });
    const axis: uPlot.Axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    this.#plot = new uPlot(
      {
        width: place.clientWidth,
        height: heightPx,
        cursor: { y: false, drag: { x: false, y: false } },
        // Whoever watches is a whole person.
        axes: [
          {
            ...axis,
            space: 70,
            values: (_plot, splits, _axis, _space, incrementS) =>
              splits.map((split) => (incrementS < 60 ? seconds : minutes).format(split * 1000)),
          },
          {
            ...axis,
            size: 44,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000],
            values: (_plot, splits) => splits.map((split) => number.format(split)),
          },
        ],
        scales: { y: { range: (_plot, _least, most) => [0, Math.max(4, Math.ceil((most ?? 0) * 1.15))] } },
        series: [
          {
            label: this.dataset["time"] ?? "",
            value: (_plot, at) => (at === null || at === undefined ? "–" : minutes.format(at * 1000)),
          },
          {
            label: this.dataset["viewers"] ?? "",
            stroke: accent,
            width: 2,
            fill: `color-mix(in srgb, ${accent} 22%, transparent)`,
            points: { show: false },
            value: (_plot, viewers) => (viewers === null || viewers === undefined ? "–" : number.format(viewers)),
          },
        ],
      },
      [this.#timesS, this.#viewers],
      place,
    );
  }
}

customElements.define("viewer-chart", ViewerChart);
