import Hls, {
  type ErrorData,
  type Fragment,
  type HlsConfig,
  type LevelDetails,
  type LoaderCallbacks,
  type LoaderConfiguration,
  type LoaderContext,
  type RetryConfig,
} from "hls.js/light";
import { BitrateMeter } from "./bitrate-meter.ts";
import { fullRetryMs, saysFull } from "./full-stage.ts";
import { startAtKeyFrame } from "./key-frame-start.ts";
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
/** Loads playlists, and has the picture start at a key frame. */
class PlaylistLoader extends Hls.DefaultConfig.loader {
  override load(
    context: LoaderContext,
    configuration: LoaderConfiguration,
    callbacks: LoaderCallbacks<LoaderContext>,
  ): void {
    super.load(context, configuration, {
      ...callbacks,
      onSuccess: (response, stats, loaded, details) => {
        if (typeof response.data === "string") {
          response.data = startAtKeyFrame(response.data);
        }
        callbacks.onSuccess(response, stats, loaded, details);
      },
    });
  }
}

const config: Partial<HlsConfig> = {
  pLoader: PlaylistLoader as unknown as NonNullable<HlsConfig["pLoader"]>,
  lowLatencyMode: true,
  // fMP4 needs no remuxing worth a thread, and a worker from a blob is against the page's CSP.
  enableWorker: false,
  backBufferLength: 30,
  // Whoever started late or fell behind catches up unnoticed; hls.js stops it at a second of buffer.
  maxLiveSyncPlaybackRate: 1.1,
  manifestLoadPolicy: loadPolicy,
  playlistLoadPolicy: loadPolicy,
  fragLoadPolicy: loadPolicy,
};

const restartDelayMs = 500;
/** What fails again and again, each time a little later: a stream that breaks every decoder must not be loaded for ever. */
const restartMaxDelayMs = 5_000;
/**
 * hls.js asks for an unchanged playlist every two seconds (half a target duration). A viewer without pictures asks
 * more often, so that they come back as soon as the encoder does.
 */
const starvedReloadMs = 400;
/** A second media error within this time is not mended by the mild way. */
const mediaErrorMemoryMs = 10_000;
/** Three parts, as much as PART-HOLD-BACK keeps: with less ahead, a jump would soon run dry again. */
const enoughToPlayS = 0.6;

export const canPlayByHls = (): boolean => Hls.isSupported();

class HlsSource implements LiveSource {
  readonly #video: HTMLVideoElement;
  readonly #url: string;
  readonly #report: SourceReport;
  readonly #meter = new BitrateMeter();
  #hls: Hls;
  #sourceBuffers: SourceBuffer[] = [];
  #discontinuitySequence = -1;
  /** Media sequence number of the last whole segment that was seen. */
  #lastSequence: number | null = null;
  #lastMediaErrorMs = -Infinity;
  #restartDelayMs = restartDelayMs;
  /** Playing from a key frame a while ago, until enough is there to go to live. */
  #isCatchingUp = false;
  /** The last answer was that there is no place for another viewer. */
  #isFull = false;
  #restartTimer: ReturnType<typeof setTimeout> | undefined;
  #reloadTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(video: HTMLVideoElement, url: string, report: SourceReport) {
    this.#video = video;
    this.#url = url;
    this.#report = report;
    this.#hls = this.#start();
  }

  retryNow(): void {
    const details = this.#hls.latestLevelDetails;
    if (details !== null) {
      details.requestScheduled = 0;
    }
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

  latencyS = (): number | null => (this.#hls.latency > 0 ? this.#hls.latency : null);
  bitrate = (): number | null => this.#meter.bitsPerSecond;

  close(): void {
    clearTimeout(this.#restartTimer);
    clearTimeout(this.#reloadTimer);
    this.#hls.destroy();
  }

  /** hls.js keeps what a failed answer says to itself. This listener comes before its own. */
  #readRefusal(request: XMLHttpRequest): void {
    request.addEventListener("readystatechange", () => {
      const isRefusal = request.readyState === XMLHttpRequest.DONE && request.status === 503;
      if (isRefusal && request.getResponseHeader("Content-Type")?.startsWith("application/json") === true) {
        this.#isFull = saysFull(request.responseText);
      }
    });
  }

  #isStarved(): boolean {
    return !this.#video.paused && this.#video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  #start(): Hls {
    this.#isFull = false;
    const hls = new Hls({
      ...config,
      xhrSetup: (request) => this.#readRefusal(request),
      manifestLoadPolicy: {
        default: { ...loadPolicy.default, errorRetry: { ...retryForEver, shouldRetry: () => !this.#isFull } },
      },
    });
    hls.on(Hls.Events.ERROR, (_event, data) => this.#onError(data));
    hls.on(Hls.Events.LEVEL_LOADED, (_event, { details }) => {
      this.#report.onFetching(false);
      clearTimeout(this.#reloadTimer);
      if (!details.advanced && details.live && this.#isStarved()) {
        this.#reloadTimer = setTimeout(() => this.retryNow(), starvedReloadMs);
      }
    });
    hls.on(Hls.Events.LEVEL_UPDATED, (_event, { details }) => {
      this.#isCatchingUp ||= this.#lastSequence === null && details.startTimeOffset !== null;
      this.#startOverAfterJump(details);
    });
    hls.on(Hls.Events.BUFFER_CREATED, (_event, { tracks }) => {
      this.#sourceBuffers = Object.values(tracks).flatMap(({ buffer }) => buffer ?? []);
    });
    hls.on(Hls.Events.FRAG_LOADING, (_event, { frag }) => this.#onFragmentLoading(frag.cc));
    hls.on(Hls.Events.FRAG_BUFFERED, (_event, { frag, part, stats }) => {
      this.#meter.push(stats.loaded, (part ?? frag).duration);
      if (part === null) {
        this.#markPartsOf(frag);
      }
      this.#jumpWhenStuck();
      this.#catchUp();
    });
    hls.loadSource(this.#url);
    hls.attachMedia(this.#video);
    this.#report.onRestarted();
    return hls;
  }

  /**
   * A whole segment has come: so have its parts. hls.js does not see that, and would not go on with the parts of the
   * next segment until a key frame.
   */
  #markPartsOf({ sn, elementaryStreams }: Fragment): void {
    for (const part of this.#hls.latestLevelDetails?.partList ?? []) {
      if (part.fragment.sn === sn) {
        part.elementaryStreams = elementaryStreams;
      }
    }
  }

  /** The picture came at once from a key frame some seconds ago: to live, as soon as all in between is there. */
  #catchUp(): void {
    const liveS = this.#hls.liveSyncPosition;
    const { buffered } = this.#video;
    if (!this.#isCatchingUp || liveS === null) {
      return;
    }
    for (let index = 0; index < buffered.length; index += 1) {
      if (buffered.start(index) <= liveS && liveS <= buffered.end(index)) {
        this.#isCatchingUp = false;
        this.goToLive();
      }
    }
  }

  /**
   * Starts over when the playlist does not go on from the last one: ingest has restarted, or this page slept. hls.js
   * would look for the old window in the new one, or lay the new pictures over the old; a fresh start takes 300 ms.
   */
  #startOverAfterJump({ startSN, endSN }: LevelDetails): void {
    const hasJumped = this.#lastSequence !== null && (startSN > this.#lastSequence + 1 || endSN < this.#lastSequence);
    this.#lastSequence = endSN;
    if (hasJumped) {
      this.#startOver(0);
    }
  }

  #startOver(delayMs: number): void {
    clearTimeout(this.#restartTimer);
    this.#restartTimer = setTimeout(() => {
      clearTimeout(this.#reloadTimer);
      this.#hls.destroy();
      this.#sourceBuffers = [];
      this.#lastSequence = null;
      this.#isCatchingUp = false;
      this.#hls = this.#start();
    }, delayMs);
  }

  /**
   * Clears what the source buffers remember of the frames before a discontinuity. Else, where sound has a gap there but
   * the picture has none, the first audio frame makes the browser throw away pictures up to the next key frame
   * (Media Source Extensions, coded frame processing, step 1.6: "need random access point" is set on all tracks).
   */
  #onFragmentLoading(discontinuitySequence: number): void {
    if (discontinuitySequence === this.#discontinuitySequence) {
      return;
    }
    this.#discontinuitySequence = discontinuitySequence;
    for (const buffer of this.#sourceBuffers) {
      try {
        if (!buffer.updating) {
          buffer.abort();
        }
      } catch {
        // The buffer belongs to a media source that has been closed: nothing is remembered there.
      }
    }
  }

  #onError(data: ErrorData): void {
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR) {
      this.#report.onFetching(true);
    }
    if (!data.fatal) {
      return;
    }
    clearTimeout(this.#restartTimer);
    if (this.#isFull) {
      this.#report.onFull();
      this.#startOver(fullRetryMs());
      return;
    }
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR && this.#hls.levels.length > 0) {
      this.#restartTimer = setTimeout(() => this.#hls.startLoad(-1), restartDelayMs);
      return;
    }
    const { MANIFEST_INCOMPATIBLE_CODECS_ERROR, BUFFER_INCOMPATIBLE_CODECS_ERROR } = Hls.ErrorDetails;
    if (data.details === MANIFEST_INCOMPATIBLE_CODECS_ERROR || data.details === BUFFER_INCOMPATIBLE_CODECS_ERROR) {
      this.#hls.stopLoad();
      this.#report.onUnsupported();
      return;
    }
    const nowMs = performance.now();
    const isFirst = nowMs - this.#lastMediaErrorMs > mediaErrorMemoryMs;
    this.#lastMediaErrorMs = nowMs;
    if (isFirst) {
      this.#restartDelayMs = restartDelayMs;
    }
    if (isFirst && data.type === Hls.ErrorTypes.MEDIA_ERROR) {
      this.#hls.recoverMediaError();
      this.#report.onRestarted();
      return;
    }
    this.#startOver(this.#restartDelayMs);
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, restartMaxDelayMs);
  }

  /**
   * Seeks to the first pictures that lie ahead, if the video stands without need: before a gap, or in front of data that
   * the browser would rather pile up to about a second first, as Chromium does after it ran dry.
   */
  #jumpWhenStuck(): void {
    const { buffered, currentTime, seeking } = this.#video;
    if (seeking || !this.#isStarved()) {
      return;
    }
    for (let index = 0; index < buffered.length; index += 1) {
      const fromS = Math.max(buffered.start(index), currentTime);
      if (buffered.end(index) - fromS >= enoughToPlayS) {
        this.#video.currentTime = fromS + 0.02;
        return;
      }
    }
  }
}

/** Plays a playlist with hls.js, over restarts of ingest and errors of the media pipeline. */
export const openHlsSource = (video: HTMLVideoElement, url: string, report: SourceReport): LiveSource =>
  new HlsSource(video, url, report);
