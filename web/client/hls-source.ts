import Hls, { type ErrorData, type HlsConfig, type RetryConfig } from "hls.js/light";
import type { LiveSource, SourceReport } from "./live-source.ts";

/**
 * Never give up while the channel is live: an ingest that restarts is unreachable, then answers 503, and its old
 * parts are gone (404); hls.js would take all of these for final. A retry looks at the newest playlist, not at the
 * same part again.
 */
const retryForEver: RetryConfig = {
  maxNumRetry: Infinity,
  retryDelayMs: 400,
  maxRetryDelayMs: 1_000,
  backoff: "linear",
  shouldRetry: () => true,
};
const loadPolicy = {
  default: {
    maxTimeToFirstByteMs: 15_000,
    maxLoadTimeMs: 20_000,
    timeoutRetry: retryForEver,
    errorRetry: retryForEver,
  },
};
const config: Partial<HlsConfig> = {
  lowLatencyMode: true,
  // fMP4 needs no remuxing worth a thread, and a worker from a blob is against the page's CSP.
  enableWorker: false,
  backBufferLength: 30,
  manifestLoadPolicy: loadPolicy,
  playlistLoadPolicy: loadPolicy,
  fragLoadPolicy: loadPolicy,
};

const restartDelayMs = 500;
/** A second media error within this time is not mended by the mild way. */
const mediaErrorMemoryMs = 10_000;
/** Stalled this long with pictures waiting further on: jump. hls.js itself steps only over small holes. */
const jumpAfterMs = 700;

export const canPlayByHls = (): boolean => Hls.isSupported();

class HlsSource implements LiveSource {
  readonly #video: HTMLVideoElement;
  readonly #url: string;
  readonly #report: SourceReport;
  readonly #listeners = new AbortController();
  #hls: Hls;
  #lastMediaErrorMs = -Infinity;
  #restartTimer: ReturnType<typeof setTimeout> | undefined;
  #jumpTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(video: HTMLVideoElement, url: string, report: SourceReport) {
    this.#video = video;
    this.#url = url;
    this.#report = report;
    const { signal } = this.#listeners;
    video.addEventListener("waiting", () => this.#jumpWhenStuck(), { signal });
    video.addEventListener("playing", () => clearTimeout(this.#jumpTimer), { signal });
    this.#hls = this.#start();
  }

  retryNow(): void {
    this.#hls.stopLoad();
    this.#hls.startLoad(-1);
  }

  goToLive(): void {
    const position = this.#hls.liveSyncPosition;
    if (position !== null) {
      this.#video.currentTime = position;
    }
  }

  behindS(): number {
    return Math.max(0, this.#hls.latency - (this.#hls.targetLatency ?? 0));
  }

  close(): void {
    this.#listeners.abort();
    clearTimeout(this.#restartTimer);
    clearTimeout(this.#jumpTimer);
    this.#hls.destroy();
  }

  #start(): Hls {
    const hls = new Hls(config);
    hls.on(Hls.Events.ERROR, (_event, data) => this.#onError(data));
    hls.on(Hls.Events.LEVEL_LOADED, () => this.#report.onFetching(false));
    hls.loadSource(this.#url);
    hls.attachMedia(this.#video);
    this.#report.onRestarted();
    return hls;
  }

  #onError(data: ErrorData): void {
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR) {
      this.#report.onFetching(true);
    }
    if (!data.fatal) {
      return;
    }
    clearTimeout(this.#restartTimer);
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR) {
      this.#restartTimer = setTimeout(() => this.#hls.startLoad(-1), restartDelayMs);
      return;
    }
    const nowMs = performance.now();
    const isFirst = nowMs - this.#lastMediaErrorMs > mediaErrorMemoryMs;
    this.#lastMediaErrorMs = nowMs;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && isFirst) {
      this.#hls.recoverMediaError();
      this.#report.onRestarted();
      return;
    }
    this.#hls.destroy();
    this.#restartTimer = setTimeout(() => {
      this.#hls = this.#start();
    }, restartDelayMs);
  }

  #jumpWhenStuck(): void {
    clearTimeout(this.#jumpTimer);
    this.#jumpTimer = setTimeout(() => {
      const { buffered, currentTime } = this.#video;
      for (let index = 0; index < buffered.length; index += 1) {
        const startS = buffered.start(index);
        if (startS > currentTime) {
          this.#video.currentTime = Math.max(
            startS + 0.01,
            Math.min(buffered.end(index), this.#hls.liveSyncPosition ?? 0),
          );
          return;
        }
      }
    }, jumpAfterMs);
  }
}

/** Plays a playlist with hls.js, over restarts of ingest and errors of the media pipeline. */
export const openHlsSource = (video: HTMLVideoElement, url: string, report: SourceReport): LiveSource =>
  new HlsSource(video, url, report);
