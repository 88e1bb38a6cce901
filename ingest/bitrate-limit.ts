/** Short: whether it is too much right now. Long: an encoder that was cut off sends afterwards what it kept meanwhile. */
const shortSec = 5;
const longSec = 30;
/** Both averages must be too high for so long. */
const toleratedSec = 10;
/** An encoder's own figure is an aim, and the container takes its part. */
const tolerance = 1.15;

/** Judges what one encoder sends by what a stream may have. Pure: times are arguments, ms. */
export class BitrateLimit {
  readonly #bitsPerSec: number;
  /** Bytes of the last whole seconds, the oldest first. */
  #seconds: number[] = [];
  #openBytes = 0;
  #openSinceMs: number;
  #tooMuchSec = 0;

  constructor(bitsPerSec: number, nowMs: number) {
    this.#bitsPerSec = bitsPerSec;
    this.#openSinceMs = nowMs;
  }

  note(bytes: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#openBytes += bytes;
  }

  /** Whether more than a stream may have came for too long. */
  isExceeded(nowMs: number): boolean {
    this.#advance(nowMs);
    return this.#tooMuchSec >= toleratedSec;
  }

  /** What came lately, bits a second. */
  get bitrate(): number {
    return this.#average(shortSec);
  }

  #advance(nowMs: number): void {
    // A clock that was set tells nothing of what came in which second.
    if (Math.abs(nowMs - this.#openSinceMs) > longSec * 1000) {
      this.#seconds = [];
      this.#openBytes = this.#tooMuchSec = 0;
      this.#openSinceMs = nowMs;
    }
    for (; nowMs - this.#openSinceMs >= 1000; this.#openSinceMs += 1000) {
      this.#seconds.push(this.#openBytes);
      this.#openBytes = 0;
      if (this.#seconds.length > longSec) this.#seconds.shift();
      const most = this.#bitsPerSec * tolerance;
      const isTooMuch = this.#average(shortSec) > most && this.#average(longSec) > most;
      this.#tooMuchSec = isTooMuch ? this.#tooMuchSec + 1 : 0;
    }
  }

  #average(seconds: number): number {
    const counted = this.#seconds.slice(-seconds);
    return counted.length === 0 ? 0 : (counted.reduce((sum, bytes) => sum + bytes, 0) * 8) / counted.length;
  }
}
