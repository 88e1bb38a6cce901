/** Which machines hold the streams that this one does not. */

export interface StreamHoldersOptions {
  /** This one. */
  machine: string;
  /** Asks api for the machine that holds a stream; null: it knows of none. Rejects when api cannot be reached. */
  ask(streamId: string): Promise<string | null>;
  /** The monotonic clock, ms. */
  now(): number;
}

/** However many ask for a stream here, api is asked once in so long. */
const askEveryMs = 1000;
/** What is left of a stream that has ended can be fetched from its machine for so long. */
const endedKeptMs = 60_000;
/** Streams remembered; those asked for longest ago go first. */
const keptMax = 1000;

export class StreamHolders {
  readonly #options: StreamHoldersOptions;
  /** The newest last. An answer never rejects. */
  readonly #answers = new Map<string, { askedAt: number; machine: Promise<string | null> }>();

  constructor(options: StreamHoldersOptions) {
    this.#options = options;
  }

  /**
   * The other machine that holds the stream; null: none is known. `isLive`: api calls it live. Of what is not, api is not
   * asked, so that those who make streams up cost nothing.
   */
  async find(streamId: string, isLive: boolean): Promise<string | null> {
    const { machine, now } = this.#options;
    const known = this.#answers.get(streamId);
    const ageMs = known === undefined ? Infinity : now() - known.askedAt;
    let answer = ageMs < endedKeptMs ? known?.machine : undefined;
    if (isLive && ageMs >= askEveryMs) {
      answer = this.#ask(streamId, answer);
      this.#answers.delete(streamId);
      this.#answers.set(streamId, { askedAt: now(), machine: answer });
      this.#forgetOldest();
    }
    const holder = (await answer) ?? null;
    return holder === machine ? null : holder;
  }

  /** While api is away, what it said before goes on: so does the video. */
  async #ask(streamId: string, before: Promise<string | null> | undefined): Promise<string | null> {
    try {
      return await this.#options.ask(streamId);
    } catch {
      return (await before) ?? null;
    }
  }

  #forgetOldest(): void {
    for (const streamId of this.#answers.keys()) {
      if (this.#answers.size <= keptMax) return;
      this.#answers.delete(streamId);
    }
  }
}
