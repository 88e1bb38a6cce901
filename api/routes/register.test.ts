import { afterEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { invitations, type Registration, siteSettings } from "../../db/schema.ts";
import { findUserByName } from "../../db/users.ts";
import { appFixture, password } from "../fixtures.ts";

type Fixture = Awaited<ReturnType<typeof appFixture>>;
const open: Fixture[] = [];
async function fixture(registration: Registration = "open", options?: Parameters<typeof appFixture>[0]) {
  const at = await appFixture(options);
  open.push(at);
  const admin = await at.administrator();
  await at.db.update(siteSettings).set({ registration });
  return { ...at, admin };
}
afterEach(() => {
  for (const at of open.splice(0)) at.remove();
});

const invite = async (at: Fixture, code: string, validMs = 60_000): Promise<string> => {
  const codeHash = createHash("sha256").update(code).digest("hex");
  await at.db
    .insert(invitations)
    .values({ codeHash, note: "", createdAt: at.time.now, expiresAt: at.time.now + validMs });
  return `/register?invitation=${code}`;
};
const codesOn = (html: string): string[] =>
  Array.from(html.matchAll(/<code>([^<]+)<\/code>/g), ([, code = ""]) => code);

test("where registration is closed nobody gets in, invited or not, and the page says so in both languages", async () => {
  const at = await fixture("closed");
  const stranger = at.browser();
  expect([(await stranger.get("/register")).status, await stranger.text("/register")]).toEqual([
    403,
    expect.stringContaining("No new accounts"),
  ]);
  await stranger.get(await invite(at, "a code"));
  expect((await stranger.post("/register", { username: "wati", password })).status).toBe(403);
  expect(await (await stranger.get("/register", { "accept-language": "id" })).text()).toContain("Pendaftaran ditutup");
  expect(await findUserByName(at.db, "wati")).toBeUndefined();
});

test("an invitation's code leaves the address, and makes one account", async () => {
  const at = await fixture("invitation");
  expect((await at.browser().post("/register", { username: "wati", password })).status).toBe(403);
  const path = await invite(at, "a code");
  const guest = at.browser();
  const opened = await guest.get(path);
  expect([opened.status, opened.headers.get("location")]).toEqual([303, "/register"]);
  expect(opened.headers.getSetCookie()[0]).toMatch(/^panggung_register_code=a%20code; .*Path=\/register; HttpOnly/);
  expect(await guest.text("/register")).toContain("You are invited");
  expect((await guest.post("/register", { username: "x", password })).status).toBe(422);
  expect((await guest.post("/register", { username: "wati", password })).status).toBe(303);
  expect(guest.cookies.has("panggung_register_code")).toBe(false);
  const wati = await findUserByName(at.db, "wati");
  expect(await at.db.query.invitations.findMany()).toMatchObject([{ usedById: wati?.id, usedAt: at.time.now }]);
  expect((await at.browser().get(path)).status).toBe(403);
});

test("of eight who use an invitation at once one gets in", async () => {
  const at = await fixture("invitation");
  const path = await invite(at, "code");
  const browsers = Array.from({ length: 8 }, () => at.browser());
  await Promise.all(browsers.map((browser) => browser.get(path)));
  const answers = await Promise.all(
    browsers.map((browser, index) => browser.post("/register", { username: `wati_${index}`, password })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, ...Array<number>(7).fill(403)]);
  expect(await at.db.query.users.findMany()).toHaveLength(2);
});

test("an invitation that has expired, or never was, opens nothing; where everybody may register none is used up", async () => {
  const at = await fixture("invitation", { limits: { codesPerAddress: 5 } });
  const path = await invite(at, "code");
  const guest = at.browser();
  await guest.get(path);
  at.time.now += 60_000;
  expect((await guest.post("/register", { username: "wati", password })).status).toBe(403);
  expect((await at.browser().get("/register?invitation=guess")).status).toBe(403);
  await at.db.update(siteSettings).set({ registration: "open" });
  at.time.now -= 60_000;
  expect((await guest.post("/register", { username: "wati", password })).status).toBe(303);
  expect(await at.db.query.invitations.findMany()).toMatchObject([{ usedAt: null }]);
  await at.browser().get("/register?invitation=guess");
  expect((await at.browser().get("/register?invitation=guess")).status).toBe(429);
});

test("recovery codes are shown until they are kept, to their owner alone, and stored as hashes", async () => {
  const at = await fixture();
  const wati = at.browser();
  const made = await wati.post("/register", { username: "wati", password, next: "/@admin" });
  expect(made.headers.get("location")).toBe("/recovery-codes?next=%2F%40admin");
  const cookie = made.headers.getSetCookie().find((line) => line.startsWith("panggung_recovery_codes="));
  expect(cookie).toMatch(/; Max-Age=3600; Path=\/recovery-codes; HttpOnly; SameSite=Lax$/);
  const html = await wati.text("/recovery-codes?next=%2F%40admin");
  const codes = codesOn(html);
  expect(codes).toHaveLength(8);
  expect(html).toContain('value="/@admin"');
  expect(codesOn(await wati.text("/recovery-codes"))).toEqual(codes);
  const file = await wati.get("/recovery-codes/download");
  expect(file.headers.get("content-disposition")).toBe('attachment; filename="panggung-recovery-codes-wati.txt"');
  expect(await file.text()).toContain(codes.join("\n"));

  const stored = JSON.stringify(await at.db.query.recoveryCodes.findMany());
  expect(codes.filter((code) => stored.includes(code) || stored.includes(code.replaceAll("-", "")))).toEqual([]);
  expect(at.logged.join("")).not.toContain(codes[0] ?? "none");

  const thief = await at.person("budi");
  thief.cookies.set("panggung_recovery_codes", wati.cookies.get("panggung_recovery_codes") ?? "");
  expect((await thief.get("/recovery-codes")).status).toBe(410);

  const kept = await wati.post("/recovery-codes", { next: "/@admin" });
  expect(kept.headers.get("location")).toBe("/@admin");
  expect((await wati.get("/recovery-codes")).status).toBe(410);
  expect((await wati.get("/recovery-codes/download")).headers.get("location")).toBe("/recovery-codes");
  expect((await wati.post("/recovery-codes", { next: "https://evil.example" })).headers.get("location")).toBe("/");
});

test("the pages say everything in Indonesian too, and what is wrong stands at its field", async () => {
  const at = await fixture();
  const indonesian = { "accept-language": "id" };
  const guest = at.browser({ headers: indonesian });
  expect(await guest.text("/register")).toContain('<html lang="id">');
  const refused = await (await guest.post("/register", { username: "admin", password })).text();
  expect(refused).toContain("Nama pengguna ini tidak boleh dipakai.");
  expect(refused).toMatch(
    /<input type="text" id="username"[^>]*aria-describedby="username-hint username-error"[^>]*autofocus/,
  );
  const short = await (await guest.post("/register", { username: "wati", password: "short" })).text();
  expect(short).toMatch(/<input id="password"[^>]*aria-invalid="true"/);
  expect(short).toMatch(/<p class="field-error" id="password-error" role="alert">/);
});
