import type { LiveSource } from "./live-source.ts";
import { pageLocale } from "./page-locale.ts";
import { readPreference, writePreference } from "./player-preferences.ts";

const refreshMs = 1_000;

/** What the statistics say of one moment; null: not known. */
interface Figures {
  latency: string | null;
  buffer: string | null;
  resolution: string | null;
  bitrate: string | null;
  dropped: string | null;
}

const bufferedAheadS = ({ buffered, currentTime }: HTMLVideoElement): number => {
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= currentTime && currentTime <= buffered.end(index)) {
      return buffered.end(index) - currentTime;
    }
  }
  return 0;
};

/** The settings of a `<live-player>` and the statistics over its picture, both off until somebody asks for them. */
export class PlayerPanel {
  readonly #player: HTMLElement;
  readonly #video: HTMLVideoElement;
  readonly #source: () => LiveSource | null;
  readonly #numbers = new Intl.NumberFormat(pageLocale(), {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(player: HTMLElement, video: HTMLVideoElement, source: () => LiveSource | null, signal: AbortSignal) {
    this.#player = player;
    this.#video = video;
    this.#source = source;
    this.#bindOpening(signal);
    this.#bindSetting(
      "statistics",
      readPreference("statistics") === "on",
      (isOn) => this.#showStatistics(isOn),
      signal,
    );
    this.#bindSetting("everywhere", readPreference("everywhere") !== "off", () => undefined, signal);
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  /** Whether the player's keys work wherever the focus is. */
  get worksEverywhere(): boolean {
    return readPreference("everywhere") !== "off";
  }

  #part(name: string): HTMLElement | null {
    return this.#player.querySelector<HTMLElement>(`[data-part="${name}"]`);
  }

  #bindOpening(signal: AbortSignal): void {
    const button = this.#player.querySelector<HTMLElement>('[data-control="settings"]');
    const panel = this.#part("settings");
    if (button === null || panel === null) {
      return;
    }
    const setOpen = (isOpen: boolean): void => {
      panel.hidden = !isOpen;
      button.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) {
        panel.querySelector("input")?.focus({ preventScroll: true });
      }
    };
    button.addEventListener("click", () => setOpen(panel.hidden !== false), { signal });
    document.addEventListener(
      "pointerdown",
      ({ target }) => {
        if (target instanceof Node && !panel.contains(target) && !button.contains(target)) {
          setOpen(false);
        }
      },
      { signal },
    );
    this.#player.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape" || panel.hidden) {
          return;
        }
        event.preventDefault();
        setOpen(false);
        button.focus();
      },
      { signal },
    );
  }

  #bindSetting(name: string, isOn: boolean, onChange: (isOn: boolean) => void, signal: AbortSignal): void {
    const box = this.#player.querySelector<HTMLInputElement>(`[data-setting="${name}"]`);
    if (box === null) {
      return;
    }
    box.checked = isOn;
    onChange(isOn);
    box.addEventListener(
      "change",
      () => {
        writePreference(name, box.checked ? "on" : "off");
        onChange(box.checked);
      },
      { signal },
    );
  }

  #showStatistics(isOn: boolean): void {
    clearInterval(this.#timer);
    const list = this.#part("statistics");
    if (list === null) {
      return;
    }
    list.hidden = !isOn;
    if (isOn) {
      this.#timer = setInterval(() => this.#write(list), refreshMs);
      this.#write(list);
    }
  }

  #write(list: HTMLElement): void {
    for (const [name, figure] of Object.entries<string | null>({ ...this.#measure() })) {
      const place = list.querySelector(`[data-figure="${name}"]`);
      if (place !== null) {
        place.textContent = figure ?? list.dataset["unknown"] ?? "";
      }
    }
  }

  #measure(): Figures {
    const { videoWidth, videoHeight } = this.#video;
    const source = this.#source();
    const latencyS = source?.latencyS() ?? null;
    const bitrate = source?.bitrate() ?? null;
    const { droppedVideoFrames, totalVideoFrames } = this.#video.getVideoPlaybackQuality();
    const number = (value: number): string => this.#numbers.format(value);
    return {
      latency: latencyS === null ? null : `${number(latencyS)} s`,
      buffer: source === null ? null : `${number(bufferedAheadS(this.#video))} s`,
      resolution: videoWidth === 0 ? null : `${videoWidth} × ${videoHeight}`,
      bitrate: bitrate === null ? null : `${number(bitrate / 1_000_000)} Mbit/s`,
      dropped: totalVideoFrames === 0 ? null : `${droppedVideoFrames} / ${totalVideoFrames}`,
    };
  }
}
