import { expect, test } from "bun:test";
import pino from "pino";
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
