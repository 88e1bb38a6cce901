import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { findUserByName } from "../../db/users.ts";
import { appFixture, type Browser } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
let wati: Browser;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
  wati = await at.person("wati");
});
afterEach(() => at.remove());

const openReports = async () => at.db.all<object>(sql`SELECT why, details FROM reports WHERE closed_at IS NULL`);

test("somebody who is signed in reports a channel, once while that is open", async () => {
  expect(await wati.text("/@admin/report")).toContain("Report admin");
  const sent = await wati.post("/@admin/report", { why: "spam", details: "<script>alert(1)</script>\r\nTwice" });
  expect([sent.status, sent.headers.get("location")]).toEqual([303, "/@admin/report?sent"]);
  expect(await wati.text("/@admin/report?sent")).toContain("Thank you");
  expect(await wati.text("/@admin/report")).toContain("already");
  expect((await wati.post("/@admin/report", { why: "hate", details: "" })).status).toBe(200);
  expect(await openReports()).toEqual([{ why: "spam", details: "<script>alert(1)</script>\nTwice" }]);

  const list = await admin.text("/admin/reports");
  expect(list).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(list).not.toContain("<script>alert");
  expect(await admin.text("/admin")).toContain("1 report is open");
  await admin.post("/admin/reports/1/close", { outcome: "Nothing <i>wrong</i>", next: "/admin/reports" });
  expect(await admin.text("/admin/reports")).toContain("No report is open.");
  expect(await admin.text("/admin/reports?show=closed")).toContain("Nothing &lt;i&gt;wrong&lt;/i&gt;");
  expect((await admin.post("/admin/reports/1/close", { outcome: "Again" })).status).toBe(404);
  expect((await wati.post("/@admin/report", { why: "hate", details: "" })).status).toBe(303);
});

test("guests sign in first, and nobody reports their own channel or one that is not there", async () => {
  const guest = at.browser();
  for (const response of [await guest.get("/@wati/report"), await guest.post("/@wati/report", { why: "spam" })])
    expect(response.headers.get("location")).toBe("/login?next=%2F%40wati%2Freport");
  expect((await wati.post("/@wati/report", { why: "spam" })).status).toBe(422);
  expect((await wati.get("/@nobody/report")).status).toBe(404);
  expect(await openReports()).toEqual([]);
});

test("a report says what is wrong, and not too much", async () => {
  for (const why of ["", "boring", "spam'--"]) {
    const refused = await wati.post("/@admin/report", { why, details: "Stays <here>" });
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("Stays &lt;here&gt;")]);
  }
  expect((await wati.post("/@admin/report", { why: "spam", details: "x".repeat(1001) })).status).toBe(422);
  expect(await openReports()).toEqual([]);
});

test("ten reports a day, and the eleventh tomorrow", async () => {
  for (let index = 0; index < 11; index += 1) await at.person(`person${index}`);
  const answers: number[] = [];
  for (let index = 0; index < 11; index += 1)
    answers.push((await wati.post(`/@person${index}/report`, { why: "spam" })).status);
  expect(answers).toEqual([...Array.from({ length: 10 }, () => 303), 429]);
  at.time.now += 24 * 60 * 60_000 + 1;
  expect((await wati.post("/@person10/report", { why: "spam" })).status).toBe(303);
});

test("repeats, of the channel and by the same person, are seen", async () => {
  await at.person("budi");
  const budi = await at.person("siti");
  await wati.post("/@budi/report", { why: "spam" });
  await wati.post("/@siti/report", { why: "spam" });
  await budi.post("/@budi/report", { why: "hate" });
  const list = await admin.text("/admin/reports");
  expect(list).toContain("2 reports of this channel");
  expect(list).toContain("2 reports by this person");
  expect(await admin.text("/admin/people/budi")).toContain("Reports of this channel");
});

test("a report outlives its reporter, not its channel; and is sent in Indonesian as well", async () => {
  const indonesian = at.browser({ headers: { "accept-language": "id" } });
  for (const [name, value] of wati.cookies) indonesian.cookies.set(name, value);
  expect(await indonesian.text("/@admin/report")).toContain("Laporkan admin");
  await indonesian.post("/@admin/report", { why: "violence" });
  const user = await findUserByName(at.db, "wati");
  await at.db.run(sql`DELETE FROM users WHERE id = ${user?.id}`);
  expect(await admin.text("/admin/reports")).toContain("somebody whose account is gone");
});
