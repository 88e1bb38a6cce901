import { afterEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { appFixture, password } from "./fixtures.ts";

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

test("every answer has the strict policy: pages, errors, redirects, files", async () => {
  const at = await fixture();
  const browser = at.browser();
  for (const path of ["/", "/login", "/nothing", "/studio", "/static/style.css", "/static/nothing", "/healthz"]) {
    const { headers } = await browser.get(path);
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: http://localhost:8080; font-src 'self'; " +
        "connect-src 'self' http://localhost:8080 ws://localhost:8081; media-src 'self' blob: http://localhost:8080; manifest-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("strict-transport-security")).toBeNull();
  }
});

test("no page has a script or a style in it", async () => {
  const at = await fixture();
  const admin = await at.administrator();
  for (const path of ["/", "/register", "/studio", "/admin", "/@admin", "/nothing"]) {
    const html = await admin.text(path);
    expect(html).toStartWith("<!doctype html><html");
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/);
  }
});

test.each([
  "http://localhost:3000",
  "http://127.0.0.1:3000",
  "http://192.168.1.20:3000",
  "http://[::1]:3000",
  "http://stage.local:3000",
])("%s is ours without PUBLIC_URL", async (origin) => {
  const at = await fixture();
  expect((await at.browser({ origin }).get("/")).status).toBe(200);
});

test.each([
  "http://evil.example",
  "http://localhost.evil.example",
  "http://8.8.8.8:3000",
  "http://192.168.1.20.evil.example",
])("%s is not ours without PUBLIC_URL", async (origin) => {
  const at = await fixture();
  const browser = at.browser({ origin });
  for (const path of ["/", "/login", "/events"]) {
    const answer = await browser.get(path);
    expect(answer.status).toBe(421);
    // Every way from here leads to the same refusal.
    expect(await answer.text()).not.toMatch(/See who is live|Sign in/);
  }
  const stylesheet = /href="(\/static\/[^"]+\.css)"/.exec(await (await browser.get("/")).text())?.[1] ?? "";
  expect((await browser.get(stylesheet)).status).toBe(200);
  expect((await browser.get("/healthz")).status).toBe(200);
});

test("with PUBLIC_URL only its host is ours, over https", async () => {
  const at = await fixture({ site: { publicUrl: "https://live.example" } });
  expect((await at.browser({ origin: "http://localhost:3000" }).get("/")).status).toBe(421);
  expect((await at.browser({ origin: "http://live.example:3000" }).get("/")).status).toBe(421);
  const { status, headers } = await at.browser({ origin: "http://live.example" }).get("/");
  expect(status).toBe(200);
  expect(headers.get("strict-transport-security")).toBe("max-age=15552000");
});

test("forwarded headers count only from a trusted proxy", async () => {
  const headers = { "x-forwarded-proto": "https" };
  const at = await fixture({ trustedProxies: ["10.0.0.0/8"] });
  const viaProxy = await at.browser({ remoteAddress: "10.1.2.3", headers }).get("/");
  expect(viaProxy.headers.get("strict-transport-security")).not.toBeNull();
  const direct = await at.browser({ remoteAddress: "192.0.2.7", headers }).get("/");
  expect(direct.headers.get("strict-transport-security")).toBeNull();
});

test("a neighbouring proxy that was forgotten is told of once, strangers' headers are not", async () => {
  const at = await fixture();
  const headers = { "x-forwarded-for": "203.0.113.5" };
  const warnings = () => at.logged.filter((line) => line.includes("TRUSTED_PROXIES"));
  await at.browser({ remoteAddress: "198.51.100.7", headers }).get("/");
  expect(warnings()).toEqual([]);
  for (let i = 0; i < 3; i++) await at.browser({ remoteAddress: "::ffff:127.0.0.1", headers }).get("/");
  expect(warnings()).toEqual([expect.stringContaining('"proxy":"127.0.0.1"')]);
});

test("a forged X-Forwarded-For does not slip under the rate limit", async () => {
  const at = await fixture({ limits: { loginsPerAddress: 3 } });
  await at.administrator();
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const forged = at.browser({ headers: { "x-forwarded-for": `203.0.113.${attempt}` } });
    statuses.push((await forged.post("/login", { username: `user_${attempt}`, password: "wrong" })).status);
  }
  expect(statuses).toEqual([422, 422, 422, 429, 429]);
});

test("behind a trusted proxy each client is counted for itself", async () => {
  const at = await fixture({ trustedProxies: ["10.0.0.1"], limits: { loginsPerAddress: 1 } });
  const attempt = async (client: string) => {
    const browser = at.browser({ remoteAddress: "10.0.0.1", headers: { "x-forwarded-for": `spoofed, ${client}` } });
    return (await browser.post("/login", { username: "nobody", password: "wrong" })).status;
  };
  expect([await attempt("203.0.113.1"), await attempt("203.0.113.2"), await attempt("203.0.113.1")]).toEqual([
    422, 422, 429,
  ]);
});

test.each([
  ["another origin", { origin: "http://evil.example", "sec-fetch-site": "cross-site" }],
  ["another origin that hides the rest", { origin: "http://evil.example", "sec-fetch-site": "same-origin" }],
  ["another port", { origin: "http://localhost:9999", "sec-fetch-site": "same-site" }],
  ["an opaque origin", { origin: "null", "sec-fetch-site": "cross-site" }],
  ["a browser's cross-site request without an origin", { origin: "", "sec-fetch-site": "cross-site" }],
  ["our origin, but the browser says cross-site", { "sec-fetch-site": "cross-site" }],
])("a form from %s is refused and changes nothing", async (_, headers) => {
  const at = await fixture();
  const admin = await at.administrator();
  const response = await admin.post("/studio/title", { title: "Stolen" }, headers);
  expect(response.status).toBe(403);
  expect(await admin.text("/studio")).not.toContain("Stolen");
});

test("a form without Origin and Sec-Fetch-Site is refused too", async () => {
  const at = await fixture();
  const browser = at.browser();
  const response = await browser.post("/login", { username: "admin", password }, { origin: "", "sec-fetch-site": "" });
  expect(response.status).toBe(403);
});

test("a form that is none is an answer, not an error in the log", async () => {
  const at = await fixture();
  for (const type of ["multipart/form-data", "multipart/form-data; boundary=a"]) {
    const response = await at.browser().post("/login", { username: "wati" }, { "content-type": type });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("could not read")]);
  }
  expect(at.logged.filter((line) => line.includes("request failed"))).toEqual([]);
});

test("a body over 48 KiB is refused", async () => {
  const at = await fixture();
  const response = await at.browser().post("/login", { username: "a".repeat(50_000), password });
  expect([response.status, await response.text()]).toEqual([413, expect.stringContaining("too long")]);
});

test("an answer has the request's id: a proxy's that is trusted and well-formed, else ours", async () => {
  const at = await fixture({ trustedProxies: ["10.0.0.1"] });
  const idOf = async (remoteAddress: string, given: string): Promise<string | null> => {
    const response = await at.browser({ remoteAddress, headers: { "x-request-id": given } }).get("/nothing");
    expect(await response.text()).toContain(`Reference: <code>${response.headers.get("x-request-id")}</code>`);
    return response.headers.get("x-request-id");
  };
  expect(await idOf("10.0.0.1", "6b1f0c1e-8f7a-4d21-9d3e-0f6f7f1f2a3b")).toBe("6b1f0c1e-8f7a-4d21-9d3e-0f6f7f1f2a3b");
  expect(await idOf("10.0.0.1", "<script>")).toMatch(/^[0-9a-f]{16}$/);
  expect(await idOf("192.0.2.7", "6b1f0c1e-8f7a-4d21-9d3e-0f6f7f1f2a3b")).toMatch(/^[0-9a-f]{16}$/);
});

test("what is logged while a request is answered has its id, whatever else is answered meanwhile", async () => {
  const at = await fixture();
  await at.administrator();
  const names = ["wati", "budi", "sari"];
  const register = async (username: string): Promise<string | null> =>
    (await at.browser().post("/register", { username, password })).headers.get("x-request-id");
  const ids = await Promise.all(names.map(register));
  const created = at.logged.filter((line) => line.includes("account created"));
  const said = created.map((line) => (JSON.parse(line) as { requestId: string }).requestId);
  expect(new Set<string | null>(said)).toEqual(new Set(ids));
});

test("where an address leads is never told from a cache", async () => {
  const at = await fixture();
  const { status, headers } = await at.browser().get("/.well-known/panggung");
  expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
});

test("healthz tells the truth, and a defect shows its number and nothing else", async () => {
  const at = await fixture();
  const browser = at.browser();
  expect(await (await browser.get("/healthz")).json()).toEqual({ ok: true });
  at.closeDatabase();
  const sick = await browser.get("/healthz");
  expect([sick.status, await sick.json()]).toEqual([503, { ok: false, reasons: ["The database does not answer."] }]);
  const broken = await browser.get("/");
  const html = await broken.text();
  expect(broken.status).toBe(500);
  const id = /Reference: <code>([0-9a-f]{16})</.exec(html)?.[1] ?? "none";
  expect(broken.headers.get("x-request-id")).toBe(id);
  expect(at.logged.some((line) => line.includes(id) && line.includes("request failed"))).toBe(true);
  expect(html).not.toMatch(/SQL|closed|at .*\.ts/);
});

test("too many open pages are an answer, not an error in the log", async () => {
  const at = await fixture();
  const browser = at.browser();
  const open = await Promise.all(Array.from({ length: 100 }, () => browser.get("/events")));
  const refused = await browser.get("/events");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "10"]);
  expect(at.logged.filter((line) => line.includes("request failed"))).toEqual([]);
  await Promise.all(open.map((response) => response.body?.cancel()));
});

test("a full disk is said to people, to machines and to the log, and reading goes on", async () => {
  const at = await fixture();
  const browser = await at.administrator();
  await at.db.run(sql`PRAGMA max_page_count = 1`);
  let page = await browser.post("/studio/key/new");
  // Until what is written needs a page of its own.
  for (let i = 0; i < 200 && page.status === 200; i++) page = await browser.post("/studio/key/new");
  const html = await page.text();
  expect([page.status, html.includes("Nothing can be saved")]).toEqual([507, true]);
  expect(at.logged.some((line) => line.includes("SQLITE_FULL"))).toBe(true);
  const sick = await browser.get("/healthz");
  expect([sick.status, await sick.text()]).toEqual([503, expect.stringContaining("SQLITE_FULL")]);
  expect((await browser.get("/studio")).status).toBe(200);
});

test("pages are never kept without asking again, files are kept for ever", async () => {
  const at = await fixture();
  const browser = at.browser();
  expect((await browser.get("/")).headers.get("cache-control")).toBe("private, no-cache");
  expect((await browser.get("/nothing")).headers.get("cache-control")).toBe("private, no-store");
  const plain = await browser.get("/static/style.css");
  expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(await plain.text()).toBe("body { color: red }");
});

test.each([
  ["gzip, deflate, br, zstd", "br", '"0123-br"', "as brotli"],
  ["gzip", "gzip", '"0123-gzip"', "as gzip"],
  ["br;q=0, gzip", "gzip", '"0123-gzip"', "as gzip"],
  ["identity", null, '"0123"', "body { color: red }"],
])("a file for a browser that accepts %s", async (accepted, encoding, etag, body) => {
  const at = await fixture();
  const browser = at.browser();
  const response = await browser.get("/static/style.css", { "accept-encoding": accepted });
  expect(response.headers.get("content-encoding")).toBe(encoding);
  expect(response.headers.get("etag")).toBe(etag);
  expect(response.headers.get("vary")).toBe("Accept-Encoding");
  expect(response.headers.get("content-type")).toBe("text/css; charset=utf-8");
  expect(await response.text()).toBe(body);
  const again = await browser.get("/static/style.css", { "accept-encoding": accepted, "if-none-match": etag });
  expect([again.status, await again.text()]).toEqual([304, ""]);
});

test("the log has neither codes, passwords, session tokens nor keys", async () => {
  const at = await fixture();
  const path = await at.setupPath();
  const browser = at.browser();
  await browser.get(path);
  await browser.post("/setup", { username: "admin", password });
  const shown = await (await browser.swap("/studio/key/show")).text();
  const key = /live_[0-9a-f]+/.exec(shown)?.[0] ?? "";
  await at.publish(key);
  await at.publish(`${key}0`);
  const everything = at.logged.join("");
  expect(everything).toContain('"path":"/setup"');
  for (const secret of [path.split("=")[1] ?? "", password, key.slice(5), ...browser.cookies.values()]) {
    expect(secret).not.toBe("");
    expect(everything).not.toContain(secret);
  }
});
