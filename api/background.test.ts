import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import pino from "pino";
import { findCallRoom } from "../db/call-rooms.ts";
import { insertCallRoom } from "../db/fixtures.ts";
import { readViewerCurve } from "../db/viewer-samples.ts";
import { internalFixture } from "./internal/fixtures.ts";
import { startBackground } from "./background.ts";

test("within about a second the timer sweeps, and an error in it stops neither it nor the process", async () => {
  const at = await internalFixture();
  const { key, channelId } = await at.account("wati");
  await at.publishing(key);
  await at.pass(9);
  const errors: string[] = [];
  const changed = new Promise<void>((resolve) => at.changes.on(`channel:${channelId}`, resolve));
  let failures = 1;
  const leases = {
    sweep: async () => {
      if (failures-- > 0) throw new Error("database is locked");
      at.time.now += 2000;
      await at.leases.sweep();
    },
  };
  const stop = await startBackground({
    db: at.db,
    clock: () => at.time.now,
    changes: at.changes,
    viewers: at.viewers,
    leases,
    log: pino({}, { write: (line: string) => void errors.push(line) }),
    deleteExpiredSessions: async () => undefined,
    tickEveryMs: 5,
  });
  await changed;
  stop();
  expect(errors.join("")).toContain("database is locked");
  at.remove();
});

test("once a minute calls end in which nobody was for an hour, signaling hears of it, and what is old goes", async () => {
  const at = await internalFixture();
  const hour = 60 * 60_000;
  const [idle, busy, old] = [
    await insertCallRoom(at.db, { id: "idle", epoch: 1, activeAt: at.time.now - hour - 1 }),
    await insertCallRoom(at.db, { id: "busy", epoch: 1, activeAt: at.time.now - hour }),
    await insertCallRoom(at.db, { id: "old", endedAt: at.time.now - 31 * 24 * hour }),
  ];
  const told = new Promise<void>((resolve) => at.changes.on("outbox", resolve));
  const swept = Promise.withResolvers<void>();
  let prunings = 0;
  const stop = await startBackground({
    db: at.db,
    clock: () => at.time.now,
    changes: at.changes,
    viewers: at.viewers,
    leases: { sweep: async () => undefined },
    log: pino({ level: "silent" }),
    deleteExpiredSessions: async () => {
      prunings += 1;
      if (prunings === 2) swept.resolve();
    },
    tickEveryMs: 1,
  });
  // Not when api starts, and not in its first minute: whoever is in a call has yet to be reported.
  expect((await findCallRoom(at.db, idle))?.endedAt).toBeNull();
  await Promise.all([told, swept.promise]);
  stop();
  expect((await findCallRoom(at.db, idle))?.endedAt).toBe(at.time.now);
  expect((await findCallRoom(at.db, busy))?.endedAt).toBeNull();
  expect(await findCallRoom(at.db, old)).toBeUndefined();
  at.remove();
});

test.each(["the machine slept", "the database was away"])(
  "when %s for an hour, calls that went on are reported before any is judged",
  async (what) => {
    const at = await internalFixture();
    const id = await insertCallRoom(at.db, { epoch: 1, activeAt: at.time.now });
    let ticks = 0;
    const awake = Promise.withResolvers<void>();
    const sweep = async () => {
      ticks += 1;
      // One tick before calls would be judged.
      if (ticks === 59) {
        at.time.now += what === "the machine slept" ? 2 * 60 * 60_000 : 1000;
        if (what === "the database was away") {
          await at.db.run(sql`UPDATE call_rooms SET active_at = 0`);
          throw new Error("database is locked");
        }
      }
      if (ticks === 70) awake.resolve();
    };
    const stop = await startBackground({
      db: at.db,
      clock: () => at.time.now,
      changes: at.changes,
      viewers: at.viewers,
      leases: { sweep },
      log: pino({ level: "silent" }),
      deleteExpiredSessions: async () => undefined,
      tickEveryMs: 1,
    });
    await awake.promise;
    expect((await findCallRoom(at.db, id))?.endedAt).toBeNull();
    stop();
    at.remove();
  },
);

test("each minute it is noted how many watch, until signaling is silent", async () => {
  const at = await internalFixture();
  const { key, channelId } = await at.account("wati");
  const { streamId } = await at.publishing(key);
  const minute = 60_000;
  const beginsAt = at.time.now - (at.time.now % minute);
  at.time.now = beginsAt + 1000;
  let sweeps = 0;
  const over = Promise.withResolvers<void>();
  const sweep = async () => {
    sweeps += 1;
    // A second each, for four minutes, of which signaling is heard for two.
    at.time.now += 1000;
    if (at.time.now < beginsAt + 2 * minute) at.viewers.set(new Map([[channelId, sweeps]]));
    if (sweeps === 240) over.resolve();
  };
  const stop = await startBackground({
    db: at.db,
    clock: () => at.time.now,
    changes: at.changes,
    viewers: at.viewers,
    leases: { sweep },
    log: pino({ level: "silent" }),
    deleteExpiredSessions: async () => undefined,
    tickEveryMs: 1,
  });
  await over.promise;
  stop();
  const times = (await readViewerCurve(at.db, streamId)).map((point) => (point.at - beginsAt) / minute);
  expect(times).toEqual([0, 1, 2]);
  expect([at.viewers.counts, at.viewers.of(channelId)]).toEqual([null, 0]);
  at.remove();
});
