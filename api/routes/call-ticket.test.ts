import { afterEach, beforeEach, expect, test } from "bun:test";
import { createHash, createPublicKey } from "node:crypto";
import { findUserByName } from "../../db/users.ts";
import type { TicketAnswer, TicketRefusal } from "../../signaling/contract/ticket-answer.ts";
import { type Caller, isCaller, verifyTicket } from "../../signaling/contract/tickets.ts";
import { appFixture, type Browser } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let ayu: Browser;
let guest: Browser;
beforeEach(async () => {
  at = await appFixture();
  await at.administrator();
  ayu = await at.person("ayu");
  guest = at.browser();
});
afterEach(() => at.remove());

const passcode = "rahasia";
async function make(browser: Browser, fields: Record<string, string> = {}): Promise<string> {
  const response = await browser.post("/rooms", { name: "Kelas", mode: "meeting", entry: "link", ...fields });
  return response.headers.get("location")?.replace("/rooms/", "") ?? "";
}
const ask = (browser: Browser, call: string, more: object = {}) => browser.postJson("/ticket", { call, ...more });
async function callerOf(browser: Browser, call: string, more: object = {}): Promise<Caller> {
  const response = await ask(browser, call, more);
  expect([response.status, response.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
  const { ticket, url } = (await response.json()) as TicketAnswer;
  expect(url).toBe("ws://localhost:8081/ws");
  const key = createPublicKey({ key: Buffer.from(at.tickets.publicKey, "base64"), format: "der", type: "spki" });
  const claims = verifyTicket(ticket, key, at.time.now);
  if (claims === null || !isCaller(claims.person)) throw new Error("The ticket is none");
  return claims.person;
}
async function refusalOf(browser: Browser, call: string, more: object = {}) {
  const response = await ask(browser, call, more);
  const { reason, message, ok } = (await response.json()) as TicketRefusal;
  expect([ok, message.endsWith(".")]).toEqual([false, true]);
  return [response.status, reason];
}

test("who has an account comes under its name, whatever else is said", async () => {
  const call = await make(guest);
  const session = createHash("sha256")
    .update(ayu.cookies.get("panggung_session") ?? "")
    .digest("hex");
  const caller = await callerOf(ayu, call, { name: "somebody else" });
  expect(caller).toEqual({
    room: `call:${call}`,
    subject: (await findUserByName(at.db, "ayu"))?.id ?? "",
    name: "ayu",
    color: caller.color,
    isGuest: false,
    isHost: false,
    login: session.slice(0, 32),
  });
});

test("a guest comes by the name they say, cleaned, and is the same person each time", async () => {
  const call = await make(ayu);
  const first = await callerOf(guest, call, { name: " Budi\u202e\u200b\n Santoso " });
  expect(first).toMatchObject({ name: "Budi Santoso", isGuest: true, isHost: false, login: null });
  expect(first.subject).toMatch(/^guest:[0-9a-f]{32}$/);
  expect((await callerOf(guest, call, { name: "Citra" })).subject).toBe(first.subject);
  expect((await callerOf(at.browser(), call, { name: "Budi" })).subject).not.toBe(first.subject);
  expect((await callerOf(guest, call, { name: "👍".repeat(40) })).name).toBe("👍".repeat(40));
  expect((await callerOf(guest, call, { name: "__proto__" })).name).toBe("__proto__");
});

test("a guest without a name, or with one too long, is asked for another", async () => {
  const call = await make(ayu);
  for (const name of [undefined, "", " \u200b ", "\u2800\u200d", "x".repeat(41), "👍".repeat(41)]) {
    expect(await refusalOf(guest, call, { name })).toEqual([403, "name"]);
  }
  expect(guest.cookies.size).toBe(0);
});

test("whoever made the room is its host: an account, a guest, and the guest who has signed in since", async () => {
  expect(await callerOf(ayu, await make(ayu))).toMatchObject({ isHost: true, isGuest: false });
  const call = await make(guest, { entry: "signed-in", passcode });
  expect(await callerOf(guest, call, { name: "Budi" })).toMatchObject({ isHost: true, isGuest: true });
  await guest.post("/login", { username: "ayu", password: "correct horse battery" });
  expect(await callerOf(guest, call)).toMatchObject({ isHost: true, isGuest: false, name: "ayu" });
  expect(await refusalOf(ayu, call)).toEqual([403, "passcode"]);
});

test("a room that is not there, or has ended", async () => {
  expect(await refusalOf(guest, "0000-0000-0000-0000", { name: "Budi" })).toEqual([404, "gone"]);
  const call = await make(ayu);
  await ayu.post(`/rooms/${call}/end`);
  expect(await refusalOf(guest, call, { name: "Budi" })).toEqual([410, "ended"]);
  expect(await refusalOf(ayu, call)).toEqual([410, "ended"]);
  await ayu.post(`/rooms/${call}/open-again`);
  expect(await callerOf(ayu, call)).toMatchObject({ isHost: true });
});

test("where only people with an account may enter, guests are asked to sign in", async () => {
  const call = await make(ayu, { entry: "signed-in" });
  expect(await refusalOf(guest, call, { name: "Budi" })).toEqual([403, "sign-in"]);
  const budi = await at.person("budi");
  expect(await callerOf(budi, call)).toMatchObject({ name: "budi", isHost: false });
});

test("a passcode is asked of everybody but the host, and taken as it was typed", async () => {
  const call = await make(ayu, { passcode: "  ｒahasia é " });
  expect(await callerOf(ayu, call)).toMatchObject({ isHost: true });
  for (const typed of [undefined, "", "wrong", "RAHASIA é"]) {
    expect(await refusalOf(guest, call, { name: "Budi", passcode: typed })).toEqual([403, "passcode"]);
  }
  // As phones and computers write it, with or without a space at its end.
  for (const typed of ["rahasia é", "rahasia e\u0301 "]) {
    expect(await callerOf(guest, call, { name: "Budi", passcode: typed })).toMatchObject({ name: "Budi" });
  }
  await ayu.post(`/rooms/${call}/settings`, { name: "Kelas", entry: "link", passcode: "", removePasscode: "on" });
  expect(await callerOf(guest, call, { name: "Budi" })).toMatchObject({ name: "Budi" });
});

test("wrong passcodes are bounded for each room and address, and for each room; a right one forgives", async () => {
  const limits = { passcodesPerRoomAndAddress: 3, passcodesPerRoom: 5 };
  const small = await appFixture({ limits });
  const host = small.browser();
  const made = await host.post("/rooms", { name: "Kelas", mode: "meeting", entry: "link", passcode });
  const call = made.headers.get("location")?.replace("/rooms/", "") ?? "";
  const attempt = async (typed: string, remoteAddress = "192.0.2.7") =>
    (await ask(small.browser({ remoteAddress }), call, { name: "Budi", passcode: typed })).status;
  expect([await attempt("wrong"), await attempt("wrong"), await attempt(passcode)]).toEqual([403, 403, 200]);
  expect([await attempt("wrong"), await attempt("wrong"), await attempt("wrong")]).toEqual([403, 403, 403]);
  expect([await attempt(passcode), await attempt("wrong")]).toEqual([429, 429]);
  expect(await attempt(passcode, "198.51.100.9")).toBe(429);
  // The host is in all the same, and so is everybody once it has passed.
  expect((await ask(host, call, { name: "Ayu" })).status).toBe(200);
  small.remove();
});

test("how many passcodes are checked for an address is bounded, right ones too: each costs as much as a sign-in", async () => {
  const small = await appFixture({ limits: { passcodesPerAddress: 2 } });
  const made = await small.browser().post("/rooms", { name: "Kelas", mode: "meeting", entry: "link", passcode });
  const call = made.headers.get("location")?.replace("/rooms/", "") ?? "";
  const statuses: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    statuses.push((await ask(small.browser(), call, { name: "Budi", passcode })).status);
  }
  expect(statuses).toEqual([200, 200, 429]);
  small.remove();
});

test("what is no request", async () => {
  const call = await make(ayu);
  for (const body of [
    { call: call.toUpperCase(), name: "Budi" },
    { call: `${call}x`, name: "Budi" },
    { call, name: "x".repeat(201) },
    { call, name: "Budi", passcode: "x".repeat(201) },
    { call, name: 1 },
    { call, name: "Budi", isHost: true },
    { call, channel: "ayu", name: "Budi" },
  ]) {
    expect((await guest.postJson("/ticket", body)).status).toBe(400);
  }
  const foreign = { origin: "http://evil.example", "sec-fetch-site": "cross-site" };
  expect((await guest.postJson("/ticket", { call, name: "Budi" }, foreign)).status).toBe(403);
});
