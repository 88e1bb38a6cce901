/**
 * What has changed: the outbox has a new row; the list of what is live; what viewers see of a channel; what its owner sees;
 * how many watch, anywhere and on one channel; what every page says of what is live.
 * A change carries no data: who is woken reads the database, so that nobody can miss one by being late.
 */
export type Topic =
  "outbox" | "live" | `channel:${string}` | `studio:${string}` | "viewers" | `viewers:${string}` | "site";

/** Wakes those who wait in this process. */
export class Changes {
  readonly #listeners = new Map<Topic, Set<() => void>>();

  /** Calls `listener` at each change of the topic, until the function returned is called. */
  on(topic: Topic, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    };
  }

  emit(...topics: Topic[]): void {
    for (const topic of topics) {
      for (const listener of this.#listeners.get(topic) ?? []) listener();
    }
  }

  /** Something that viewers see of the channel: its stream began, stopped or ended, its title is new. */
  channelChanged(channelId: string): void {
    this.emit("live", `channel:${channelId}`, `studio:${channelId}`);
  }
}
