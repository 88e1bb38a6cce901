import { holdMs, windowMaxBytes, windowMaxSegments, windowMinSec, windowMinSegments } from "./limits.ts";
import type { SegmentSink } from "./run.ts";

export interface Part {
  /** Counted over the whole incarnation, so that a preload hint stays right across segments. */
  number: number;
  durationSec: number;
  independent: boolean;
  data: Uint8Array;
}

export interface Segment {
  /** Media Sequence Number. */
  sequence: number;
  parts: Part[];
  durationSec: number;
  discontinuity: boolean;
  initNumber: number;
  programDateTimeMs: number;
  /** Begins with a key frame. */
  independent: boolean;
  isComplete: boolean;
}

/** How a held request ended: what it waits for is there, the stream ended without it, or it was held long enough. */
export type HoldResult = "ready" | "ended" | "timeout";

interface Held {
  isReady: () => boolean;
  sinceMs: number;
  resolve: (result: HoldResult) => void;
}

export interface WindowOptions {
  /** Stands in every media URL, so that a URL never means other bytes after a loss of memory. */
  incarnation: number;
  /** Media Sequence Number of the first segment. */
  firstSequence: number;
  discontinuitySequence: number;
  /** The first segment does not follow from anything a player holds. */
  startsDiscontinuous: boolean;
  /** Clock for deadlines, ms; any origin. */
  now: () => number;
}

/**
 * What is live of one rendition, and who waits for more of it. Segments leave when they are no longer needed, their
 * bytes a while later, so that a player that has read an old playlist still finds them.
 */
export class LiveWindow implements SegmentSink {
  readonly incarnation: number;
  readonly segments: Segment[] = [];
  discontinuitySequence: number;
  isEnded = false;
  /** Grows with every change: what is rendered from the window may be kept as long as it stays the same. */
  version = 0;
  nextPartNumber = 0;

  readonly #now: () => number;
  #nextSequence: number;
  #isNextDiscontinuous: boolean;
  readonly #inits = new Map<number, Uint8Array>();
  #initCount = 0;
  readonly #parts = new Map<number, Uint8Array>();
  readonly #completeSegments = new Map<number, Uint8Array>();
  #retired: { segment: Segment; atMs: number }[] = [];
  readonly #held = new Set<Held>();
  #bytes = 0;

  constructor(options: WindowOptions) {
    this.incarnation = options.incarnation;
    this.discontinuitySequence = options.discontinuitySequence;
    this.#nextSequence = options.firstSequence;
    this.#isNextDiscontinuous = options.startsDiscontinuous;
    this.#now = options.now;
  }

  /** Bytes of media held, retired segments included. */
  get bytes(): number {
    return this.#bytes;
  }

  get heldCount(): number {
    return this.#held.size;
  }

  /** Sequence number of the segment that is open, or of the next one. */
  get openSequence(): number {
    const last = this.segments.at(-1);
    return last && !last.isComplete ? last.sequence : this.#nextSequence;
  }

  startSegment(segment: Parameters<SegmentSink["startSegment"]>[0]): void {
    if (segment.init) this.#inits.set(this.#initCount++, segment.init);
    this.segments.push({
      sequence: this.#nextSequence++,
      parts: [],
      durationSec: 0,
      discontinuity: segment.discontinuity || this.#isNextDiscontinuous,
      initNumber: this.#initCount - 1,
      programDateTimeMs: segment.programDateTimeMs,
      independent: segment.independent,
      isComplete: false,
    });
    this.#isNextDiscontinuous = false;
  }

  addPart(part: Omit<Part, "number">): void {
    const segment = this.segments.at(-1);
    if (!segment || segment.isComplete) throw new Error("a part needs an open segment");
    const number = this.nextPartNumber++;
    segment.parts.push({ ...part, number });
    segment.durationSec += part.durationSec;
    this.#parts.set(number, part.data);
    this.#bytes += part.data.length;
    this.#changed();
  }

  endSegment(): void {
    const segment = this.segments.at(-1);
    if (!segment || segment.isComplete) return;
    segment.isComplete = true;
    // One buffer for the whole segment; its parts become views into it, so that they are no bytes of their own, and all are
    // answered from one body (shared-body.ts).
    const whole = Buffer.concat(segment.parts.map((part) => part.data));
    let offset = 0;
    for (const part of segment.parts) {
      part.data = whole.subarray(offset, offset + part.data.length);
      offset += part.data.length;
      this.#parts.set(part.number, part.data);
    }
    this.#completeSegments.set(segment.sequence, whole);
    this.#retire();
    this.#changed();
  }

  /** No more will come: writes ENDLIST. */
  end(): void {
    this.endSegment();
    this.isEnded = true;
    this.#changed();
  }

  init(number: number): Uint8Array | undefined {
    return this.#inits.get(number);
  }

  part(number: number): Uint8Array | undefined {
    return this.#parts.get(number);
  }

  /** The bytes of a complete segment. */
  segment(sequence: number): Uint8Array | undefined {
    return this.#completeSegments.get(sequence);
  }

  /** The newest part that begins with a key frame, and the init section that it is decoded with; null: there is none. */
  get newestIndependentPart(): { part: Part; init: Uint8Array } | null {
    for (const segment of this.segments.toReversed()) {
      const part = segment.parts.findLast(({ independent }) => independent);
      const init = this.#inits.get(segment.initNumber);
      if (part && init) return { part, init };
    }
    return null;
  }

  /** Whether the playlist holds this segment whole, or with `part`, at least up to that part of it (RFC 8216bis 6.2.5.2). */
  reaches(sequence: number, part: number | null): boolean {
    const last = this.segments.at(-1);
    if (!last || sequence > last.sequence) return false;
    if (sequence < last.sequence || last.isComplete) {
      // A part index past the end of its segment means the first part of the next one.
      const segment = this.segments.find((candidate) => candidate.sequence === sequence);
      if (part === null || !segment || part < segment.parts.length) return true;
      return this.reaches(sequence + 1, 0);
    }
    return part !== null && part < last.parts.length;
  }

  /** Waits until `isReady`, which is asked again at every change, at most for the hold time and not past `gone`. */
  hold(isReady: () => boolean, gone?: AbortSignal): Promise<HoldResult> {
    if (isReady()) return Promise.resolve("ready");
    if (this.isEnded) return Promise.resolve("ended");
    return new Promise((resolve) => {
      const held = { isReady, sinceMs: this.#now(), resolve };
      this.#held.add(held);
      gone?.addEventListener("abort", () => this.#release(held, "timeout"));
    });
  }

  /** Lets go of every held request, as if it had been held long enough. */
  letGo(): void {
    for (const held of this.#held) this.#release(held, "timeout");
  }

  /** Lets go of requests that were held long enough and of bytes that nobody asks for any more. Call about once a second. */
  sweep(): void {
    const now = this.#now();
    // A clock that was set back must not make anybody, or any byte, wait for it to come round again.
    const isOver = (sinceMs: number): boolean => now - sinceMs >= holdMs || now < sinceMs;
    for (const held of this.#held) {
      if (isOver(held.sinceMs)) this.#release(held, "timeout");
    }
    const expired = this.#retired.filter(({ atMs }) => isOver(atMs));
    if (expired.length === 0) return;
    this.#retired = this.#retired.slice(expired.length);
    for (const { segment } of expired) this.#forget(segment);
  }

  #changed(): void {
    this.version++;
    for (const held of this.#held) {
      if (held.isReady()) this.#release(held, "ready");
      else if (this.isEnded) this.#release(held, "ended");
    }
  }

  #release(held: Held, result: HoldResult): void {
    this.#held.delete(held);
    held.resolve(result);
  }

  /** Takes segments out of the window that lie before what it must reach back to. */
  #retire(): void {
    let seconds = this.segments.reduce((sum, segment) => sum + segment.durationSec, 0);
    for (;;) {
      const first = this.segments[0];
      if (!first || this.segments.length <= 1) return;
      const isTooMuch = this.#bytes > windowMaxBytes || this.segments.length > windowMaxSegments;
      const isSpare = seconds - first.durationSec >= windowMinSec && this.segments.length > windowMinSegments;
      const hasLaterKeyFrame = this.segments.slice(1).some((segment) => segment.independent);
      if (!isTooMuch && !(isSpare && hasLaterKeyFrame)) return;
      this.segments.shift();
      seconds -= first.durationSec;
      if (first.discontinuity) this.discontinuitySequence++;
      if (isTooMuch) this.#forget(first);
      else this.#retired.push({ segment: first, atMs: this.#now() });
    }
  }

  #forget(segment: Segment): void {
    for (const part of segment.parts) {
      this.#parts.delete(part.number);
      this.#bytes -= part.data.length;
    }
    this.#completeSegments.delete(segment.sequence);
    const oldestInUse = (this.#retired[0]?.segment ?? this.segments[0])?.initNumber ?? this.#initCount;
    for (const number of this.#inits.keys()) if (number < oldestInUse) this.#inits.delete(number);
  }
}
