import type { LineOutcome, LinesAnswer, LinesRequest, OpenAnswer, RoomState } from "../../api/contract/chat.ts";
import type {
  CallOpenAnswer,
  CallReport,
  CallReportAnswer,
  CallSaveAnswer,
  CallSaveRequest,
  CallState,
} from "../../api/contract/calls.ts";
import type { ViewerReport } from "../../api/contract/viewers.ts";
import type { ApiCalls } from "../api-calls.ts";
import type { CallLine, CallSettings } from "../contract/call.ts";
import { type ChatLine, defaultSettings } from "../contract/chat.ts";

/** A call room as api keeps it. */
export interface MemoryCall {
  settings: CallSettings;
  epoch: number;
  state: CallState | null;
  lines: CallLine[];
  reports: CallReport[];
  hasEnded: boolean;
}

/** For tests: what api keeps of one channel's chat and of calls, in memory and under the same rules. */
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

  /** The last report of who watches. */
  viewers = new Map<string, number>();

  async reportViewers({ counts }: ViewerReport): Promise<void> {
    await this.#travel();
    this.viewers = new Map(counts);
  }

  readonly calls = new Map<string, MemoryCall>();
  #callCount = 0;

  /** Makes a call room. Returns its id. */
  createCall(settings: Partial<CallSettings> = {}): string {
    this.#callCount += 1;
    const id = `test-test-test-${String(this.#callCount).padStart(4, "0")}`;
    const given = { name: "Rapat", mode: "meeting", entry: "link", ...settings } as const;
    this.calls.set(id, { settings: given, epoch: 0, state: null, lines: [], reports: [], hasEnded: false });
    return id;
  }

  /** The call, once it is as wanted. */
  async saved(callId: string, isWanted: (call: MemoryCall) => boolean): Promise<MemoryCall> {
    for (;;) {
      const call = this.calls.get(callId);
      if (call !== undefined && isWanted(call)) return call;
      await Bun.sleep(1);
    }
  }

  async openCall(callId: string): Promise<CallOpenAnswer> {
    await this.#travel();
    const call = this.calls.get(callId);
    if (call === undefined || call.hasEnded) return { known: false };
    call.epoch += 1;
    const { epoch, settings, state, lines } = call;
    return { known: true, epoch, asOf: 1, settings, state, lines: lines.slice(-200) };
  }

  async saveCall(callId: string, { epoch, state, lines }: CallSaveRequest): Promise<CallSaveAnswer> {
    await this.#travel();
    const call = this.calls.get(callId);
    if (call === undefined || call.hasEnded || call.epoch !== epoch) return { type: "stale" };
    if (state !== undefined) call.state = state;
    const known = new Set(call.lines.map(({ id }) => id));
    call.lines.push(...lines.filter(({ id }) => !known.has(id)));
    if (this.losesAnswers) throw new Error("The answer was lost");
    return { type: "saved" };
  }

  async reportCall(callId: string, report: CallReport): Promise<CallReportAnswer> {
    await this.#travel();
    const call = this.calls.get(callId);
    call?.reports.push(report);
    return { known: call !== undefined && !call.hasEnded };
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
