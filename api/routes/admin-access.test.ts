import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { listAuditEntries } from "../../db/audit-log.ts";
import { listCategories } from "../../db/categories.ts";
import { createInvitation } from "../../db/invitations.ts";
import { insertCallRoom } from "../../db/fixtures.ts";
import { fileReport } from "../../db/reports.ts";
import { decideSecondFactor } from "../../db/site-settings.ts";
import { findUserByName } from "../../db/users.ts";
import { appFixture, type Browser, password } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
let wati: Browser;
let budi: Browser;
/** Of each act in turn, what its path is with everything filled in. */
let fill: Record<string, string>;

beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
  [wati, budi] = [await at.person("wati"), await at.person("budi")];
  await allowStreaming("wati");
  fill = await stage();
});
afterEach(() => at.remove());

const idOf = async (username: string): Promise<string> => (await findUserByName(at.db, username))?.id ?? "none";

async function allowStreaming(username: string): Promise<void> {
  const response = await admin.post(`/admin/people/${await idOf(username)}/streaming`, { allow: "yes" });
  if (response.status !== 303) throw new Error(`Not allowed: ${response.status}`);
}

/** Something for every act: a running stream, a report, an invitation, somebody who asks. */
async function stage(): Promise<Record<string, string>> {
  const key = /live_[0-9a-f]{48}/.exec(await (await wati.swap("/studio/key/show")).text())?.[0] ?? "no key";
  const published = await at.publish(key);
  if (!published.allowed) throw new Error(published.message);
  await budi.post("/studio/ask", { why: "Saya ingin siaran" });
  const report = { channelId: published.channelId, reporterId: await idOf("budi"), why: "spam", details: "" } as const;
  await fileReport(at.db, report, at.time.now, { most: 10, since: 0 });
  const act = { actor: { id: await idOf("admin"), name: "admin" }, now: at.time.now };
  const invitation = { codeHash: "c0de", note: "", expiresAt: at.time.now + 1000, mostOpen: 10 };
  await createInvitation(at.db, invitation, act);
  return {
    "/admin/people/:id": `/admin/people/${await idOf("budi")}`,
    "/admin/people/:name": "/admin/people/budi",
    "/admin/streams/:id": `/admin/streams/${published.streamId}`,
    "/admin/reports/:id{[0-9]{1,15}}": "/admin/reports/1",
    "/admin/invitations/:hash": "/admin/invitations/c0de",
    "/admin/categories/:id": "/admin/categories/music",
    "/admin/calls/:id{[0-9a-z-]+\\.csv}": "/admin/calls/abcd-efgh-jkmn-pqrs.csv",
    "/admin/calls/:id": "/admin/calls/abcd-efgh-jkmn-pqrs",
    ":act": "suspend",
  };
}

/** Every address of the administration, with something real in it. */
function adminPaths(method: string): string[] {
  const paths = at.routes
    .filter((route) => route.method === method && /^\/admin(\/|$)/.test(route.path))
    .map(({ path }) => Object.entries(fill).reduce((filled, [part, real]) => filled.replace(part, real), path));
  const unfilled = paths.filter((path) => path.includes(":"));
  if (unfilled.length > 0) throw new Error(`Nothing stands for the parts of ${unfilled.join(", ")}`);
  return [...new Set(paths)];
}

/** What each form says when it is right. */
const forms: Record<string, Record<string, string>> = {
  streaming: { allow: "yes" },
  decline: { why: "Belum" },
  role: { role: "streamer" },
  suspend: { reason: "Spam" },
  close: { outcome: "Warned" },
  registration: { registration: "closed" },
  invitations: { note: "For a friend", days: "7" },
  security: { needed: "yes" },
  categories: { name: "Quiz shows", nameId: "Kuis" },
  music: { name: "Songs", nameId: "Lagu" },
};
const formOf = (path: string): Record<string, string> => forms[path.split("/").at(-1) ?? ""] ?? {};

const rowsOfLog = async (): Promise<number> => (await listAuditEntries(at.db, {}, null, 1000)).length;
const everything = async (): Promise<string> =>
  JSON.stringify(
    await Promise.all(
      [
        "users",
        "streams",
        "reports",
        "invitations",
        "categories",
        "site_settings",
        "audit_log",
        "one_time_links",
        "sessions",
      ].map((table) => at.db.all(sql.raw(`SELECT * FROM ${table}`))),
    ),
  );

test("viewers, streamers, guests and suspended people reach nothing of it, whatever the address", async () => {
  const gone = await at.person("gone");
  await admin.post(`/admin/people/${await idOf("gone")}/suspend`, { reason: "Spam" });
  const before = await everything();
  const gets = adminPaths("GET");
  const posts = adminPaths("POST");
  expect([gets.length, posts.length]).toEqual([expect.any(Number), expect.any(Number)]);
  expect(gets.length).toBeGreaterThan(12);
  expect(posts.length).toBeGreaterThan(14);
  const people: [string, Browser, number][] = [
    ["viewer", budi, 403],
    ["streamer", wati, 403],
    ["guest", at.browser(), 303],
    ["suspended", gone, 303],
  ];
  for (const [who, browser, status] of people) {
    for (const path of gets) expect([who, path, (await browser.get(path)).status]).toEqual([who, path, status]);
    for (const path of posts) {
      const response = await browser.post(path, { ...formOf(path), password });
      expect([who, path, response.status]).toEqual([who, path, status]);
    }
  }
  expect(await everything()).toBe(before);
});

test("every act of an administrator leaves a row in the log", async () => {
  await at.db.run(sql`UPDATE users SET totp_cipher = 'x' WHERE username = 'admin'`);
  // Last what makes another act impossible.
  const last = ["/decline", "/suspend", "/lift", "/remove", "/revoke", "/security"];
  const rank = (path: string): number => last.findIndex((end) => path.endsWith(end));
  const posts = adminPaths("POST").toSorted((a, b) => rank(a) - rank(b));
  const silent: string[] = [];
  for (const path of posts) {
    // Granting is an answer too: ask again, so that there is something to decline.
    if (path.endsWith("/decline"))
      await at.db.run(sql`UPDATE users SET role = 'viewer', streaming_asked_at = 1 WHERE username = 'budi'`);
    if (path.endsWith("/role")) await at.db.run(sql`UPDATE users SET role = 'viewer' WHERE username = 'budi'`);
    const before = await rowsOfLog();
    const response = await admin.post(path, formOf(path));
    expect([path, response.status < 400]).toEqual([path, true]);
    if ((await rowsOfLog()) !== before + 1) silent.push(path);
  }
  expect(silent).toEqual([]);
});

test("what is refused, or changes nothing, leaves none", async () => {
  const before = await rowsOfLog();
  const wrong: [string, Record<string, string>][] = [
    [`/admin/people/${await idOf("admin")}/suspend`, { reason: "Me" }],
    [`/admin/people/${await idOf("admin")}/role`, { role: "viewer" }],
    [`/admin/people/${await idOf("admin")}/role`, { role: "administrator" }],
    [`/admin/people/${await idOf("wati")}/suspend`, { reason: " " }],
    [`/admin/people/${await idOf("wati")}/suspend`, { reason: "x".repeat(301) }],
    [`/admin/people/${await idOf("wati")}/role`, { role: "god" }],
    [`/admin/people/${await idOf("wati")}/lift`, {}],
    [`/admin/people/${await idOf("wati")}/decline`, { why: "Nothing was asked" }],
    ["/admin/people/nobody/reset", {}],
    ["/admin/people/nobody/sign-out", {}],
    ["/admin/streams/none/end", {}],
    ["/admin/reports/999/close", { outcome: "x" }],
    ["/admin/reports/1/close", { outcome: "" }],
    ["/admin/invitations", { note: "x".repeat(101), days: "7" }],
    ["/admin/invitations", { note: "", days: "4000" }],
    ["/admin/invitations/none/revoke", {}],
    ["/admin/registration", { registration: "sometimes" }],
    ["/admin/registration", { registration: "open" }],
    ["/admin/security", { needed: "yes" }],
    ["/admin/categories", { name: "", nameId: "Kuis" }],
    ["/admin/categories", { name: "音楽", nameId: "Kuis" }],
    ["/admin/categories", { name: "Music!", nameId: "Musik" }],
    ["/admin/categories/none", { name: "a", nameId: "b" }],
    ["/admin/categories/none/remove", {}],
  ];
  const categories = await listCategories(at.db);
  for (const [path, fields] of wrong) await admin.post(path, fields);
  expect(await rowsOfLog()).toBe(before);
  expect(await listCategories(at.db)).toEqual(categories);
});

test("a password typed long ago stops every act, and typed again lets it go on as it was sent", async () => {
  at.time.now += 16 * 60_000;
  const before = await everything();
  for (const path of adminPaths("POST")) {
    const response = await admin.post(path, formOf(path));
    const html = await response.text();
    expect([path, response.status, html.includes("Password again")]).toEqual([path, 403, true]);
  }
  expect(await everything()).toBe(before);

  const path = `/admin/people/${await idOf("budi")}/suspend`;
  const asked = await (await admin.post(path, { reason: 'Spam "and" <b>', next: "/admin/people/budi" })).text();
  expect(asked).toContain('name="reason" value="Spam &quot;and&quot; &lt;b&gt;"');
  expect(asked).toContain(`action="${path}"`);
  const fields = { reason: "Spam", next: "/admin/people/budi" };
  expect((await admin.post(path, { ...fields, password: "wrong wrong wrong" })).status).toBe(403);
  expect(await everything()).toBe(before);
  const done = await admin.post(path, { ...fields, password });
  expect([done.status, done.headers.get("location")]).toEqual([303, "/admin/people/budi?done=suspended"]);
  expect((await admin.post(`/admin/people/${await idOf("budi")}/lift`)).status).toBe(303);
});

test("passwords cannot be tried there without end", async () => {
  at.time.now += 16 * 60_000;
  const answers: number[] = [];
  for (let attempt = 0; attempt < 12; attempt += 1)
    answers.push(
      (await admin.post("/admin/registration", { registration: "closed", password: `wrong ${attempt}` })).status,
    );
  expect([answers[0], answers.at(-1)]).toEqual([403, 429]);
});

test("where it is the rule, administrators without a second factor are sent to set one up, and nowhere else", async () => {
  expect(await decideSecondFactor(at.db, true, { actor: { id: await idOf("admin"), name: "admin" }, now: 1 })).toBe(
    false,
  );
  await at.db.run(sql`UPDATE site_settings SET administrators_need_totp = 1`);
  const before = await everything();
  for (const path of adminPaths("GET"))
    expect([path, (await admin.get(path)).headers.get("location")]).toEqual([path, "/settings/second-factor"]);
  for (const path of adminPaths("POST"))
    expect([path, (await admin.post(path, formOf(path))).headers.get("location")]).toEqual([
      path,
      "/settings/second-factor",
    ]);
  expect(await everything()).toBe(before);
  await at.db.run(sql`UPDATE users SET totp_cipher = 'x' WHERE username = 'admin'`);
  expect((await admin.get("/admin")).status).toBe(200);
  expect((await admin.post("/admin/security", { needed: "no" })).status).toBe(303);
});

test("every page is whole in both languages", async () => {
  const indonesian = at.browser({ headers: { "accept-language": "id" } });
  for (const [name, value] of admin.cookies) indonesian.cookies.set(name, value);
  for (const path of adminPaths("GET").filter((each) => !each.includes("/calls/") && !each.endsWith("/suspend"))) {
    if (path === "/admin/invitations") continue;
    const [en, id] = [await admin.text(path), await indonesian.text(path)];
    expect([path, en.includes("Administration"), id.includes("Administrasi")]).toEqual([path, true, true]);
    expect(id).toContain('<html lang="id"');
    expect(`${en}${id}`).not.toMatch(/undefined|\[object|NaN/);
  }
});

test("a call that an administrator ends is in the log, one that its host ends is not", async () => {
  const callId = await insertCallRoom(at.db);
  const mine = await insertCallRoom(at.db, {
    id: "efgh-jkmn-pqrs-tuvw",
    hostSubject: await idOf("admin"),
    hostId: await idOf("admin"),
  });
  for (const browser of [wati, budi, at.browser()])
    expect((await browser.post(`/rooms/${callId}/end`)).status).toBe(403);
  const before = await rowsOfLog();
  await admin.post(`/rooms/${mine}/end`);
  expect(await rowsOfLog()).toBe(before);
  await admin.post(`/rooms/${callId}/end`);
  await admin.post(`/rooms/${callId}/end`);
  const [last] = await listAuditEntries(at.db, {}, null, 10);
  expect([await rowsOfLog(), last]).toEqual([
    before + 1,
    expect.objectContaining({ action: "call-ended", actorName: "admin", subjectName: "Kelas", detail: callId }),
  ]);
});
