import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { findCategory } from "../../db/categories.ts";
import { readSiteDecisions } from "../../db/site-settings.ts";
import { findUserByName } from "../../db/users.ts";
import { appFixture, type Browser, password } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
});
afterEach(() => at.remove());

/** Makes an invitation and returns the path of its link. */
async function invite(note = ""): Promise<string> {
  const html = await (await admin.post("/admin/invitations", { note, days: "7" })).text();
  return /http:\/\/localhost:3000(\/register\?invitation=[0-9a-f]{32})"/.exec(html)?.[1] ?? "no link";
}

async function register(path: string, username: string): Promise<boolean> {
  const somebody = at.browser();
  await somebody.get(path);
  await somebody.post("/register", { username, password });
  return (await findUserByName(at.db, username)) !== undefined;
}

test("with invitations only, each link makes one account, and the list says whose", async () => {
  await admin.post("/admin/registration", { registration: "invitation" });
  const path = await invite("For <b>Wati</b>");
  expect(await admin.text("/admin/registration")).toContain("For &lt;b&gt;Wati&lt;/b&gt;");
  expect(await register("/register", "nobody")).toBe(false);
  expect(await register(path, "wati")).toBe(true);
  expect(await register(path, "siti")).toBe(false);
  const list = await admin.text("/admin/registration");
  expect(list).toContain("used by wati");
  expect(list).not.toContain(path.slice(-32));
});

test("an invitation that is revoked or too old is good for nothing", async () => {
  await admin.post("/admin/registration", { registration: "invitation" });
  const [revoked, old] = [await invite("revoked"), await invite("old")];
  const row = await at.db.get<{ hash: string }>(sql`SELECT code_hash AS hash FROM invitations WHERE note = 'revoked'`);
  await admin.post(`/admin/invitations/${row.hash}/revoke`);
  expect(await register(revoked, "wati")).toBe(false);
  at.time.now += 7 * 24 * 60 * 60_000;
  expect(await register(old, "siti")).toBe(false);
  expect(await admin.text("/admin/registration")).toContain("expired");
});

test("closed means closed, and open open", async () => {
  const path = await invite();
  await admin.post("/admin/registration", { registration: "closed" });
  expect((await readSiteDecisions(at.db)).registration).toBe("closed");
  expect(await register(path, "wati")).toBe(false);
  await admin.post("/admin/registration", { registration: "open" });
  expect(await register("/register", "wati")).toBe(true);
});

test("there are at most so many open invitations", async () => {
  const rows = Array.from({ length: 500 }, (_, index) => sql`(${`hash${index}`}, '', 1, ${at.time.now + 5000})`);
  await at.db.run(
    sql`INSERT INTO invitations (code_hash, note, created_at, expires_at) VALUES ${sql.join(rows, sql`, `)}`,
  );
  const refused = await admin.post("/admin/invitations", { note: "one more", days: "1" });
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("too many open invitations")]);
});

test("many invitations come in pages that miss none", async () => {
  for (let index = 0; index < 60; index += 1) await invite(`note${String(index).padStart(2, "0")}`);
  const seen = new Set<string>();
  let path: string | undefined = "/admin/registration";
  while (path !== undefined) {
    const html: string = await admin.text(path);
    for (const [note] of html.matchAll(/note\d\d/g)) seen.add(note);
    path = /admin-more" href="([^"]+)"/.exec(html)?.[1];
  }
  expect(seen.size).toBe(60);
});

test("categories are added, renamed in both languages and removed, and channels lose what is removed", async () => {
  await admin.post("/admin/categories", { name: "Café & Quiz", nameId: "Kafe <Kuis>" });
  expect(await findCategory(at.db, "cafe-quiz")).toEqual({
    id: "cafe-quiz",
    name: "Café & Quiz",
    nameId: "Kafe <Kuis>",
  });
  expect(await admin.text("/admin/categories")).toContain("Kafe &lt;Kuis&gt;");
  await at.db.run(sql`UPDATE channels SET category_id = 'cafe-quiz'`);
  await admin.post("/admin/categories/cafe-quiz", { name: "Quiz", nameId: "Kuis" });
  expect(await findCategory(at.db, "cafe-quiz")).toMatchObject({ name: "Quiz", nameId: "Kuis" });
  expect(await admin.text("/admin/categories/cafe-quiz/remove")).toContain("Remove the category Quiz?");
  await admin.post("/admin/categories/cafe-quiz/remove");
  expect(await findCategory(at.db, "cafe-quiz")).toBeUndefined();
  expect(await at.db.all(sql`SELECT category_id AS id FROM channels`)).toEqual([{ id: null }]);
  const taken = await admin.post("/admin/categories", { name: "Music", nameId: "Musik lagi" });
  expect([taken.status, await taken.text()]).toEqual([422, expect.stringContaining("Musik lagi")]);
  const renamed = await admin.post("/admin/categories/music", { name: "", nameId: "x", next: "/admin/categories" });
  const page = await renamed.text();
  expect([renamed.status, page]).toEqual([422, expect.stringMatching(/id="admin-error" role="alert"/)]);
  expect(page).toContain('value="Music"');
  // Nobody is led elsewhere by it, and what is gone is gone.
  for (const next of ["//evil.example/admin", "/adminx", "/studio", "/admin/people/nobody"]) {
    const refused = await admin.post("/admin/categories/music", { name: "", nameId: "x", next });
    expect([refused.status, (await refused.text()).includes('name="nameId"')]).toEqual([422, false]);
  }
  expect((await admin.post("/admin/categories/none", { name: "a", nameId: "b" })).status).toBe(404);
});

test("only one who has a second factor makes it the rule", async () => {
  expect((await admin.post("/admin/security", { needed: "yes" })).status).toBe(403);
  expect(await admin.text("/admin/security")).toContain("/settings/second-factor");
  await at.db.run(sql`UPDATE users SET totp_cipher = 'x' WHERE username = 'admin'`);
  expect((await admin.post("/admin/security", { needed: "yes" })).status).toBe(303);
  expect((await readSiteDecisions(at.db)).administratorsNeedTotp).toBe(true);
});

test("the log is read by who, what and to whom, in pages, and shows text as text", async () => {
  await at.person("wati");
  const id = (await findUserByName(at.db, "wati"))?.id;
  await admin.post(`/admin/people/${id}/suspend`, { reason: "<img src=x>" });
  await admin.post(`/admin/people/${id}/lift`);
  for (let index = 0; index < 60; index += 1)
    await admin.post("/admin/registration", { registration: index % 2 === 0 ? "closed" : "open" });
  const all = await admin.text("/admin/audit");
  expect(all).not.toContain("&lt;img");
  const more = /admin-more" href="([^"]+)"/.exec(all)?.[1]?.replaceAll("&amp;", "&") ?? "none";
  expect(await admin.text(more)).toContain("&lt;img src=x&gt;");
  const ofWati = await admin.text("/admin/audit?subject=@Wati");
  expect([...ofWati.matchAll(/class="log-entry"/g)]).toHaveLength(2);
  expect([...(await admin.text("/admin/audit?action=suspended")).matchAll(/class="log-entry"/g)]).toHaveLength(1);
  expect(await admin.text("/admin/audit?actor=wati")).toContain("Nothing like this was done.");
  expect(await admin.text("/admin/audit?actor=%22%3E%3Cscript%3E&action=nonsense")).not.toContain("<script>");
  await at.db.run(sql`DELETE FROM users WHERE id = ${id}`);
  expect([...(await admin.text("/admin/audit?subject=wati")).matchAll(/class="log-entry"/g)]).toHaveLength(2);
});
