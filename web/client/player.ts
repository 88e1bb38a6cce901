import type { ChannelState } from "../../api/contract/channel-state.ts";
import "./channel-page.ts";
import { type ChannelEvents, followChannel } from "./channel-events.ts";
import { canPlayByHls, openHlsSource } from "./hls-source.ts";
import type { LiveSource, SourceReport } from "./live-source.ts";
import { localiseDates } from "./local-dates.ts";
import { openNativeSource } from "./native-source.ts";
import { PlayerControls } from "./player-controls.ts";
import { PlayerPanel } from "./player-panel.ts";
import { initialState, type PlayerEvent, type PlayerState, reduce, viewOf } from "./player-state.ts";

const checkBehindMs = 1_000;
/** Further behind than this after a stall that the viewer did not ask for: back to live without a question. */
const catchUpFromS = 2;
/** Further behind than this: "Live" becomes a way back. */
const behindFromS = 4;

/** What the server wrote into the element's attributes: the state at the time of the page. */
const stateInPage = ({ dataset }: HTMLElement): ChannelState => {
  const status = dataset["status"] as ChannelState["status"];
  const { stream = "", src = "", startedAt = "0" } = dataset;
  if (status === "live" || status === "interrupted") {
    const unsaid = { title: "", category: null, tags: [] };
    return { status, streamId: stream, playlistUrl: src, startedAt: Number(startedAt), ...unsaid };
  }
  return status === "ended" ? { status, streamId: stream } : { status: "offline" };
};

/**
 * `<live-player>`: follows a channel through its states and shows its picture.
 * Its HTML, texts included, comes from the server (web/views/player.tsx). The script must run after the parser has
 * gone by, as modules do.
 */
class LivePlayer extends HTMLElement {
  #state: PlayerState = initialState("offline");
  #source: LiveSource | null = null;
  #streamId = "";
  #video = document.createElement("video");
  #controls: PlayerControls | null = null;
  #events: ChannelEvents | null = null;
  #disconnected = new AbortController();

  connectedCallback(): void {
    const video = this.querySelector("video");
    if (video === null) {
      return;
    }
    this.#video = video;
    this.#disconnected = new AbortController();
    const { signal } = this.#disconnected;
    const channel = stateInPage(this);
    this.#state = initialState(channel.status);
    this.#bindVideo(signal);
    if (this.hasAttribute("data-muted")) {
      video.muted = true;
    }
    const panel = new PlayerPanel(this, video, () => this.#source, signal);
    this.#controls = new PlayerControls(
      this,
      video,
      {
        togglePlay: () => this.#togglePlay(),
        goToLive: () => this.#goToLive(),
        onSoundChosen: () => this.#dispatch({ type: "autoplay", outcome: "allowed" }),
        worksEverywhere: () => panel.worksEverywhere,
      },
      signal,
    );
    this.#follow(signal);
    document.addEventListener("visibilitychange", () => this.#render(), { signal });
    const behindTimer = setInterval(() => this.#checkBehind(), checkBehindMs);
    signal.addEventListener("abort", () => clearInterval(behindTimer));
    this.#onChannel(channel);
  }

  disconnectedCallback(): void {
    this.#disconnected.abort();
    this.#events?.setOpen(false);
    this.#closeSource();
    this.#streamId = "";
  }

  /** By events of its own, or of the page's script where that knows already. */
  #follow(signal: AbortSignal): void {
    const url = this.dataset["events"];
    if (url !== undefined) {
      this.#events = followChannel(url, (state) => this.#onChannel(state));
      return;
    }
    document.addEventListener("channel-told", (event) => this.#onChannel((event as CustomEvent<ChannelState>).detail), {
      signal,
    });
  }

  #dispatch(event: PlayerEvent): void {
    this.#state = reduce(this.#state, event);
    this.#render();
  }

  #onChannel(channel: ChannelState): void {
    const isPlayable = channel.status === "live" || channel.status === "interrupted";
    const isNewStream = isPlayable && channel.streamId !== this.#streamId;
    const wasInterrupted = this.#state.channel === "interrupted";
    this.dataset["status"] = channel.status;
    this.#dispatch({ type: "channel", status: channel.status, isNewStream });
    if (isNewStream) {
      this.#streamId = channel.streamId;
      this.dataset["stream"] = channel.streamId;
      this.dataset["src"] = channel.playlistUrl;
      this.dataset["startedAt"] = String(channel.startedAt);
      this.#openSource(channel.playlistUrl);
    } else if (channel.status === "live" && wasInterrupted && this.#state.picture !== "moving") {
      this.#source?.retryNow();
    }
    this.dispatchEvent(new CustomEvent("channel-state", { detail: channel, bubbles: true }));
  }

  #openSource(url: string): void {
    this.#closeSource();
    const report: SourceReport = {
      onFetching: (isFailing) => {
        if (isFailing !== this.#state.isFailing) {
          this.#dispatch({ type: "fetching", isFailing });
        }
      },
      onFull: () => this.#dispatch({ type: "full" }),
      onRestarted: () => {
        if (!this.#state.isPausedByViewer) {
          void this.#play();
        }
      },
      onUnsupported: () => this.#dispatch({ type: "unsupported" }),
    };
    if (canPlayByHls()) {
      this.#source = openHlsSource(this.#video, url, report);
    } else if (this.#video.canPlayType("application/vnd.apple.mpegurl") !== "") {
      this.#source = openNativeSource(this.#video, url, report);
    } else {
      report.onUnsupported();
    }
  }

  #closeSource(): void {
    this.#source?.close();
    this.#source = null;
  }

  /** With sound if the browser lets us, else muted, else not before a tap. */
  async #play(): Promise<void> {
    if (await this.#tryToPlay()) {
      return;
    }
    const wasMuted = this.#video.muted;
    this.#video.muted = true;
    if (await this.#tryToPlay()) {
      this.#dispatch({ type: "autoplay", outcome: wasMuted ? this.#state.autoplay : "muted" });
    } else {
      this.#video.muted = wasMuted;
      this.#dispatch({ type: "autoplay", outcome: "refused" });
    }
  }

  async #tryToPlay(): Promise<boolean> {
    try {
      await this.#video.play();
      return true;
    } catch (error) {
      // Only this one is the browser's refusal; another load may also end a pending play, which will be asked for again.
      return !(error instanceof DOMException && error.name === "NotAllowedError");
    }
  }

  #togglePlay(): void {
    if (this.#state.autoplay === "refused") {
      this.#dispatch({ type: "autoplay", outcome: "allowed" });
      void this.#play();
    } else if (this.#video.paused) {
      this.#dispatch({ type: "viewer-paused", isPaused: false });
      void this.#play();
    } else {
      this.#dispatch({ type: "viewer-paused", isPaused: true });
      this.#video.pause();
    }
  }

  #goToLive(): void {
    this.#source?.goToLive();
    this.#controls?.setBehind(false);
    if (this.#video.paused) {
      this.#togglePlay();
    }
  }

  #bindVideo(signal: AbortSignal): void {
    const on = (name: string, listener: () => void): void => this.#video.addEventListener(name, listener, { signal });
    on("playing", () => {
      // What was on when the page was made is not shown again when another source begins.
      this.#video.removeAttribute("poster");
      const wasStalled = this.#state.picture === "stalled";
      this.#dispatch({ type: "picture", picture: "moving" });
      if (wasStalled && (this.#source?.behindS() ?? 0) > catchUpFromS) {
        this.#source?.goToLive();
      }
    });
    on("waiting", () => this.#dispatch({ type: "picture", picture: "stalled" }));
    // A stream of sound alone: the channel's cloth hangs there, since black looks broken.
    for (const name of ["playing", "resize"]) {
      on(name, () => this.toggleAttribute("data-sound-only", this.#video.videoWidth === 0));
    }
    on("ended", () => this.#dispatch({ type: "picture", picture: "finished" }));
  }

  #checkBehind(): void {
    this.#controls?.setBehind((this.#source?.behindS() ?? 0) > behindFromS);
  }

  #render(): void {
    const view = viewOf(this.#state);
    if (view.overlay === "ended") {
      this.#closeSource();
    }
    if (this.dataset["overlay"] !== view.overlay) {
      this.dataset["overlay"] = view.overlay;
      for (const message of this.querySelectorAll<HTMLElement>("[data-message]")) {
        message.hidden = message.dataset["message"] !== view.overlay;
      }
    }
    this.#show("start", view.overlay === "start");
    this.#show("unmute", view.offersSound);
    this.toggleAttribute("data-controls", view.hasControls);
    const pill = this.querySelector<HTMLElement>("[data-part=pill]");
    const pillText = view.isReconnecting ? (pill?.dataset["text"] ?? "") : "";
    if (pill !== null && pill.textContent !== pillText) {
      pill.textContent = pillText;
    }
    // Six connections an origin over HTTP/1.1: a hidden page that plays well does not need one of them.
    this.#events?.setOpen(!document.hidden || this.#state.picture !== "moving" || view.isReconnecting);
  }

  #show(control: string, isShown: boolean): void {
    const button = this.querySelector<HTMLElement>(`[data-control="${control}"]`);
    if (button === null || button.hidden === !isShown) {
      return;
    }
    // A button that goes away must not take the focus with it out of the player.
    if (!isShown && button === document.activeElement) {
      this.focus({ preventScroll: true });
    }
    button.hidden = !isShown;
  }
}

customElements.define("live-player", LivePlayer);
localiseDates();
