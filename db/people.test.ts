import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { listAuditEntries } from "./audit-log.ts";
import { insertAccount } from "./fixtures.ts";
import type { Database } from "./open.ts";
import { changeRole, signOutEverywhere, suspend } from "./people.ts";
import { temporaryDatabase } from "./temp-db.ts";

let db: Database;
let remove: () => void;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
});
afterEach(() => remove());

const by = (id: string, name: string) => ({ actor: { id, name }, now: 1000 });
const administrators = async (): Promise<number> =>
  (await db.all(sql`SELECT id FROM users WHERE role = 'administrator' AND suspended_at IS NULL`)).length;

test("of administrators who all take each other's role at once, one is left", async () => {
  const people: { name: string; id: string }[] = [];
  for (const name of ["a1", "b2", "c3", "d4"])
    people.push({ name, id: (await insertAccount(db, name, "administrator")).userId });
  await Promise.all(
    people.flatMap(({ id, name }) =>
      people.map((other) => changeRole(db, other.id, { role: "viewer", endsStreams: true }, by(id, name))),
    ),
  );
  expect(await administrators()).toBe(1);
  expect(await listAuditEntries(db, { action: "role-changed" }, null, 50)).toHaveLength(3);
});

test("who is made an administrator and suspended at once is one or the other", async () => {
  const boss = await insertAccount(db, "boss", "administrator");
  for (let round = 0; round < 5; round += 1) {
    const { userId } = await insertAccount(db, `person${round}`, "viewer");
    await Promise.all([
      suspend(db, userId, "Spam", by(boss.userId, "boss")),
      changeRole(db, userId, { role: "administrator", endsStreams: true }, by(boss.userId, "boss")),
    ]);
    const row = await db.get<{ role: string; since: number | null }>(
      sql`SELECT role, suspended_at AS since FROM users WHERE id = ${userId}`,
    );
    expect(row.role === "administrator" ? row.since : row.role).toBe(row.role === "administrator" ? null : "viewer");
  }
});

test("a role that is set again changes nothing, and a person who is not there neither", async () => {
  const { userId } = await insertAccount(db, "boss", "administrator");
  const to = { role: "administrator", endsStreams: true } as const;
  expect(await changeRole(db, userId, to, by(userId, "boss"))).toEqual({ type: "unchanged" });
  expect(await changeRole(db, "nobody", to, by(userId, "boss"))).toEqual({ type: "unknown" });
  expect(await signOutEverywhere(db, "nobody", by(userId, "boss"))).toBe(false);
  expect(await listAuditEntries(db, {}, null, 50)).toEqual([]);
});
