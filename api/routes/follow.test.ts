import { afterEach, beforeEach, expect, test } from "bun:test";
import { listCommandsAfter } from "../../db/outbox.ts";
import { appFixture, type Browser } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
let budi: Browser;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
  budi = await at.person("budi");
});
afterEach(() => at.remove());

const followPart = async (browser: Browser): Promise<string> =>
  /<div id="follow".*?<\/div>/s.exec(await browser.text("/@admin"))?.[0] ?? "no follow part";
const commands = async () =>
  (await listCommandsAfter(at.db, "signaling", 0, 100)).map(({ command }): unknown => JSON.parse(command));

test("following without JavaScript: the button, the count, and back", async () => {
  expect(await followPart(budi)).toContain('action="/@admin/follow"');
  expect(await followPart(budi)).toContain("0 followers");
  const followed = await budi.post("/@admin/follow");
  expect([followed.status, followed.headers.get("location")]).toEqual([303, "/@admin"]);
  expect(await followPart(budi)).toContain('action="/@admin/unfollow"');
  expect(await followPart(at.browser())).toContain("1 follower<");
  await budi.post("/@ADMIN/unfollow");
  expect(await followPart(budi)).toContain("0 followers");
  expect(await commands()).toMatchObject([
    { type: "chat-follow", followedAt: at.time.now },
    { type: "chat-follow", followedAt: null },
    { type: "revoked", at: at.time.now },
  ]);
});

test("htmx gets the button in place, and a second press changes nothing", async () => {
  for (const _press of [1, 2]) {
    const answer = await budi.swap("/@admin/follow");
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toStartWith('<div id="follow"');
    expect(text).toContain("Unfollow");
    expect(text).toContain("1 follower<");
  }
  expect(await commands()).toHaveLength(1);
});

test("signaling is woken at once", async () => {
  let wakes = 0;
  at.changes.on("outbox", () => (wakes += 1));
  await budi.swap("/@admin/follow");
  await budi.swap("/@admin/follow");
  expect(wakes).toBe(1);
});

test("whoever is not signed in is sent to sign in, and comes back to the channel", async () => {
  const guest = at.browser();
  expect(await followPart(guest)).toContain('href="/login?next=%2F%40admin"');
  const posted = await guest.post("/@admin/follow");
  expect([posted.status, posted.headers.get("location")]).toEqual([303, "/login?next=%2F%40admin"]);
  const swapped = await guest.swap("/@admin/follow");
  expect(swapped.headers.get("hx-redirect")).toBe("/login?next=%2F%40admin");
  const signedIn = await guest.post("/login", { username: "budi", password: "correct horse battery", next: "/@admin" });
  expect(signedIn.headers.get("location")).toBe("/@admin");
});

test("nobody follows their own channel: it shows the count alone", async () => {
  expect(await followPart(admin)).not.toContain("<form");
  await admin.post("/@admin/follow");
  expect(await followPart(admin)).toContain("0 followers");
});

test("a channel that is not there, and a form of another site", async () => {
  expect((await budi.post("/@nobody/follow")).status).toBe(404);
  expect((await budi.post("/@admin/follow", {}, { origin: "http://evil.test" })).status).toBe(403);
  expect(await followPart(budi)).toContain("0 followers");
});

test("thirty changes in a minute, then a pause", async () => {
  const statuses: number[] = [];
  for (let count = 0; count < 31; count += 1) {
    statuses.push((await budi.post(`/@admin/${count % 2 === 0 ? "follow" : "unfollow"}`)).status);
  }
  expect(statuses.slice(28)).toEqual([303, 303, 429]);
});

test("too much of it is said in the button's place, which stays", async () => {
  const strict = await appFixture({ limits: { followsPerAccount: 1 } });
  await strict.administrator();
  const citra = await strict.person("citra");
  await citra.swap("/@admin/follow");
  const answer = await citra.swap("/@admin/unfollow");
  const text = await answer.text();
  expect(answer.status).toBe(429);
  expect(text).toStartWith('<div id="follow"');
  expect(text).toContain("Too many attempts.");
  expect(text).toContain('action="/@admin/unfollow"');
  expect((await citra.post("/@admin/unfollow")).status).toBe(429);
  strict.remove();
});
