import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { changeCallRoom, endCallRoom, findCallRoom, reopenCallRoom } from "../../db/call-rooms.ts";
import { insertCallRoom } from "../../db/fixtures.ts";
import { newestCommandId } from "../../db/outbox.ts";
import { callLines, callPeople } from "../../db/schema.ts";
import { defaultRules } from "../../signaling/contract/call.ts";
import { callRoom } from "../../signaling/contract/tickets.ts";
import type { CallReport, CallState } from "../contract/calls.ts";
import { SignalingCommand } from "../contract/signaling-commands.ts";
import { readCommands } from "../contract/internal-client.ts";
import { internalFixture, testSignalingToken, testToken } from "./fixtures.ts";

let at: Awaited<ReturnType<typeof internalFixture>>;
let callId: string;
beforeEach(async () => {
  at = await internalFixture();
  callId = await insertCallRoom(at.db, { activeAt: at.time.now });
});
afterEach(() => at.remove());

const [ayu, budi, citra] = ["a", "b", "c"].map((letter) => letter.repeat(32)) as [string, string, string];
const room = () => at.calls.rooms[":callId"];
const param = () => ({ callId });
const open = async () => {
  const answer = await (await room().open.$post({ param: param() })).json();
  if (!answer.known) throw new Error("No such call");
  return answer;
};
const save = async (epoch: number, lines: ReturnType<typeof line>[], state?: CallState) =>
  (
    await room().save.$post({ param: param(), json: { epoch, lines, ...(state === undefined ? {} : { state }) } })
  ).json();
const report = async (people: CallReport["people"], samples: CallReport["samples"] = []) =>
  (await room().report.$post({ param: param(), json: { people, samples } })).json();
const line = (nonce: string) => ({
  id: `${ayu}.nonce-${nonce.padStart(3, "0")}`,
  at: at.time.now,
  name: "Ayu",
  color: 3,
  isHost: true,
  text: `line ${nonce}`,
});
const person = (id: string, name: string) => ({ id, name, isGuest: true });
const sample = (from: string, peer: string, more: Partial<CallReport["samples"][number]> = {}) => ({
  from,
  at: at.time.now,
  peer,
  path: "direct" as const,
  protocol: "udp" as const,
  overMs: 10_000,
  sentBitsPerSecond: 300_000,
  receivedBitsPerSecond: 400_000,
  lossIn: 0.05,
  lossOut: null,
  jitterMs: 4.5,
  roundTripMs: 30,
  freezes: 1,
  freezeMs: 200,
  concealed: 0.01,
  ...more,
});
const state: CallState = {
  rules: { ...defaultRules, locked: true },
  barred: ["guest:1"],
  removed: [budi],
  onStage: [ayu],
};

test("a call is opened with what was saved of it, under a new epoch each time", async () => {
  const settings = { name: "Kelas", mode: "meeting", entry: "link" };
  expect(await open()).toEqual({ known: true, epoch: 1, asOf: 0, settings, state: null, lines: [] } as never);
  expect(await save(1, [line("2"), line("1")], state)).toEqual({ type: "saved" });
  // Sent again because the answer was lost, with one more: each is there once, as it was, and the state stays.
  expect(await save(1, [{ ...line("2"), text: "other" }, line("3")])).toEqual({ type: "saved" });
  const lines = [line("2"), line("1"), line("3")];
  expect(await open()).toEqual({ known: true, epoch: 2, asOf: 0, settings, state, lines } as never);
  expect(await save(1, [line("4")], { ...state, barred: [] })).toEqual({ type: "stale" });
  expect(await open()).toMatchObject({ epoch: 3, state, lines });
});

test("only the last 200 lines are kept", async () => {
  const { epoch } = await open();
  for (const start of [0, 150]) {
    expect(
      await save(
        epoch,
        Array.from({ length: 150 }, (_, index) => line(String(start + index))),
      ),
    ).toEqual({
      type: "saved",
    });
  }
  const { lines } = await open();
  expect([lines.length, lines[0]?.text, lines.at(-1)?.text]).toEqual([200, "line 100", "line 299"]);
  expect(await at.db.$count(callLines)).toBe(200);
});

test("a call that has ended is not known and takes nothing; opened again, it is without its lines, and who was barred still is", async () => {
  const { epoch } = await open();
  await save(epoch, [line("1")], state);
  await endCallRoom(at.db, callId, at.time.now);
  expect(await (await room().open.$post({ param: param() })).json()).toEqual({ known: false });
  expect(await save(epoch, [line("2")])).toEqual({ type: "stale" });
  expect(await report([person(ayu, "Ayu")])).toEqual({ known: false });
  expect(await at.db.select().from(callPeople)).toEqual([]);
  await reopenCallRoom(at.db, callId, at.time.now);
  // Who had it open before it ended cannot save into what came after.
  expect(await save(epoch, [line("2")], state)).toEqual({ type: "stale" });
  expect(await open()).toMatchObject({ state, lines: [] });
  const strange = { callId: "0000-0000-0000-0000" };
  expect(await (await room().open.$post({ param: strange })).json()).toEqual({ known: false });
});

test("a report keeps the call from ending, and stores who is there and what they measured, once", async () => {
  at.time.now += 1000;
  const [first, second] = [sample(ayu, budi), sample(budi, ayu, { path: "none", protocol: null, jitterMs: null })];
  expect(await report([person(ayu, "Ayu"), person(budi, "Budi")], [first, second])).toEqual({ known: true });
  expect((await findCallRoom(at.db, callId))?.activeAt).toBe(at.time.now);
  // Its answer was lost.
  await report([person(ayu, "Ayu"), person(budi, "Budi")], [first, second]);
  at.time.now += 10_000;
  // Budi has left; who was in no report has no row that a sample could be about; a clock may be ahead.
  await report(
    [person(ayu, "Ayu")],
    [sample(ayu, budi, { at: at.time.now + 5000 }), sample(ayu, citra), sample(citra, ayu)],
  );
  await report([person(citra, "Citra")]);
  const people = await at.db.all<object>(
    sql`SELECT id, peer, name, is_guest, last_seen_at - first_seen_at AS ms FROM call_people ORDER BY peer`,
  );
  expect(people).toEqual([
    { id: 1, peer: ayu, name: "Ayu", is_guest: 1, ms: 10_000 },
    { id: 2, peer: budi, name: "Budi", is_guest: 1, ms: 0 },
    { id: 3, peer: citra, name: "Citra", is_guest: 1, ms: 0 },
  ]);
  const samples = await at.db.all<object>(sql`
    SELECT at, from_id, to_id, path, jitter_ms, loss_in FROM call_samples ORDER BY id`);
  expect(samples).toEqual([
    { at: first.at, from_id: 1, to_id: 2, path: "direct", jitter_ms: 4.5, loss_in: 0.05 },
    { at: first.at, from_id: 2, to_id: 1, path: "none", jitter_ms: null, loss_in: 0.05 },
    { at: at.time.now, from_id: 1, to_id: 2, path: "direct", jitter_ms: 4.5, loss_in: 0.05 },
  ]);
});

test("an empty call is reported without being kept from ending", async () => {
  const { activeAt } = (await findCallRoom(at.db, callId)) ?? {};
  at.time.now += 1000;
  expect(await report([])).toEqual({ known: true });
  expect((await findCallRoom(at.db, callId))?.activeAt).toBe(activeAt ?? -1);
});

test("what is too much, or no report, is refused", async () => {
  const post = (path: string, body: string, token = testSignalingToken) =>
    at.app.request(`/calls/rooms/${path}`, {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    });
  const reportOf = (people: unknown[], samples: unknown[]) => JSON.stringify({ at: 1, people, samples });
  const crowd = Array.from({ length: 33 }, (_, index) => person(index.toString(16).padStart(32, "0"), "x"));
  expect((await post(`${callId}/report`, reportOf(crowd, []))).status).toBe(400);
  expect((await post(`${callId}/report`, reportOf([], [{ ...sample(ayu, budi), lossIn: 2 }]))).status).toBe(400);
  expect((await post(`${callId}/report`, `"${"x".repeat(1024 * 1024)}"`)).status).toBe(413);
  expect((await post("nonsense/open", "")).status).toBe(400);
  expect((await post(`${callId}/open`, "", testToken)).status).toBe(401);
  expect((await post(`${callId}/open`, "", "")).status).toBe(401);
  expect((await post(`${callId}/open`, "")).status).toBe(200);
});

test("signaling hears of settings and of the end", async () => {
  await changeCallRoom(at.db, callId, { name: "Rapat", entry: "knock", passcodeHash: null }, at.time.now);
  await endCallRoom(at.db, callId, at.time.now);
  const response = await at.chat.commands.$get({ query: { after: "0" } });
  const commands: SignalingCommand[] = [];
  for await (const command of readCommands(response.body as ReadableStream<Uint8Array>, SignalingCommand)) {
    if (commands.push(command) === (await newestCommandId(at.db))) break;
  }
  expect(commands).toEqual([
    { type: "call-settings", id: 1, callId, settings: { name: "Rapat", mode: "meeting", entry: "knock" } },
    { type: "call-ended", id: 2, callId },
    { type: "revoked", id: 3, subject: callRoom(callId), at: at.time.now },
  ]);
});
