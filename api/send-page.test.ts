import { afterEach, beforeEach, expect, test } from "bun:test";
import { appFixture } from "./fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
beforeEach(async () => {
  at = await appFixture();
  await at.administrator();
});
afterEach(() => at.remove());

const pages = ["/", "/@admin", "/login"];

test("a page that has not changed is not sent again to who is signed out", async () => {
  for (const path of pages) {
    const first = await at.browser().get(path);
    const etag = first.headers.get("etag") ?? "";
    expect([path, first.status, first.headers.get("cache-control")]).toEqual([path, 200, "private, no-cache"]);
    const again = await at.browser().get(path, { "if-none-match": `"other", ${etag}` });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    expect(again.headers.get("content-security-policy")).toContain("default-src 'none'");
    const other = await at.browser().get(path, { "if-none-match": 'W/"other"' });
    expect([other.status, (await other.text()).length > 0]).toEqual([200, true]);
  }
});

test("another language, or something new on it, is another page", async () => {
  const etag = (await at.browser().get("/login")).headers.get("etag") ?? "";
  const inIndonesian = await at.browser().get("/login", { "if-none-match": etag, "accept-language": "id" });
  expect(inIndonesian.status).toBe(200);
  const before = (await at.browser().get("/@admin")).headers.get("etag") ?? "";
  const admin = at.browser();
  await admin.post("/login", { username: "admin", password: "correct horse battery" });
  await at.publish(await keyOf(admin));
  expect((await at.browser().get("/@admin", { "if-none-match": before })).status).toBe(200);
});

async function keyOf(admin: ReturnType<typeof at.browser>): Promise<string> {
  const shown = await admin.post("/studio/key/show");
  const key = /live_[A-Za-z0-9_-]+/.exec(await shown.text())?.[0];
  if (key === undefined) throw new Error("No key was shown");
  return key;
}

test("what is made for one person is never kept, and never taken for what was", async () => {
  const signedOut = (await at.browser().get("/")).headers.get("etag") ?? "";
  const person = await at.person("wati");
  for (const path of pages.slice(0, 2)) {
    const page = await person.get(path, { "if-none-match": signedOut });
    expect([page.status, page.headers.get("cache-control"), page.headers.get("etag")]).toEqual([
      200,
      "private, no-store",
      null,
    ]);
  }
});

test("what went wrong is never kept", async () => {
  const failures = [
    await at.browser().get("/nothing"),
    await at.browser().post("/login", { username: "admin", password: "wrong" }),
    await at.browser().get("/studio"),
  ];
  for (const { status, headers } of failures) {
    expect([status >= 300, headers.get("etag"), headers.get("cache-control")]).toEqual([
      true,
      null,
      "private, no-store",
    ]);
  }
});

test("who is signed out gets a page compressed if they can read that, who is signed in never", async () => {
  const gzipped = { "accept-encoding": "br, gzip" };
  for (const path of pages) {
    const plain = await at.browser().get(path, { "accept-encoding": "identity" });
    const compressed = await at.browser().get(path, gzipped);
    expect([compressed.headers.get("content-encoding"), plain.headers.get("content-encoding")]).toEqual(["gzip", null]);
    expect([compressed.headers.get("vary"), plain.headers.get("vary")]).toEqual(["Accept-Encoding", "Accept-Encoding"]);
    const text = await plain.text();
    const bytes = await compressed.arrayBuffer();
    expect(bytes.byteLength).toBeLessThan(text.length / 2);
    expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(text);
  }
  const person = await at.person("wati");
  expect((await person.get("/", gzipped)).headers.get("content-encoding")).toBeNull();
});
