import { afterEach, beforeEach, expect, test } from "bun:test";
import { findChannelByName } from "../../db/channels.ts";
import { channels } from "../../db/schema.ts";
import { listCommandsAfter } from "../../db/outbox.ts";
import { recordHealth } from "../../db/streams.ts";
import { appFixture, password, readEvents } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Awaited<ReturnType<typeof at.administrator>>;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
});
afterEach(() => at.remove());

const keyIn = (html: string): string | undefined => /live_[0-9a-f]{48}/.exec(html)?.[0];
const showKey = async (browser = admin) => keyIn(await (await browser.swap("/studio/key/show")).text()) ?? "no key";
const commands = async () =>
  (await listCommandsAfter(at.db, "ingest", 0, 10)).map((row) => JSON.parse(row.command) as object);
const later = (minutes: number) => (at.time.now += minutes * 60_000);
const health = {
  state: "live",
  hlsUrl: null,
  encoder: "obs-output module",
  remoteAddress: "198.51.100.1",
  video: {
    codec: "avc1.64001f",
    width: 1280,
    height: 720,
    frameRate: 30,
    bitrate: 2_500_000,
    keyFrameIntervalMs: 8000,
  },
  audio: { codec: "mp4a.40.2", sampleRate: 48_000, channels: 2, bitrate: 160_000 },
} as const;

test("the studio says where OBS sends to, and hides the key", async () => {
  const html = await admin.text("/studio");
  expect(html).toContain("rtmp://localhost:1935/live");
  expect(keyIn(html)).toBeUndefined();
});

test("the key that is shown lets its holder publish, and no page but this one has it", async () => {
  const key = await showKey();
  expect(await at.publish(key)).toMatchObject({ allowed: true, channelName: "admin" });
  for (const path of ["/", "/@admin", "/studio", "/admin"]) expect(await admin.text(path)).not.toContain(key);
});

test("without JavaScript the key comes in the whole page", async () => {
  const html = await (await admin.post("/studio/key/show")).text();
  expect(html).toStartWith("<!doctype html>");
  expect(keyIn(html)).toBe(await showKey());
});

test.each(["/studio/key/show", "/studio/key/new"])("%s asks for the password again after 15 minutes", async (path) => {
  const before = await showKey();
  later(15);
  expect(keyIn(await (await admin.swap("/studio/key/show")).text())).toBe(before);
  later(1);
  const asked = await (await admin.swap(path)).text();
  expect(asked).toContain('type="password"');
  expect(keyIn(asked)).toBeUndefined();
  expect(keyIn(await (await admin.post(path)).text())).toBeUndefined();

  const wrong = await admin.swap("/confirm", { password: "wrong", next: "/studio" });
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining("This password is wrong.")]);
  expect(keyIn(await (await admin.swap(path)).text())).toBeUndefined();
  expect(await commands()).toEqual([]);

  const right = await admin.swap("/confirm", { password, next: "/studio" });
  expect(keyIn(await right.text())).toBe(before);
  expect(keyIn(await (await admin.swap(path)).text())).toBeDefined();
});

test("without JavaScript the password goes to a page and back", async () => {
  later(16);
  expect((await admin.post("/confirm", { password: "wrong", next: "/admin" })).status).toBe(422);
  const right = await admin.post("/confirm", { password, next: "/admin" });
  expect([right.status, right.headers.get("location")]).toEqual([303, "/admin"]);
  expect((await admin.post("/confirm", { password, next: "//evil.example" })).headers.get("location")).toBe("/studio");
});

test("the password again is rate limited with the sign-ins", async () => {
  const statuses = [];
  for (let count = 0; count < 11; count += 1)
    statuses.push((await admin.swap("/confirm", { password: "wrong" })).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429]);
  expect((await at.browser().post("/login", { username: "admin", password })).status).toBe(429);
});

test("confirming in one session confirms no other", async () => {
  const other = at.browser();
  await other.post("/login", { username: "admin", password });
  later(16);
  await admin.swap("/confirm", { password });
  expect(keyIn(await (await other.swap("/studio/key/show")).text())).toBeUndefined();
});

test("a new key replaces the old one at once and tells ingest", async () => {
  const old = await showKey();
  const fresh = keyIn(await (await admin.swap("/studio/key/new")).text()) ?? "no key";
  expect(fresh).not.toBe(old);
  expect(await at.publish(old)).toMatchObject({ allowed: false, reason: "unknown-key" });
  expect(await at.publish(fresh)).toMatchObject({ allowed: true });
  const { id: channelId } = (await findChannelByName(at.db, "admin")) ?? {};
  expect(await commands()).toEqual([
    { type: "key-changed", channelId },
    expect.objectContaining({ type: "stream-started" }),
  ]);
});

test("a key hidden under a lost secret says so and can be replaced", async () => {
  await at.db.update(channels).set({ keyCipher: Buffer.alloc(60).toString("base64") });
  expect(await (await admin.swap("/studio/key/show")).text()).toContain("Make a new key.");
  expect(keyIn(await (await admin.swap("/studio/key/new")).text())).toBeDefined();
});

test("whoever streams has the chat of the channel beside the status", async () => {
  const page = await admin.text("/studio");
  expect(page).toMatch(/<live-chat[^>]* data-channel="admin"/);
  expect(page.indexOf("<live-chat")).toBeGreaterThan(page.indexOf('id="studio-status"'));
  expect(page).not.toMatch(/href="\/@admin\/chat\/moderation" data-for="moderators" hidden=""/);
});

test("a viewer gets neither key nor server, and reaches no other channel", async () => {
  const viewer = await at.person("wati");
  const page = await viewer.text("/studio");
  expect(page).toContain("You cannot stream yet");
  expect(page).not.toContain("<live-chat");
  for (const path of ["/studio/key/show", "/studio/key/new"]) {
    const response = await viewer.swap(path);
    expect(response.status).toBe(403);
    expect(keyIn(await response.text())).toBeUndefined();
  }
  await viewer.post("/studio/stream", { title: "Mine", channelId: "other", name: "admin" });
  expect(await findChannelByName(at.db, "admin")).toMatchObject({ title: "" });
  expect(await findChannelByName(at.db, "wati")).toMatchObject({ title: "Mine" });
});

test("a stranger is sent to sign in and changes nothing", async () => {
  const stranger = at.browser();
  for (const path of ["/studio/stream", "/studio/key/show", "/studio/key/new", "/studio/disconnect", "/confirm"]) {
    const response = await stranger.post(path, { title: "x" });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/login"]);
    expect((await stranger.swap(path)).headers.get("hx-redirect")).toBe("/login");
  }
  expect((await stranger.get("/studio/events")).status).toBe(401);
  expect(await commands()).toEqual([]);
});

test.each([[""], [" \u0000\u200b\n "], ["\u200d \u200c"]])("the title %j is none", async (title) => {
  await admin.swap("/studio/stream", { title: "Wayang" });
  expect((await admin.swap("/studio/stream", { title })).status).toBe(200);
  expect(await findChannelByName(at.db, "admin")).toMatchObject({ title: "" });
});

test("a title that is too long is refused at the form", async () => {
  const title = "x".repeat(141);
  const message = "A title has at most 140 characters.";
  const fragment = await admin.swap("/studio/stream", { title });
  expect([fragment.status, await fragment.text()]).toEqual([422, expect.stringContaining(message)]);
  const page = await admin.post("/studio/stream", { title });
  expect([page.status, await page.text()]).toEqual([422, expect.stringContaining(message)]);
  expect(await findChannelByName(at.db, "admin")).toMatchObject({ title: "" });
});

test("a title keeps what joins letters and emoji, and loses what turns the line around", async () => {
  await admin.swap("/studio/stream", { title: "می\u200cخواهم 👨\u200d👩\u200d👧 a\u202eb" });
  expect(await findChannelByName(at.db, "admin")).toMatchObject({ title: "می\u200cخواهم 👨\u200d👩\u200d👧 a b" });
});

test("a title is text, whatever is in it", async () => {
  await admin.swap("/studio/stream", { title: '  <script>alert(1)</script>\r\n"&  ' });
  expect(await findChannelByName(at.db, "admin")).toMatchObject({ title: '<script>alert(1)</script> "&' });
  await at.publish(await showKey());
  for (const path of ["/", "/@admin", "/studio", "/admin"]) {
    const html = await admin.text(path);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).not.toContain("<script>alert");
  }
});

test("the status is pushed: live, figures with what to change, a second encoder, its disconnection, the end", async () => {
  const key = await showKey();
  const events = readEvents(await admin.get("/studio/events"));
  const first = await events.next();
  expect([first.event, first.data]).toEqual([undefined, expect.stringContaining("Offline")]);

  const answer = await at.publish(key);
  if (!answer.allowed) throw new Error(answer.message);
  expect((await events.next()).data).toContain("Live");
  const { streamId, channelId } = answer;
  await at.ingest.streams[":id"].health.$post({ param: { id: streamId }, json: health });
  const figures = (await events.next()).data;
  expect(figures).toContain("1280 × 720");
  expect(figures).toContain("Set the key-frame interval to 1 or 2 s.");

  const report = {
    channelId,
    reason: "second-encoder",
    message: "Another encoder is live.",
    remoteAddress: "198.51.100.2",
  } as const;
  await at.ingest.refusals.$post({ json: report });
  const refused = (await events.next()).data;
  expect(refused).toContain("Another encoder is live.");
  expect(refused).toContain("Disconnect the other encoder");

  expect((await admin.swap("/studio/disconnect")).status).toBe(200);
  expect((await events.next()).data).not.toContain("Disconnect the other encoder");
  expect(await commands()).toContainEqual({ type: "encoder-disconnect", channelId });

  await at.ingest.streams[":id"].end.$post({ param: { id: streamId }, json: { reason: "unpublished" } });
  expect((await events.next()).data).toContain("Offline");
  await events.close();
});

test("the status is announced, and stays a heading", async () => {
  const html = await admin.text("/studio");
  expect(html).toMatch(/<div role="status"><h2 id="status-heading">(?:(?!role=).)*Offline<\/h2><\/div>/);
});

test("a refusal of one channel reaches its owner's studio only", async () => {
  const viewer = await at.person("wati");
  const { id: channelId } = (await findChannelByName(at.db, "wati")) ?? { id: "" };
  const report = { channelId, reason: "not-allowed", message: "A message for wati.", remoteAddress: "a" } as const;
  await at.ingest.refusals.$post({ json: report });
  expect(await admin.text("/studio")).not.toContain("A message for wati.");
  const events = readEvents(await viewer.get("/studio/events"));
  expect((await events.next()).data).toContain("A message for wati.");
  await events.close();
});

test("a health report of a later version is left out, not an error", async () => {
  const answer = await at.publish(await showKey());
  if (!answer.allowed) throw new Error(answer.message);
  const { streamId } = answer;
  const health = { shape: "of tomorrow" };
  await recordHealth(at.db, [{ streamId, state: "live", hlsUrl: null, hasThumbnail: false, health }], at.time.now);
  expect((await admin.get("/studio")).status).toBe(200);
});

test("without JavaScript the answer stands at a form's own address: opened again, that is the studio", async () => {
  for (const form of ["stream", "key/show", "key/new"]) {
    const opened = await admin.get(`/studio/${form}`);
    expect([form, opened.status, opened.headers.get("location")]).toEqual([form, 303, "/studio"]);
  }
});
