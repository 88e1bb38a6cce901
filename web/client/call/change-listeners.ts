/** Tells that something has changed, at most once a frame. */

/** In a page that nobody sees there are no frames, ms. */
const hiddenEveryMs = 100;

export class ChangeListeners {
  readonly #listeners = new Set<() => void>();
  #isDue = false;

  /** Returns what ends it. */
  add(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tellSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    if (document.hidden) setTimeout(() => this.#tell(), hiddenEveryMs);
    else requestAnimationFrame(() => this.#tell());
  }

  #tell(): void {
    this.#isDue = false;
    for (const listener of this.#listeners) listener();
  }
}
