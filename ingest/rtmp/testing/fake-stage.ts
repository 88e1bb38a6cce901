import type { Admission, Feed, FlvTag, Publisher, Stage } from "../publisher.ts";

/** What one accepted publisher did. Tags are copies. */
export interface RecordedFeed {
  key: string;
  publisher: Publisher;
  tags: FlvTag[];
  ends: ("unpublished" | "lost")[];
}

type Answer = "accept" | Exclude<Admission, { type: "accepted" }>;

/** Lets in whoever knows one of its keys, refuses the rest, and writes down what comes. */
export class FakeStage implements Stage {
  readonly feeds: RecordedFeed[] = [];
  readonly asked: string[] = [];
  /** Keys that get another answer, or get it later. */
  readonly answers = new Map<string, (signal: AbortSignal) => Answer | Promise<Answer>>();
  readonly #keys: Set<string>;

  constructor(...keys: string[]) {
    this.#keys = new Set(keys);
  }

  async admit(publisher: Publisher, key: string, signal: AbortSignal): Promise<Admission> {
    this.asked.push(key);
    const answer = this.answers.get(key)?.(signal) ?? (this.#keys.has(key) ? "accept" : refused);
    const decided = await answer;
    return decided === "accept" ? { type: "accepted", feed: this.#open(publisher, key) } : decided;
  }

  /** The last feed of a key. Throws when nobody was let in with it. */
  feed(key: string): RecordedFeed {
    const feed = this.feeds.findLast((candidate) => candidate.key === key);
    if (feed === undefined) throw new Error(`nobody was let in with ${key}`);
    return feed;
  }

  #open(publisher: Publisher, key: string): Feed {
    const recorded: RecordedFeed = { key, publisher, tags: [], ends: [] };
    this.feeds.push(recorded);
    return {
      push: (tag) => recorded.tags.push({ ...tag, body: new Uint8Array(tag.body) }),
      end: (how) => recorded.ends.push(how),
    };
  }
}

const refused: Answer = { type: "refused", message: "Unknown stream key." };
