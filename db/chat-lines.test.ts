import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { findLine, type NewLine, storeLines } from "./chat-lines.ts";
import { findRoom, openRoom } from "./chat-rooms.ts";
import { insertAccount } from "./fixtures.ts";
import type { Database } from "./open.ts";
import { chatLines, chatModerators, streams, users } from "./schema.ts";
import { beginPublish, endStream } from "./streams.ts";
import { temporaryDatabase } from "./temp-db.ts";

let db: Database;
let remove: () => void;
let wati: Awaited<ReturnType<typeof insertAccount>>;
let budi: Awaited<ReturnType<typeof insertAccount>>;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
  wati = await insertAccount(db, "wati");
  budi = await insertAccount(db, "budi", "viewer");
});
afterEach(() => remove());

const now = 1_800_000_000_000;
const line = (nonce: string, more: Partial<NewLine> & { author?: string } = {}): NewLine => {
  const { author = budi.userId, ...rest } = more;
  return {
    id: `${author}.nonce-${nonce}`,
    at: now,
    text: `line ${nonce}`,
    action: false,
    first: false,
    replyTo: null,
    ...rest,
  };
};
const store = (epoch: number, ...lines: NewLine[]) => storeLines(db, wati.channelId, epoch, lines, now);
const open = async () => {
  const opened = await openRoom(db, wati.channelId, 200, now);
  if (opened === undefined) throw new Error("No room");
  return opened;
};
const texts = async () => (await open()).lines.map(({ text }) => text);

test("lines come back in the order of the requests, with what their authors are there", async () => {
  await insertAccount(db, "admin", "administrator");
  const [admin] = await db.select().from(users).where(eq(users.username, "admin"));
  await db.insert(chatModerators).values({ channelId: wati.channelId, userId: budi.userId, since: 1 });
  await db.update(users).set({ color: 7, displayName: "Bu Wati" }).where(eq(users.id, wati.userId));
  const { room } = await open();
  expect(await store(room.epoch, line("2", { first: true }), line("1", { author: wati.userId, action: true }))).toEqual(
    ["stored", "stored"],
  );
  await store(room.epoch, line("3", { author: admin?.id ?? "", replyTo: line("2").id, at: now - 5000 }));
  const { lines } = await open();
  const plain = { at: now, displayName: null, color: null, action: false, first: false, reply: null };
  expect(lines).toEqual([
    { ...plain, id: line("2").id, authorId: budi.userId, name: "budi", role: "moderator", text: "line 2", first: true },
    {
      ...plain,
      id: `${wati.userId}.nonce-1`,
      authorId: wati.userId,
      name: "wati",
      displayName: "Bu Wati",
      color: 7,
      role: "streamer",
      text: "line 1",
      action: true,
    },
    {
      ...plain,
      id: `${admin?.id}.nonce-3`,
      at: now - 5000,
      authorId: admin?.id ?? "",
      name: "admin",
      role: "administrator",
      text: "line 3",
      reply: { id: line("2").id, name: "budi", displayName: null, text: "line 2" },
    },
  ]);
  expect(await findLine(db, wati.channelId, line("2").id)).toEqual(lines[0]);
});

test("a request whose answer was lost is repeated: each line is there once", async () => {
  const { room } = await open();
  await store(room.epoch, line("1"), line("2"));
  expect(await store(room.epoch, line("1"), line("2"), line("3"), line("3"))).toEqual([
    "stored",
    "stored",
    "stored",
    "stored",
  ]);
  expect(await texts()).toEqual(["line 1", "line 2", "line 3"]);
});

test("a line that its author sends again under the same epoch is known: it was shown when it was stored", async () => {
  const { room } = await open();
  await store(room.epoch, line("1", { at: now - 1 }));
  expect(await store(room.epoch, line("1"), line("2"))).toEqual(["known", "stored"]);
  expect(await texts()).toEqual(["line 1", "line 2"]);
});

test("after the room was opened again the old epoch stores nothing, and the new one knows what is stored", async () => {
  const before = await open();
  await store(before.room.epoch, line("1"));
  const after = await open();
  expect(after.room.epoch).toBe(before.room.epoch + 1);
  expect(await store(before.room.epoch, line("1"), line("2"))).toBe("stale");
  expect(await store(after.room.epoch, line("1"), line("2"))).toEqual(["known", "stored"]);
  expect(await texts()).toEqual(["line 1", "line 2"]);
});

test("of two openings at once one is the later, and only it stores", async () => {
  const opened = await Promise.all([open(), open()]);
  const epochs = opened.map(({ room }) => room.epoch);
  expect(new Set(epochs)).toEqual(new Set([1, 2]));
  expect([await store(1, line("1")), await store(2, line("2"))]).toEqual(["stale", ["stored"]]);
});

test("a channel that is not there has no room, and stores nothing", async () => {
  expect(await openRoom(db, "nowhere", 200, now)).toBeUndefined();
  expect(await findRoom(db, "nowhere", now)).toBeUndefined();
  expect(await storeLines(db, "nowhere", 1, [line("1")], now)).toBe("stale");
});

test("the line of an author who is gone is refused, those around it are stored", async () => {
  const { room } = await open();
  const gone = line("2", { author: "0".repeat(32) });
  expect(await store(room.epoch, line("1"), gone, line("3"))).toEqual(["stored", "refused", "stored"]);
});

test("the same nonce in two channels makes two lines", async () => {
  const { room } = await open();
  await store(room.epoch, line("1"));
  const other = await openRoom(db, budi.channelId, 200, now);
  expect(await storeLines(db, budi.channelId, other?.room.epoch ?? 0, [line("1")], now)).toEqual(["stored"]);
  expect((await openRoom(db, budi.channelId, 200, now))?.lines).toHaveLength(1);
});

test("history is the last lines that are not removed; quotes of removed lines vanish, long ones are cut", async () => {
  const { room } = await open();
  const long = "ä".repeat(101);
  await store(
    room.epoch,
    ...Array.from({ length: 5 }, (_, index) => line(`${index}`)),
    line("a", { text: long, replyTo: line("4").id }),
    line("b", { replyTo: line("a").id }),
    line("c", { replyTo: line("never").id }),
  );
  await db
    .update(chatLines)
    .set({ removedAt: now })
    .where(eq(chatLines.id, line("4").id));
  const opened = await openRoom(db, wati.channelId, 4, now);
  expect(opened?.lines.map(({ text, reply }) => [text, reply?.text])).toEqual([
    ["line 3", undefined],
    [long, undefined],
    ["line b", `${"ä".repeat(99)}…`],
    ["line c", undefined],
  ]);
});

/** Streams of wati's channel: 1000 to 5000, and from 8000 on, at `now` and before. */
async function twoStreams(): Promise<string[]> {
  const publish = async (at: number) => {
    const outcome = await beginPublish(db, {
      keyHash: wati.keyHash,
      hlsUrl: null,
      everyoneMayStream: false,
      leaseEndsBefore: 0,
      now: at,
    });
    return outcome.type === "publishing" ? outcome.streamId : "";
  };
  const first = await publish(1000);
  await endStream(db, first, { reason: "unpublished", now: 5000 });
  return [first, await publish(8000)];
}

test("a line belongs to the stream that was on when it was said, however late it is stored", async () => {
  const { room } = await open();
  const [first = "", second = ""] = await twoStreams();
  // Its times are none of this channel's.
  await db
    .insert(streams)
    .values({ id: "other", channelId: budi.channelId, state: "live", startedAt: 0, incarnation: 1, leaseRenewedAt: 0 });
  const times = [999, 1000, 4999, 5000, 7999, 8000, 20_000];
  await store(room.epoch, ...times.map((at) => line(`${at}`, { at })));
  const rows = await db
    .select({ id: chatLines.streamId, offset: chatLines.streamOffsetMs })
    .from(chatLines)
    .orderBy(chatLines.position);
  expect(rows).toEqual([
    { id: null, offset: null },
    { id: first, offset: 0 },
    { id: first, offset: 3999 },
    { id: null, offset: null },
    { id: null, offset: null },
    { id: second, offset: 0 },
    { id: second, offset: 12_000 },
  ]);
});
