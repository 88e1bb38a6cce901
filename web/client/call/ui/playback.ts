import type { PeerView } from "../types.ts";
import { el } from "./element.ts";

/** The sound of everybody else. Pictures are silent: what is heard does not depend on what is on the page. */
export class Playback {
  /** Somewhere in the page, never seen. */
  readonly element = el("div", { class: "call-sounds", hidden: true });
  readonly #sounds = new Map<string, HTMLAudioElement>();
  readonly #onBlocked: (isBlocked: boolean) => void;
  #speakerId = "";

  /** `onBlocked`: whether the browser plays nothing before somebody clicks. */
  constructor(onBlocked: (isBlocked: boolean) => void) {
    this.#onBlocked = onBlocked;
  }

  update(others: readonly PeerView[], speakerId: string): void {
    const wanted = new Map<string, MediaStream>();
    for (const { peer, sound, screen } of others) {
      if (sound !== null) wanted.set(peer.id, sound);
      if (screen !== null && screen.getAudioTracks().length > 0) wanted.set(`${peer.id}/screen`, screen);
    }
    for (const [key, audio] of this.#sounds) {
      if (wanted.has(key)) continue;
      audio.srcObject = null;
      audio.remove();
      this.#sounds.delete(key);
    }
    for (const [key, stream] of wanted) this.#play(key, stream);
    if (speakerId !== this.#speakerId) this.#setSpeaker(speakerId);
  }

  /** After a click. */
  resume(): void {
    this.#onBlocked(false);
    for (const audio of this.#sounds.values()) void this.#start(audio);
  }

  stop(): void {
    this.update([], this.#speakerId);
  }

  #play(key: string, stream: MediaStream): void {
    const known = this.#sounds.get(key);
    if (known?.srcObject === stream) return;
    const audio = known ?? el("audio", { autoplay: true });
    if (known === undefined) {
      this.#sounds.set(key, audio);
      this.element.append(audio);
      if (this.#speakerId !== "") void sendTo(audio, this.#speakerId);
    }
    audio.srcObject = stream;
    void this.#start(audio);
  }

  async #start(audio: HTMLAudioElement): Promise<void> {
    try {
      await audio.play();
    } catch (error) {
      // A stream that was replaced meanwhile is no refusal.
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#onBlocked(true);
    }
  }

  #setSpeaker(speakerId: string): void {
    this.#speakerId = speakerId;
    for (const audio of this.#sounds.values()) void sendTo(audio, speakerId);
  }
}

/** Where the browser can; a speaker that is gone leaves the sound where it is. */
async function sendTo(audio: HTMLAudioElement, speakerId: string): Promise<void> {
  if (!("setSinkId" in audio)) return;
  await audio.setSinkId(speakerId).catch(() => undefined);
}
