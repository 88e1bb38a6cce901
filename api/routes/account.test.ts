import { afterEach, expect, test } from "bun:test";
import { createOneTimePath } from "../auth/one-time-codes.ts";
import { findUserByName } from "../../db/users.ts";
import { appFixture, type Browser, password } from "../fixtures.ts";

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

const sessionOf = (browser: { cookies: Map<string, string> }) =>
  browser.cookies.get("panggung_session") ?? browser.cookies.get("__Host-panggung_session");

test("the set-up link moves its code out of the address, and makes one administrator who is signed in", async () => {
  const at = await fixture();
  const browser = at.browser();
  const opened = await browser.get(await at.setupPath());
  expect([opened.status, opened.headers.get("location")]).toEqual([303, "/setup"]);
  expect(opened.headers.getSetCookie()[0]).toMatch(
    /^panggung_setup_code=[0-9a-f]{32}; Max-Age=3600; Path=\/setup; HttpOnly; SameSite=Lax$/,
  );
  expect(await browser.text("/setup")).toContain("Create administrator");
  const made = await browser.post("/setup", { username: "Admin", password });
  expect([made.status, made.headers.get("location")]).toEqual([303, "/recovery-codes?next=%2Fstudio"]);
  expect([...browser.cookies.keys()]).toEqual(["panggung_session", "panggung_device", "panggung_recovery_codes"]);
  expect(await findUserByName(at.db, "admin")).toMatchObject({ role: "administrator" });
  expect((await browser.get("/admin")).status).toBe(200);
});

test("opening the link, as a preview does, uses nothing up", async () => {
  const at = await fixture();
  const path = await at.setupPath();
  for (let count = 0; count < 3; count += 1) await at.browser().get(path);
  const browser = at.browser();
  await browser.get(path);
  expect((await browser.post("/setup", { username: "admin", password })).status).toBe(303);
});

test("nobody takes the stage over: no code, a guessed code, an old link, a used link, a later link", async () => {
  const at = await fixture();
  const stranger = at.browser();
  expect((await stranger.get("/setup")).status).toBe(403);
  expect((await stranger.post("/setup", { username: "stranger", password })).status).toBe(403);
  expect((await stranger.get(`/setup?code=${"0".repeat(32)}`)).status).toBe(403);
  stranger.cookies.set("panggung_setup_code", "0".repeat(32));
  expect((await stranger.post("/setup", { username: "stranger", password })).status).toBe(403);
  expect((await stranger.post("/register", { username: "stranger", password })).status).toBe(403);

  const late = at.browser();
  await late.get(await at.setupPath());
  at.time.now += 60 * 60_000;
  expect((await late.post("/setup", { username: "stranger", password })).status).toBe(403);

  const second = at.browser();
  const path = await at.setupPath();
  await second.get(path);
  await at.administrator();
  expect((await second.post("/setup", { username: "stranger", password })).status).toBe(403);
  expect((await second.get(path)).status).toBe(403);
  const later = at.browser();
  later.cookies.set("panggung_setup_code", (await at.setupPath()).split("=")[1] ?? "");
  expect((await later.post("/setup", { username: "stranger", password })).status).toBe(403);
  expect((await at.db.query.users.findMany()).map(({ username }) => username)).toEqual(["admin"]);
});

test("of eight set-ups at once with the same code one wins", async () => {
  const at = await fixture();
  const path = await at.setupPath();
  const browsers = Array.from({ length: 8 }, () => at.browser());
  await Promise.all(browsers.map((browser) => browser.get(path)));
  const responses = await Promise.all(
    browsers.map((browser, index) => browser.post("/setup", { username: `admin_${index}`, password })),
  );
  expect(responses.filter((response) => response.status === 303)).toHaveLength(1);
  expect(await at.db.query.users.findMany()).toHaveLength(1);
  expect(browsers.filter((browser) => sessionOf(browser) !== undefined)).toHaveLength(1);
});

test("the session's cookie over http, and over https", async () => {
  const http = await fixture();
  await http.administrator();
  const login = (at: Fixture, origin: string) => at.browser({ origin }).post("/login", { username: "admin", password });
  const overHttp = await login(http, "http://localhost:3000");
  expect(overHttp.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^panggung_session=[0-9a-f]{40}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/),
    expect.stringMatching(/^panggung_device=[\w%]+; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);

  const proxied = await fixture({ trustedProxies: ["10.0.0.1"] });
  await proxied.administrator();
  const browser = proxied.browser({
    origin: "https://localhost:3000",
    remoteAddress: "10.0.0.1",
    headers: { "x-forwarded-proto": "https" },
  });
  const overHttps = await browser.post("/login", { username: "admin", password });
  expect(overHttps.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-panggung_session=[0-9a-f]{40}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ),
    expect.stringMatching(/^__Host-panggung_device=[\w%]+; Max-Age=31536000; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
  ]);
  expect((await browser.get("/admin")).status).toBe(200);
});

test("the database holds no session token", async () => {
  const at = await fixture();
  const admin = await at.administrator();
  const rows = await at.db.query.sessions.findMany();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(sessionOf(admin) ?? "none");
});

test("signing in starts a new session and ends the one before; signing out ends it on the server", async () => {
  const at = await fixture();
  const admin = await at.administrator();
  const before = sessionOf(admin) ?? "";
  await admin.post("/login", { username: "admin", password });
  const after = sessionOf(admin) ?? "";
  expect(after).not.toBe(before);
  const withCookie = (token: string) => {
    const browser = at.browser();
    browser.cookies.set("panggung_session", token);
    return browser;
  };
  expect((await withCookie(before).get("/admin")).status).toBe(303);
  expect((await withCookie(after).get("/admin")).status).toBe(200);
  await admin.post("/logout");
  expect(sessionOf(admin)).toBeUndefined();
  expect((await withCookie(after).get("/admin")).status).toBe(303);
});

test("a planted session token is of no use after the victim signs in", async () => {
  const at = await fixture();
  await at.administrator();
  const victim = at.browser();
  victim.cookies.set("panggung_session", "planted");
  await victim.post("/login", { username: "admin", password });
  expect(sessionOf(victim)).not.toBe("planted");
  const attacker = at.browser();
  attacker.cookies.set("panggung_session", "planted");
  expect((await attacker.get("/admin")).status).toBe(303);
});

test("garbage in the cookie header is nobody", async () => {
  const at = await fixture();
  for (const cookie of [
    "panggung_session=%E0%A4%A",
    "=;;=",
    "panggung_session",
    `panggung_session=${"x".repeat(4000)}`,
  ]) {
    expect((await at.browser().get("/", { cookie })).status).toBe(200);
  }
});

test("a wrong password and an unknown name are told apart by nothing", async () => {
  const at = await fixture();
  await at.administrator();
  const answers = [];
  for (const username of ["admin", "nobody", "not a name!"]) {
    const response = await at.browser().post("/login", { username, password: "wrong password" });
    answers.push([response.status, (await response.text()).replaceAll(username, "NAME")]);
  }
  expect(answers[0]?.[1]).toContain("The username or the password is wrong.");
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]?.[0]).toBe(422);
});

test("after ten wrong passwords even the right one waits, for that account from that address", async () => {
  const at = await fixture();
  await at.administrator();
  await at.person("wati");
  const login = (username: string, typed: string, remoteAddress = "192.0.2.7") =>
    at.browser({ remoteAddress }).post("/login", { username, password: typed });
  const attempts = await Promise.all(Array.from({ length: 20 }, () => login("admin", "wrong password")));
  expect(attempts.filter((response) => response.status === 422)).toHaveLength(10);
  const limited = await login("Admin ", password);
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(600);
  expect(await limited.text()).toContain("Too many attempts");
  expect((await login("wati", password)).status).toBe(303);
  expect((await login("admin", password, "198.51.100.9")).status).toBe(303);
});

test("an account is guarded against guesses from many addresses", async () => {
  const at = await fixture({ limits: { loginsPerAccount: 3 } });
  await at.administrator();
  const statuses = [];
  for (let index = 0; index < 5; index += 1) {
    const browser = at.browser({ remoteAddress: `198.51.100.${index}` });
    statuses.push((await browser.post("/login", { username: "admin", password: "wrong password" })).status);
  }
  expect(statuses).toEqual([422, 422, 422, 429, 429]);
});

test("guesses from many addresses keep nobody out where they have signed in before, or who has a recovery code", async () => {
  const at = await fixture({ limits: { loginsPerAccount: 2, loginsPerAccountAndAddress: 3 } });
  await at.administrator();
  const wati = await at.person("wati");
  const [, code = ""] = /<code>([^<]+)<\/code>/.exec(await wati.text("/recovery-codes")) ?? [];
  for (let index = 0; index < 4; index += 1) {
    const thief = at.browser({ remoteAddress: `198.51.100.${index}` });
    await thief.post("/login", { username: "wati", password: "wrong password" });
  }
  const elsewhere = (remoteAddress: string) => {
    const browser = at.browser({ remoteAddress });
    browser.cookies.set("panggung_device", wati.cookies.get("panggung_device") ?? "");
    return browser;
  };
  const logIn = async (browser: Browser, username = "wati", typed = password): Promise<number> =>
    (await browser.post("/login", { username, password: typed })).status;
  expect((await wati.post("/confirm", { password })).status).toBe(303);
  await wati.post("/logout");
  expect([await logIn(at.browser()), await logIn(wati)]).toEqual([429, 303]);

  // What the browser keeps is somebody's own, and its tries are counted too.
  const statuses = [];
  for (let index = 0; index < 5; index += 1)
    statuses.push(await logIn(elsewhere(`203.0.113.${index}`), "wati", "wrong password"));
  expect(statuses).toEqual([422, 422, 422, 429, 429]);
  const ofSomebodyElse = [];
  for (let index = 5; index < 9; index += 1)
    ofSomebodyElse.push(await logIn(elsewhere(`203.0.113.${index}`), "admin", "wrong password"));
  expect(ofSomebodyElse).toEqual([422, 422, 429, 429]);

  const recovery = { username: "wati", recoveryCode: code, password: "another horse battery" };
  expect((await at.browser({ remoteAddress: "203.0.113.50" }).post("/recover", recovery)).status).toBe(303);
});

test("right passwords do not use the limit up", async () => {
  const at = await fixture({ limits: { loginsPerAccountAndAddress: 2, loginsPerAddress: 2, loginsPerAccount: 2 } });
  await at.administrator();
  for (let count = 0; count < 6; count += 1) {
    expect((await at.browser().post("/login", { username: "admin", password })).status).toBe(303);
  }
});

test("an IPv6 /64 counts as one address", async () => {
  const at = await fixture({ limits: { registrationsPerAddress: 2 } });
  await at.administrator();
  const register = (remoteAddress: string, username: string) =>
    at.browser({ remoteAddress }).post("/register", { username, password });
  expect((await register("2001:db8:1:2::1", "wati")).status).toBe(303);
  expect((await register("2001:db8:1:2:ffff::2", "budi")).status).toBe(303);
  expect((await register("2001:db8:1:2:3:4:5:6", "siti")).status).toBe(429);
  expect((await register("2001:db8:1:3::1", "siti")).status).toBe(303);
});

test("one-time codes cannot be tried without end", async () => {
  const at = await fixture({ limits: { codesPerAddress: 3 } });
  const browser = at.browser();
  const statuses = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await browser.get(`/setup?code=${count}`)).status);
  expect(statuses).toEqual([403, 403, 403, 429, 429]);
});

test.each([
  ["ab", "A username has 3 to 24 letters, digits or underscores."],
  ["a".repeat(25), "A username has 3 to 24 letters, digits or underscores."],
  ["wati<script>", "A username has 3 to 24 letters, digits or underscores."],
  ["wаti", "A username has 3 to 24 letters, digits or underscores."],
  ["Support", "This username is reserved. Choose another one."],
  ["ADMIN", "This username is reserved. Choose another one."],
  ["wati", "This username is taken. Choose another one."],
  ["WATI", "This username is taken. Choose another one."],
])("registering as %s is refused at the form", async (username, message) => {
  const at = await fixture();
  await at.administrator();
  await at.person("wati");
  const page = await at.browser().post("/register", { username, password });
  expect(page.status).toBe(422);
  const html = await page.text();
  expect(html).toContain(message);
  expect(html).toContain('role="alert"');
  expect(html).not.toContain("<script>");
  const fragment = await (await at.browser().swap("/register", { username, password })).text();
  expect(fragment).toStartWith('<form id="register-form"');
});

test("passwords have 8 to 256 characters", async () => {
  const at = await fixture();
  await at.administrator();
  const register = async (username: string, typed: string) =>
    (await at.browser().post("/register", { username, password: typed })).status;
  expect(await register("wati", "1234567")).toBe(422);
  expect(await register("wati", "x".repeat(257))).toBe(422);
  expect(await register("wati", "12345678")).toBe(303);
  expect(await register("budi", "🎭".repeat(256))).toBe(303);
});

test("somebody who registers is a viewer, whatever they send", async () => {
  const at = await fixture();
  await at.administrator();
  await at.browser().post("/register", { username: "wati", password, role: "administrator", isAdministrator: "true" });
  expect((await findUserByName(at.db, "wati"))?.role).toBe("viewer");
});

test("signing in goes on to where somebody wanted to go, on this site only", async () => {
  const at = await fixture();
  await at.administrator();
  const goesTo = async (next: string) =>
    (await at.browser().post("/login", { username: "admin", password, next })).headers.get("location");
  expect(await goesTo("/@admin?x=1")).toBe("/@admin?x=1");
  for (const next of [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/..//evil.example",
    "javascript:alert(1)",
    "",
  ]) {
    expect(await goesTo(next)).toBe("/studio");
  }
  const studio = await at.browser().get("/studio");
  expect([studio.status, studio.headers.get("location")]).toEqual([303, "/login?next=%2Fstudio"]);
});

test("with htmx a sign-in goes on by HX-Redirect, and a refusal comes as the form alone", async () => {
  const at = await fixture();
  await at.administrator();
  const right = await at.browser().swap("/login", { username: "admin", password });
  expect([right.status, right.headers.get("hx-redirect")]).toEqual([200, "/studio"]);
  const wrong = await at.browser().swap("/login", { username: "admin", password: "wrong" });
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringMatching(/^<form id="login-form"/)]);
});

test("a reset link sets the password once and signs everybody out", async () => {
  const at = await fixture();
  const admin = await at.administrator();
  const user = await findUserByName(at.db, "admin");
  const path = await createOneTimePath(at.db, "reset", user?.id ?? "", at.time.now);
  const browser = at.browser();
  expect((await browser.get(path)).headers.get("location")).toBe("/reset");
  const again = at.browser();
  await again.get(path);
  expect(await browser.text("/reset")).toContain("admin");
  expect((await browser.post("/reset", { password: "short" })).status).toBe(422);
  expect((await browser.post("/reset", { password: "a new password" })).headers.get("location")).toBe("/studio");
  expect((await admin.get("/admin")).status).toBe(303);
  expect((await browser.get("/admin")).status).toBe(200);
  expect((await again.post("/reset", { password: "another password" })).status).toBe(403);
  expect((await at.browser().get(path)).status).toBe(403);
  expect((await at.browser().post("/login", { username: "admin", password })).status).toBe(422);
  expect((await at.browser().post("/login", { username: "admin", password: "a new password" })).status).toBe(303);
});

test("a reset link ends after an hour", async () => {
  const at = await fixture();
  await at.administrator();
  const user = await findUserByName(at.db, "admin");
  const browser = at.browser();
  await browser.get(await createOneTimePath(at.db, "reset", user?.id ?? "", at.time.now));
  at.time.now += 60 * 60_000;
  expect((await browser.post("/reset", { password: "a new password" })).status).toBe(403);
});
