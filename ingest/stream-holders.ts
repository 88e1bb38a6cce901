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

interface Answer {
  askedAt: number;
  /** As api last said; null: nobody else. */
  machine: string | null;
  /** While api is asked. Never rejects. */
  asking: Promise<void> | null;
}

export class StreamHolders {
  readonly #options: StreamHoldersOptions;
  /** Asked for last, last. */
  readonly #answers = new Map<string, Answer>();

  constructor(options: StreamHoldersOptions) {
    this.#options = options;
  }

  /**
   * The other machine that holds the stream; null: none is known. `isLive`: api calls it live. Of what is not, api is not
   * asked, so that those who make streams up cost nothing.
   */
  async find(streamId: string, isLive: boolean): Promise<string | null> {
    const known = this.#answers.get(streamId);
    const ageMs = known === undefined ? Infinity : this.#options.now() - known.askedAt;
    let answer = ageMs < endedKeptMs ? known : undefined;
    if (isLive && ageMs >= askEveryMs && !answer?.asking) answer = this.#ask(streamId, answer?.machine ?? null);
    // Where a machine is known nobody waits: video must not stand still because api is slow.
    if (answer?.machine === null) await answer.asking;
    return answer?.machine ?? null;
  }

  /** While api is away, what it said `before` goes on: so does the video. */
  #ask(streamId: string, before: string | null): Answer {
    const { machine, ask, now } = this.#options;
    const answer: Answer = { askedAt: now(), machine: before, asking: null };
    answer.asking = ask(streamId)
      .then((holder) => {
        answer.machine = holder === machine ? null : holder;
      })
      .catch(() => undefined)
      .finally(() => {
        answer.asking = null;
      });
    this.#answers.delete(streamId);
    this.#answers.set(streamId, answer);
    this.#forgetOldest();
    return answer;
  }

  #forgetOldest(): void {
    for (const streamId of this.#answers.keys()) {
      if (this.#answers.size <= keptMax) return;
      this.#answers.delete(streamId);
    }
  }
}
