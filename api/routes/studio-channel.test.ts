import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { findChannelProfile } from "../../db/channels.ts";
import { listPastStreams } from "../../db/past-streams.ts";
import { channels, users, viewerSamples } from "../../db/schema.ts";
import { appFixture, type Browser } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
});
afterEach(() => at.remove());

const profile = async (name = "admin") => {
  const found = await findChannelProfile(at.db, { name });
  if (found === undefined) throw new Error("No such channel");
  return found;
};
const keyOf = async (browser: Browser) =>
  /live_[0-9a-f]{48}/.exec(await (await browser.swap("/studio/key/show")).text())?.[0] ?? "no key";
async function streamOnce(key: string): Promise<string> {
  const answer = await at.publish(key);
  if (!answer.allowed) throw new Error(answer.message);
  at.time.now += 90_000;
  await at.ingest.streams[":id"].end.$post({ param: { id: answer.streamId }, json: { reason: "unpublished" } });
  at.time.now += 1_000;
  return answer.streamId;
}

const facts = { title: "Wayang", category: "music", tags: "gamelan, live music", language: "jv", mature: "yes" };

test("what a stream is about is saved, shown again, and in the words of each language", async () => {
  const saved = await admin.swap("/studio/stream", facts);
  expect([saved.status, await saved.text()]).toEqual([200, expect.stringContaining("Viewers see it at once.")]);
  expect(await profile()).toMatchObject({
    title: "Wayang",
    tags: ["gamelan", "live-music"],
    language: "jv",
    isMature: true,
  });
  const page = await admin.text("/studio");
  expect(page).toContain('value="gamelan, live-music"');
  expect(page).toMatch(/<option value="music" selected="">Music</);
  expect(page).toMatch(/<option value="jv" selected="">Javanese</);
  const indonesian = await (await admin.get("/studio", { "accept-language": "id" })).text();
  expect(indonesian).toMatch(/<html lang="id"/);
  expect(indonesian).toMatch(/<option value="jv" selected="">Jawa</);
  expect(indonesian).toContain("Judul siaran");
});

test("each thing that is wrong is said at its field, in both languages, and the first one has the focus", async () => {
  const wrong = { title: "x".repeat(141), category: "music", tags: "x", language: "" };
  const fragment = await (await admin.swap("/studio/stream", wrong)).text();
  expect(fragment).toMatch(
    /<input type="text" id="title"[^>]*aria-describedby="title-error title-hint" aria-invalid="true" autofocus=""/,
  );
  expect(fragment).toMatch(/<p class="field-error" id="title-error">.*A title has at most 140 characters\./);
  expect(fragment).toMatch(/<input type="text" id="tags"[^>]*value="x"[^>]*aria-invalid="true"\/>/);
  const page = await admin.post("/studio/stream", wrong, { "accept-language": "id" });
  expect([page.status, await page.text()]).toEqual([422, expect.stringContaining("Judul paling banyak 140 karakter.")]);
  expect((await profile()).title).toBe("");
});

test("about and links: looked at before they are saved, then on the page", async () => {
  const text = { about: "# Hi\n\n**we** play", "link-title-0": "Site", "link-url-0": "a.example/x" };
  const preview = await admin.post("/studio/channel", { ...text, show: "preview" });
  expect(await preview.text()).toContain("<h3>Hi</h3><p><strong>we</strong> play</p>");
  expect((await profile()).about).toBe("");
  const saved = await admin.swap("/studio/channel", text);
  expect(await saved.text()).toContain("It is on your page.");
  const page = await at.browser().text("/@admin");
  expect(page).toContain("<h3>Hi</h3><p><strong>we</strong> play</p>");
  expect(page).toContain('<a href="https://a.example/x" rel="nofollow ugc noopener" dir="auto">Site</a>');
  const wrong = await admin.swap("/studio/channel", { ...text, "link-url-0": "javascript:alert(1)" });
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('id="link-url-0-error"')]);
  expect((await profile()).links).toEqual([{ title: "Site", url: "https://a.example/x" }]);
});

const payloads = [
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  "</title><svg/onload=alert(1)>",
  "</textarea><script>alert(1)</script>",
  '" autofocus onfocus=alert(1) x="',
  '<div hx-get="/logout" hx-trigger="load">',
  "{{constructor.constructor('alert(1)')()}}",
  "</script><script>alert(1)</script>",
];
const harmful = /<script>alert|<img src=x|<svg\/onload|onfocus=alert\(1\) x="|<div hx-get/;

test.each(payloads)("%j is text wherever a channel is shown", async (payload) => {
  const title = payload.slice(0, 60);
  await admin.swap("/studio/stream", { title: payload, tags: "", category: "", language: "" });
  await admin.swap("/studio/channel", { about: payload, "link-title-0": title, "link-url-0": "https://a.example/<x>" });
  // As though an earlier version, or a hand in the database, had let it in.
  const tags = JSON.stringify([payload]);
  await at.db.update(channels).set({ tags });
  await at.db.update(users).set({ displayName: payload }).where(eq(users.username, "admin"));
  await streamOnce(await keyOf(admin));
  await at.publish(await keyOf(admin));
  for (const path of ["/", "/@admin", "/embed/admin", "/studio", "/studio/channel", "/studio/streams"]) {
    const response = await admin.get(path);
    const html = await response.text();
    expect([path, response.status, harmful.exec(html)?.[0]]).toEqual([path, 200, undefined]);
  }
  const events = await (await admin.get(`/oembed?url=${encodeURIComponent("http://localhost:3000/@admin")}`)).json();
  expect((events as { html: string }).html).not.toMatch(harmful);
});

test("past streams: the latest first, page by page, each with its own curve; nobody else's", async () => {
  const key = await keyOf(admin);
  const ids: string[] = [];
  for (let count = 0; count < 27; count += 1) ids.unshift(await streamOnce(key));
  const first = await admin.text("/studio/streams");
  expect([...first.matchAll(/href="\/studio\/streams\/([0-9a-f]{32})"/g)].map(([, id]) => id)).toEqual(
    ids.slice(0, 25),
  );
  const older = /href="(\/studio\/streams\?before=[^"]+)"/.exec(first)?.[1]?.replace("&amp;", "&") ?? "";
  const second = await admin.text(older);
  expect([...second.matchAll(/href="\/studio\/streams\/([0-9a-f]{32})"/g)].map(([, id]) => id)).toEqual(ids.slice(25));
  expect(second).not.toContain("Older streams");

  const [streamId = ""] = ids;
  const samples = [3, 7].map((viewers, index) => ({ streamId, at: at.time.now - 60_000 + index * 60_000, viewers }));
  await at.db.insert(viewerSamples).values(samples);
  const one = await admin.text(`/studio/streams/${streamId}`);
  expect(one).toMatch(/data-count="3"/);
  expect(one).toMatch(/data-count="7"/);
  const viewer = await at.person("wati");
  expect((await viewer.get(`/studio/streams/${streamId}`)).status).toBe(404);
  expect(await viewer.text("/studio/streams")).not.toContain(streamId);
  expect((await at.browser().get("/studio/streams")).headers.get("location")).toStartWith("/login");
});

test("streams that ended at the same time are on one page or the other, not on both", async () => {
  const { id } = await profile();
  const key = await keyOf(admin);
  for (let count = 0; count < 3; count += 1) {
    await streamOnce(key);
    at.time.now -= 91_000;
  }
  const all = await listPastStreams(at.db, id, { limit: 10 });
  const [first] = await listPastStreams(at.db, id, { limit: 1 });
  expect(await listPastStreams(at.db, id, { after: first, limit: 10 })).toEqual(all.slice(1));
  expect(all.length).toBe(3);
});

test("a stream without a title is called after its streamer, in the language of whoever reads of it", async () => {
  await at.db.run(sql`UPDATE users SET display_name = 'Ibu Wati'`);
  const key = await keyOf(admin);
  await streamOnce(key);
  await at.publish(key);
  await admin.swap("/studio/stream", { ...facts, mature: "", title: " \u200d " });
  expect((await profile()).title).toBe("");
  for (const path of ["/@admin", "/", "/studio/streams", "/embed/admin"]) {
    const page = async (language: string) => (await admin.get(path, { "accept-language": language })).text();
    expect([path, await page("en")]).toEqual([path, expect.stringContaining("Ibu Wati’s stream")]);
    expect([path, await page("id")]).toEqual([path, expect.stringContaining("Siaran Ibu Wati")]);
  }
  expect(await admin.text("/studio")).toContain('placeholder="Ibu Wati’s stream"');
});

test("a new title while live is the stream's too; one that is over keeps its own", async () => {
  const key = await keyOf(admin);
  await streamOnce(key);
  await at.publish(key);
  await admin.swap("/studio/stream", { ...facts, title: "New" });
  const page = await at.browser().text("/@admin");
  expect(page).not.toContain("New"); // For adults: asked first.
  await admin.swap("/studio/stream", { ...facts, title: "New", mature: "" });
  expect(await at.browser().text("/@admin")).toContain("New");
  const { id } = await profile();
  expect((await listPastStreams(at.db, id, { limit: 5 })).map(({ title }) => title)).toEqual([""]);
});

test("a banner is a picture, not whatever has its name; it can be taken down", async () => {
  const upload = async (file: File) => {
    const body = new FormData();
    body.set("banner", file);
    return admin.upload("/studio/banner", body);
  };
  const picture = await Bun.file(new URL("../../docs/home.png", import.meta.url)).bytes();
  const refused = await upload(new File(["<svg onload=alert(1)>"], "a.png", { type: "image/png" }));
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('id="banner-error"')]);
  expect((await profile()).bannerHash).toBeNull();
  expect((await upload(new File([picture], "a.png", { type: "image/png" }))).status).toBe(200);
  const { bannerHash } = await profile();
  const page = await at.browser().text("/@admin");
  expect(page).toContain(`src="/images/${bannerHash}.webp"`);
  expect(page).toContain(`<meta property="og:image" content="http://localhost:3000/images/${bannerHash}.webp"`);
  await admin.post("/studio/banner/remove");
  expect((await profile()).bannerHash).toBeNull();
  expect((await at.browser().post("/studio/banner/remove")).headers.get("location")).toStartWith("/login");
});

test("sixty changes in a minute, then a pause", async () => {
  const statuses: number[] = [];
  for (let count = 0; count < 61; count += 1) {
    const { status } = await admin.swap("/studio/channel", { about: `${count}` });
    if (statuses.at(-1) !== status) statuses.push(status);
  }
  expect(statuses).toEqual([200, 429]);
  expect((await profile()).about).toBe("59");
  for (const [path, form] of [
    ["/studio/stream", "stream-form"],
    ["/studio/channel", "text-form"],
    ["/studio/banner/remove", "banner-form"],
  ] as const) {
    // The form stays, and says why: htmx puts what comes into its place.
    for (const answer of [await admin.swap(path, facts), await admin.post(path, facts)]) {
      expect([path, answer.status]).toEqual([path, 429]);
      expect(await answer.text()).toMatch(new RegExp(`id="${form}"[^]*Too many attempts`));
    }
  }
});
