import type { Logger } from "pino";
import { pruneCallQuality } from "../db/call-quality.ts";
import { deleteCallRooms, endIdleCallRooms } from "../db/call-rooms.ts";
import { sweepImages } from "../db/images.ts";
import { listCommandsAfter, newestCommandId, pruneCommands } from "../db/outbox.ts";
import type { Database } from "../db/open.ts";
import { pruneRevocations } from "../db/revocations.ts";
import { pruneViewerSamples, sampleViewers } from "../db/viewer-samples.ts";
import { vouchedForMs } from "../signaling/contract/tickets.ts";
import type { Changes } from "./changes.ts";
import type { Clock } from "./clock.ts";
import { Command } from "./contract/commands.ts";
import type { Leases } from "./internal/leases.ts";
import type { Viewers } from "./viewers.ts";

const ticksPerPrune = 60;
const ticksPerImageSweep = 3600;
/** Ticks come every second: a longer gap means that this process slept, or that the clock was set. */
const longestGapMs = 5000;
/** A reader that was away longer than this starts again from a snapshot. */
const keepCommandsMs = 60 * 60_000;
/** A call in which nobody was for so long has ended. */
const callIdleMs = 60 * 60_000;
/** A room that nobody has entered yet waits longer: people send the link ahead. */
const callUnusedMs = 7 * 24 * 60 * 60_000;
/** Its maker can open it again for so long; and for so long it is known who was there, and how it went. */
const keepCallsMs = 30 * 24 * 60 * 60_000;

const minuteMs = 60_000;
/** For so long it is known how many watched a stream. */
const keepViewerSamplesMs = 90 * 24 * 60 * minuteMs;
/** A picture that nobody refers to may be on its way to somebody's profile. */
const keepImagesMs = 60 * 60_000;

interface BackgroundDeps {
  db: Database;
  clock: Clock;
  changes: Changes;
  leases: Pick<Leases, "sweep">;
  viewers: Pick<Viewers, "counts" | "sweep">;
  log: Logger;
  /** Removes sessions that have expired. */
  deleteExpiredSessions: () => Promise<void>;
  /** @default 1000 */
  tickEveryMs?: number;
}

/** Starts the one timer of api: each second the sweep and a look for other api processes' commands. Returns its stop. */
export async function startBackground(deps: BackgroundDeps): Promise<() => void> {
  const foreign = await OutboxWatch.start(deps.db, deps.changes);
  // Since when nothing went wrong: calls that went on meanwhile are reported again before any is judged.
  let ticks = 0;
  let lastAt = deps.clock();
  let sampledAt = 0;
  let isRunning = false;
  const tick = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    const gapMs = deps.clock() - lastAt;
    lastAt += gapMs;
    ticks = gapMs < 0 || gapMs > longestGapMs ? 1 : ticks + 1;
    try {
      await deps.leases.sweep();
      await foreign.look();
      deps.viewers.sweep();
      const minute = lastAt - (lastAt % minuteMs);
      if (minute !== sampledAt && deps.viewers.counts !== null) {
        await sampleViewers(deps.db, deps.viewers.counts, minute);
        sampledAt = minute;
      }
      if (ticks % ticksPerPrune === 0) {
        await pruneCommands(deps.db, deps.clock() - keepCommandsMs);
        await pruneViewerSamples(deps.db, deps.clock() - keepViewerSamplesMs);
        await pruneRevocations(deps.db, deps.clock() - vouchedForMs);
        await deps.deleteExpiredSessions();
        await sweepCalls(deps);
      }
      if (ticks % ticksPerImageSweep === 0) await sweepImages(deps.db, deps.clock() - keepImagesMs);
    } catch (error) {
      deps.log.error({ err: error }, "background work failed");
      ticks = 0;
    } finally {
      isRunning = false;
    }
  };
  const timer = setInterval(tick, deps.tickEveryMs ?? 1000);
  return () => clearInterval(timer);
}

/** Only after an undisturbed minute: calls that went on while api was away are reported within seconds, and must not end. */
async function sweepCalls({ db, clock, changes }: Pick<BackgroundDeps, "db" | "clock" | "changes">): Promise<void> {
  const now = clock();
  const since = { idleSince: now - callIdleMs, unusedSince: now - callUnusedMs };
  if (await endIdleCallRooms(db, since, now)) changes.emit("outbox");
  await pruneCallQuality(db, now - keepCallsMs);
  await deleteCallRooms(db, now - keepCallsMs);
}

/** Wakes this process for commands that another api process has written. */
export class OutboxWatch {
  readonly #db: Database;
  readonly #changes: Changes;
  #seen: number;

  private constructor(db: Database, changes: Changes, seen: number) {
    this.#db = db;
    this.#changes = changes;
    this.#seen = seen;
  }

  static async start(db: Database, changes: Changes): Promise<OutboxWatch> {
    return new OutboxWatch(db, changes, await newestCommandId(db));
  }

  /** One statement. Own rows ring a second time, which costs their listeners a look and nothing else. */
  async look(): Promise<void> {
    const rows = await listCommandsAfter(this.#db, "all", this.#seen, 1000);
    const channelIds = new Set<string>();
    for (const { id, audience, command } of rows) {
      this.#seen = id;
      // What signaling is told of is on no page.
      if (audience !== "ingest") continue;
      const parsed = Command.parse({ id, ...(JSON.parse(command) as object) });
      if ("channelId" in parsed) channelIds.add(parsed.channelId);
    }
    for (const channelId of channelIds) this.#changes.channelChanged(channelId);
    if (rows.length > 0) this.#changes.emit("outbox");
  }
}
