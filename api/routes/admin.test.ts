import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { findUserByName } from "../../db/users.ts";
import { listCommandsAfter } from "../../db/outbox.ts";
import { insertAccount } from "../../db/fixtures.ts";
import { appFixture, type Browser } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
});
afterEach(() => at.remove());

const idOf = async (username: string) => (await findUserByName(at.db, username))?.id ?? "none";
const roleOf = async (username: string) => (await findUserByName(at.db, username))?.role;
const allow = async (username: string, answer: "yes" | "no", by = admin) =>
  by.post(`/admin/people/${await idOf(username)}/streaming`, { allow: answer });
const commandTypes = async () =>
  (await listCommandsAfter(at.db, "ingest", 0, 20)).map((row) => (JSON.parse(row.command) as { type: string }).type);

async function keyOf(person: Browser): Promise<string> {
  return /live_[0-9a-f]{48}/.exec(await (await person.swap("/studio/key/show")).text())?.[0] ?? "no key";
}

async function publishing(key: string) {
  const answer = await at.publish(key);
  if (!answer.allowed) throw new Error(answer.message);
  return answer;
}

test("the page lists people and what is live", async () => {
  await at.person("wati");
  await publishing(await keyOf(admin));
  const html = await admin.text("/admin");
  expect(html).toContain("wati");
  expect(html).toContain("admin’s stream");
});

test("what is live is shown with its picture, also where it is for adults, and called after its streamer", async () => {
  const { streamId } = await publishing(await keyOf(admin));
  const picture = `/live/${streamId}/thumbnail.jpg`;
  expect(await admin.text("/admin/live")).not.toContain(picture);
  await at.db.run(sql`UPDATE streams SET health = json_object('hasThumbnail', json('true'))`);
  await at.db.run(sql`UPDATE channels SET is_mature = 1`);
  await at.db.run(sql`UPDATE users SET display_name = 'Ibu Wati'`);
  const html = await admin.text("/admin/live");
  expect(html).toContain(`src="http://localhost:8080${picture}"`);
  expect(html).toContain("Ibu Wati’s stream");
  await admin.post("/language", { language: "id", next: "/" });
  expect(await admin.text("/admin/live")).toContain("Siaran Ibu Wati");
});

test("many people come in pages that miss nobody", async () => {
  for (let index = 0; index < 120; index += 1)
    await insertAccount(at.db, `person_${String(index).padStart(3, "0")}`, "viewer");
  const seen = new Set<string>();
  let path: string | undefined = "/admin/people";
  for (let page = 0; path !== undefined && page < 10; page += 1) {
    const html: string = await admin.text(path);
    for (const [name] of html.matchAll(/person_\d{3}/g)) seen.add(name);
    path = /href="(\/admin\/people\?after=[^"]+)"/.exec(html)?.[1];
  }
  expect(seen.size).toBe(120);
  expect((await admin.get("/admin/people?after=nonsense'--")).status).toBe(200);
});

test("nobody but an administrator sees or changes anything", async () => {
  const wati = await at.person("wati");
  const { streamId } = await publishing(await keyOf(admin));
  expect((await wati.get("/admin")).status).toBe(403);
  expect((await allow("wati", "yes", wati)).status).toBe(403);
  expect((await wati.post(`/admin/streams/${streamId}/end`)).status).toBe(403);
  const stranger = at.browser();
  expect((await stranger.get("/admin")).status).toBe(303);
  expect((await allow("wati", "yes", stranger)).headers.get("location")).toBe("/login");
  expect(await roleOf("wati")).toBe("viewer");
  expect(await commandTypes()).toEqual(["stream-started"]);
  await allow("wati", "yes");
  expect((await wati.post(`/admin/streams/${streamId}/end`)).status).toBe(403);
});

test("changes need the password again after 15 minutes", async () => {
  await at.person("wati");
  const { streamId } = await publishing(await keyOf(admin));
  at.time.now += 16 * 60_000;
  for (const response of [await allow("wati", "yes"), await admin.post(`/admin/streams/${streamId}/end`)]) {
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining("Password again")]);
  }
  expect(await roleOf("wati")).toBe("viewer");
  expect(await commandTypes()).toEqual(["stream-started"]);
});

test("allowing and stopping take effect at once, with one person's open session", async () => {
  const wati = await at.person("wati");
  expect((await allow("wati", "yes")).status).toBe(303);
  const key = await keyOf(wati);
  const { streamId, channelId } = await publishing(key);
  expect((await allow("wati", "no")).status).toBe(303);
  expect(await roleOf("wati")).toBe("viewer");
  expect(await at.publish(key)).toMatchObject({ allowed: false, reason: "not-allowed" });
  expect((await wati.swap("/studio/key/show")).status).toBe(403);
  expect(await admin.text("/")).toContain("Nobody is live");
  expect((await listCommandsAfter(at.db, "ingest", 1, 9)).map((row) => JSON.parse(row.command) as object)).toEqual([
    { type: "channel-revoked", channelId },
    { type: "stream-ended", streamId, channelId },
  ]);
});

test("an administrator cannot be stopped, an unknown person is not found, other answers are refused", async () => {
  expect((await allow("admin", "no")).status).toBe(404);
  expect((await allow("nobody", "yes")).status).toBe(404);
  await at.person("wati");
  const odd = await admin.post(`/admin/people/${await idOf("wati")}/streaming`, { allow: "administrator" });
  expect(odd.status).toBe(400);
  expect([await roleOf("admin"), await roleOf("wati")]).toEqual(["administrator", "viewer"]);
});

test("where everyone may stream, stopping one person says why it cannot", async () => {
  const everyone = await appFixture({ everyoneMayStream: true });
  const boss = await everyone.administrator();
  const wati = await everyone.person("wati");
  expect(await wati.text("/studio")).toContain("rtmp://");
  const user = await findUserByName(everyone.db, "wati");
  const response = await boss.post(`/admin/people/${user?.id}/streaming`, { allow: "no" });
  expect([response.status, await response.text()]).toEqual([422, expect.stringContaining("STREAMERS")]);
  everyone.remove();
});

test("why an administrator ended a stream is told to its encoder and its streamer, in their language", async () => {
  const key = await keyOf(admin);
  const { streamId } = await publishing(key);
  await admin.post(`/admin/streams/${streamId}/end`, { reason: "a film, without the right to show it" });
  const message = "An administrator ended this stream: “a film, without the right to show it”.";
  const [, ended] = await listCommandsAfter(at.db, "ingest", 0, 9);
  expect(JSON.parse(ended?.command ?? "")).toMatchObject({ type: "stream-ended", streamId, message });
  expect(await admin.text("/studio")).toContain("An administrator ended your stream");
  expect(await at.publish(key)).toMatchObject({ message: `${message} Wait a minute before you start again.` });
  await admin.post("/language", { language: "id", next: "/" });
  const studio = await admin.text("/studio");
  expect(studio).toContain("Administrator mengakhiri siaran Anda");
  expect(studio).toContain('<blockquote dir="auto">a film, without the right to show it</blockquote>');
  at.time.now += 60_000;
  await publishing(key);
  expect(await admin.text("/studio")).not.toContain("a film");
});

test("ending a stream now ends it for viewers, tells ingest, and keeps its encoder away for a minute", async () => {
  const key = await keyOf(admin);
  const { streamId } = await publishing(key);
  expect((await admin.post(`/admin/streams/${streamId}/end`)).headers.get("location")).toBe("/admin?done=ended");
  expect(await commandTypes()).toEqual(["stream-started", "stream-ended"]);
  expect(await at.publish(key)).toMatchObject({ allowed: false, reason: "ended-by-operator" });
  expect(await admin.text("/studio")).toContain("An administrator ended this stream.");
  expect((await admin.post(`/admin/streams/${streamId}/end`)).status).toBe(303);
  expect(await commandTypes()).toHaveLength(2);
  at.time.now += 60_000;
  expect((await publishing(key)).streamId).not.toBe(streamId);
});
