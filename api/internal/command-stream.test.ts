import { afterEach, beforeEach, expect, test } from "bun:test";
import { disconnectEncoder, replaceKey } from "../../db/channels.ts";
import { openDatabase } from "../../db/open.ts";
import { newestCommandId, pruneCommands, readSnapshot } from "../../db/outbox.ts";
import { OutboxWatch } from "../background.ts";
import { Command } from "../contract/commands.ts";
import { readCommands } from "../contract/internal-client.ts";
import { writeCommands } from "./command-stream.ts";
import { internalFixture } from "./fixtures.ts";

let at: Awaited<ReturnType<typeof internalFixture>>;
beforeEach(async () => {
  at = await internalFixture();
});
afterEach(() => at.remove());

/** Opens a command stream; `next` resolves with one command after the other. */
async function follow(after?: number) {
  const response = await at.client.commands.$get({ query: after === undefined ? {} : { after: String(after) } });
  expect(response.status).toBe(200);
  if (response.body === null) throw new Error("No body");
  const commands = readCommands(response.body as ReadableStream<Uint8Array>, Command);
  return {
    async next(): Promise<Command> {
      const { value } = await commands.next();
      if (value === undefined) throw new Error("The command stream ended");
      return value;
    },
    close: () => commands.return(),
  };
}

test("a fresh reader gets what is going on, then each change", async () => {
  const wati = await at.account("wati");
  const running = await at.publishing(wati.key);
  const commands = await follow();
  const { streamId, channelId } = running;
  expect(await commands.next()).toEqual({ type: "snapshot", id: 1, streams: [{ streamId, channelId }] });
  const next = commands.next();
  await at.client.streams[":id"].end.$post({ param: { id: streamId }, json: { reason: "unpublished" } });
  expect(await next).toEqual({ type: "stream-ended", id: 2, streamId, channelId });
  await commands.close();
});

test("a reader that comes back gets what it missed, in order, and no snapshot", async () => {
  const { channelId, key } = await at.account("wati");
  await at.publishing(key);
  await disconnectEncoder(at.db, channelId, 1);
  await replaceKey(at.db, channelId, { hash: "h", cipher: "c" }, 2);
  const commands = await follow(1);
  expect([await commands.next(), await commands.next()]).toEqual([
    { type: "encoder-disconnect", id: 2, channelId },
    { type: "key-changed", id: 3, channelId },
  ]);
  await commands.close();
});

test("hundreds of missed commands come complete and in order", async () => {
  const { channelId } = await at.account("wati");
  for (let count = 0; count < 450; count += 1) await disconnectEncoder(at.db, channelId, count);
  const commands = await follow(0);
  const ids: number[] = [];
  for (let count = 0; count < 450; count += 1) {
    const command = await commands.next();
    if (command.type === "encoder-disconnect") ids.push(command.id);
  }
  expect(ids).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
  await commands.close();
});

test.each([
  ["commands it missed were pruned", 1],
  ["its last command is from another database", 99],
])("a reader starts again from a snapshot when %s", async (_, after) => {
  const { channelId } = await at.account("wati");
  for (const now of [1, 2, 3]) await disconnectEncoder(at.db, channelId, now);
  await pruneCommands(at.db, 3);
  const commands = await follow(after);
  expect(await commands.next()).toEqual({ type: "snapshot", id: 3, streams: [] });
  await commands.close();
});

test("a change wakes the reader within milliseconds", async () => {
  const { channelId } = await at.account("wati");
  const commands = await follow();
  await commands.next();
  const delaysMs: number[] = [];
  for (let count = 0; count < 20; count += 1) {
    const next = commands.next();
    await disconnectEncoder(at.db, channelId, count);
    const writtenAt = performance.now();
    at.changes.emit("outbox");
    await next;
    delaysMs.push(performance.now() - writtenAt);
  }
  expect(delaysMs.toSorted((a, b) => a - b)[10]).toBeLessThan(50);
  await commands.close();
});

test("another api process's command wakes the reader at the next look", async () => {
  const { channelId } = await at.account("wati");
  const watch = await OutboxWatch.start(at.db, at.changes);
  const commands = await follow();
  await commands.next();
  const next = commands.next();
  let viewersWoken = 0;
  at.changes.on(`channel:${channelId}`, () => (viewersWoken += 1));
  const other = await openDatabase({ url: at.url });
  await disconnectEncoder(other.db, channelId, 1);
  await other.close();
  await watch.look();
  expect(await next).toEqual({ type: "encoder-disconnect", id: 1, channelId });
  await watch.look();
  expect(viewersWoken).toBe(1);
  await commands.close();
});

test("a quiet stream pings, so that a dead peer is noticed, and ends with its signal", async () => {
  const lines: string[] = [];
  const stop = new AbortController();
  const write = async (line: string) => {
    if (lines.push(line) === 3) stop.abort();
  };
  await writeCommands(
    {
      db: at.db,
      changes: at.changes,
      audience: "ingest",
      readSnapshot: async () => ({ type: "snapshot", ...(await readSnapshot(at.db)) }),
      signal: stop.signal,
      write,
      pingEveryMs: 5,
    },
    undefined,
  );
  const ping = '{"type":"ping","id":0}\n';
  expect(lines).toEqual(['{"type":"snapshot","id":0,"streams":[]}\n', ping, ping]);
});

test("changes for others do not keep a stream from pinging", async () => {
  let pings = 0;
  const stop = new AbortController();
  // As a busy chat would: something else than this reader's commands, more often than it pings.
  const others = setInterval(() => at.changes.emit("outbox"), 5);
  const deadline = setTimeout(() => stop.abort(), 3000);
  await writeCommands(
    {
      db: at.db,
      changes: at.changes,
      audience: "ingest",
      readSnapshot: async () => ({ type: "snapshot", ...(await readSnapshot(at.db)) }),
      signal: stop.signal,
      write: async (line) => {
        if (line.startsWith('{"type":"ping"') && (pings += 1) === 2) stop.abort();
      },
      pingEveryMs: 50,
    },
    undefined,
  );
  clearInterval(others);
  clearTimeout(deadline);
  expect(pings).toBe(2);
});

test("a reader that had nothing to read meanwhile can go on, though what others read is pruned", async () => {
  const { channelId } = await at.account("wati");
  const read = async (after: number | undefined, isEnough: (line: string) => boolean) => {
    const stop = new AbortController();
    const lines: string[] = [];
    const write = async (line: string) => {
      lines.push(line);
      if (isEnough(line)) stop.abort();
    };
    const readSnapshot = async () => ({ type: "snapshot" as const, id: await newestCommandId(at.db) });
    const { db, changes } = at;
    const { signal } = stop;
    await writeCommands({ db, changes, audience: "signaling", readSnapshot, signal, write, pingEveryMs: 5 }, after);
    return lines.map((line) => JSON.parse(line) as { type: string; id: number });
  };
  await read(undefined, () => true);
  await disconnectEncoder(at.db, channelId, 1);
  const [told] = await read(0, (line) => line.includes("ping"));
  await pruneCommands(at.db, 2);
  await disconnectEncoder(at.db, channelId, 3);
  expect(told).toEqual({ type: "ping", id: 1 });
  expect(await read(1, () => true)).toEqual([{ type: "ping", id: 2 }]);
});

test("seventeen streams are one too many, and a closed one makes room", async () => {
  const open = await Promise.all(Array.from({ length: 16 }, () => follow()));
  expect((await at.client.commands.$get({ query: {} })).status).toBe(503);
  for (const commands of open) await commands.next();
  await open[0]?.close();
  const again = await follow();
  for (const commands of [...open, again]) await commands.close();
});
