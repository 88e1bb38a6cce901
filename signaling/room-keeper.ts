import type { Logger } from "pino";
import type { SignalingCommand } from "../api/contract/signaling-commands.ts";
import type { ChatApi } from "./api-calls.ts";
import { ChatRoom } from "./chat/room.ts";
import type { Member } from "./chat/roster.ts";
import type { LineBudget } from "./chat/storage-queue.ts";
import type { Position } from "./contract/messages.ts";

/** [I/O] Gives rooms what they do not have themselves: a beginning, a clock, and somebody who stores their lines. */

export interface RoomKeeperOptions {
  api: ChatApi;
  log: Logger;
  /** Sends a frame to the sockets of a topic. */
  publish(topic: string, frame: string): void;
  now(): number;
}

/** The topics of a room: for what is said, and for guests who may not read it but count. */
export const listenersTopic = (channelId: string): string => `chat:${channelId}`;
export const othersTopic = (channelId: string): string => `chat:${channelId}:others`;

/**
 * A frame goes out at once when the last one is older than this; otherwise lines gather for so long. It grows with the
 * room, since a frame costs one write for each socket: docs/decisions/0015-a-tick-that-grows-with-the-room.md.
 */
const tick = { minMs: 40, msPerViewer: 0.1, maxMs: 200 };
/** Lines of so long share one request, ms. */
const gatherLinesMs = 25;
const retryMinMs = 250;
const retryMaxMs = 5000;
/** Who comes to a room that is being opened waits for it, but not longer than this; then it says that it is starting. */
const patienceMs = 1500;
/** An empty room is remembered for so long, so that a page that is reloaded finds it. */
const forgetAfterMs = 60_000;
/** Lines that may wait to be stored, in all rooms. */
const budgetLines = 50_000;
/** How often a stop tries to store what is left. */
const stopEveryMs = 50;

interface Kept {
  channelId: string;
  /** Of the socket that opened it. */
  requestId: string;
  room: ChatRoom;
  /** Those who came before the room was ready. */
  waiting: Map<Member, Position | undefined> | null;
  /** Commands that came while api was asked for the state; null: it is not being asked. */
  missedCommands: SignalingCommand[] | null;
  flushTimer: Timer | null;
  flushedAt: number;
  storeTimer: Timer | null;
  isStoring: boolean;
  retryMs: number;
  idleSince: number | null;
}

export class RoomKeeper {
  readonly #options: RoomKeeperOptions;
  readonly #rooms = new Map<string, Kept>();
  readonly #budget: LineBudget = { left: budgetLines };
  /** Requests under way. */
  readonly #storing = new Set<Promise<void>>();
  /** Commands after this one come by the stream; a room must know of all before. */
  #snapshotId = 0;
  #isStopped = false;

  constructor(options: RoomKeeperOptions) {
    this.#options = options;
  }

  get roomCount(): number {
    return this.#rooms.size;
  }

  get waitingLines(): number {
    return budgetLines - this.#budget.left;
  }

  /** The room in which a member that has joined can speak; null while they wait to be let in. */
  roomOf(channelId: string, member: Member): ChatRoom | null {
    const kept = this.#rooms.get(channelId);
    return kept === undefined || kept.waiting?.has(member) === true ? null : kept.room;
  }

  /** Lets somebody in, as soon as the room is open. */
  join(channelId: string, member: Member, position: Position | undefined): void {
    const kept = this.#rooms.get(channelId) ?? this.#create(channelId, member.requestId);
    kept.idleSince = null;
    if (kept.waiting === null) kept.room.join(member, position);
    else kept.waiting.set(member, position);
  }

  leave(channelId: string, member: Member): void {
    const kept = this.#rooms.get(channelId);
    if (kept === undefined) return;
    kept.waiting?.delete(member);
    kept.room.leave(member);
  }

  /** A command of api, to the rooms that are open. Those that know less, or more, than a snapshot are asked for again. */
  apply(command: SignalingCommand): void {
    if (command.type === "snapshot") {
      this.#snapshotId = command.id;
      for (const kept of this.#rooms.values()) if (kept.room.asOf !== command.id) void this.#open(kept);
    } else if ("channelId" in command) {
      const kept = this.#rooms.get(command.channelId);
      kept?.missedCommands?.push(command);
      kept?.room.apply(command);
    }
  }

  /** To be called every 2 s. */
  tellViewers(): void {
    for (const { room } of this.#rooms.values()) room.tellViewers();
  }

  /** How many people watch each channel that somebody watches, by its id. */
  viewerCounts(): Map<string, number> {
    const counts = Array.from(this.#rooms.values(), ({ channelId, room }) => [channelId, room.viewers] as const);
    return new Map(counts.filter(([, viewers]) => viewers > 0));
  }

  /** Forgets empty rooms and silent authors. To be called every few seconds. */
  sweep(): void {
    const now = this.#options.now();
    for (const [channelId, kept] of this.#rooms) {
      kept.room.sweep(now);
      const isIdle = kept.room.isIdle && (kept.waiting === null || kept.waiting.size === 0);
      kept.idleSince = isIdle ? (kept.idleSince ?? now) : null;
      if (kept.idleSince === null || now - kept.idleSince < forgetAfterMs) continue;
      this.#clearTimers(kept);
      this.#rooms.delete(channelId);
    }
  }

  /** Stores what was said so far, for at most `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopped = true;
    const deadline = this.#options.now() + withinMs;
    while (this.waitingLines > 0 && this.#options.now() < deadline) {
      for (const kept of this.#rooms.values()) this.#store(kept);
      await Promise.race([...this.#storing, Bun.sleep(stopEveryMs)]);
    }
    for (const kept of this.#rooms.values()) this.#clearTimers(kept);
  }

  #clearTimers(kept: Kept): void {
    clearTimeout(kept.flushTimer ?? undefined);
    clearTimeout(kept.storeTimer ?? undefined);
  }

  #create(channelId: string, requestId: string): Kept {
    const { publish } = this.#options;
    const room = new ChatRoom(
      {
        publish: (frame) => publish(listenersTopic(channelId), frame),
        publishToAll(frame) {
          publish(listenersTopic(channelId), frame);
          publish(othersTopic(channelId), frame);
        },
        onEvents: () => this.#flushSoon(kept),
        onLines: () => this.#storeSoon(kept, gatherLinesMs),
      },
      this.#budget,
    );
    const kept: Kept = {
      channelId,
      requestId,
      room,
      waiting: new Map(),
      missedCommands: null,
      flushTimer: null,
      flushedAt: 0,
      storeTimer: null,
      isStoring: false,
      retryMs: retryMinMs,
      idleSince: null,
    };
    this.#rooms.set(channelId, kept);
    void this.#open(kept);
    setTimeout(() => this.#letIn(kept), patienceMs).unref();
    return kept;
  }

  #letIn(kept: Kept): void {
    const { waiting } = kept;
    kept.waiting = null;
    for (const [member, position] of waiting ?? []) kept.room.join(member, position);
  }

  /** Asks api for the room, until it answers. */
  async #open(kept: Kept): Promise<void> {
    if (kept.missedCommands !== null) return;
    for (let pauseMs = retryMinMs; this.#rooms.get(kept.channelId) === kept;) {
      kept.missedCommands = [];
      try {
        const answer = await this.#options.api.open(kept.channelId, kept.requestId);
        if (answer.known && answer.state.asOf < this.#snapshotId)
          throw new Error("the answer is from before the snapshot");
        const missed = kept.missedCommands;
        kept.missedCommands = null;
        if (answer.known) {
          kept.room.begin(answer.epoch, answer.state, answer.lines);
          for (const command of missed) if ("channelId" in command) kept.room.apply(command);
          this.#letIn(kept);
        } else {
          this.#close(kept);
        }
        return;
      } catch (error) {
        const { requestId, channelId } = kept;
        this.#options.log.warn({ requestId, channelId, error: String(error) }, "a room could not be opened");
      }
      await Bun.sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, retryMaxMs);
    }
  }

  /** There is no such channel, or no more. */
  #close(kept: Kept): void {
    this.#clearTimers(kept);
    this.#rooms.delete(kept.channelId);
    const members = [...(kept.waiting?.keys() ?? []), ...kept.room.members()];
    kept.waiting = null;
    kept.room.discardLines();
    for (const member of members) member.onGone();
  }

  /** The first line after a pause goes out at once; what follows closely shares a frame. */
  #flushSoon(kept: Kept): void {
    if (kept.flushTimer !== null) return;
    const tickMs = Math.min(tick.maxMs, Math.max(tick.minMs, kept.room.viewers * tick.msPerViewer));
    // A clock that is set back must not hold it up.
    const dueInMs = Math.min(tickMs, kept.flushedAt + tickMs - this.#options.now());
    const flush = (): void => {
      kept.flushTimer = null;
      kept.flushedAt = this.#options.now();
      kept.room.flush();
    };
    // The caller may be about to add more, such as a removal with the line it removes.
    kept.flushTimer = setTimeout(flush, Math.max(0, dueInMs));
  }

  #storeSoon(kept: Kept, inMs: number): void {
    if (kept.isStoring || kept.storeTimer !== null || this.#isStopped) return;
    kept.storeTimer = setTimeout(() => {
      kept.storeTimer = null;
      this.#store(kept);
    }, inMs);
  }

  #store(kept: Kept): void {
    if (kept.isStoring || kept.room.epoch === 0) return;
    const batch = kept.room.takeBatch();
    if (batch.length === 0) return;
    kept.isStoring = true;
    const storing = this.#storeBatch(kept, batch).finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
  }

  async #storeBatch(kept: Kept, batch: ReturnType<ChatRoom["takeBatch"]>): Promise<void> {
    const { room, channelId, requestId } = kept;
    const epoch = room.epoch;
    const lines = batch.map(({ line }) => ({
      id: line.id,
      at: line.at,
      text: line.text,
      action: line.action === true,
      first: line.first === true,
      replyTo: line.reply?.id ?? null,
    }));
    let nextInMs = 0;
    try {
      const answer = await this.#options.api.storeLines(channelId, { epoch, lines }, requestId);
      if (answer.type === "stored") {
        kept.retryMs = retryMinMs;
        kept.isStoring = false;
        // The room may have begun anew meanwhile: then these lines are asked for once more, under its new epoch.
        if (room.epoch === epoch) room.settle(answer.outcomes);
        else room.putBack();
      } else {
        room.putBack();
        if (room.epoch === epoch) {
          this.#options.log.warn({ requestId, channelId }, "the room was opened elsewhere: it starts anew");
          void this.#open(kept);
          nextInMs = retryMinMs;
        }
      }
    } catch (error) {
      const { log } = this.#options;
      log.warn({ requestId, channelId, lines: lines.length, error: String(error) }, "lines are not stored yet");
      room.putBack();
      nextInMs = kept.retryMs;
      kept.retryMs = Math.min(kept.retryMs * 2, retryMaxMs);
    }
    kept.isStoring = false;
    if (room.waitingLines > 0) this.#storeSoon(kept, nextInMs);
  }
}
