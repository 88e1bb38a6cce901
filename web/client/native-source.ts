import { fullRetryMs, saysFull } from "./full-stage.ts";
import type { LiveSource, SourceReport } from "./live-source.ts";

const retryMs = 1_000;
/** Safari starts a live stream three segments back; only beyond that is somebody behind. */
const usualDistanceS = 12;

/** Plays a playlist with the browser's own HLS. */
export const openNativeSource = (video: HTMLVideoElement, url: string, report: SourceReport): LiveSource => {
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new AbortController();

  const load = (): void => {
    clearTimeout(retryTimer);
    video.src = url;
    report.onRestarted();
  };
  /** The browser does not say why it could not load. */
  const askWhetherFull = async (): Promise<void> => {
    const { signal } = listeners;
    const response = await fetch(url, { signal }).catch(() => null);
    const isFull = response?.status === 503 && saysFull(await response.text().catch(() => ""));
    if (!isFull || signal.aborted) {
      return;
    }
    report.onFull();
    clearTimeout(retryTimer);
    retryTimer = setTimeout(load, fullRetryMs());
  };
  const liveEdgeS = (): number => {
    const { seekable } = video;
    return seekable.length === 0 ? 0 : seekable.end(seekable.length - 1);
  };

  video.addEventListener(
    "error",
    () => {
      report.onFetching(true);
      clearTimeout(retryTimer);
      retryTimer = setTimeout(load, retryMs);
      void askWhetherFull();
    },
    { signal: listeners.signal },
  );
  video.addEventListener("playing", () => report.onFetching(false), { signal: listeners.signal });
  load();

  return {
    retryNow() {
      if (video.error !== null) {
        load();
      }
    },
    goToLive() {
      video.currentTime = liveEdgeS();
    },
    behindS: () => Math.max(0, liveEdgeS() - video.currentTime - usualDistanceS),
    latencyS: () => (liveEdgeS() === 0 ? null : Math.max(0, liveEdgeS() - video.currentTime)),
    // The browser does not say what it loads.
    bitrate: () => null,
    close() {
      clearTimeout(retryTimer);
      listeners.abort();
      video.removeAttribute("src");
      video.load();
    },
  };
};
