import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { users } from "../../db/schema.ts";
import { appFixture, type Browser } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
});
afterEach(() => at.remove());

const facts = { title: "Wayang", category: "music", tags: "gamelan, live music", language: "jv" };
async function goLive() {
  const key = /live_[0-9a-f]{48}/.exec(await (await admin.swap("/studio/key/show")).text())?.[0] ?? "no key";
  const answer = await at.publish(key);
  if (!answer.allowed) throw new Error(answer.message);
  return answer.streamId;
}
const suspend = (name: string) => at.db.update(users).set({ suspendedAt: at.time.now }).where(eq(users.username, name));
const oembed = (url: string, more = "") => at.browser().get(`/oembed?url=${encodeURIComponent(url)}${more}`);

test("the page says what is on: category, tags, language, viewers, in the language of whoever looks", async () => {
  await admin.swap("/studio/stream", facts);
  await goLive();
  const page = await at.browser().text("/@admin");
  expect(page).toMatch(/<a [^>]*href="\/categories\/music">Music<\/a>/);
  expect(page).toContain('href="/tags/live-music"');
  expect(page).toContain("Javanese");
  expect(page).toContain('<link rel="canonical" href="http://localhost:3000/@admin"');
  expect(page).toContain('href="/@admin/report"');
  const indonesian = await (await at.browser().get("/@ADMIN", { "accept-language": "id" })).text();
  expect(indonesian).toMatch(/href="\/categories\/music">Musik</);
  expect(indonesian).toContain('<link rel="canonical" href="http://localhost:3000/@admin"');
  for (const english of ["Follow", "Share", "Report", "Past streams", "Play", "Theatre mode"]) {
    expect(indonesian).not.toContain(`>${english}<`);
    expect(indonesian).not.toContain(`"${english}"`);
  }
});

test("who owns the channel is led to change it, not to report it", async () => {
  const page = await admin.text("/@admin");
  expect(page).toContain('href="/studio/channel"');
  expect(page).not.toContain('href="/@admin/report"');
});

test("a channel says when it was live last", async () => {
  await goLive();
  at.time.now += 3 * 86_400_000;
  await at.db.run("UPDATE streams SET state = 'ended', ended_at = started_at");
  expect(await at.browser().text("/@admin")).toContain("Last live 3 days ago");
  expect(await (await at.browser().get("/@admin", { "accept-language": "id" })).text()).toContain(
    "Terakhir siaran 3 hari yang lalu",
  );
});

test("what is for adults asks once, before anything of it is loaded", async () => {
  await admin.swap("/studio/stream", { ...facts, mature: "yes" });
  const streamId = await goLive();
  const viewer = at.browser();
  const gate = await viewer.get("/@admin");
  const text = await gate.text();
  expect(text).toContain("This channel is for adults");
  expect(text).not.toContain(streamId);
  expect(text).not.toContain("<live-player");
  expect(text).not.toContain("<live-chat");
  const events = await viewer.get("/@admin/events");
  expect([events.status, await events.text()]).toEqual([403, expect.not.stringContaining(streamId)]);
  const ownWindow = await viewer.text("/@admin/chat");
  expect(ownWindow).toContain("This channel is for adults");
  expect(ownWindow).not.toContain("<live-chat");
  expect(ownWindow).toContain('<input type="hidden" name="next" value="/@admin/chat"/>');
  const entered = await viewer.post("/@admin/mature");
  expect([entered.status, entered.headers.get("location")]).toEqual([303, "/@admin"]);
  expect(entered.headers.getSetCookie()[0]).toMatch(/^panggung_mature=yes;.*HttpOnly/);
  expect(await viewer.text("/@admin")).toContain(streamId);
  expect(await viewer.text("/@admin/chat")).toContain("<live-chat");
  expect((await viewer.post("/@admin/mature", { next: "/@admin/chat" })).headers.get("location")).toBe("/@admin/chat");
  expect((await viewer.get("/@admin/events")).status).toBe(200);
  // Whose channel it is knows.
  expect(await admin.text("/@admin")).toContain(streamId);
  const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await at.browser().post("/@admin/mature", {}, foreign)).status).toBe(403);
});

test("of a suspended person nothing is there", async () => {
  await at.person("wati");
  await suspend("wati");
  for (const path of ["/@wati", "/@wati/events", "/embed/wati", "/@wati/chat"]) {
    const response = await at.browser().get(path);
    expect([path, response.status]).toEqual([path, 404]);
  }
  expect((await oembed("http://localhost:3000/@wati")).status).toBe(404);
  expect(await (await at.browser().get("/@wati", { "accept-language": "id" })).text()).toContain("tidak tersedia");
});

test("theatre mode comes with the page", async () => {
  const viewer = at.browser();
  expect(await viewer.text("/@admin")).not.toContain("data-theatre");
  viewer.cookies.set("panggung_theatre", "on");
  expect(await viewer.text("/@admin")).toMatch(/<div class="watch" data-theatre="">/);
});

test("only the player for other sites may stand in a frame", async () => {
  const streamId = await goLive();
  const embed = await at.browser().get("/embed/admin");
  expect(embed.headers.get("content-security-policy")).toContain("frame-ancestors *");
  expect(embed.headers.get("x-frame-options")).toBeNull();
  expect(embed.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  expect(embed.headers.getSetCookie()).toEqual([]);
  const text = await embed.text();
  expect(text).toContain(streamId);
  expect(text).toContain('href="http://localhost:3000/@admin" target="_blank" rel="noopener"');
  expect(text).not.toContain("<form");
  for (const path of ["/", "/@admin", "/studio", "/login", "/embed/nobody", "/oembed"]) {
    const { headers } = await at.browser().get(path);
    expect([path, headers.get("x-frame-options")]).toEqual([path, "DENY"]);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  }
});

test("in a frame what is for adults asks too, and goes on without a cookie", async () => {
  await admin.swap("/studio/stream", { ...facts, mature: "yes" });
  const streamId = await goLive();
  const gate = await at.browser().text("/embed/admin");
  expect(gate).toContain('href="/embed/admin?adult=yes"');
  expect(gate).not.toContain(streamId);
  const player = await at.browser().text("/embed/admin?adult=yes");
  expect(player).toContain(streamId);
  const events = /data-events="([^"]+)"/.exec(player)?.[1] ?? "none";
  expect([(await at.browser().get(events)).status, events]).toEqual([200, "/@admin/events?adult=yes"]);
  // The page itself can set one.
  expect(await at.browser().text("/@admin?adult=yes")).not.toContain(streamId);
});

test("oEmbed tells other sites how to show a channel, in the size they have", async () => {
  await admin.swap("/studio/stream", facts);
  const page = await at.browser().text("/@admin");
  const href = /<link rel="alternate" type="application\/json\+oembed" href="([^"]+)"/.exec(page)?.[1] ?? "";
  const answer = (await (await at.browser().get(href)).json()) as Record<string, unknown>;
  expect(answer).toMatchObject({ version: "1.0", type: "video", title: "Wayang", width: 1280, height: 720 });
  expect(answer["html"]).toContain('<iframe src="http://localhost:3000/embed/admin" width="1280" height="720"');
  const small = await (await oembed("http://localhost:3000/embed/admin", "&maxwidth=800&maxheight=360")).json();
  expect(small).toMatchObject({ width: 640, height: 360 });
  const others = [
    "https://evil.example/@admin",
    "http://localhost:3000/studio",
    "http://localhost:3000/@nobody",
    "x",
    "",
  ];
  for (const url of others) expect([url, (await oembed(url)).status]).toEqual([url, 404]);
  expect((await oembed("http://localhost:3000/@admin", "&format=xml")).status).toBe(501);
});

test("following and its errors speak Indonesian too", async () => {
  const wati = await at.person("wati");
  const headers = { "accept-language": "id", "hx-request": "true" };
  expect(await (await wati.post("/@admin/follow", {}, headers)).text()).toContain("Batal ikuti");
});
