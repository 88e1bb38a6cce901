import { afterEach, beforeEach, expect, test } from "bun:test";
import { readChatSnapshot } from "./chat-rooms.ts";
import { insertAccount } from "./fixtures.ts";
import { countFollowers, findChatter, follow, unfollow } from "./follows.ts";
import type { Database } from "./open.ts";
import { canContinueAfter, listCommandsAfter, pruneCommands } from "./outbox.ts";
import { disconnectEncoder } from "./channels.ts";
import { pruneRevocations } from "./revocations.ts";
import { temporaryDatabase } from "./temp-db.ts";

let db: Database;
let remove: () => void;
let channelId: string;
let ownerId: string;
let userId: string;
beforeEach(async () => {
  ({ db, remove } = await temporaryDatabase());
  ({ channelId, userId: ownerId } = await insertAccount(db, "wati"));
  ({ userId } = await insertAccount(db, "budi"));
});
afterEach(() => remove());

const commands = async () =>
  (await listCommandsAfter(db, "signaling", 0, 100)).map(({ command }) => JSON.parse(command) as object);

test("who follows stays a follower since then, and signaling hears of it once", async () => {
  expect([await follow(db, userId, channelId, 1000), await follow(db, userId, channelId, 2000)]).toEqual([true, false]);
  expect(await findChatter(db, userId, channelId)).toEqual({ followedAt: 1000, hasWritten: false });
  expect(await countFollowers(db, channelId)).toBe(1);
  expect(await commands()).toEqual([{ type: "chat-follow", channelId, userId, followedAt: 1000 }]);
});

test("nobody follows their own channel, one that is not there, or without an account", async () => {
  expect(await follow(db, ownerId, channelId, 1)).toBe(false);
  expect(await follow(db, userId, "nowhere", 1)).toBe(false);
  expect(await follow(db, "nobody", channelId, 1)).toBe(false);
  expect([await commands(), await countFollowers(db, channelId)]).toEqual([[], 0]);
});

test("what resume tokens say of following is void once it has ended", async () => {
  await follow(db, userId, channelId, 1000);
  expect([await unfollow(db, userId, channelId, 3000), await unfollow(db, userId, channelId, 4000)]).toEqual([
    true,
    false,
  ]);
  const revocation = { subject: `follow:${channelId}:${userId}`, at: 3000 };
  expect((await commands()).slice(1)).toEqual([
    { type: "chat-follow", channelId, userId, followedAt: null },
    { type: "revoked", ...revocation },
  ]);
  expect(await readChatSnapshot(db, 0, 10)).toEqual({ id: 3, revocations: [revocation] });
  expect((await readChatSnapshot(db, 3000, 10)).revocations).toEqual([]);
  await pruneRevocations(db, 3001);
  expect((await readChatSnapshot(db, 0, 10)).revocations).toEqual([]);
});

test("each audience reads its own commands; what is pruned is gone for both", async () => {
  await disconnectEncoder(db, channelId, 1000);
  await follow(db, userId, channelId, 2000);
  await disconnectEncoder(db, channelId, 3000);
  const idsOf = async (audience: "ingest" | "signaling" | "all") =>
    (await listCommandsAfter(db, audience, 0, 10)).map(({ id }) => id);
  expect([await idsOf("ingest"), await idsOf("signaling"), await idsOf("all")]).toEqual([[1, 3], [2], [1, 2, 3]]);
  await pruneCommands(db, 1500);
  expect([await canContinueAfter(db, 0), await canContinueAfter(db, 1), await canContinueAfter(db, 2)]).toEqual([
    false,
    true,
    true,
  ]);
  await pruneCommands(db, 2500);
  expect([await canContinueAfter(db, 1), await canContinueAfter(db, 2), await canContinueAfter(db, 3)]).toEqual([
    false,
    true,
    true,
  ]);
});
