import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { findOwnChannel, recordRefusal } from "./channels.ts";
import { insertAccount } from "./fixtures.ts";
import { type Database, filePathOf } from "./open.ts";
import { listCommandsAfter } from "./outbox.ts";
import { channels } from "./schema.ts";
import {
  beginPublish,
  endStream,
  findCurrentStream,
  findHolder,
  type HealthReport,
  type PublishAttempt,
  recordHealth,
  sweepLeases,
} from "./streams.ts";
import { temporaryDatabase } from "./temp-db.ts";
import { allowStreaming, revokeStreaming } from "./people.ts";

let db: Database;
let url: string;
let remove: () => void;
beforeEach(async () => {
  ({ db, url, remove } = await temporaryDatabase());
});
afterEach(() => remove());

const publish = (keyHash: string, now: number, more: Partial<PublishAttempt> = {}) =>
  beginPublish(db, { keyHash, hlsUrl: null, everyoneMayStream: false, leaseEndsBefore: now - 60_000, now, ...more });

const commandTypes = async (): Promise<string[]> =>
  (await listCommandsAfter(db, "ingest", 0, 100)).map((row) => (JSON.parse(row.command) as { type: string }).type);

async function publishing(keyHash: string, now: number) {
  const outcome = await publish(keyHash, now);
  if (outcome.type !== "publishing") throw new Error(`Expected to publish, got ${outcome.type}`);
  return outcome;
}

test("a key nobody has is unknown and leaves nothing behind", async () => {
  expect(await publish("hash-of-nobody", 1000)).toEqual({ type: "unknown-key" });
  expect(await commandTypes()).toEqual([]);
});

test("a key nobody has is refused while another process holds the write lock", async () => {
  // Within one process two builds of SQLite do not see each other's locks.
  const script = `
    const { Database } = await import("bun:sqlite");
    const db = new Database(${JSON.stringify(filePathOf(url))});
    db.run("BEGIN IMMEDIATE");
    console.log("held");
    await Bun.sleep(10_000);`;
  const holder = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  await holder.stdout.getReader().read();
  expect(await publish("hash-of-nobody", 1000)).toEqual({ type: "unknown-key" });
  holder.kill();
  await holder.exited;
});

test("a stream has its channel's title, and the channel knows when it was last live", async () => {
  const { keyHash, channelId } = await insertAccount(db, "wati");
  const lastLiveAt = async () =>
    (await db.select({ at: channels.lastLiveAt }).from(channels).where(eq(channels.id, channelId)).get())?.at;
  expect(await lastLiveAt()).toBeNull();
  await publishing(keyHash, 1000);
  await db.update(channels).set({ title: "Wayang" }).where(eq(channels.id, channelId));
  const { streamId } = await publishing(keyHash, 2000);
  expect([(await findCurrentStream(db, channelId))?.title, await lastLiveAt()]).toEqual(["wati", 1000]);
  await endStream(db, streamId, { reason: "unpublished", now: 3000 });
  await publishing(keyHash, 4000);
  expect([(await findCurrentStream(db, channelId))?.title, await lastLiveAt()]).toEqual(["Wayang", 4000]);
});

test("the first publish begins a stream, the next ones are further incarnations of it", async () => {
  const { keyHash, channelId } = await insertAccount(db, "wati");
  const first = await publishing(keyHash, 1000);
  expect(first).toMatchObject({ channelId, channelName: "wati", startedAt: 1000, incarnation: 1, isNew: true });
  const second = await publishing(keyHash, 61_000);
  expect(second).toEqual({ ...first, incarnation: 2, isNew: false });
  expect(await commandTypes()).toEqual(["stream-started"]);
});

test("a lease of 60 s and 1 ms ends the stream: the next publish begins another", async () => {
  const { keyHash } = await insertAccount(db, "wati");
  const first = await publishing(keyHash, 1000);
  const second = await publishing(keyHash, 61_001);
  expect(second.streamId).not.toBe(first.streamId);
  expect(second).toMatchObject({ startedAt: 61_001, incarnation: 1, isNew: true });
  expect(await commandTypes()).toEqual(["stream-started", "stream-ended", "stream-started"]);
});

test("of twenty publishers at once one begins the stream and the others are its incarnations", async () => {
  const { keyHash } = await insertAccount(db, "wati");
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => publishing(keyHash, 1000)));
  expect(new Set(outcomes.map((outcome) => outcome.streamId)).size).toBe(1);
  expect(outcomes.map((outcome) => outcome.incarnation).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  expect(outcomes.filter((outcome) => outcome.isNew)).toHaveLength(1);
  expect(await commandTypes()).toEqual(["stream-started"]);
});

test("where there is no place for another stream nothing is begun, and one that runs there goes on", async () => {
  const { keyHash, channelId } = await insertAccount(db, "wati");
  const lastLiveAt = async () =>
    (await db.select({ at: channels.lastLiveAt }).from(channels).where(eq(channels.id, channelId)).get())?.at;
  expect(await publish(keyHash, 1000, { isFull: true })).toEqual({ type: "full", channelId });
  expect([await findCurrentStream(db, channelId), await lastLiveAt(), await commandTypes()]).toEqual([
    undefined,
    null,
    [],
  ]);
  const running = await publishing(keyHash, 2000);
  expect(await publish(keyHash, 3000, { isFull: true })).toEqual({ ...running, incarnation: 2, isNew: false });
});

test("a stream of another machine stays there when this one has no place for it", async () => {
  const { keyHash, channelId } = await insertAccount(db, "wati");
  const first = await publish(keyHash, 1000, { machine: "m1", hlsUrl: "https://m1.example" });
  expect(await publish(keyHash, 2000, { machine: "m2", isFull: true })).toEqual({ type: "full", channelId });
  expect(await findCurrentStream(db, channelId)).toMatchObject({ hlsUrl: "https://m1.example", state: "live" });
  expect(await publish(keyHash, 3000, { machine: "m1", isFull: true })).toMatchObject({
    ...first,
    incarnation: 2,
    isNew: false,
  });
});

test("a viewer may publish only where everyone may", async () => {
  const { keyHash, channelId } = await insertAccount(db, "wati", "viewer");
  expect(await publish(keyHash, 1000)).toEqual({ type: "not-allowed", channelId });
  expect((await publish(keyHash, 1000, { everyoneMayStream: true })).type).toBe("publishing");
});

/** As an administrator acts whose account is gone since. */
const actAt = (now: number) => ({ actor: { id: null, name: "boss" }, now });

test("taking the right away ends the running stream and tells ingest in one go", async () => {
  const { keyHash, channelId, userId } = await insertAccount(db, "wati");
  const { streamId } = await publishing(keyHash, 1000);
  expect(await revokeStreaming(db, userId, actAt(2000))).toBe(channelId);
  expect(await findCurrentStream(db, channelId)).toMatchObject({ id: streamId, state: "ended", endedAt: 2000 });
  expect(await commandTypes()).toEqual(["stream-started", "channel-revoked", "stream-ended"]);
  expect((await publish(keyHash, 3000)).type).toBe("not-allowed");
  expect(await allowStreaming(db, userId, actAt(2500))).toBe(true);
  expect((await publish(keyHash, 3000)).type).toBe("publishing");
});

test("an administrator's right cannot be taken away", async () => {
  const { userId } = await insertAccount(db, "wati", "administrator");
  expect(await revokeStreaming(db, userId, actAt(2000))).toBeUndefined();
  expect(await allowStreaming(db, userId, actAt(2500))).toBe(false);
  expect(await commandTypes()).toEqual([]);
});

test("an operator's end holds the channel back until the time given", async () => {
  const { keyHash, channelId } = await insertAccount(db, "wati");
  const { streamId } = await publishing(keyHash, 1000);
  expect(await endStream(db, streamId, { reason: "operator", now: 2000, holdUntil: 62_000 })).toEqual({
    streamId,
    channelId,
  });
  expect(await publish(keyHash, 61_999)).toEqual({ type: "held", channelId, endNote: null });
  expect((await publishing(keyHash, 62_000)).streamId).not.toBe(streamId);
});

test("a stream ends once: the second end changes nothing", async () => {
  const { keyHash } = await insertAccount(db, "wati");
  const { streamId } = await publishing(keyHash, 1000);
  const ends = await Promise.all([1, 2, 3].map(() => endStream(db, streamId, { reason: "unpublished", now: 2000 })));
  expect(ends.filter((end) => end !== undefined)).toHaveLength(1);
  expect(await commandTypes()).toEqual(["stream-started", "stream-ended"]);
});

test("health renews the lease, tells a change of state from a repetition, and is refused after the end", async () => {
  const { keyHash, channelId } = await insertAccount(db, "wati");
  const { streamId } = await publishing(keyHash, 1000);
  const report = { streamId, state: "live", hlsUrl: null, hasThumbnail: false, health: { figures: 1 } } as const;
  const record = async (more: Partial<HealthReport>, at: number) =>
    (await recordHealth(db, [{ ...report, ...more }], at)).get(streamId);
  expect(await record({}, 50_000)).toEqual({ channelId, stateChanged: false });
  expect(await record({ state: "interrupted" }, 50_000)).toEqual({ channelId, stateChanged: true });
  expect(await findCurrentStream(db, channelId)).toMatchObject({ state: "interrupted", health: { figures: 1 } });
  expect((await publishing(keyHash, 109_000)).streamId).toBe(streamId);
  const withPicture = { hasThumbnail: true, health: { hasThumbnail: true } };
  expect([await record(withPicture, 109_500), await record(withPicture, 109_600)]).toMatchObject([
    { stateChanged: true },
    { stateChanged: false },
  ]);
  await endStream(db, streamId, { reason: "unpublished", now: 110_000 });
  expect(await record({}, 111_000)).toBeUndefined();
  expect(await findCurrentStream(db, channelId)).toMatchObject({ state: "ended" });
});

test("an encoder that ingest lets in again settles what it was refused for, and one that goes on does not", async () => {
  const wati = await insertAccount(db, "wati");
  const budi = await insertAccount(db, "budi");
  const refused = async ({ userId }: { userId: string }) => (await findOwnChannel(db, { userId }))?.lastRefusal?.reason;
  const started = [await publishing(wati.keyHash, 1000), await publishing(budi.keyHash, 1000)];
  const report = (states: ("live" | "interrupted")[]) =>
    recordHealth(
      db,
      states.map((state, i) => ({
        streamId: started[i]?.streamId ?? "",
        state,
        hlsUrl: null,
        hasThumbnail: false,
        health: {},
      })),
      2000,
    );
  const refusal = { at: 1, reason: "bitrate-too-high", message: "m", remoteAddress: "a" };
  for (const { channelId } of [wati, budi]) await recordRefusal(db, channelId, refusal);
  await report(["interrupted", "live"]);
  expect([await refused(wati), await refused(budi)]).toEqual(["bitrate-too-high", "bitrate-too-high"]);
  await report(["live", "live"]);
  expect([await refused(wati), await refused(budi)]).toEqual([undefined, "bitrate-too-high"]);
});

test("many streams report in one commit, each about itself", async () => {
  const names = ["wati", "budi", "sari"];
  const started = [];
  for (const name of names) started.push(await publishing((await insertAccount(db, name)).keyHash, 1000));
  await endStream(db, started[2]?.streamId ?? "", { reason: "unpublished", now: 2000 });
  const reports = started.map(({ streamId }, i) => ({
    streamId,
    state: i === 1 ? ("interrupted" as const) : ("live" as const),
    hlsUrl: i === 0 ? "https://edge.example" : null,
    hasThumbnail: false,
    health: { of: names[i], text: '\'; "quoted"' },
  }));
  const renewed = await recordHealth(db, [...reports, { ...reports[0], streamId: "nobody's" } as HealthReport], 3000);
  expect([...renewed.values()].map(({ stateChanged }) => stateChanged)).toEqual([true, true]);
  expect(renewed.has(started[2]?.streamId ?? "")).toBe(false);
  expect(await findCurrentStream(db, started[0]?.channelId ?? "")).toMatchObject({
    hlsUrl: "https://edge.example",
    health: { of: "wati", text: '\'; "quoted"' },
  });
});

test("the sweep interrupts and ends by the age of the lease, each once", async () => {
  const { keyHash, channelId } = await insertAccount(db, "wati");
  const { streamId } = await publishing(keyHash, 1000);
  const sweep = (now: number) => sweepLeases(db, { interruptBefore: now - 10_000, endBefore: now - 60_000, now });
  expect(await sweep(11_000)).toEqual({ interrupted: [], ended: [] });
  expect(await sweep(11_001)).toEqual({ interrupted: [{ streamId, channelId }], ended: [] });
  expect(await sweep(12_000)).toEqual({ interrupted: [], ended: [] });
  expect(await sweep(61_000)).toEqual({ interrupted: [], ended: [] });
  expect(await sweep(61_001)).toEqual({ interrupted: [], ended: [{ streamId, channelId }] });
  expect(await sweep(99_000)).toEqual({ interrupted: [], ended: [] });
  expect(await commandTypes()).toEqual(["stream-started", "stream-ended"]);
});

test("the machine whose ingest let the encoder in last holds the stream", async () => {
  const { keyHash, channelId } = await insertAccount(db, "wati");
  const first = await publish(keyHash, 1000, { machine: "m1" });
  if (first.type !== "publishing") throw new Error("Expected to publish.");
  const { streamId } = first;
  expect(await findHolder(db, streamId)).toEqual({ machine: "m1" });

  const report = (machine: string | undefined, now: number, state: "live" | "interrupted" = "live") =>
    recordHealth(
      db,
      [{ streamId, state, hlsUrl: null, hasThumbnail: false, machine, health: { state, ...(machine && { machine }) } }],
      now,
    );
  expect((await report("m1", 2000)).has(streamId)).toBe(true);
  expect(await findHolder(db, streamId)).toEqual({ machine: "m1" });

  // The encoder comes back to another machine; the first still waits for it.
  await publish(keyHash, 3000, { machine: "m2" });
  expect(await findHolder(db, streamId)).toEqual({ machine: "m2" });
  expect((await report("m1", 4000, "interrupted")).has(streamId)).toBe(false);
  expect((await findCurrentStream(db, channelId))?.state).toBe("live");
  expect(await endStream(db, streamId, { reason: "encoder-gone", now: 5000, machine: "m1" })).toBeUndefined();
  expect((await report("m2", 6000)).has(streamId)).toBe(true);

  expect(await endStream(db, streamId, { reason: "unpublished", now: 7000, machine: "m2" })).toBeDefined();
  expect(await findHolder(db, streamId)).toBeUndefined();
});

test("where there is one machine, nobody names it", async () => {
  const { keyHash } = await insertAccount(db, "wati");
  const { streamId } = await publishing(keyHash, 1000);
  expect(await findHolder(db, streamId)).toEqual({ machine: null });
  // From the day on that it has a name, its reports count too.
  const report = { streamId, state: "live", hlsUrl: null, hasThumbnail: false, machine: "m1", health: {} } as const;
  expect((await recordHealth(db, [report], 2000)).has(streamId)).toBe(true);
  expect(await endStream(db, streamId, { reason: "unpublished", now: 3000 })).toBeDefined();
});
