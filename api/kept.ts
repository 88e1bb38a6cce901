/** Reads something at most once in a while, however many ask for it. */
export class Kept<T> {
  readonly #read: () => Promise<T>;
  readonly #maxAgeMs: number;
  #value: Promise<T> | null = null;
  #readAtMs = 0;

  constructor(read: () => Promise<T>, maxAgeMs: number) {
    this.#read = read;
    this.#maxAgeMs = maxAgeMs;
  }

  /** What was read last; read again when it is older than it may be. Rejects as `read` does, and the next call tries again. */
  get(): Promise<T> {
    const nowMs = performance.now();
    if (this.#value !== null && nowMs - this.#readAtMs <= this.#maxAgeMs) return this.#value;
    const value = this.#read();
    this.#value = value;
    this.#readAtMs = nowMs;
    value.catch(() => {
      if (this.#value === value) this.#value = null;
    });
    return value;
  }

  /** What is kept is no longer so. */
  forget(): void {
    this.#value = null;
  }
}
