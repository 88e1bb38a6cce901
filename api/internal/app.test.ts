import { afterEach, beforeEach, expect, test } from "bun:test";
import { findOwnChannel, recordRefusal } from "../../db/channels.ts";
import { listCommandsAfter } from "../../db/outbox.ts";
import { endStream, findCurrentStream } from "../../db/streams.ts";
import { internalFixture, testToken } from "./fixtures.ts";

let at: Awaited<ReturnType<typeof internalFixture>>;
beforeEach(async () => {
  at = await internalFixture();
});
afterEach(() => at.remove());

const authorization = `Bearer ${testToken}`;
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  at.app.request(path, {
    method: "POST",
    body,
    headers: { authorization, "content-type": "application/json", ...headers },
  });
const state = async (channelId: string) => (await findCurrentStream(at.db, channelId))?.state;

test("only the token's holder is let in", async () => {
  const body = JSON.stringify({ key: "k", remoteAddress: "a", hlsUrl: null });
  expect((await post("/publish", body)).status).toBe(200);
  for (const wrong of ["", "Bearer", `Bearer ${testToken}x`, testToken, "Bearer ".padEnd(4000, "x")]) {
    expect((await post("/publish", body, { authorization: wrong })).status).toBe(401);
  }
  expect((await at.app.request("/commands")).status).toBe(401);
});

test.each(["origin", "sec-fetch-site", "sec-fetch-mode", "Sec-Fetch-Anything"])(
  "a browser's %s is refused, even with the token and on /healthz",
  async (header) => {
    expect((await post("/publish", "{}", { [header]: "x" })).status).toBe(403);
    expect((await at.app.request("/healthz", { headers: { [header]: "x" } })).status).toBe(403);
  },
);

test("healthz needs no token and tells the truth about the database", async () => {
  expect((await at.app.request("/healthz")).status).toBe(200);
  at.closeDatabase();
  const sick = await at.app.request("/healthz");
  expect([sick.status, await sick.json()]).toEqual([503, { ok: false, reasons: ["The database does not answer."] }]);
});

test("malformed and oversized bodies are refused", async () => {
  for (const body of ["", "{", "[]", "{}", JSON.stringify({ key: "", remoteAddress: "a", hlsUrl: null })]) {
    expect((await post("/publish", body)).status).toBe(400);
  }
  const unknownField = { key: "k", remoteAddress: "a", hlsUrl: null, role: "administrator" };
  expect((await post("/publish", JSON.stringify(unknownField))).status).toBe(400);
  expect((await post("/publish", `"${"x".repeat(20_000)}"`)).status).toBe(413);
  expect((await post("/streams/x/health", JSON.stringify({ ...at.health, state: "ended" }))).status).toBe(400);
  expect((await at.app.request("/commands?after=-1", { headers: { authorization } })).status).toBe(400);
});

test("what is done for a publisher is in the log under the id that ingest gave it", async () => {
  const { key } = await at.account("wati");
  const options = { headers: { "X-Request-Id": "publisher-1" } };
  await at.client.publish.$post({ json: { key, remoteAddress: "192.0.2.1", hlsUrl: null } }, options);
  const said = at.logged.filter((line) => line.includes('"requestId":"publisher-1"'));
  expect(said.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    "publish allowed",
    "internal request",
  ]);
});

test("an unknown key is refused with a sentence that helps", async () => {
  expect(await at.publish("live_nothing")).toEqual({
    allowed: false,
    reason: "unknown-key",
    message: "This stream key is not known here. Copy the key from your studio again.",
  });
});

test("a refusal is kept for the studio and pushed at once; a publish that works settles it", async () => {
  const viewer = await at.account("wati", "viewer");
  let pushes = 0;
  at.changes.on(`studio:${viewer.channelId}`, () => (pushes += 1));
  const answer = await at.publish(viewer.key);
  expect(answer).toMatchObject({ allowed: false, reason: "not-allowed" });
  expect(pushes).toBe(1);
  expect((await findOwnChannel(at.db, { userId: viewer.userId }))?.lastRefusal).toEqual({
    at: at.time.now,
    reason: "not-allowed",
    message: answer.allowed ? "" : answer.message,
    remoteAddress: "192.0.2.1",
  });

  const streamer = await at.account("budi");
  const refusal = { at: 1, reason: "second-encoder", message: "m", remoteAddress: "a" };
  await recordRefusal(at.db, streamer.channelId, refusal);
  await at.publishing(streamer.key);
  expect((await findOwnChannel(at.db, { userId: streamer.userId }))?.lastRefusal).toBeNull();
});

test("an ingest without a place for it: nobody is told of a stream, and the studio says why there is none", async () => {
  const { key, channelId, userId } = await at.account("wati");
  let rings = 0;
  for (const bell of ["live", "outbox", `channel:${channelId}`] as const) at.changes.on(bell, () => (rings += 1));
  const json = { key, remoteAddress: "a", hlsUrl: null, isFull: true };
  expect(await (await at.client.publish.$post({ json })).json()).toEqual({
    allowed: false,
    reason: "limit-reached",
    message: "This stage is full: too many streams are live. Try again later.",
  });
  expect([rings, await findCurrentStream(at.db, channelId)]).toEqual([0, undefined]);
  expect((await findOwnChannel(at.db, { userId }))?.lastRefusal?.reason).toBe("limit-reached");
});

test("ingest's own refusals reach the channel they are about", async () => {
  const { userId, channelId } = await at.account("wati");
  const report = {
    channelId,
    reason: "second-encoder",
    message: "Another encoder is live.",
    remoteAddress: "192.0.2.9",
  } as const;
  expect(await (await at.client.refusals.$post({ json: report })).json()).toEqual({ known: true });
  expect((await findOwnChannel(at.db, { userId }))?.lastRefusal).toMatchObject({
    reason: "second-encoder",
    remoteAddress: "192.0.2.9",
  });
  expect(await (await at.client.refusals.$post({ json: { ...report, channelId: "nobody" } })).json()).toEqual({
    known: false,
  });
});

test("everyone may stream where the operator says so", async () => {
  const open = await internalFixture({ everyoneMayStream: true });
  const { key } = await open.account("wati", "viewer");
  expect((await open.publish(key)).allowed).toBe(true);
  open.remove();
});

test("an encoder that comes back within 60 s goes on in the same stream", async () => {
  const { key, channelId } = await at.account("wati");
  const first = await at.publishing(key);
  await at.pass(11);
  expect(await state(channelId)).toBe("interrupted");
  await at.pass(49);
  const back = await at.publishing(key);
  expect(back).toEqual({ ...first, incarnation: 2 });
  expect(await state(channelId)).toBe("live");
});

test("without a lease a stream is interrupted after 10 s and ended after 60 s", async () => {
  const { key, channelId } = await at.account("wati");
  const { streamId } = await at.publishing(key);
  await at.pass(120, streamId);
  expect(await state(channelId)).toBe("live");
  const states: (string | undefined)[] = [];
  for (let second = 0; second < 65; second += 1) {
    await at.pass(1);
    states.push(await state(channelId));
  }
  expect([states.indexOf("interrupted"), states.indexOf("ended")]).toEqual([8, 58]);
  const { known } = await (
    await at.client.streams[":id"].health.$post({ param: { id: streamId }, json: at.health })
  ).json();
  expect(known).toBe(false);
  expect((await at.publishing(key)).streamId).not.toBe(streamId);
  // Three minutes of sweeps and reports, on a machine that may be busy.
}, 30_000);

test("time in which api was away does not count against a lease", async () => {
  const { key, channelId } = await at.account("wati");
  const { streamId } = await at.publishing(key);
  await at.pass(1);
  at.time.now += 30 * 60_000;
  await at.leases.sweep();
  expect(await state(channelId)).toBe("live");
  expect((await at.publishing(key)).streamId).toBe(streamId);
  await at.pass(61);
  expect(await state(channelId)).toBe("ended");
});

test("a clock that is set back does not keep a dead stream alive", async () => {
  const { key, channelId } = await at.account("wati");
  await at.publishing(key);
  await at.pass(1);
  at.time.now -= 60 * 60_000;
  await at.pass(62);
  expect(await state(channelId)).toBe("ended");
});

test("while ingest waits for the encoder it says so, and the stream lives on", async () => {
  const { key, channelId } = await at.account("wati");
  const { streamId } = await at.publishing(key);
  let pushes = 0;
  at.changes.on(`channel:${channelId}`, () => (pushes += 1));
  const report = (health: typeof at.health | (Omit<typeof at.health, "state"> & { state: "interrupted" })) =>
    at.client.streams[":id"].health.$post({ param: { id: streamId }, json: health });
  await report(at.health);
  expect(pushes).toBe(0);
  await report({ ...at.health, state: "interrupted" });
  await report({ ...at.health, state: "interrupted" });
  expect([pushes, await state(channelId)]).toEqual([1, "interrupted"]);
  await report(at.health);
  expect([pushes, await state(channelId)]).toEqual([2, "live"]);
});

test("an end is final: reports that come late change nothing", async () => {
  const { key, channelId } = await at.account("wati");
  const { streamId } = await at.publishing(key);
  const end = () => at.client.streams[":id"].end.$post({ param: { id: streamId }, json: { reason: "unpublished" } });
  expect(await (await end()).json()).toEqual({ known: true });
  expect(await (await end()).json()).toEqual({ known: false });
  expect(await state(channelId)).toBe("ended");
  expect(await listCommandsAfter(at.db, "ingest", 0, 10)).toHaveLength(2);
});

test("after an operator's end the channel waits a minute", async () => {
  const { key } = await at.account("wati");
  const { streamId } = await at.publishing(key);
  await endStream(at.db, streamId, { reason: "operator", now: at.time.now, holdUntil: at.time.now + 60_000 });
  expect(await at.publish(key)).toMatchObject({ allowed: false, reason: "ended-by-operator" });
  await at.pass(60);
  expect((await at.publishing(key)).streamId).not.toBe(streamId);
});

test("one channel's key publishes to that channel alone", async () => {
  const wati = await at.account("wati");
  const budi = await at.account("budi");
  const [ofWati, ofBudi] = [await at.publishing(wati.key), await at.publishing(budi.key)];
  expect([ofWati.channelId, ofBudi.channelId]).toEqual([wati.channelId, budi.channelId]);
  await at.client.streams[":id"].end.$post({ param: { id: ofWati.streamId }, json: { reason: "unpublished" } });
  expect([await state(wati.channelId), await state(budi.channelId)]).toEqual(["ended", "live"]);
});

test("of several machines only the one that holds a stream speaks for it", async () => {
  const { key, channelId } = await at.account("wati");
  const publish = async (machine: string) =>
    (await at.client.publish.$post({ json: { key, remoteAddress: "a", hlsUrl: null, machine } })).json();
  const first = await publish("m1");
  if (!first.allowed) throw new Error(first.message);
  const { streamId } = first;
  const param = { id: streamId };
  const stream = at.client.streams[":id"];
  const holder = async () => (await stream.holder.$get({ param })).json();
  const health = async (machine: string) =>
    (await stream.health.$post({ param, json: { ...at.health, machine } })).json();
  const end = async (machine: string) =>
    (await stream.end.$post({ param, json: { reason: "encoder-gone", machine } })).json();

  expect(await holder()).toEqual({ machine: "m1" });
  expect(await health("m1")).toEqual({ known: true, elsewhere: false });
  await publish("m2");
  expect(await holder()).toEqual({ machine: "m2" });
  expect(await health("m1")).toEqual({ known: true, elsewhere: true });
  expect(await end("m1")).toEqual({ known: false });
  expect(await state(channelId)).toBe("live");
  expect(await health("m2")).toEqual({ known: true, elsewhere: false });
  expect(await end("m2")).toEqual({ known: true });
  expect(await holder()).toEqual({ machine: null });
  expect(await health("m2")).toEqual({ known: false, elsewhere: false });
  expect((await at.app.request(`/streams/${streamId}/holder`)).status).toBe(401);
});
