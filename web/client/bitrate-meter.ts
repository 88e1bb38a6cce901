/** Seconds of media that the figure is about. */
const windowS = 8;

/** How much data a second of the stream is, over the last seconds that were loaded. */
export class BitrateMeter {
  #pieces: { bytes: number; seconds: number }[] = [];

  push(bytes: number, seconds: number): void {
    if (bytes <= 0 || seconds <= 0) {
      return;
    }
    this.#pieces.push({ bytes, seconds });
    let total = this.#pieces.reduce((sum, piece) => sum + piece.seconds, 0);
    while (this.#pieces.length > 1 && total - (this.#pieces[0]?.seconds ?? 0) >= windowS) {
      total -= this.#pieces.shift()?.seconds ?? 0;
    }
  }

  /** Bits a second; null before anything was loaded. */
  get bitsPerSecond(): number | null {
    const seconds = this.#pieces.reduce((sum, piece) => sum + piece.seconds, 0);
    const bytes = this.#pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    return seconds === 0 ? null : (bytes * 8) / seconds;
  }
}
