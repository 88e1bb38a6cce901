import type { Logger } from "pino";
import type { SignalingCommand } from "../api/contract/signaling-commands.ts";
import type { CallApi } from "./api-calls.ts";
import type { IceOptions } from "./call/ice-servers.ts";
import type { CallMember, Presence } from "./call/people.ts";
import { type CallMessage, CallRoom } from "./call/room.ts";
import type { CallMode } from "./contract/call.ts";
import { closeCodes } from "./contract/limits.ts";

/** [I/O] Gives calls what they do not have themselves: a beginning, a clock, and somebody who keeps what must not be lost. */

export interface CallKeeperOptions {
  api: CallApi;
  log: Logger;
  now(): number;
  /** Those who may be in one call. */
  capacity: Record<CallMode, number>;
  ice: IceOptions;
}

/** What happens within so long is saved by one request, ms. */
const gatherMs = 25;
const retryMinMs = 250;
const retryMaxMs = 5000;
/** Calls at once; far more than one machine's people make. */
const callsMax = 10_000;
/** An empty call is remembered for so long, so that a page that is reloaded finds it. */
const forgetAfterMs = 60_000;
/** Between two attempts to save while this process stops, ms. */
const stopEveryMs = 50;
/** Calls are reported in turns, one part of them after the other: all at once would hold up whoever comes in. */
export const reportTurns = 10;

interface Kept {
  id: string;
  /** Of the socket that opened it. */
  requestId: string;
  room: CallRoom;
  /** api's, under which things are saved; null: not open yet. */
  epoch: number | null;
  asOf: number;
  /** Those who came before the room was open. */
  readonly waiting: Map<CallMember, Presence>;
  /** Commands that came while api was asked for the room; null: it is not being asked. */
  missedCommands: CallCommand[] | null;
  saveTimer: Timer | null;
  isSaving: boolean;
  retryMs: number;
  idleSince: number | null;
  /** When it is reported, of reportTurns. */
  readonly turn: number;
}

type CallCommand = Extract<SignalingCommand, { callId: string }>;

export class CallKeeper {
  readonly #options: CallKeeperOptions;
  readonly #calls = new Map<string, Kept>();
  readonly #saving = new Set<Promise<void>>();
  /** Commands after this one come by the stream; a room must know of all before. */
  #snapshotId = 0;
  #created = 0;
  #turn = 0;
  #isStopped = false;

  constructor(options: CallKeeperOptions) {
    this.#options = options;
  }

  get callCount(): number {
    return this.#calls.size;
  }

  /** Lets somebody in, as soon as the room is open. False: too many calls are on. */
  join(callId: string, member: CallMember, presence: Presence): boolean {
    const known = this.#calls.get(callId);
    if (known === undefined && this.#calls.size >= callsMax) return false;
    const kept = known ?? this.#create(callId, member.requestId);
    kept.idleSince = null;
    if (kept.epoch === null) kept.waiting.set(member, presence);
    else kept.room.join(member, presence, this.#options.now());
    return true;
  }

  /** A connection broke. */
  disconnect(callId: string, member: CallMember): void {
    const kept = this.#calls.get(callId);
    if (kept?.waiting.delete(member) === false) kept.room.disconnect(member, this.#options.now());
  }

  /** Somebody goes for good, or their right to be there has ended. */
  leave(callId: string, member: CallMember): void {
    const kept = this.#calls.get(callId);
    if (kept?.waiting.delete(member) === false) kept.room.leave(member);
  }

  /** False: this is no message for whoever sent it. */
  onMessage(callId: string, member: CallMember, message: CallMessage, bytes: number): boolean {
    const kept = this.#calls.get(callId);
    if (kept === undefined || kept.waiting.has(member)) return false;
    return kept.room.onMessage(member, message, bytes, this.#options.now());
  }

  apply(command: SignalingCommand): void {
    if (command.type === "snapshot") {
      this.#snapshotId = command.id;
      for (const kept of this.#calls.values()) if (kept.asOf !== command.id) void this.#open(kept);
    } else if ("callId" in command) {
      const kept = this.#calls.get(command.callId);
      kept?.missedCommands?.push(command);
      if (kept !== undefined && kept.epoch !== null) this.#obey(kept, command);
    }
  }

  /** To be called every second. */
  sweep(): void {
    const now = this.#options.now();
    for (const [id, kept] of this.#calls) {
      kept.room.sweep(now);
      const isIdle = kept.room.isEmpty && kept.waiting.size === 0 && !kept.room.hasUnsaved;
      kept.idleSince = isIdle ? (kept.idleSince ?? now) : null;
      if (kept.idleSince !== null && now - kept.idleSince >= forgetAfterMs) this.#calls.delete(id);
    }
  }

  /**
   * Tells api who is where, and how well they hear each other, of those calls whose turn it is. To be called `reportTurns`
   * times while each call is to be reported once.
   */
  async report(): Promise<void> {
    this.#turn = (this.#turn + 1) % reportTurns;
    const due = [...this.#calls.values()].filter(({ turn }) => turn === this.#turn);
    const outcomes = await Promise.allSettled(due.map((kept) => this.#reportOne(kept)));
    const failed = outcomes.filter((outcome) => outcome.status === "rejected");
    if (failed.length === 0) return;
    this.#options.log.warn({ calls: failed.length, error: String(failed[0]?.reason) }, "calls could not be reported");
  }

  /** Saves what is not saved yet, for at most `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopped = true;
    for (const { saveTimer } of this.#calls.values()) clearTimeout(saveTimer ?? undefined);
    const deadline = performance.now() + withinMs;
    const isUnsaved = (): boolean =>
      this.#saving.size > 0 || [...this.#calls.values()].some(({ room }) => room.hasUnsaved);
    while (isUnsaved() && performance.now() < deadline) {
      for (const kept of this.#calls.values()) this.#save(kept);
      await Promise.race([Promise.all(this.#saving), Bun.sleep(deadline - performance.now())]);
      // What hosts decided meanwhile, or what was not taken.
      if (isUnsaved()) await Bun.sleep(stopEveryMs);
    }
  }

  async #reportOne(kept: Kept): Promise<void> {
    const report = kept.room.takeReport();
    if (report === null) return;
    const { known } = await this.#options.api.reportCall(kept.id, report, kept.requestId);
    if (!known) this.#close(kept);
  }

  #create(id: string, requestId: string): Kept {
    const { capacity, ice } = this.#options;
    this.#created += 1;
    const kept: Kept = {
      id,
      requestId,
      room: new CallRoom({ id, capacity, ice, onSave: () => this.#saveSoon(kept, gatherMs) }),
      epoch: null,
      asOf: 0,
      waiting: new Map(),
      missedCommands: null,
      saveTimer: null,
      isSaving: false,
      retryMs: retryMinMs,
      idleSince: null,
      turn: this.#created % reportTurns,
    };
    this.#calls.set(id, kept);
    void this.#open(kept);
    return kept;
  }

  /** Asks api for the room, until it answers. Those who are in the call do not notice. */
  async #open(kept: Kept): Promise<void> {
    if (kept.missedCommands !== null) return;
    const { api, log } = this.#options;
    for (let pauseMs = retryMinMs; this.#calls.get(kept.id) === kept; pauseMs = Math.min(pauseMs * 2, retryMaxMs)) {
      kept.missedCommands = [];
      try {
        const answer = await api.openCall(kept.id, kept.requestId);
        if (answer.known && answer.asOf < this.#snapshotId) throw new Error("the answer is from before the snapshot");
        const missed = kept.missedCommands;
        kept.missedCommands = null;
        if (!answer.known) return this.#close(kept);
        kept.epoch = answer.epoch;
        kept.asOf = answer.asOf;
        kept.room.begin(answer.epoch, answer.settings, answer.state, answer.lines, this.#options.now());
        for (const command of missed) this.#obey(kept, command);
        this.#letIn(kept);
        if (kept.room.hasUnsaved) this.#saveSoon(kept, 0);
        return;
      } catch (error) {
        log.warn({ requestId: kept.requestId, callId: kept.id, error: String(error) }, "a call could not be opened");
      }
      await Bun.sleep(pauseMs);
    }
  }

  #letIn(kept: Kept): void {
    const waiting = [...kept.waiting];
    kept.waiting.clear();
    for (const [member, presence] of waiting) kept.room.join(member, presence, this.#options.now());
  }

  #obey(kept: Kept, command: CallCommand): void {
    // What the answer knew already: a call that has ended may have been opened again since.
    if (command.id <= kept.asOf) return;
    kept.asOf = command.id;
    if (command.type === "call-ended") this.#close(kept);
    else kept.room.setSettings(command.settings, this.#options.now());
  }

  /** The call has ended, or there never was one. */
  #close(kept: Kept): void {
    clearTimeout(kept.saveTimer ?? undefined);
    // What was asked about it may be answered when another one has begun under its id.
    if (this.#calls.get(kept.id) === kept) this.#calls.delete(kept.id);
    for (const member of kept.waiting.keys()) member.close(closeCodes.gone, "there is no such call");
    kept.waiting.clear();
    kept.room.end();
  }

  #saveSoon(kept: Kept, inMs: number): void {
    if (kept.isSaving || kept.saveTimer !== null || this.#isStopped) return;
    kept.saveTimer = setTimeout(() => {
      kept.saveTimer = null;
      this.#save(kept);
    }, inMs);
  }

  #save(kept: Kept): void {
    if (kept.isSaving || kept.epoch === null || !kept.room.hasUnsaved) return;
    kept.isSaving = true;
    const saving = this.#saveUnder(kept, kept.epoch).finally(() => this.#saving.delete(saving));
    this.#saving.add(saving);
  }

  async #saveUnder(kept: Kept, epoch: number): Promise<void> {
    const unsaved = kept.room.takeUnsaved();
    let nextInMs = 0;
    try {
      const answer = await this.#options.api.saveCall(kept.id, { epoch, ...unsaved }, kept.requestId);
      kept.retryMs = retryMinMs;
      if (answer.type === "saved") kept.room.settle();
      else {
        kept.room.putBack(unsaved.state !== undefined);
        // Opened again since, by this process or another one; or it has ended.
        if (kept.epoch === epoch) void this.#open(kept);
        nextInMs = retryMinMs;
      }
    } catch (error) {
      const { log } = this.#options;
      log.warn(
        { requestId: kept.requestId, callId: kept.id, error: String(error) },
        "what happened in a call is not saved yet",
      );
      kept.room.putBack(unsaved.state !== undefined);
      nextInMs = kept.retryMs;
      kept.retryMs = Math.min(kept.retryMs * 2, retryMaxMs);
    }
    kept.isSaving = false;
    if (kept.room.hasUnsaved && this.#calls.get(kept.id) === kept) this.#saveSoon(kept, nextInMs);
  }
}
