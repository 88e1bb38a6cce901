/** Tells that something has changed, at most once a frame. */

/** In a page that nobody sees there are no frames, and one that is asked for may come much later, ms. */
const hiddenEveryMs = 100;

export class ChangeListeners {
  readonly #listeners = new Set<() => void>();
  #frame: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Returns what ends it. */
  add(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tellSoon(): void {
    if (this.#frame !== null) return;
    this.#frame = requestAnimationFrame(() => this.#tell());
    this.#timer = setTimeout(() => this.#tell(), hiddenEveryMs);
  }

  #tell(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    clearTimeout(this.#timer);
    for (const listener of this.#listeners) listener();
  }
}
