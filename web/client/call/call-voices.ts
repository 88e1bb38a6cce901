import type { Peer, PeerId } from "../../../signaling/contract/call.ts";
import type { PeerLink } from "./peer-link.ts";
import { hear, loudnessOf, silence, type Speech } from "./speaker.ts";

/** How loud everybody is, and who speaks. */

/** Somebody who has sent no sound for so long is silent, whatever was measured last, ms. */
const staleAfterMs = 500;

/** ICE takes 6 s and more to see that a path is gone, and sometimes does not: sound that stops shows it sooner, ms. */
const suspiciousAfterMs = 1_500;

interface Heard {
  /** Of RTCRtpContributingSource: when it was played. */
  timestamp: number;
  at: number;
  isSuspected: boolean;
}

export class CallVoices {
  #speech: Speech = silence;
  readonly #heard = new Map<PeerId, Heard>();

  get speaker(): PeerId | null {
    return this.#speech.speaker;
  }

  isSpeaking(peer: PeerId): boolean {
    return this.#speech.voices.get(peer)?.isSpeaking ?? false;
  }

  level(peer: PeerId): number {
    return this.#speech.voices.get(peer)?.loudness ?? 0;
  }

  /** About five times a second; says whether anybody has begun or ended to speak. */
  listen(
    links: ReadonlyMap<PeerId, PeerLink>,
    others: readonly Peer[],
    own: { id: PeerId; level: number } | null,
    now: number,
  ): boolean {
    const before = this.#speech;
    const levels = new Map<PeerId, number>();
    for (const { id, mic, onStage } of others) {
      const link = links.get(id);
      if (mic && onStage && link !== undefined) levels.set(id, this.#levelOf(id, link, now));
    }
    const heard = hear(before, levels, now);
    // Whoever sits here is heard too, but never shown as the speaker.
    const self = own === null ? silence : hear(before, new Map([[own.id, own.level]]), now);
    this.#speech = { ...heard, voices: new Map([...heard.voices, ...self.voices]) };
    const speaking = (speech: Speech): string =>
      [...speech.voices].flatMap(([id, { isSpeaking }]) => (isSpeaking ? id : [])).join();
    return before.speaker !== this.#speech.speaker || speaking(before) !== speaking(this.#speech);
  }

  /** Whose sound has stopped although the microphone is on; each is named once. */
  takeSilenced(others: readonly Peer[], now: number): PeerId[] {
    return others.flatMap(({ id, mic, onStage }) => {
      const heard = this.#heard.get(id);
      if (!mic || !onStage) this.#heard.delete(id);
      if (!mic || !onStage || heard === undefined) return [];
      if (heard.isSuspected || now - heard.at < suspiciousAfterMs) return [];
      heard.isSuspected = true;
      return [id];
    });
  }

  #levelOf(id: PeerId, link: PeerLink, now: number): number {
    const [source] = link.receiver("mic")?.getSynchronizationSources() ?? [];
    if (source === undefined) return 0;
    const before = this.#heard.get(id);
    const heard =
      before?.timestamp === source.timestamp ? before : { timestamp: source.timestamp, at: now, isSuspected: false };
    this.#heard.set(id, heard);
    return now - heard.at > staleAfterMs ? 0 : loudnessOf(source.audioLevel ?? 0);
  }
}
