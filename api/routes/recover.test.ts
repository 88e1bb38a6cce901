import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { users } from "../../db/schema.ts";
import { appFixture, type Browser, password } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
beforeEach(async () => {
  at = await appFixture();
  await at.administrator();
});
afterEach(() => at.remove());

const codesOf = async (browser: Browser): Promise<string[]> =>
  Array.from((await browser.text("/recovery-codes")).matchAll(/<code>([^<]+)<\/code>/g), ([, code = ""]) => code);
const newPassword = "another horse battery";
const recover = (username: string, recoveryCode: string, browser = at.browser()) =>
  browser.post("/recover", { username, recoveryCode, password: newPassword });
const logIn = async (username: string, typed: string): Promise<number> =>
  (await at.browser().post("/login", { username, password: typed })).status;

test("a recovery code sets a password, signs out everywhere else, and is used up", async () => {
  const wati = await at.person("wati");
  const [first = "", second = ""] = await codesOf(wati);
  const browser = at.browser();
  const recovered = await recover("Wati", ` ${first.toUpperCase().replaceAll("-", " ")}`, browser);
  expect([recovered.status, recovered.headers.get("location")]).toEqual([303, "/settings/security"]);
  expect(await browser.text("/settings/security")).toContain("You have 7 codes left.");
  expect((await wati.get("/settings")).status).toBe(303);
  expect([await logIn("wati", password), await logIn("wati", newPassword)]).toEqual([422, 303]);
  expect((await recover("wati", first)).status).toBe(422);
  expect((await recover("wati", second)).status).toBe(303);
});

test("of six who use one code at once one gets in", async () => {
  const [code = ""] = await codesOf(await at.person("wati"));
  const answers = await Promise.all(Array.from({ length: 6 }, () => recover("wati", code)));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 422, 422, 422, 422, 422]);
});

test("unknown people, wrong codes, and codes of somebody else are told apart by nothing", async () => {
  const [watis = ""] = await codesOf(await at.person("wati"));
  await at.person("budi");
  const answers: [number, string][] = [];
  for (const [name, code] of [
    ["budi", "00000-00000-00000"],
    ["nobody", "00000-00000-00000"],
    ["budi", watis],
    ["nobody", watis],
  ] as const) {
    const response = await recover(name, code);
    answers.push([response.status, (await response.text()).replaceAll(name, "NAME")]);
  }
  expect(answers[0]?.[0]).toBe(422);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect((await recover("wati", watis)).status).toBe(303);
});

test("guesses are counted as wrong passwords are", async () => {
  await at.person("wati");
  const statuses: number[] = [];
  for (let count = 0; count < 12; count += 1) statuses.push((await recover("wati", `guess ${count}`)).status);
  expect(statuses.slice(9)).toEqual([422, 429, 429]);
  expect(await logIn("wati", password)).toBe(429);
});

test("a code does not lift a suspension, and is not lost by it", async () => {
  const [code = ""] = await codesOf(await at.person("wati"));
  const byName = eq(users.username, "wati");
  await at.db.update(users).set({ suspendedAt: 1 }).where(byName);
  expect((await recover("wati", code)).status).toBe(422);
  await at.db.update(users).set({ suspendedAt: null }).where(byName);
  expect((await recover("wati", code)).status).toBe(303);
});

test("too short a password uses nothing up", async () => {
  const [code = ""] = await codesOf(await at.person("wati"));
  const page = await at.browser().post("/recover", { username: "wati", recoveryCode: code, password: "short" });
  expect([page.status, await page.text()]).toEqual([422, expect.stringContaining("at least 8 characters")]);
  expect((await recover("wati", code)).status).toBe(303);
});

test("the search for a code uses its index", async () => {
  const plan = await at.db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN
    SELECT users.id FROM recovery_codes JOIN users ON users.id = recovery_codes.user_id
    WHERE recovery_codes.code_hash = 'x' AND recovery_codes.used_at IS NULL AND users.username = 'wati'`);
  expect(plan.filter(({ detail }) => detail.startsWith("SCAN"))).toEqual([]);
});
