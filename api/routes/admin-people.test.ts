import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { listAuditEntries } from "../../db/audit-log.ts";
import { insertAccount } from "../../db/fixtures.ts";
import { listCommandsAfter } from "../../db/outbox.ts";
import { findUserByName } from "../../db/users.ts";
import { appFixture, type Browser, password } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
});
afterEach(() => at.remove());

const idOf = async (username: string): Promise<string> => (await findUserByName(at.db, username))?.id ?? "none";
const roleOf = async (username: string) => (await findUserByName(at.db, username))?.role;
const act = async (username: string, what: string, fields: Record<string, string> = {}) =>
  admin.post(`/admin/people/${await idOf(username)}/${what}`, { next: `/admin/people/${username}`, ...fields });
const commandsTo = async (audience: "ingest" | "signaling") =>
  (await listCommandsAfter(at.db, audience, 0, 50)).map(
    (row) => JSON.parse(row.command) as { type: string; subject?: string },
  );
const keyOf = async (person: Browser): Promise<string> =>
  /live_[0-9a-f]{48}/.exec(await (await person.swap("/studio/key/show")).text())?.[0] ?? "no key";

test("who is suspended is out everywhere, and in again when it is lifted", async () => {
  const wati = await at.person("wati");
  await act("wati", "streaming", { allow: "yes" });
  const key = await keyOf(wati);
  const published = await at.publish(key);
  expect(published.allowed).toBe(true);

  const suspended = await act("wati", "suspend", { reason: "Spam <b>all day</b>" });
  expect(suspended.headers.get("location")).toBe("/admin/people/wati?done=suspended");
  expect((await wati.get("/settings")).status).toBe(303);
  expect(await at.db.all(sql`SELECT id FROM sessions WHERE user_id = ${await idOf("wati")}`)).toEqual([]);
  expect(await commandsTo("signaling")).toContainEqual(
    expect.objectContaining({ type: "revoked", subject: `user:${await idOf("wati")}` }),
  );
  expect((await commandsTo("ingest")).map(({ type }) => type).slice(-2)).toEqual(["channel-revoked", "stream-ended"]);
  const refused = await at.publish(key);
  expect(refused).toMatchObject({ allowed: false, reason: "not-allowed" });
  expect(JSON.stringify(refused)).toContain("suspended");
  expect((await at.browser().get("/@wati")).status).toBe(404);
  expect(await at.browser().text("/")).not.toContain("/@wati");
  const again = await at.browser().post("/login", { username: "wati", password });
  expect(again.status).not.toBe(303);

  const page = await admin.text("/admin/people/wati");
  expect(page).toContain("Spam &lt;b&gt;all day&lt;/b&gt;");
  expect(page).toContain("Lift the suspension");
  expect(await admin.text("/admin/people?show=suspended")).toContain("wati");
  const twice = await act("wati", "suspend", { reason: "Twice" });
  const inPlace = await twice.text();
  // Why not is said on the page that the form was on.
  expect([twice.status, inPlace]).toEqual([422, expect.stringMatching(/id="admin-error" role="alert"[^]*suspended/)]);
  expect(inPlace).toContain("Lift the suspension");
  expect((await act("wati", "role", { role: "administrator" })).status).toBe(422);

  expect((await act("wati", "lift")).headers.get("location")).toBe("/admin/people/wati?done=lifted");
  expect((await at.browser().post("/login", { username: "wati", password })).status).toBe(303);
  expect((await at.browser().get("/@wati")).status).toBe(200);
  expect((await at.publish(key)).allowed).toBe(true);
});

test("a suspension needs a reason, and what was typed stays", async () => {
  await at.person("wati");
  const response = await act("wati", "suspend", { reason: `${"x".repeat(300)}"y` });
  const html = await response.text();
  expect([response.status, html.includes("x&quot;y"), html.includes('role="alert"')]).toEqual([422, true, true]);
  const indonesian = at.browser({ headers: { "accept-language": "id" } });
  for (const [name, value] of admin.cookies) indonesian.cookies.set(name, value);
  const refused = await indonesian.post(`/admin/people/${await idOf("wati")}/suspend`, {
    reason: "",
    next: "/admin/people/wati",
  });
  expect(await refused.text()).toContain("Tulis alasan");
});

test("roles change, ticket holders start again, and the last administrator stays one", async () => {
  await at.person("wati");
  expect((await act("admin", "role", { role: "viewer" })).status).toBe(422);
  expect(await roleOf("admin")).toBe("administrator");
  expect((await act("wati", "role", { role: "administrator" })).status).toBe(303);
  expect(await roleOf("wati")).toBe("administrator");
  expect(await commandsTo("signaling")).toContainEqual(
    expect.objectContaining({ type: "revoked", subject: `user:${await idOf("wati")}` }),
  );
  // Now there is another one: even one's own role can go, and with it the way in.
  expect((await act("admin", "role", { role: "streamer" })).status).toBe(303);
  expect([await roleOf("admin"), (await admin.get("/admin")).status]).toEqual(["streamer", 403]);
});

test("a streamer who becomes a viewer is off the air", async () => {
  const wati = await at.person("wati");
  await act("wati", "role", { role: "streamer" });
  const key = await keyOf(wati);
  await at.publish(key);
  await act("wati", "role", { role: "viewer" });
  expect((await commandsTo("ingest")).map(({ type }) => type)).toEqual([
    "stream-started",
    "channel-revoked",
    "stream-ended",
  ]);
  expect(await at.publish(key)).toMatchObject({ allowed: false, reason: "not-allowed" });
});

test("a reset link is shown once, sets a password once, and is in no log", async () => {
  const wati = await at.person("wati");
  const html = await (await act("wati", "reset")).text();
  const path = /http:\/\/localhost:3000(\/reset\?code=([0-9a-f]{32}))"/.exec(html);
  expect(path).not.toBeNull();
  const [, link = "", code = "none"] = path ?? [];
  expect(await admin.text("/admin/people/wati")).not.toContain(code);
  expect(JSON.stringify(await listAuditEntries(at.db, {}, null, 50))).not.toContain(code);
  expect(at.logged.join("\n")).not.toContain(code);
  const lost = at.browser();
  expect((await lost.get(link)).headers.get("location")).toBe("/reset");
  expect((await lost.post("/reset", { password: "another long password" })).status).toBe(303);
  expect((await wati.get("/settings")).status).toBe(303);
  expect((await at.browser().get(link)).status).toBe(403);
});

test("signed out everywhere means every browser", async () => {
  const wati = await at.person("wati");
  const phone = at.browser();
  await phone.post("/login", { username: "wati", password });
  expect(await admin.text("/admin/people/wati")).toContain("in 2 browsers");
  await act("wati", "sign-out");
  expect([(await wati.get("/studio")).status, (await phone.get("/studio")).status]).toEqual([303, 303]);
  expect(await admin.text("/admin/people/wati?done=signed-out")).toContain("Signed out everywhere.");
});

test("people are found by the beginning of their name, and by what they call themselves", async () => {
  for (const name of ["bud", "budi", "budiman", "rebudi", "wati"]) await insertAccount(at.db, name, "viewer");
  await at.db.run(sql`UPDATE users SET display_name = 'Bapak Budi <i>' WHERE username = 'wati'`);
  const found = async (query: string) =>
    [...(await admin.text(`/admin/people?${query}`)).matchAll(/href="\/admin\/people\/([a-z0-9_]+)"/g)].map(
      (match) => match[1],
    );
  expect(await found("q=Budi")).toEqual(["budi", "budiman", "wati"]);
  expect(await found("q=@bud")).toEqual(["bud", "budi", "budiman"]);
  expect(await found("q=%25")).toEqual([]);
  expect(await admin.text("/admin/people?q=wati")).toContain("Bapak Budi &lt;i&gt;");
  expect(await admin.text('/admin/people?q="><script>')).not.toContain("<script>");
  await at.db.run(sql`UPDATE users SET role = 'streamer' WHERE username LIKE 'bud%'`);
  expect(new Set(await found("show=streamers"))).toEqual(new Set(["bud", "budi", "budiman"]));
  expect(await found("show=administrators")).toEqual(["admin"]);
  await at.db.run(sql`UPDATE users SET streaming_asked_at = 5, suspended_at = 6 WHERE username LIKE 'rebudi'`);
  expect([await found("show=asking"), await found("show=suspended")]).toEqual([["rebudi"], ["rebudi"]]);
});

test("each list of people comes in pages that miss nobody, also where times are the same", async () => {
  for (let index = 0; index < 120; index += 1)
    await insertAccount(at.db, `person_${String(index).padStart(3, "0")}`, "streamer");
  await at.db.run(sql`UPDATE users SET streaming_asked_at = 7, suspended_at = 8 WHERE username LIKE 'person%'`);
  for (const show of ["all", "streamers", "asking", "suspended"]) {
    const seen: string[] = [];
    let path: string | undefined = `/admin/people?show=${show}`;
    for (let page = 0; path !== undefined && page < 10; page += 1) {
      const html: string = await admin.text(path);
      seen.push(...[...html.matchAll(/href="\/admin\/people\/(person_\d{3})"/g)].map((match) => match[1] ?? ""));
      path = /admin-more" href="(\/admin\/people\?[^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    }
    expect([show, seen.length, new Set(seen).size]).toEqual([show, 120, 120]);
  }
});

test("asking to stream: once, seen by administrators, answered with a sentence, asked again a day later", async () => {
  const wati = await at.person("wati");
  expect((await wati.post("/studio/ask", { why: "x".repeat(501) })).status).toBe(422);
  expect((await wati.post("/studio/ask", { why: "Musik <b>gamelan</b>" })).status).toBe(303);
  expect((await wati.post("/studio/ask", { why: "Again" })).status).toBe(422);
  expect(await wati.text("/studio/ask")).toContain("Musik &lt;b&gt;gamelan&lt;/b&gt;");
  const overview = await admin.text("/admin");
  expect(overview).toContain("1 person asks for the right to stream");
  expect(overview).toContain("Musik &lt;b&gt;gamelan&lt;/b&gt;");

  await act("wati", "decline", { why: "Tell us <i>more</i>" });
  expect((await act("wati", "decline", { why: "Twice" })).status).toBe(422);
  const answer = await wati.text("/studio/ask");
  expect(answer).toContain("Tell us &lt;i&gt;more&lt;/i&gt;");
  expect(answer).toContain("You can ask again on");
  expect((await wati.post("/studio/ask", { why: "Now" })).status).toBe(422);
  at.time.now += 24 * 60 * 60_000;
  const fragment = await wati.swap("/studio/ask", { why: "Please" });
  expect([fragment.status, await fragment.text()]).toEqual([200, expect.stringContaining("You have asked to stream")]);

  expect((await act("wati", "streaming", { allow: "yes", password })).status).toBe(303);
  expect(await admin.text("/admin")).not.toContain("for the right to stream");
  expect((await wati.get("/studio/ask")).headers.get("location")).toBe("/studio");
  expect((await at.browser().post("/studio/ask", { why: "" })).headers.get("location")).toStartWith("/login");
});

test("a streamer who is stopped can ask at once", async () => {
  const wati = await at.person("wati");
  await act("wati", "streaming", { allow: "yes" });
  await act("wati", "streaming", { allow: "no" });
  expect(await wati.text("/studio/ask")).not.toContain("said no");
  expect((await wati.post("/studio/ask", { why: "" })).status).toBe(303);
});
