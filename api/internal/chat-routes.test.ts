import { afterEach, beforeEach, expect, test } from "bun:test";
import { createPublicKey } from "node:crypto";
import { follow, unfollow } from "../../db/follows.ts";
import { openDatabase } from "../../db/open.ts";
import { chatModerators } from "../../db/schema.ts";
import { verifyTicket, vouchedForMs } from "../../signaling/contract/tickets.ts";
import { OutboxWatch } from "../background.ts";
import { SignalingCommand } from "../contract/signaling-commands.ts";
import { readCommands, signalingNodeHeader } from "../contract/internal-client.ts";
import { internalFixture, testSignalingToken, testToken } from "./fixtures.ts";
import { refusedSignaling } from "./sole-signaling.ts";

let at: Awaited<ReturnType<typeof internalFixture>>;
let wati: Awaited<ReturnType<typeof at.account>>;
let budi: Awaited<ReturnType<typeof at.account>>;
beforeEach(async () => {
  at = await internalFixture();
  [wati, budi] = [await at.account("wati"), await at.account("budi", "viewer")];
});
afterEach(() => at.remove());

const room = () => at.chat.rooms[":channelId"];
const open = async (channelId = wati.channelId) => {
  const answer = await (await room().open.$post({ param: { channelId } })).json();
  if (!answer.known) throw new Error("No such channel");
  return answer;
};
const line = (nonce: string, author = budi.userId) => ({
  id: `${author}.${nonce}`,
  at: at.time.now,
  text: `line ${nonce}`,
  action: false,
  first: false,
  replyTo: null,
});
const store = async (epoch: number, ...lines: ReturnType<typeof line>[]) =>
  (await room().lines.$post({ param: { channelId: wati.channelId }, json: { epoch, lines } })).json();
const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test("a room is opened with what there is of it, and again with what was stored", async () => {
  await at.db.insert(chatModerators).values({ channelId: wati.channelId, userId: budi.userId, since: 1 });
  const state = {
    asOf: 0,
    ownerId: wati.userId,
    settings: {
      slowSeconds: 0,
      followersMinutes: null,
      signedInOnly: false,
      emojiOnly: false,
      noDuplicates: true,
      noLinks: false,
    },
    blockedWords: [],
    moderators: [budi.userId],
    bans: [],
    pinned: null,
  };
  expect(await open()).toEqual({ known: true, epoch: 1, state, lines: [] });
  expect(await store(1, line("nonce-01"), { ...line("nonce-02", wati.userId), action: true, first: true })).toEqual({
    type: "stored",
    outcomes: ["stored", "stored"],
  });
  const again = await open();
  expect([again.epoch, again.lines]).toEqual([
    2,
    [
      {
        id: `${budi.userId}.nonce-01`,
        at: at.time.now,
        name: "budi",
        color: again.lines[0]?.color ?? -1,
        role: "moderator",
        text: "line nonce-01",
      },
      {
        id: `${wati.userId}.nonce-02`,
        at: at.time.now,
        name: "wati",
        color: again.lines[1]?.color ?? -1,
        role: "streamer",
        text: "line nonce-02",
        action: true,
        first: true,
      },
    ],
  ]);
  expect(await store(1, line("nonce-03"))).toEqual({ type: "stale" });
});

test("a channel that is not there", async () => {
  const param = { channelId: "0".repeat(32) };
  expect(await (await room().open.$post({ param })).json()).toEqual({ known: false });
});

test("each token opens its own half of the listener, and is named where it is wrong", async () => {
  const refusal = async (path: string, token: string) => {
    const response = await at.app.request(path, as(token));
    return [response.status, await response.text()];
  };
  for (const path of ["/chat/commands", `/chat/rooms/${wati.channelId}`, "/chat/nothing"]) {
    expect(await refusal(path, testToken)).toEqual([401, expect.stringContaining("SIGNALING_TOKEN")]);
  }
  for (const path of ["/commands", "/nothing", "/", "//chat/commands", "/chat"]) {
    expect(await refusal(path, testSignalingToken)).toEqual([401, expect.stringContaining("INGEST_TOKEN")]);
  }
  expect((await at.app.request("/chat/nothing", as(testSignalingToken))).status).toBe(404);
});

test("batches of lines may be large, everything else may not; what is malformed stores nothing", async () => {
  const { epoch } = await open();
  const post = async (path: string, body: string) => {
    const headers = { ...as(testSignalingToken).headers, "content-type": "application/json" };
    return (await at.app.request(`/chat/rooms/${path}`, { method: "POST", headers, body })).status;
  };
  const path = `${wati.channelId}/lines`;
  const body = (count: number, text: string) =>
    JSON.stringify({
      epoch,
      lines: Array.from({ length: count }, (_, index) => ({ ...line(`nonce-${1000 + index}`), text })),
    });
  expect(await post(path, body(200, "😀".repeat(500)))).toBe(200);
  expect(await post(path, body(201, "x"))).toBe(400);
  expect(await post(path, body(0, "x"))).toBe(400);
  expect(await post(path, body(1, ""))).toBe(400);
  expect(await post(path, JSON.stringify({ epoch, lines: [{ ...line("nonce-01"), id: "../x" }] }))).toBe(400);
  expect(await post(path, "x".repeat(1024 * 1024 + 1))).toBe(413);
  expect(await post(`${wati.channelId}/open`, "x".repeat(17_000))).toBe(413);
  expect(await post("nowhere/lines", body(1, "x"))).toBe(400);
  expect((await open()).lines).toHaveLength(200);
});

/** Opens signaling's command stream; `next` resolves with one command after the other. */
async function followCommands(after?: number) {
  const response = await at.chat.commands.$get({ query: after === undefined ? {} : { after: String(after) } });
  if (response.body === null) throw new Error("No body");
  const commands = readCommands(response.body as ReadableStream<Uint8Array>, SignalingCommand);
  return {
    async next(): Promise<SignalingCommand> {
      const { value } = await commands.next();
      if (value === undefined) throw new Error("The command stream ended");
      return value;
    },
    close: () => commands.return(),
  };
}

test("a fresh reader gets the key of the tickets and what was revoked, then each change; ingest's are not its", async () => {
  await follow(at.db, budi.userId, wati.channelId, at.time.now);
  await unfollow(at.db, budi.userId, wati.channelId, at.time.now);
  const commands = await followCommands();
  const snapshot = await commands.next();
  if (snapshot.type !== "snapshot") throw new Error("No snapshot");
  const revocations = [{ subject: `follow:${wati.channelId}:${budi.userId}`, at: at.time.now }];
  expect(snapshot).toEqual({ type: "snapshot", id: 3, ticketKey: at.tickets.publicKey, revocations });
  const key = createPublicKey({ key: Buffer.from(snapshot.ticketKey, "base64"), format: "der", type: "spki" });
  expect(verifyTicket("e30.AAAA", key, at.time.now)).toBeNull();

  const next = commands.next();
  await at.publishing(wati.key);
  await follow(at.db, budi.userId, wati.channelId, at.time.now);
  at.changes.emit("outbox");
  const followed = { type: "chat-follow", channelId: wati.channelId, userId: budi.userId, followedAt: at.time.now };
  expect(await next).toEqual(SignalingCommand.parse({ ...followed, id: 5 }));
  await commands.close();
  const again = await followCommands(3);
  expect(await again.next()).toMatchObject({ type: "chat-follow", id: 5 });
  await again.close();
});

test("a change by another api process reaches signaling at the next look, and is no page's business", async () => {
  const watch = await OutboxWatch.start(at.db, at.changes);
  const commands = await followCommands();
  await commands.next();
  const next = commands.next();
  let pagesWoken = 0;
  at.changes.on(`channel:${wati.channelId}`, () => (pagesWoken += 1));
  const other = await openDatabase({ url: at.url });
  await follow(other.db, budi.userId, wati.channelId, at.time.now);
  await other.close();
  await watch.look();
  expect(await next).toMatchObject({ type: "chat-follow", id: 1 });
  expect(pagesWoken).toBe(0);
  await commands.close();
});

test("what was revoked a day ago is no part of the snapshot", async () => {
  await follow(at.db, budi.userId, wati.channelId, at.time.now);
  await unfollow(at.db, budi.userId, wati.channelId, at.time.now);
  at.time.now += vouchedForMs;
  const commands = await followCommands();
  expect(await commands.next()).toMatchObject({ type: "snapshot", revocations: [] });
  await commands.close();
});

test("while one signaling follows, another may neither follow nor open rooms; when the first has gone, it may", async () => {
  const ask = (node: string, path: string, method = "GET") =>
    at.app.request(path, {
      method,
      headers: { authorization: `Bearer ${testSignalingToken}`, [signalingNodeHeader]: node },
    });
  const first = await ask("one", "/chat/commands");
  const reader = first.body?.getReader();
  await reader?.read();
  const open = `/chat/rooms/${wati.channelId}/open`;
  for (const refused of [await ask("two", "/chat/commands"), await ask("two", open, "POST")]) {
    expect([refused.status, await refused.json()]).toEqual([409, { error: refusedSignaling }]);
  }
  expect((await ask("one", open, "POST")).status).toBe(200);
  expect(at.logged.filter((line) => line.includes("a second signaling was refused"))).toHaveLength(1);
  await reader?.cancel();
  expect((await ask("two", "/chat/commands")).status).toBe(200);
});
