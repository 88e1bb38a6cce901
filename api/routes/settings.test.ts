import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { listCommandsAfter } from "../../db/outbox.ts";
import { chatLines, follows, streams, users } from "../../db/schema.ts";
import { findUserByName } from "../../db/users.ts";
import { appFixture, type Browser, password } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
let wati: Browser;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
  wati = await at.person("wati");
});
afterEach(() => at.remove());

const userOf = async (username: string) => {
  const user = await at.db.query.users.findFirst({ where: eq(users.username, username) });
  if (user === undefined) throw new Error(`No ${username}`);
  return user;
};
const channelOf = async (username: string): Promise<string> => {
  const [row] = await at.db.all<{ id: string }>(sql`SELECT id FROM channels WHERE name = ${username}`);
  return row?.id ?? "";
};
/** Tells ingest and signaling: the type of each command, and what it is about. */
const commands = async (audience: "ingest" | "signaling") =>
  (await listCommandsAfter(at.db, audience, 0, 100)).map(
    ({ command }) => JSON.parse(command) as Record<string, unknown>,
  );
const setName = (browser: Browser, displayName: string, color = "") =>
  browser.post("/settings/profile", { displayName, color });

test("a name and a colour are kept, shown, and can be given up again", async () => {
  const saved = await setName(wati, "  Wati   Ayu ", "7");
  expect([saved.status, saved.headers.get("location")]).toEqual([303, "/settings?saved"]);
  expect(await userOf("wati")).toMatchObject({ displayName: "Wati Ayu", color: 7 });
  const html = await wati.text("/settings?saved");
  expect(html).toContain('value="Wati Ayu"');
  expect(html).toMatch(/value="7" checked/);
  expect(html).toContain("Saved.");
  await setName(wati, "", "");
  expect(await userOf("wati")).toMatchObject({ displayName: null, color: null });
});

test("names that would pass for somebody else are refused, with what was typed still there", async () => {
  await at.person("budi");
  expect((await setName(wati, "Bu Wati")).status).toBe(303);
  const budi = at.browser();
  await budi.post("/login", { username: "budi", password });
  for (const [name, why] of [
    ["WATI", "Somebody else has this name"],
    ["w á t i", "Somebody else has this name"],
    ["bu WATI", "Somebody else has this name"],
    ["Bú Wati!", "Somebody else has this name"],
    ["ᏔᎪᎢᎥ", "Somebody else has this name"],
    ["ʙᴜ ᴡᴀᴛɪ", "Somebody else has this name"],
    ["Support", "reserved"],
    ["Wаti", "mixes alphabets"],
    ["<b>\u202e", "cannot be seen"],
  ] as const) {
    const refused = await setName(budi, name);
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining(why)]);
  }
  expect(await userOf("budi")).toMatchObject({ displayName: null });
  expect((await setName(budi, "Budi")).status).toBe(303);
  expect((await setName(budi, 'Bu Wati "Satu" OR *')).status).toBe(303);
  expect((await setName(admin, "Administrator")).status).toBe(303);
});

test("nobody signs up under a name that somebody else is called", async () => {
  await setName(wati, "Ratu");
  await setName(admin, "Má lam");
  for (const username of ["ratu", "MALAM"]) {
    const refused = await at.browser().post("/register", { username, password });
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("This username is taken.")]);
  }
  await setName(wati, "");
  expect((await at.browser().post("/register", { username: "ratu", password })).status).toBe(303);
});

test("of two who want one name at once one gets it", async () => {
  const budi = await at.person("budi");
  const answers = await Promise.all([setName(wati, "Ratu Malam"), setName(budi, "ratu malam")]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 422]);
});

test("what is written in a name stays text, and colours that are none are refused", async () => {
  await setName(wati, `"><script>alert(1)</script>`);
  for (const path of ["/settings", "/settings/security", "/"])
    expect(await wati.text(path)).not.toContain("<script>alert");
  for (const color of ["12", "-1", "1e1", "red", "0x1"]) expect((await setName(wati, "Wati", color)).status).toBe(400);
});

test("name and colour go into tickets, of the chat beside the username, of calls in its place", async () => {
  await setName(wati, "Ratu Malam", "3");
  const room = (await wati.post("/rooms", { name: "Kelas", mode: "meeting", entry: "link" })).headers.get("location");
  const personIn = async (request: object): Promise<unknown> => {
    const { ticket } = (await (await wati.postJson("/ticket", request)).json()) as { ticket: string };
    const [body = ""] = ticket.split(".");
    return (JSON.parse(Buffer.from(body, "base64url").toString()) as { person: unknown }).person;
  };
  expect(await personIn({ channel: "admin" })).toMatchObject({ name: "wati", displayName: "Ratu Malam", color: 3 });
  expect(await personIn({ call: room?.split("/").at(-1)?.split("?")[0] })).toMatchObject({
    name: "Ratu Malam",
    color: 3,
  });
});

test("a picture is taken anew, shown, and removed; what is none is refused at its field", async () => {
  const form = new FormData();
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
  form.set("avatar", new File([Buffer.from(pixel, "base64")], "me.png", { type: "image/png" }));
  expect((await wati.upload("/settings/avatar", form)).headers.get("location")).toBe("/settings?saved");
  const { avatarHash } = await userOf("wati");
  expect(await wati.text("/settings")).toContain(`/images/${avatarHash}.webp`);
  expect((await wati.get(`/images/${avatarHash}.webp`)).headers.get("content-type")).toBe("image/webp");

  form.set("avatar", new File(["<svg onload='alert(1)'/>"], "me.png", { type: "image/png" }));
  const svg = await wati.upload("/settings/avatar", form);
  expect([svg.status, await svg.text()]).toEqual([422, expect.stringMatching(/id="picture-error" role="alert"/)]);
  const none = await wati.upload("/settings/avatar", new FormData());
  expect([none.status, await none.text()]).toEqual([422, expect.stringContaining("Choose a picture first.")]);
  expect((await userOf("wati")).avatarHash).toBe(avatarHash);
  await wati.post("/settings/avatar/remove");
  expect((await userOf("wati")).avatarHash).toBeNull();
});

test("a new password takes the old one, and ends every other session", async () => {
  const other = at.browser();
  await other.post("/login", { username: "wati", password });
  const change = (current: string, typed: string) => wati.post("/settings/password", { current, password: typed });
  const wrong = await change("wrong", "another horse battery");
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringMatching(/id="current-error" role="alert"/)]);
  expect((await change(password, "short")).status).toBe(422);
  const before = wati.cookies.get("panggung_session");
  expect((await change(password, "another horse battery")).headers.get("location")).toBe(
    "/settings/security?done=password",
  );
  expect(wati.cookies.get("panggung_session")).not.toBe(before);
  expect([(await wati.get("/settings")).status, (await other.get("/settings")).status]).toEqual([200, 303]);
  expect((await at.browser().post("/login", { username: "wati", password })).status).toBe(422);
  expect(await commands("signaling")).toContainEqual(
    expect.objectContaining({ type: "revoked", subject: `user:${(await userOf("wati")).id}` }),
  );
});

test("guessing the password in the settings counts as guessing it anywhere", async () => {
  const statuses: number[] = [];
  for (let count = 0; count < 12; count += 1) {
    statuses.push((await wati.post("/settings/password", { current: "wrong", password: "new password" })).status);
  }
  expect(statuses.slice(9)).toEqual([422, 429, 429]);
});

test("new recovery codes take the password, and make the old ones void", async () => {
  expect((await wati.post("/settings/recovery-codes", { password: "wrong" })).status).toBe(422);
  const { id } = await userOf("wati");
  const before = await at.db.query.recoveryCodes.findMany();
  const made = await wati.post("/settings/recovery-codes", { password });
  expect(made.headers.get("location")).toBe("/recovery-codes?next=%2Fsettings%2Fsecurity");
  const after = await at.db.query.recoveryCodes.findMany();
  expect(after.filter(({ userId }) => userId === id)).toHaveLength(8);
  expect(after.filter(({ codeHash }) => before.some((old) => old.codeHash === codeHash))).toHaveLength(8);
});

test("sessions are listed in words; one can be signed out, and all others", async () => {
  const phone = at.browser({ headers: { "user-agent": "Mozilla/5.0 (Android 14; Mobile) Firefox/133.0" } });
  await phone.post("/login", { username: "wati", password });
  await at.browser().post("/login", { username: "wati", password });
  const html = await wati.text("/settings/sessions");
  expect(html).toContain("Firefox on Android");
  expect(html).toContain("This device");
  const names = Array.from(html.matchAll(/name="session" value="([0-9a-f]{32})"/g), ([, name = ""]) => name);
  expect(names).toHaveLength(2);

  const budi = await at.person("budi");
  for (const name of names) {
    expect((await budi.post("/settings/sessions/end", { session: name })).headers.get("location")).toBe(
      "/settings/sessions",
    );
  }
  expect((await phone.get("/settings")).status).toBe(200);
  await Promise.all(names.map((session) => wati.post("/settings/sessions/end", { session })));
  expect((await phone.get("/settings")).status).toBe(303);
  await phone.post("/login", { username: "wati", password });
  await wati.post("/settings/sessions/end-others");
  expect([(await phone.get("/settings")).status, (await wati.get("/settings")).status]).toEqual([303, 200]);
});

test("when a session was seen is written once an hour", async () => {
  const seenAt = async () =>
    (await at.db.query.sessions.findFirst({ where: sql`user_id = ${(await userOf("wati")).id}` }))?.seenAt;
  const start = at.time.now;
  at.time.now = start + 59 * 60_000;
  await wati.get("/");
  expect(await seenAt()).toBe(start);
  at.time.now = start + 60 * 60_000;
  await wati.get("/");
  expect(await seenAt()).toBe(at.time.now);
});

test("who signs in on more than fifty devices is signed out where they were longest ago", async () => {
  const [{ id }] = [await userOf("wati")];
  for (let count = 0; count < 50; count += 1) {
    at.time.now += 1;
    await at.browser().post("/login", { username: "wati", password });
  }
  expect(await at.db.query.sessions.findMany({ where: sql`user_id = ${id}` })).toHaveLength(50);
  expect((await wati.get("/settings")).status).toBe(303);
});

test("an account goes with everything that is in it, and ingest and signaling hear of it", async () => {
  const { id } = await userOf("wati");
  const [watis, admins] = [await channelOf("wati"), await channelOf("admin")];
  const line = (author: string, channelId: string, nonce: string) => ({
    id: `${author}.${nonce}`,
    channelId,
    authorId: author,
    epoch: 1,
    at: at.time.now,
    text: "halo",
    action: false,
    first: false,
  });
  const adminId = (await userOf("admin")).id;
  await at.db
    .insert(chatLines)
    .values([line(id, admins, "nonce-01"), line(adminId, watis, "nonce-02"), line(adminId, admins, "nonce-03")]);
  await at.db.insert(follows).values([
    { userId: id, channelId: admins, followedAt: 1 },
    { userId: adminId, channelId: watis, followedAt: 1 },
  ]);
  await at.db
    .insert(streams)
    .values({ id: "s1", channelId: watis, state: "live", startedAt: 1, incarnation: 1, leaseRenewedAt: 1 });
  await wati.post("/rooms", { name: "Kelas", mode: "meeting", entry: "link" });

  expect((await wati.post("/settings/delete", { username: "budi", password })).status).toBe(422);
  expect((await wati.post("/settings/delete", { username: "wati", password: "wrong" })).status).toBe(422);
  const gone = await wati.post("/settings/delete", { username: " Wati", password });
  expect([gone.status, gone.headers.get("location")]).toEqual([303, "/goodbye"]);
  expect(await wati.text("/goodbye")).toContain("Your account is deleted");
  expect(await findUserByName(at.db, "wati")).toBeUndefined();
  expect((await wati.get("/settings")).status).toBe(303);

  for (const [table, left] of [
    ["channels", 1],
    ["streams", 0],
    ["follows", 0],
    ["chat_lines", 1],
    ["call_rooms", 0],
    ["recovery_codes", 8],
    ["sessions", 1],
  ] as const) {
    expect([table, (await at.db.all(sql.raw(`SELECT 1 FROM ${table}`))).length]).toEqual([table, left]);
  }
  expect((await commands("ingest")).map(({ type }) => type)).toEqual(["channel-revoked", "stream-ended"]);
  const told = await commands("signaling");
  expect(told.map(({ type }) => type)).toEqual(expect.arrayContaining(["chat-ban", "call-ended", "revoked"]));
  expect(told).toContainEqual(expect.objectContaining({ type: "chat-ban", channelId: admins, userId: id }));
  expect(told).toContainEqual({ type: "revoked", subject: `user:${id}`, at: at.time.now });
});

test("the last administrator cannot go; of the last two who go at once one stays", async () => {
  expect(await admin.text("/settings/account")).toContain("You are the only administrator.");
  const refused = await admin.post("/settings/delete", { username: "admin", password });
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("only administrator")]);
  await at.db.update(users).set({ role: "administrator" }).where(eq(users.username, "wati"));
  const answers = await Promise.all([
    admin.post("/settings/delete", { username: "admin", password }),
    wati.post("/settings/delete", { username: "wati", password }),
  ]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 403]);
  expect(await at.db.query.users.findMany()).toHaveLength(1);
});

test("who is not signed in gets nowhere, and comes back to the page their form was on", async () => {
  const stranger = at.browser();
  for (const path of [
    "/settings",
    "/settings/security",
    "/settings/sessions",
    "/settings/account",
    "/recovery-codes",
  ]) {
    expect((await stranger.get(path)).headers.get("location")).toBe(`/login?next=${encodeURIComponent(path)}`);
  }
  for (const path of [
    "/settings/profile",
    "/settings/avatar",
    "/settings/avatar/remove",
    "/settings/password",
    "/settings/recovery-codes",
    "/settings/second-factor",
    "/settings/second-factor/off",
    "/settings/sessions/end",
    "/settings/sessions/end-others",
    "/settings/delete",
    "/recovery-codes",
    "/confirm",
  ]) {
    const answer = await stranger.post(path, {}, { referer: "http://localhost:3000/settings/security?done=password" });
    expect([path, answer.headers.get("location")]).toEqual([
      path,
      "/login?next=%2Fsettings%2Fsecurity%3Fdone%3Dpassword",
    ]);
    const foreign = await stranger.post(path, {}, { referer: "https://evil.example/settings" });
    expect(foreign.headers.get("location")).toBe("/login");
  }
});

test("a suspended person is told why, but only with the right password", async () => {
  await at.db
    .update(users)
    .set({ suspendedAt: at.time.now, suspendedReason: "Spam in <b>chat</b>" })
    .where(eq(users.username, "wati"));
  const wrong = await at.browser().post("/login", { username: "wati", password: "wrong" });
  expect(await wrong.text()).not.toContain("suspended");
  const right = await at.browser().post("/login", { username: "wati", password });
  expect([right.status, await right.text()]).toEqual([
    403,
    expect.stringContaining("This account is suspended: Spam in &lt;b&gt;chat&lt;/b&gt;"),
  ]);
});
