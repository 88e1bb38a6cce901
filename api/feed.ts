import type { Changes, Topic } from "./changes.ts";

interface Listener<T> {
  onValue: (value: T) => void;
  /** Loading failed: whoever waits should come again. */
  onFailure: () => void;
}

/** One feed as events of an event stream. */
export interface FeedEvents<T> {
  feed: Feed<T>;
  key: string;
  /** What differs between two values that look different; the same value is not sent twice. */
  identity: (value: T) => string;
  /** The event's data. */
  render: (value: T) => string | Promise<string>;
  /** Its name; without one htmx swaps the data in. */
  event?: string;
}

interface Entry<T> {
  listeners: Set<Listener<T>>;
  latest: { value: T } | undefined;
  isLoading: boolean;
  isStale: boolean;
  stop: () => void;
}

/** Loads what a page shows once per change, however many watch it. */
export class Feed<T> {
  readonly #changes: Changes;
  readonly #topicOf: (key: string) => Topic;
  readonly #load: (key: string) => Promise<T>;
  readonly #onError: (error: unknown) => void;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(options: {
    changes: Changes;
    topicOf: (key: string) => Topic;
    load: (key: string) => Promise<T>;
    onError: (error: unknown) => void;
  }) {
    this.#changes = options.changes;
    this.#topicOf = options.topicOf;
    this.#load = options.load;
    this.#onError = options.onError;
  }

  /** Tells the listener what there is now, and again at each change, until the function returned is called. */
  subscribe(key: string, listener: Listener<T>): () => void {
    const entry = this.#entries.get(key) ?? this.#open(key);
    entry.listeners.add(listener);
    if (entry.latest !== undefined) listener.onValue(entry.latest.value);
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size > 0 || this.#entries.get(key) !== entry) return;
      entry.stop();
      this.#entries.delete(key);
    };
  }

  #open(key: string): Entry<T> {
    const entry: Entry<T> = {
      listeners: new Set(),
      latest: undefined,
      isLoading: false,
      isStale: false,
      stop: this.#changes.on(this.#topicOf(key), () => this.#refresh(key, entry)),
    };
    this.#entries.set(key, entry);
    void this.#refresh(key, entry);
    return entry;
  }

  async #refresh(key: string, entry: Entry<T>): Promise<void> {
    entry.isStale = true;
    if (entry.isLoading) return;
    entry.isLoading = true;
    try {
      while (entry.isStale) {
        entry.isStale = false;
        const value = await this.#load(key);
        entry.latest = { value };
        for (const { onValue } of entry.listeners) onValue(value);
      }
    } catch (error) {
      this.#onError(error);
      entry.latest = undefined;
      // The next subscriber opens a new entry; these come again by themselves.
      entry.stop();
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      for (const { onFailure } of entry.listeners) onFailure();
    } finally {
      entry.isLoading = false;
    }
  }
}
