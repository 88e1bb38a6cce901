import type { Peer, PeerId } from "../../../signaling/contract/call.ts";
import type { PeerLink } from "./peer-link.ts";
import { SoundWatch } from "./sound-watch.ts";
import { hear, loudnessOf, silence, type Speech } from "./speaker.ts";

/** How loud everybody is, and who speaks. */

/** Somebody who has sent no sound for so long is silent, whatever was measured last, ms. */
const staleAfterMs = 500;

export class CallVoices {
  #speech: Speech = silence;
  readonly #watch = new SoundWatch();
  #silenced: PeerId[] = [];

  get speaker(): PeerId | null {
    return this.#speech.speaker;
  }

  isSpeaking(peer: PeerId): boolean {
    return this.#speech.voices.get(peer)?.isSpeaking ?? false;
  }

  level(peer: PeerId): number {
    return this.#speech.voices.get(peer)?.loudness ?? 0;
  }

  /** Whose sound has just stopped although the microphone is on. */
  get silenced(): readonly PeerId[] {
    return this.#silenced;
  }

  /** About five times a second; says whether anybody has begun or ended to speak. */
  listen(
    links: ReadonlyMap<PeerId, PeerLink>,
    others: readonly Peer[],
    own: { id: PeerId; level: number } | null,
    now: number,
  ): boolean {
    const before = this.#speech;
    const sources = new Map<PeerId, RTCRtpSynchronizationSource>();
    for (const { id, mic, onStage } of others) {
      const [source] = mic && onStage ? (links.get(id)?.receiver("mic")?.getSynchronizationSources() ?? []) : [];
      if (source !== undefined) sources.set(id, source);
    }
    this.#silenced = this.#watch.listen(new Map([...sources].map(([id, { timestamp }]) => [id, timestamp])), now);
    const levelOf = (id: PeerId, { audioLevel = 0 }: RTCRtpSynchronizationSource): number =>
      this.#watch.silentMs(id, now) > staleAfterMs ? 0 : loudnessOf(audioLevel);
    const levels = new Map([...sources].map(([id, source]) => [id, levelOf(id, source)]));
    const heard = hear(before, levels, now);
    // Whoever sits here is heard too, but never shown as the speaker.
    const self = own === null ? silence : hear(before, new Map([[own.id, own.level]]), now);
    this.#speech = { ...heard, voices: new Map([...heard.voices, ...self.voices]) };
    const speaking = (speech: Speech): string =>
      [...speech.voices].flatMap(([id, { isSpeaking }]) => (isSpeaking ? id : [])).join();
    return before.speaker !== this.#speech.speaker || speaking(before) !== speaking(this.#speech);
  }
}
