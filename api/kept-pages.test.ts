import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { appFixture } from "./fixtures.ts";

const minuteMs = 60_000;
let at: Awaited<ReturnType<typeof appFixture>>;
beforeEach(async () => {
  at = await appFixture({ keepPagesMs: minuteMs });
  await at.administrator();
  await titled("before");
});
afterEach(() => at.remove());

/** Behind api's back: what it sends that was made before does not say so. */
const titled = (title: string) => at.db.run(sql`UPDATE channels SET title = ${title} WHERE name = 'admin'`);
const read = async (browser = at.browser(), path = "/@admin", headers = {}) =>
  (await browser.get(path, headers)).text();
const isOld = (text: string) => text.includes("before") && !text.includes("after");

test("a page is made once for all who are signed out", async () => {
  expect(isOld(await read())).toBe(true);
  await titled("after");
  expect(isOld(await read())).toBe(true);
  const guest = at.browser();
  await guest.postJson("/ticket", { channel: "admin" });
  expect(guest.cookies.size).toBe(1);
  await read(guest);
  await titled("before");
  expect((await read(guest)).includes("after")).toBe(true);
});

test("who has signed out gets the page that everybody gets, whatever their cookies say of who they are", async () => {
  const person = await at.person("wati");
  await person.postJson("/ticket", { channel: "admin" });
  await person.post("/logout");
  await person.postJson("/ticket", { channel: "admin" });
  // Browsers send it to one path alone.
  person.cookies.delete("panggung_recovery_codes");
  expect([...person.cookies.keys()].toSorted()).toEqual(["panggung_device", "panggung_guest"]);
  await read();
  await titled("after");
  expect(isOld(await read(person))).toBe(true);
});

test("it comes with the same headers, and is not sent again to who has it", async () => {
  const headersOf = async (headers = {}) => {
    const response = await at.browser().get("/@admin", headers);
    // Each answer has an id of its own.
    response.headers.delete("x-request-id");
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  };
  const { channelId } = (await at.db.get<{ channelId: string }>(sql`SELECT id AS "channelId" FROM channels`)) ?? {
    channelId: "",
  };
  // Its media is elsewhere, which the policy has to say.
  await at.db.run(sql`INSERT INTO streams (id, channel_id, state, started_at, incarnation, hls_url, lease_renewed_at)
    VALUES ('s', ${channelId}, 'live', 0, 1, 'https://edge.example', ${at.time.now})`);
  const first = await headersOf();
  expect(first.headers["content-security-policy"]).toContain("https://edge.example");
  expect(await headersOf()).toEqual(first);
  const again = await headersOf({ "if-none-match": first.headers["etag"] });
  expect([again.status, again.text]).toEqual([304, ""]);
  expect(again.headers["content-security-policy"]).toBe(first.headers["content-security-policy"] ?? "");
});

test("who is signed in, writes another language or asks for a fragment gets their own", async () => {
  await read();
  await titled("after");
  const person = await at.person("wati");
  await titled("before");
  await read();
  await titled("after");
  expect(isOld(await read(person))).toBe(false);
  expect(isOld(await read(at.browser(), "/@admin", { "accept-language": "id" }))).toBe(false);
  expect(isOld(await read(at.browser(), "/@admin", { cookie: "panggung_theatre=on" }))).toBe(false);
  expect(isOld(await read(at.browser(), "/@admin", { "hx-request": "true" }))).toBe(false);
  expect(isOld(await read(at.browser(), "/@admin?a=b"))).toBe(false);
  expect(isOld(await read())).toBe(true);
});

test("what people do here, and streams that begin or end, make every page anew", async () => {
  await read();
  await titled("after");
  at.changes.emit("viewers", "studio:somebody");
  expect(isOld(await read())).toBe(true);
  at.changes.channelChanged("somebody");
  expect(isOld(await read())).toBe(false);
  await titled("before");
  await at.browser().post("/language", { language: "id" });
  expect(isOld(await read())).toBe(true);
});

test("all who come at once wait for the same page; what went wrong is nobody else's", async () => {
  const pages = await Promise.all(Array.from({ length: 20 }, () => read()));
  expect(new Set(pages).size).toBe(1);
  const missing = await Promise.all([1, 2, 3].map(async () => (await at.browser().get("/@nobody")).status));
  expect(missing).toEqual([404, 404, 404]);
});

test("what is kept grows old", async () => {
  at.remove();
  at = await appFixture({ keepPagesMs: 1 });
  await at.administrator();
  await titled("before");
  await read();
  await titled("after");
  await Bun.sleep(2);
  expect(isOld(await read())).toBe(false);
});
