import { afterEach, beforeEach, expect, test } from "bun:test";
import { storeImage } from "../../db/images.ts";
import { appFixture } from "../fixtures.ts";
import { uploadPaths } from "../images/upload.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
beforeEach(async () => {
  at = await appFixture();
});
afterEach(() => at.remove());

const hash = "a".repeat(64);

test("a picture is for everybody and for ever, and no page", async () => {
  await storeImage(at.db, { hash, body: Buffer.from("RIFF") }, at.time.now);
  const response = await at.browser().get(`/images/${hash}.webp`);
  expect([response.status, await response.text()]).toEqual([200, "RIFF"]);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "image/webp",
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    etag: `"${hash}"`,
  });
  expect(response.headers.get("set-cookie")).toBeNull();
  const again = await at.browser().get(`/images/${hash}.webp`, { "if-none-match": `"${hash}"` });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  expect((await at.head(`/images/${hash}.webp`)).status).toBe(200);
});

test.each([
  `/images/${"b".repeat(64)}.webp`,
  `/images/${hash}`,
  `/images/${hash}.svg`,
  `/images/${hash.toUpperCase()}.webp`,
  "/images/..%2f..%2fpanggung.db",
  "/images/%00.webp",
])("%s is nothing", async (path) => {
  await storeImage(at.db, { hash, body: Buffer.from("RIFF") }, at.time.now);
  expect((await at.browser().get(path)).status).toBe(404);
});

test.each(uploadPaths)(
  "only who is signed in may send a large body to %s, and no larger than it needs to be",
  async (path) => {
    const admin = await at.administrator();
    const tooLarge = { picture: "x".repeat(5_500_001) };
    const refused = await admin.post(path, tooLarge);
    expect([refused.status, await refused.text()]).toEqual([413, expect.stringContaining("larger than 5 MB")]);
    const stranger = await at.browser().post(path, tooLarge);
    expect([stranger.status, stranger.headers.get("location")]).toEqual([303, "/login"]);
    expect((await admin.post("/studio", tooLarge)).status).toBe(413);
  },
);
