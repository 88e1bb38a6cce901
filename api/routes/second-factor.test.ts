import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { signInSteps, users } from "../../db/schema.ts";
import { findUserByName } from "../../db/users.ts";
import { createOneTimePath } from "../auth/one-time-codes.ts";
import { totpCode, totpStep } from "../auth/totp.ts";
import { appFixture, type Browser, password } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let wati: Browser;
beforeEach(async () => {
  at = await appFixture();
  await at.administrator();
  wati = await at.person("wati");
});
afterEach(() => at.remove());

const secretOn = (html: string): string => /<code>([A-Z2-7 ]+)<\/code>/.exec(html)?.[1]?.replaceAll(" ", "") ?? "";
const sealedOn = (html: string): string => /name="sealed" value="([^"]+)"/.exec(html)?.[1] ?? "";
const codeNow = (secret: string, away = 0): string => totpCode(secret, totpStep(at.time.now) + away);

/** Sets up a second factor. Returns its secret. */
const setUp = async (browser = wati): Promise<string> => {
  const html = await browser.text("/settings/second-factor");
  const secret = secretOn(html);
  const done = await browser.post("/settings/second-factor", { sealed: sealedOn(html), code: codeNow(secret) });
  expect(done.headers.get("location")).toBe("/settings/security?done=second-factor");
  at.time.now += 30_000;
  return secret;
};
/** A browser in which the password was right. */
const halfWay = async (): Promise<Browser> => {
  const browser = at.browser();
  const answer = await browser.post("/login", { username: "wati", password, next: "/@admin" });
  expect(answer.headers.get("location")).toBe("/login/code?next=%2F%40admin");
  return browser;
};
const isIn = async (browser: Browser): Promise<boolean> => (await browser.get("/settings")).status === 200;

test("a password alone signs nobody in; with the code it does, and goes where it was to go", async () => {
  const secret = await setUp();
  const browser = await halfWay();
  expect(await isIn(browser)).toBe(false);
  expect(await browser.text("/login/code")).toContain("Signing in as wati");
  const wrong = await browser.post("/login/code", { code: "000000" });
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining("This code is wrong")]);
  const right = await browser.post("/login/code", { code: codeNow(secret), next: "/@admin" });
  expect(right.headers.get("location")).toBe("/@admin");
  expect([await isIn(browser), browser.cookies.has("panggung_step")]).toEqual([true, false]);
  expect(await at.db.select().from(signInSteps)).toEqual([]);
});

test("a code is good once: for two who type it at once, for one who looked on, and for the one that set it up", async () => {
  const secret = await setUp();
  const [one, other] = [await halfWay(), await halfWay()];
  const code = codeNow(secret);
  const answers = await Promise.all([one, other].map((browser) => browser.post("/login/code", { code })));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 422]);
  const later = await halfWay();
  expect((await later.post("/login/code", { code })).status).toBe(422);
  expect((await later.post("/login/code", { code: codeNow(secret, -1) })).status).toBe(422);
  expect((await later.post("/login/code", { code: codeNow(secret, 1) })).status).toBe(303);
});

test("a recovery code stands in for the phone, once, and nobody else's does", async () => {
  const codesOf = async (browser: Browser): Promise<string[]> =>
    Array.from((await browser.text("/recovery-codes")).matchAll(/<code>([^<]+)<\/code>/g), ([, code = ""]) => code);
  const [code = ""] = await codesOf(wati);
  const [budis = ""] = await codesOf(await at.person("budi"));
  await setUp();
  const browser = await halfWay();
  const wrong = await browser.post("/login/code", { recoveryCode: budis });
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('<details class="other-way" open')]);
  expect((await browser.post("/login/code", { recoveryCode: code })).status).toBe(303);
  expect((await (await halfWay()).post("/login/code", { recoveryCode: code })).status).toBe(422);
  expect(await (await browser.get("/settings/security")).text()).toContain("You have 7 codes left.");
});

test("five wrong codes, then the password again; and in a day no more than sixty", async () => {
  const secret = await setUp();
  const browser = await halfWay();
  const statuses: number[] = [];
  for (let count = 0; count < 7; count += 1) {
    statuses.push((await browser.post("/login/code", { code: "000000" })).status);
  }
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429, 429]);
  expect((await browser.post("/login/code", { code: codeNow(secret) })).status).toBe(429);
  expect((await (await halfWay()).post("/login/code", { code: codeNow(secret) })).status).toBe(303);
  // Five of each step are counted for the account, and the two of the steps that were over are not.
  for (let count = 0; count < 11; count += 1) {
    const again = await halfWay();
    for (let guess = 0; guess < 5; guess += 1) await again.post("/login/code", { code: "000000" });
  }
  expect((await (await halfWay()).post("/login/code", { code: codeNow(secret, 1) })).status).toBe(429);
});

test("a step ends after five minutes, by a new password, and by a suspension; a stranger's cookie is none", async () => {
  const secret = await setUp();
  const late = await halfWay();
  at.time.now += 5 * 60_000;
  const answer = await late.post("/login/code", { code: codeNow(secret), next: "/@admin" });
  expect(answer.headers.get("location")).toBe("/login?next=%2F%40admin");

  const overtaken = await halfWay();
  await wati.post("/settings/password", { current: password, password: "another horse battery" });
  expect((await overtaken.post("/login/code", { code: codeNow(secret) })).headers.get("location")).toBe("/login");
  await wati.post("/settings/password", { current: "another horse battery", password });

  const suspended = await halfWay();
  await at.db.update(users).set({ suspendedAt: 1 }).where(eq(users.username, "wati"));
  expect((await suspended.post("/login/code", { code: codeNow(secret) })).headers.get("location")).toBe("/login");

  const stranger = at.browser();
  stranger.cookies.set("panggung_step", "0".repeat(40));
  expect((await stranger.get("/login/code")).headers.get("location")).toBe("/login");
  expect((await at.browser().post("/login/code", { code: codeNow(secret) })).status).toBe(303);
  expect(await isIn(stranger)).toBe(false);
});

test("setting up needs the password again, the offered secret, a right code, and the session it was offered in", async () => {
  const html = await wati.text("/settings/second-factor");
  const [secret, sealed] = [secretOn(html), sealedOn(html)];
  expect(html).toMatch(/<svg class="qr" viewBox="0 0 \d+ \d+"[^>]*><path d="M4 4h1v1h-1z/);
  expect((await wati.post("/settings/second-factor", { sealed, code: "000000" })).status).toBe(422);
  const budi = await at.person("budi");
  const elsewhere = await budi.post("/settings/second-factor", { sealed, code: codeNow(secret) });
  expect(elsewhere.headers.get("location")).toBe("/settings/second-factor");
  at.time.now += 16 * 60_000;
  const stale = await wati.post("/settings/second-factor", { sealed, code: codeNow(secret) });
  expect(stale.headers.get("location")).toBe("/settings/second-factor");
  expect((await wati.get("/settings/second-factor")).headers.get("location")).toBe(
    "/confirm?next=/settings/second-factor",
  );
  const confirmed = await wati.post("/confirm", { password, next: "/settings/second-factor" });
  expect(confirmed.headers.get("location")).toBe("/settings/second-factor");
  await setUp();
  const stored = await at.db.query.users.findMany();
  expect(stored.filter(({ totpCipher }) => totpCipher !== null)).toHaveLength(1);
  expect(JSON.stringify(stored)).not.toContain(secret);
  // There is one already: another one needs the password to turn this one off.
  expect((await wati.get("/settings/second-factor")).headers.get("location")).toBe("/settings/security");
});

test("each step up gives a new session, and ends the one before", async () => {
  const before = wati.cookies.get("panggung_session") ?? "";
  await setUp();
  const thief = at.browser();
  thief.cookies.set("panggung_session", before);
  expect([await isIn(thief), await isIn(wati)]).toEqual([false, true]);
});

test("turning it off takes the password; a reset link turns it off too", async () => {
  await setUp();
  expect((await wati.post("/settings/second-factor/off", { password: "wrong" })).status).toBe(422);
  expect((await wati.post("/settings/second-factor/off", { password })).headers.get("location")).toBe(
    "/settings/security?done=second-factor-off",
  );
  const logIn = async () => (await at.browser().post("/login", { username: "wati", password })).headers.get("location");
  expect(await logIn()).toBe("/");
  await setUp();
  expect(await logIn()).toBe("/login/code");
  const lost = at.browser();
  const user = await findUserByName(at.db, "wati");
  await lost.get(await createOneTimePath(at.db, "reset", user?.id ?? "", at.time.now));
  await lost.post("/reset", { password });
  expect([await isIn(lost), await isIn(wati), await logIn()]).toEqual([true, false, "/"]);
});

test("whoever forgot the password as well needs the phone or another recovery code after the first", async () => {
  const html = await wati.text("/recovery-codes");
  const [code = "", another = ""] = Array.from(html.matchAll(/<code>([^<]+)<\/code>/g), ([, each = ""]) => each);
  await setUp();
  const browser = at.browser();
  const recovered = await browser.post("/recover", {
    username: "wati",
    recoveryCode: code,
    password: "a new password",
  });
  expect(recovered.headers.get("location")).toBe("/login/code?next=%2Fsettings%2Fsecurity");
  expect(await isIn(browser)).toBe(false);
  expect((await browser.post("/login/code", { recoveryCode: code })).status).toBe(422);
  expect((await browser.post("/login/code", { recoveryCode: another })).status).toBe(303);
  expect(await isIn(browser)).toBe(true);
});
