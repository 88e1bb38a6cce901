import type { PeerId } from "../../../signaling/contract/call.ts";

/**
 * Whose sound has stopped coming although it should. ICE takes 6 s and more to see that a path is gone, and sometimes
 * does not see it at all: silence on the wire shows it sooner. Times are ms.
 */

const suspiciousAfterMs = 1_500;
/** Nobody is suspected again sooner. */
const suspectEveryMs = 10_000;
/** Who has not listened for so long has heard nothing, whoever spoke: this page was held up, or the computer slept. */
const heldUpMs = 600;

interface Heard {
  /** Of RTCRtpContributingSource: when the last of it was played. */
  timestamp: number;
  at: number;
  suspectedAt: number | null;
}

export class SoundWatch {
  readonly #heard = new Map<PeerId, Heard>();
  #listenedAt = 0;

  /**
   * About five times a second. `timestamps`: when the last sound was played of each whose microphone is on.
   *
   * @returns those who are to be suspected now, each once for a silence.
   */
  listen(timestamps: ReadonlyMap<PeerId, number>, now: number): PeerId[] {
    const wasHeldUp = now - this.#listenedAt > heldUpMs;
    this.#listenedAt = now;
    for (const id of this.#heard.keys()) if (!timestamps.has(id)) this.#heard.delete(id);
    return [...timestamps].flatMap(([id, timestamp]) => {
      const before = this.#heard.get(id);
      const isNew = before?.timestamp !== timestamp || wasHeldUp;
      const heard = isNew ? { timestamp, at: now, suspectedAt: before?.suspectedAt ?? null } : before;
      this.#heard.set(id, heard);
      if (!isSuspicious(heard, now)) return [];
      heard.suspectedAt = now;
      return [id];
    });
  }

  /** For how long nothing has come, ms. */
  silentMs(id: PeerId, now: number): number {
    return now - (this.#heard.get(id)?.at ?? now);
  }
}

function isSuspicious({ at, suspectedAt }: Heard, now: number): boolean {
  if (now - at < suspiciousAfterMs) return false;
  return suspectedAt === null || (suspectedAt < at && now - suspectedAt >= suspectEveryMs);
}
