import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import {
  createCallRoom,
  deleteCallRooms,
  endIdleCallRooms,
  findCallRoom,
  listCallRooms,
  maxOpenRooms,
} from "./call-rooms.ts";
import { insertAccount, insertCallRoom } from "./fixtures.ts";
import type { Database } from "./open.ts";
import { openCall, recordCallReport, saveCall } from "./open-calls.ts";
import { listCommandsAfter } from "./outbox.ts";
import { callLines, callPeople, users } from "./schema.ts";
import { temporaryDatabase } from "./temp-db.ts";

let db: Database;
let remove: () => void;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
});
afterEach(() => remove());

const hour = 60 * 60_000;
const now = 1_800_000_000_000;
const line = { id: `${"a".repeat(32)}.nonce-01`, at: now, name: "Ayu", color: 1, isHost: false, text: "halo" };
const ayu = { id: "a".repeat(32), name: "Ayu", isGuest: true };
const endedAt = async (id: string) => (await findCallRoom(db, id))?.endedAt;

test("a room ends when nobody was there for an hour: its lines go and its tokens are void, signaling hears of it", async () => {
  const [idle, busy, ended] = await Promise.all([
    insertCallRoom(db, { id: "idle", activeAt: now }),
    insertCallRoom(db, { id: "busy", activeAt: now, epoch: 1 }),
    insertCallRoom(db, { id: "ended", activeAt: 0, endedAt: 1 }),
  ]);
  const { epoch = 0 } = (await openCall(db, idle, now)) ?? {};
  await saveCall(db, idle, epoch, { state: "{}", lines: [line] });
  await recordCallReport(db, busy, { people: [ayu], samples: [] }, now + 1);
  const sweep = (at: number) => endIdleCallRooms(db, { idleSince: at - hour, unusedSince: 0 }, at);
  expect(await sweep(now + hour)).toBe(false);
  expect(await sweep(now + hour + 1)).toBe(true);
  expect([await endedAt(idle), await endedAt(busy), await endedAt(ended)]).toEqual([now + hour + 1, null, 1]);
  expect(await db.select().from(callLines)).toEqual([]);
  const commands = await listCommandsAfter(db, "signaling", 0, 9);
  expect(commands.map(({ command }) => JSON.parse(command) as object)).toEqual([
    { type: "call-ended", callId: idle },
    { type: "revoked", subject: `call:${idle}`, at: now + hour + 1 },
  ]);
  expect(await openCall(db, idle, now)).toBeUndefined();
  expect(await sweep(now + hour + 1)).toBe(false);
});

test("whoever is let in keeps a room, and so does opening it", async () => {
  const id = await insertCallRoom(db, { activeAt: 0 });
  await openCall(db, id, now);
  expect(await endIdleCallRooms(db, { idleSince: now, unusedSince: now }, now + hour)).toBe(false);
});

test("a room that nobody has entered yet waits longer", async () => {
  const id = await insertCallRoom(db, { activeAt: now });
  expect(await endIdleCallRooms(db, { idleSince: now + 1, unusedSince: now }, now + 1)).toBe(false);
  expect(await endIdleCallRooms(db, { idleSince: now + 1, unusedSince: now + 1 }, now + 1)).toBe(true);
  expect(await endedAt(id)).toBe(now + 1);
});

test("rooms that ended long ago are deleted, with all there is of them", async () => {
  await insertCallRoom(db, { id: "old" });
  await recordCallReport(db, "old", { people: [ayu], samples: [] }, now);
  await endIdleCallRooms(db, { idleSince: now + hour, unusedSince: now + hour }, now + hour);
  await insertCallRoom(db, { id: "new", endedAt: now + 2 * hour });
  await insertCallRoom(db, { id: "open" });
  await deleteCallRooms(db, now + hour);
  expect(await findCallRoom(db, "old")).toBeDefined();
  await deleteCallRooms(db, now + hour + 1);
  expect(await Promise.all(["old", "new", "open"].map(async (id) => (await findCallRoom(db, id))?.id))).toEqual([
    undefined,
    "new",
    "open",
  ]);
  expect(await db.select().from(callPeople)).toEqual([]);
});

test("the rooms of an account go with it, those of guests stay", async () => {
  const { userId } = await insertAccount(db, "wati");
  await insertCallRoom(db, { id: "hers", hostSubject: userId, hostId: userId });
  await insertCallRoom(db, { id: "others" });
  await db.delete(users).where(eq(users.id, userId));
  expect([await findCallRoom(db, "hers"), (await findCallRoom(db, "others"))?.id]).toEqual([undefined, "others"]);
});

test("one's own rooms: open ones, newest first, then those that ended last", async () => {
  const rooms = { a: [1, null], b: [2, 50], c: [3, null], d: [4, 40], e: [5, 60] } as const;
  for (const [id, [createdAt, ended]] of Object.entries(rooms)) {
    await insertCallRoom(db, { id, createdAt, endedAt: ended, hostSubject: id === "c" ? "user" : "guest:1" });
  }
  await insertCallRoom(db, { id: "z", hostSubject: "guest:2" });
  const idsOf = async (subjects: string[]) => (await listCallRooms(db, subjects, 2)).map(({ id }) => id);
  expect(await idsOf(["user", "guest:1"])).toEqual(["c", "a", "e", "b"]);
  expect(await idsOf(["guest:2"])).toEqual(["z"]);
  expect(await idsOf(["nobody"])).toEqual([]);
});

test("sixty rooms made at once are as many as there may be", async () => {
  const room = { name: "x", mode: "meeting", entry: "link", passcodeHash: null, hostId: null } as const;
  const made = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      createCallRoom(db, { ...room, id: `room-${index}`, hostSubject: "guest:1" }, now),
    ),
  );
  expect(made.filter(Boolean)).toHaveLength(maxOpenRooms);
  expect(await createCallRoom(db, { ...room, id: "another", hostSubject: "guest:2" }, now)).toBe(true);
});
