import { loudnessOf } from "./speaker.ts";

/** How loud a microphone is. One AudioContext for the page's life: browsers allow few. */

const fftSize = 1024;

export class LevelMeter {
  #context: AudioContext | null = null;
  #analyser: AnalyserNode | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  readonly #samples = new Float32Array(fftSize);

  /** Listens to this track from now on; null: to nothing. */
  listen(track: MediaStreamTrack | null): void {
    this.#source?.disconnect();
    this.#source = null;
    if (track === null) {
      // Nothing to listen to: it must not keep the sound system awake.
      void this.#context?.suspend();
      return;
    }
    try {
      const { context, analyser } = this.#open();
      this.#source = context.createMediaStreamSource(new MediaStream([track]));
      this.#source.connect(analyser);
    } catch {
      // No AudioContext to be had, or none at this microphone's rate: it is heard all the same.
    }
  }

  /** 0 to 1. */
  level(): number {
    if (this.#analyser === null || this.#source === null) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    return loudnessOf(Math.sqrt(sum / fftSize));
  }

  #open(): { context: AudioContext; analyser: AnalyserNode } {
    if (this.#context === null || this.#analyser === null) {
      // Nobody hears it: it need not be woken up more often than it is asked.
      this.#context = new AudioContext({ latencyHint: "playback" });
      this.#analyser = new AnalyserNode(this.#context, { fftSize });
      // Without a click on the page, browsers keep it suspended.
      for (const event of ["click", "keydown"]) addEventListener(event, () => this.#wake());
    }
    void this.#context.resume();
    return { context: this.#context, analyser: this.#analyser };
  }

  #wake(): void {
    if (this.#source !== null && this.#context?.state !== "running") void this.#context?.resume();
  }
}
