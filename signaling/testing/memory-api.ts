import type { LineOutcome, LinesAnswer, LinesRequest, OpenAnswer, RoomState } from "../../api/contract/chat.ts";
import type { ApiCalls } from "../api-calls.ts";
import { type ChatLine, defaultSettings } from "../contract/chat.ts";

/** For tests: what api keeps of one channel's chat, in memory and under the same rules. */
export class MemoryApi implements ApiCalls {
  readonly channelId = "c".repeat(32);
  readonly ownerId = "0".repeat(32);
  readonly stored = new Map<string, { epoch: number; line: ChatLine }>();
  state: RoomState = {
    asOf: 1,
    ownerId: this.ownerId,
    settings: defaultSettings,
    blockedWords: [],
    moderators: [],
    bans: [],
    pinned: null,
  };
  /** api cannot be reached. */
  isAway = false;
  /** api stores, and its answers are lost. */
  losesAnswers = false;
  opened = 0;
  requests = 0;
  #epoch = 0;

  async open(channelId: string): Promise<OpenAnswer> {
    await this.#travel();
    this.opened += 1;
    if (channelId !== this.channelId) return { known: false };
    this.#epoch += 1;
    const lines = Array.from(this.stored.values(), ({ line }) => line).slice(-200);
    return { known: true, epoch: this.#epoch, state: this.state, lines };
  }

  async storeLines(_channelId: string, { epoch, lines }: LinesRequest): Promise<LinesAnswer> {
    await this.#travel();
    this.requests += 1;
    if (epoch !== this.#epoch) return { type: "stale" };
    const outcomes = lines.map(({ id, at, text }): LineOutcome => {
      const known = this.stored.get(id);
      if (known !== undefined) return known.epoch === epoch && known.line.at === at ? "stored" : "known";
      this.stored.set(id, { epoch, line: { id, at, text, name: "somebody", color: 0 } });
      return "stored";
    });
    if (this.losesAnswers) throw new Error("The answer was lost");
    return { type: "stored", outcomes };
  }

  /** Another signaling opens the room: what this one has open is stale. */
  openElsewhere(): void {
    this.#epoch += 1;
  }

  texts(): string[] {
    return Array.from(this.stored.values(), ({ line }) => line.text);
  }

  async #travel(): Promise<void> {
    await Bun.sleep(1);
    if (this.isAway) throw new Error("api is away");
  }
}
