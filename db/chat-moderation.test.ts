import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq, isNull } from "drizzle-orm";
import { banRemovesMs, storeLines } from "./chat-lines.ts";
import { listLog } from "./chat-log.ts";
import { findMember, type Member } from "./chat-members.ts";
import { type Act, moderate } from "./chat-moderation.ts";
import { openRoom, readChatSnapshot } from "./chat-rooms.ts";
import { insertAccount } from "./fixtures.ts";
import { follow, unfollow } from "./follows.ts";
import type { Database } from "./open.ts";
import { listCommandsAfter } from "./outbox.ts";
import { chatLines, chatModerators } from "./schema.ts";
import { temporaryDatabase } from "./temp-db.ts";

const now = 1_800_000_000_000;
let db: Database;
let remove: () => void;
let channelId: string;
let budiId: string;
let wati: Member;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
  const streamer = await insertAccount(db, "wati");
  ({ channelId } = streamer);
  ({ userId: budiId } = await insertAccount(db, "budi", "viewer"));
  wati = await memberOf(streamer.userId);
});
afterEach(() => remove());

async function memberOf(userId: string): Promise<Member> {
  const member = await findMember(db, channelId, { userId }, now);
  if (member === undefined) throw new Error("No such member");
  return member;
}
const act = (actor: Member, subject: Member | null): Act => ({ channelId, actor, subject, reason: null, now });
const appoint = (userId: string) => db.insert(chatModerators).values({ channelId, userId, since: 1 });

test("who lost the right meanwhile does nothing, and nothing is done to whom it protects by now", async () => {
  await appoint(budiId);
  const [moderator, { userId: otherId }] = [await memberOf(budiId), await insertAccount(db, "other", "viewer")];
  const other = await memberOf(otherId);
  await appoint(otherId);
  expect(await moderate(db, act(moderator, other), { action: "ban" })).toBe(false);
  await db.delete(chatModerators);
  expect(await moderate(db, act(moderator, null), { action: "slow", seconds: 5 })).toBe(false);
  expect([await listLog(db, channelId, null, 9), await listCommandsAfter(db, "all", 0, 9)]).toEqual([[], []]);
});

async function storedLines(count: number, saidAt: number, from = 0): Promise<void> {
  const opened = await openRoom(db, channelId, 0, now);
  const lines = Array.from({ length: count }, (_, index) => ({
    id: `${budiId}.nonce-${from + index}`,
    at: saidAt,
    text: "t",
    action: false,
    first: false,
    replyTo: null,
  }));
  await storeLines(db, channelId, opened?.room.epoch ?? 0, lines, now);
}
const shownCount = async () => (await db.select().from(chatLines).where(isNull(chatLines.removedAt))).length;

test("a ban removes what those who join would see, however old it is", async () => {
  await storedLines(3, now - banRemovesMs - 1);
  await moderate(db, act(wati, await memberOf(budiId)), { action: "ban" });
  expect(await shownCount()).toBe(0);
});

test("a ban removes the last day, however much was said since; what is older and long gone by stays", async () => {
  await storedLines(5, now - banRemovesMs - 1);
  await storedLines(100, now - banRemovesMs, 1000);
  await db
    .update(chatLines)
    .set({ authorId: wati.id })
    .where(eq(chatLines.id, `${budiId}.nonce-1099`));
  for (let batch = 1; batch <= 2; batch += 1) await storedLines(150, now, 2000 * batch);
  await moderate(db, act(wati, await memberOf(budiId)), { action: "timeout", seconds: 1, until: now + 1000 });
  expect(await shownCount()).toBe(6);
});

test("what is revoked again is void from then on", async () => {
  for (const at of [1000, 3000]) {
    await follow(db, budiId, channelId, at);
    await unfollow(db, budiId, channelId, at + 1000);
  }
  expect((await readChatSnapshot(db, 0, 9)).revocations).toEqual([
    { subject: `follow:${channelId}:${budiId}`, at: 4000 },
  ]);
});
