import { readPreference, writePreference } from "./player-preferences.ts";
import { Theatre } from "./player-theatre.ts";

const idleAfterMs = 2_800;
const volumeStep = 0.05;

/** Safari on iPhone and iPad leaves the volume to the device's buttons: setting it has no effect. */
const canSetVolume = (): boolean => {
  const probe = document.createElement("video");
  probe.volume = 0.5;
  return probe.volume === 0.5;
};

interface WebKitVideo extends HTMLVideoElement {
  /** iPhone: only the video itself can fill the screen. */
  webkitEnterFullscreen?: () => void;
}

/** The browser or the viewer may say no to a bigger or smaller picture: it then stays as it is. */
const ignoreRefusal = (): void => {};

/** Where a key is somebody's own: typing, choosing from a list, walking through the chat. */
const keepsItsKeys =
  "input, textarea, select, [contenteditable], [role=menu], [role=listbox], live-chat, dialog, [popover]";

export interface PlayerActions {
  togglePlay(): void;
  goToLive(): void;
  /** The viewer has spoken about sound: what the browser demanded no longer matters. */
  onSoundChosen(): void;
  /** Whether the player's keys work wherever the focus is. */
  worksEverywhere(): boolean;
}

/** Gives the buttons and keys of a `<live-player>` their work, and hides them while nobody needs them. */
export class PlayerControls {
  readonly #player: HTMLElement;
  readonly #video: WebKitVideo;
  readonly #actions: PlayerActions;
  readonly #hasVolume = canSetVolume();
  readonly #theatre: Theatre;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(player: HTMLElement, video: HTMLVideoElement, actions: PlayerActions, signal: AbortSignal) {
    this.#player = player;
    this.#video = video;
    this.#actions = actions;
    this.#theatre = new Theatre(player);
    this.#restoreVolume();
    this.#bindButtons(signal);
    this.#bindPointer(signal);
    player.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    document.addEventListener("keydown", (event) => this.#onKeyElsewhere(event), { signal });
    for (const name of ["play", "pause", "volumechange", "enterpictureinpicture", "leavepictureinpicture"]) {
      video.addEventListener(name, () => this.update(), { signal });
    }
    document.addEventListener("fullscreenchange", () => this.update(), { signal });
    this.update();
  }

  /** Brings names, pictures and states of all controls up to date. */
  update(): void {
    this.#setToggle("play", !this.#video.paused);
    this.#setToggle("mute", this.#video.muted || this.#video.volume === 0);
    this.#setToggle("picture-in-picture", document.pictureInPictureElement === this.#video);
    this.#setToggle("theatre", this.#theatre.isOn);
    this.#setToggle("fullscreen", document.fullscreenElement === this.#player);
    const volume = this.#control<HTMLInputElement>("volume");
    if (volume !== null) {
      volume.value = String(this.#video.muted ? 0 : this.#video.volume);
      volume.setAttribute("aria-valuetext", `${Math.round(Number(volume.value) * 100)}%`);
    }
  }

  /** Whether the picture is behind: then "Live" is a button that leads back. */
  setBehind(isBehind: boolean): void {
    const button = this.#control<HTMLButtonElement>("live");
    if (button !== null && button.disabled === isBehind) {
      button.disabled = !isBehind;
      button.textContent = (isBehind ? button.dataset["labelBehind"] : button.dataset["labelLive"]) ?? "";
    }
  }

  #control<Control extends HTMLElement>(name: string): Control | null {
    return this.#player.querySelector<Control>(`[data-control="${name}"]`);
  }

  #setToggle(name: string, isOn: boolean): void {
    const button = this.#control(name);
    const label = isOn ? button?.dataset["labelOn"] : button?.dataset["labelOff"];
    if (button !== null && label !== undefined && label !== button.title) {
      button.title = label;
      button.setAttribute("aria-label", label);
    }
    button?.toggleAttribute("data-on", isOn);
  }

  #restoreVolume(): void {
    const saved = Number(readPreference("volume") ?? 1);
    this.#video.volume = saved >= 0 && saved <= 1 ? saved : 1;
  }

  #setVolume(volume: number): void {
    this.#video.volume = Math.min(1, Math.max(0, volume));
    this.#video.muted = this.#video.volume === 0;
    this.#actions.onSoundChosen();
    writePreference("volume", String(this.#video.volume));
  }

  #toggleMuted(): void {
    const isSilent = this.#video.muted || this.#video.volume === 0;
    this.#video.muted = !isSilent;
    if (isSilent && this.#video.volume === 0) {
      this.#video.volume = 0.5;
    }
    this.#actions.onSoundChosen();
  }

  #toggleFullscreen(): void {
    if (document.fullscreenElement === this.#player) {
      void document.exitFullscreen().catch(ignoreRefusal);
    } else if (document.fullscreenEnabled) {
      void this.#player.requestFullscreen().catch(ignoreRefusal);
    } else {
      this.#video.webkitEnterFullscreen?.();
    }
  }

  #toggleTheatre(): void {
    this.#theatre.toggle();
    this.update();
  }

  #togglePictureInPicture(): void {
    if (!document.pictureInPictureEnabled) {
      return;
    }
    if (document.pictureInPictureElement === this.#video) {
      void document.exitPictureInPicture().catch(ignoreRefusal);
    } else {
      void this.#video.requestPictureInPicture().catch(ignoreRefusal);
    }
  }

  #bindButtons(signal: AbortSignal): void {
    const work: Record<string, () => void> = {
      play: () => this.#actions.togglePlay(),
      start: () => this.#actions.togglePlay(),
      mute: () => this.#toggleMuted(),
      unmute: () => this.#toggleMuted(),
      live: () => this.#actions.goToLive(),
      theatre: () => this.#toggleTheatre(),
      fullscreen: () => this.#toggleFullscreen(),
      "picture-in-picture": () => this.#togglePictureInPicture(),
    };
    for (const [name, act] of Object.entries(work)) {
      this.#control(name)?.addEventListener("click", act, { signal });
    }
    const volume = this.#control<HTMLInputElement>("volume");
    volume?.addEventListener("input", () => this.#setVolume(Number(volume.value)), { signal });
    volume?.toggleAttribute("hidden", !this.#hasVolume);
    const canFillScreen = document.fullscreenEnabled || this.#video.webkitEnterFullscreen !== undefined;
    this.#control("fullscreen")?.toggleAttribute("hidden", !canFillScreen);
    this.#control("picture-in-picture")?.toggleAttribute("hidden", !document.pictureInPictureEnabled);
  }

  #bindPointer(signal: AbortSignal): void {
    const player = this.#player;
    const wake = (): void => this.#wake();
    player.addEventListener("pointermove", wake, { signal });
    player.addEventListener("focusin", wake, { signal });
    player.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.#sleep(), { signal });
    this.#video.addEventListener(
      "click",
      (event) => {
        // A finger wants to see the controls first; a mouse has seen them on its way.
        const isTouch = event instanceof PointerEvent && event.pointerType === "touch";
        if (!isTouch) {
          this.#actions.togglePlay();
        } else if (player.hasAttribute("data-idle")) {
          this.#wake();
        } else {
          this.#sleep();
        }
      },
      { signal },
    );
    this.#video.addEventListener("dblclick", () => this.#toggleFullscreen(), { signal });
    wake();
  }

  #wake(): void {
    this.#player.removeAttribute("data-idle");
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#sleep(), idleAfterMs);
  }

  #sleep(): void {
    // Somebody who moves by keyboard must see where the focus is, and whoever has opened something what it hangs on.
    const isInUse = this.#player.querySelector(":focus-visible, [aria-expanded=true]") !== null;
    this.#player.toggleAttribute("data-idle", !this.#video.paused && !isInUse);
  }

  /** The letters work with the focus anywhere else too, unless they mean something there: the arrows and Space scroll. */
  #onKeyElsewhere(event: KeyboardEvent): void {
    const { target, key } = event;
    const isElsewhere = target instanceof Element && !this.#player.contains(target);
    if (isElsewhere && key.length === 1 && key !== " " && this.#actions.worksEverywhere()) {
      if (target.closest(keepsItsKeys) === null) {
        this.#onKey(event);
      }
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) {
      return;
    }
    this.#wake();
    const isOnControl = event.target instanceof HTMLButtonElement || event.target instanceof HTMLInputElement;
    const work: Record<string, () => void> = {
      k: () => this.#actions.togglePlay(),
      m: () => this.#toggleMuted(),
      f: () => this.#toggleFullscreen(),
      t: () => this.#toggleTheatre(),
      i: () => this.#togglePictureInPicture(),
    };
    if (!isOnControl) {
      work[" "] = () => this.#actions.togglePlay();
    }
    // On the slider the arrows already do this.
    if (this.#hasVolume && !(event.target instanceof HTMLInputElement)) {
      work["ArrowUp"] = () => this.#setVolume(this.#video.volume + volumeStep);
      work["ArrowDown"] = () => this.#setVolume(this.#video.volume - volumeStep);
    }
    const act = work[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act !== undefined) {
      event.preventDefault();
      act();
    }
  }
}
