import { afterEach, expect, spyOn, test } from "bun:test";
import { sql } from "drizzle-orm";
import { createHash, createPublicKey } from "node:crypto";
import { storeLines } from "../../db/chat-lines.ts";
import { findChannelByName } from "../../db/channels.ts";
import { follow } from "../../db/follows.ts";
import { openRoom } from "../../db/chat-rooms.ts";
import { findUserByName } from "../../db/users.ts";
import { nameColors } from "../../signaling/contract/chat.ts";
import type { TicketAnswer } from "../../signaling/contract/ticket-answer.ts";
import { verifyTicket } from "../../signaling/contract/tickets.ts";
import { Limits } from "../auth/limits.ts";
import { appFixture, type Browser } from "../fixtures.ts";

type Fixture = Awaited<ReturnType<typeof appFixture>>;
const open: Fixture[] = [];
async function fixture(options?: Parameters<typeof appFixture>[0]): Promise<Fixture> {
  const at = await appFixture(options);
  open.push(at);
  return at;
}
afterEach(() => {
  for (const at of open.splice(0)) at.remove();
});

const ask = (browser: Browser, channel: unknown = "admin", headers?: Record<string, string>) =>
  browser.postJson("/ticket", { channel }, headers);
async function ticketOf(at: Fixture, browser: Browser, channel = "admin") {
  const response = await ask(browser, channel);
  expect([response.status, response.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
  const { ticket, url } = (await response.json()) as TicketAnswer;
  const key = createPublicKey({ key: Buffer.from(at.tickets.publicKey, "base64"), format: "der", type: "spki" });
  const claims = verifyTicket(ticket, key, at.time.now);
  if (claims === null) throw new Error("The ticket is none");
  return { ...claims, url, response };
}
const idsOf = async (at: Fixture, name: string) => ({
  userId: (await findUserByName(at.db, name))?.id ?? "",
  channelId: (await findChannelByName(at.db, name))?.id ?? "",
});

test("somebody who has signed in, as they are in that channel", async () => {
  const at = await fixture();
  const admin = await at.administrator();
  const budi = await at.person("budi");
  const { channelId } = await idsOf(at, "admin");
  const { userId } = await idsOf(at, "budi");
  const { person, url } = await ticketOf(at, budi, "ADMIN");
  const session = createHash("sha256")
    .update(budi.cookies.get("panggung_session") ?? "")
    .digest("hex");
  expect(url).toBe("ws://localhost:8081/ws");
  expect(person).toEqual({
    room: `channel:${channelId}`,
    subject: userId,
    name: "budi",
    color: person.color,
    isAdministrator: false,
    followedAt: null,
    hasWritten: false,
    login: session.slice(0, 32),
  });
  expect(person.color).toBeLessThan(nameColors);

  await follow(at.db, userId, channelId, 1234);
  const room = await openRoom(at.db, channelId, 200, 1);
  const line = { id: `${userId}.nonce-01`, at: 1, text: "t", action: false, first: true, replyTo: null };
  await storeLines(at.db, channelId, room?.room.epoch ?? 0, [line], 1);
  expect((await ticketOf(at, budi)).person).toMatchObject({ followedAt: 1234, hasWritten: true });
  expect((await ticketOf(at, budi, "budi")).person).toMatchObject({ followedAt: null, hasWritten: false });
  expect((await ticketOf(at, admin)).person).toMatchObject({ isAdministrator: true });
});

test("a guest is the same person in all tabs, and nobody can tell the cookie from the id", async () => {
  const at = await fixture();
  await at.administrator();
  const guest = at.browser();
  const first = await ticketOf(at, guest);
  const token = guest.cookies.get("panggung_guest") ?? "";
  expect(first.person).toMatchObject({ name: null, login: null, isAdministrator: false, hasWritten: false });
  expect(first.person.subject).toBe(`guest:${createHash("sha256").update(token).digest("hex").slice(0, 32)}`);
  expect(first.response.headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Lax$/);
  expect((await ticketOf(at, guest)).person.subject).toBe(first.person.subject);
  expect((await ticketOf(at, at.browser())).person.subject).not.toBe(first.person.subject);
});

test("a guest's cookie that is none of ours is replaced", async () => {
  const at = await fixture();
  await at.administrator();
  const guest = at.browser();
  guest.cookies.set("panggung_guest", "__proto__");
  await ticketOf(at, guest);
  expect(guest.cookies.get("panggung_guest")).toMatch(/^[0-9a-f]{32}$/);
});

test("over https the guest's cookie is Secure and kept to the host, the WebSocket is below the origin", async () => {
  const at = await fixture({ site: { publicUrl: "https://live.example" } });
  const admin = at.browser({ origin: "https://live.example" });
  await admin.get(await at.setupPath());
  await admin.post("/setup", { username: "admin", password: "correct horse battery" });
  const guest = at.browser({ origin: "https://live.example" });
  const { url, response } = await ticketOf(at, guest);
  expect(url).toBe("wss://live.example/ws");
  expect(response.headers.get("set-cookie")).toMatch(/^__Host-panggung_guest=[0-9a-f]{32};.*; Secure/);
});

test("a person who has signed in gets no guest's cookie", async () => {
  const at = await fixture();
  const { response } = await ticketOf(at, await at.administrator());
  expect(response.headers.get("set-cookie")).toBeNull();
});

test("a channel that is not there, and what is no request", async () => {
  const at = await fixture();
  await at.administrator();
  const guest = at.browser();
  for (const channel of ["nobody", "no/body", "__proto__"]) expect((await ask(guest, channel)).status).toBe(404);
  for (const channel of [undefined, 1, "", "x".repeat(41), ["admin"]]) {
    expect((await guest.postJson("/ticket", { channel })).status).toBe(400);
  }
  expect((await guest.postJson("/ticket", { channel: "admin", role: "administrator" })).status).toBe(400);
  expect((await guest.post("/ticket", { channel: "admin" })).status).toBe(415);
  expect(guest.cookies.size).toBe(0);
});

test("another site gets no ticket", async () => {
  const at = await fixture();
  await at.administrator();
  const foreign = { origin: "http://evil.example", "sec-fetch-site": "cross-site" };
  expect((await ask(at.browser(), "admin", foreign)).status).toBe(403);
});

test("tickets are bounded for each account, and for each address", async () => {
  const at = await fixture({ limits: { ticketsPerAccount: 2, ticketsPerAddress: 5 } });
  const admin = await at.administrator();
  const statuses: number[] = [];
  for (const browser of [admin, admin, admin, at.browser(), at.browser(), at.browser()]) {
    const response = await ask(browser);
    statuses.push(response.status);
    if (response.status === 429) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(statuses).toEqual([200, 200, 429, 200, 200, 429]);
  expect((await ask(at.browser({ remoteAddress: "198.51.100.9" }))).status).toBe(200);
});

test("who signs out while a ticket is made gets one that is void", async () => {
  const at = await fixture();
  await at.administrator();
  const budi = await at.person("budi");
  const signedIn = at.time.now;
  spyOn(Limits.prototype, "takeTicket").mockImplementationOnce(async () => {
    at.time.now += 5;
    await at.db.run(sql`DELETE FROM sessions`);
    at.time.now += 5;
  });
  expect((await ticketOf(at, budi)).issuedAt).toBe(signedIn);
});
