import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { channels, users } from "../../db/schema.ts";
import { appFixture, type Browser, readEvents } from "../fixtures.ts";

type Fixture = Awaited<ReturnType<typeof appFixture>>;
let at: Fixture;
let admin: Browser;
let wati: Browser;
let keys: Map<string, string>;
beforeEach(async () => {
  at = await appFixture({ everyoneMayStream: true });
  admin = await at.administrator();
  wati = await at.person("wati");
  await at.person("budi");
  keys = new Map();
});
afterEach(() => at.remove());

const channelOf = async (name: string) => {
  const row = await at.db.select().from(channels).where(eq(channels.name, name)).get();
  if (row === undefined) throw new Error(`No channel ${name}`);
  return row;
};
const describe = (name: string, about: Partial<typeof channels.$inferInsert>) =>
  at.db.update(channels).set(about).where(eq(channels.name, name));
/** Goes live with a key of one's own. */
async function goLive(name: string): Promise<void> {
  const key = keys.get(name) ?? (await readKey(name));
  keys.set(name, key);
  const answer = await at.publish(key);
  if (!("streamId" in answer)) throw new Error(`Not published: ${JSON.stringify(answer)}`);
}
async function readKey(name: string): Promise<string> {
  const browser = name === "admin" ? admin : await signedIn(name);
  return /live_[0-9a-f]+/.exec(await (await browser.swap("/studio/key/show")).text())?.[0] ?? "";
}
async function signedIn(name: string): Promise<Browser> {
  const browser = at.browser();
  const response = await browser.post("/login", { username: name, password: "correct horse battery" });
  if (response.status !== 303) throw new Error(`${name} cannot sign in`);
  return browser;
}
const headings = (html: string) =>
  [...html.matchAll(/<h3><a href="(\/@[a-z0-9_]+)">(?!<bdi>)/g)].map(([, path]) => path);

test("home shows what is live with all that is said of it, and nothing of who is suspended", async () => {
  const tags = JSON.stringify(["wayang", "jawa"]);
  await describe("wati", { title: "Malam <b>ini</b>", categoryId: "music", tags, language: "jv", isMature: true });
  await goLive("wati");
  const html = await at.browser().text("/");
  for (const part of [
    "Malam &lt;b&gt;ini&lt;/b&gt;",
    "/categories/music",
    "/tags/wayang",
    "Javanese",
    "18+",
    "1 channel is live",
  ])
    expect(html).toContain(part);
  await at.db.update(users).set({ suspendedAt: 1 }).where(eq(users.username, "wati"));
  at.changes.emit("live");
  expect(await at.browser().text("/")).not.toContain("Malam");
});

test("channels that one follows come first, with a heading of their own", async () => {
  await goLive("wati");
  await goLive("admin");
  at.viewers.set(new Map([[(await channelOf("admin")).id, 9]]));
  expect(headings(await at.browser().text("/"))).toEqual(["/@admin", "/@wati"]);
  const budi = await signedIn("budi");
  await budi.post("/@wati/follow");
  const html = await budi.text("/");
  expect(headings(html)).toEqual(["/@wati", "/@admin"]);
  expect(html).toContain("Channels you follow");
  expect(html).toContain('data-followed="wati"');
});

test("who is off is shown, with those that most people follow first, and never twice", async () => {
  await describe("wati", { lastLiveAt: 2 });
  await describe("budi", { lastLiveAt: 1 });
  await admin.post("/@budi/follow");
  const guests = await at.browser().text("/");
  expect(guests).toContain("Nobody is live");
  expect(headings(guests)).toEqual([]);
  const offline = (html: string) => [...html.matchAll(/<h3><a href="\/@([a-z]+)"><bdi>/g)].map(([, name]) => name);
  expect(offline(guests)).toEqual(["budi", "wati"]);
  // Not the ones that one follows already, nor oneself.
  expect([offline(await admin.text("/")), offline(await wati.text("/"))]).toEqual([["wati"], ["budi"]]);
});

test("the sidebar lists followed channels, live ones first, and what else is live; it is as wide as it was left", async () => {
  const budi = await signedIn("budi");
  await budi.post("/@wati/follow");
  await budi.post("/@admin/follow");
  await goLive("wati");
  const rows = (html: string) =>
    [...html.matchAll(/class="side-channel" data-channel="([a-z]+)"( data-live)?/g)].map(([, name, live]) => [
      name,
      live !== undefined,
    ]);
  const html = await budi.text("/categories");
  expect(rows(html)).toEqual([
    ["wati", true],
    ["admin", false],
  ]);
  expect(rows(await at.browser().text("/categories"))).toEqual([["wati", true]]);
  // Nobody is recommended to themselves.
  expect(rows(await wati.text("/categories"))).toEqual([]);
  expect(html).not.toContain("data-collapsed");
  const answer = await budi.post("/sidebar", { collapsed: "yes", next: "/categories" });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/categories"]);
  expect(await budi.text("/categories")).toContain('data-collapsed=""');
  expect(
    (await budi.post("/sidebar", { collapsed: "no", next: "https://evil.example/" })).headers.get("location"),
  ).toBe("/");
});

test("a category and a tag have pages: live ones, then those that were", async () => {
  await describe("wati", { categoryId: "music", tags: '["gamelan"]', lastLiveAt: 1 });
  await describe("budi", { categoryId: "music", tags: '["gamelan"]', lastLiveAt: 2 });
  await goLive("wati");
  for (const path of ["/categories/music", "/tags/gamelan", "/tags/GAMELAN"]) {
    const html = await at.browser().text(path);
    expect(headings(html)).toEqual(["/@wati"]);
    expect(html).toContain("Recently live");
    expect(html).toContain("budi");
  }
  expect(await at.browser().text("/categories")).toContain("1 live");
  const statuses = ["/categories/none", "/tags/a%20b", "/tags/%22%3E", "/tags/" + "a".repeat(60)].map(
    async (path) => (await at.browser().get(path)).status,
  );
  expect(await Promise.all(statuses)).toEqual([404, 404, 404, 404]);
});

test("the search finds live channels first, then others and categories, and shows what was typed as text", async () => {
  await describe("wati", { title: "Gamelan malam", lastLiveAt: 1 });
  await describe("budi", { title: "Gamelan pagi", lastLiveAt: 2 });
  await goLive("wati");
  const html = await at.browser().text("/search?q=gamel");
  expect(headings(html)).toEqual(["/@wati"]);
  expect(html.indexOf("/@wati")).toBeLessThan(html.lastIndexOf("/@budi"));
  expect(await at.browser().text("/search?q=mus")).toContain("/categories/music");
  for (const typed of ['"><script>alert(1)</script>', "' OR 1=1 --", "NEAR((", "\u0000", "a".repeat(5000)]) {
    const answer = await at.browser().get(`/search?q=${encodeURIComponent(typed)}`);
    const text = await answer.text();
    expect([answer.status, text.includes("<script>alert")]).toEqual([200, false]);
    expect(text.length).toBeLessThan(40_000);
  }
  expect(await at.browser().text("/search")).toContain("Type a name");
});

test("who chooses another language on a page of results comes back to them, and to no other site", async () => {
  const browser = at.browser();
  const choose = async (next: string, referer: string) =>
    (await browser.post("/language", { language: "id", next }, { referer })).headers.get("location");
  expect(await choose("/search", "http://localhost:3000/search?q=wati")).toBe("/search?q=wati");
  expect(await choose("/search", "http://evil.example/search?q=wati")).toBe("/search");
  expect(await choose("/search", "http://localhost:3000/another?q=wati")).toBe("/search");
  expect(await choose("//evil.example/", "http://localhost:3000//evil.example/?a")).toBe("/");
});

test("one address searches only so often", async () => {
  const limited = await appFixture({ limits: { searchesPerAddress: 2 } });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await limited.browser().get("/search?q=wati")).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect((await limited.browser().get("/search")).status).toBe(200);
  limited.remove();
});

test("pages are in the language of their reader", async () => {
  const indonesian = at.browser({ headers: { "accept-language": "id" } });
  for (const [path, words] of [
    ["/", "Belum ada yang siaran"],
    ["/categories", "Kategori"],
    ["/categories/music", "Musik"],
    ["/search?q=zzz", "Tidak ada yang ditemukan"],
    ["/nothing", "Tidak ditemukan"],
  ] as const) {
    const html = await indonesian.text(path);
    expect(html).toContain('<html lang="id">');
    expect(html).toContain(words);
  }
});

test("every page has one address, and a picture that links to it unfold with", async () => {
  const html = await at.browser().text("/categories?a=b");
  expect(html).toContain('<link rel="canonical" href="http://localhost:3000/categories"/>');
  expect(html).toContain('<meta property="og:image" content="http://localhost:3000/static/social.jpg"/>');
});

test("what is live is pushed: the grid to home, the site to every page, both in one stream where it is asked for", async () => {
  const plain = readEvents(await at.browser().get("/events"));
  expect((await plain.next()).data).toContain("Nobody is live");
  const both = readEvents(await at.browser().get("/events?site"));
  const first = [await both.next(), await both.next()];
  expect(new Set(first.map(({ event }) => event))).toEqual(new Set(["site", undefined]));
  const site = readEvents(await at.browser().get("/events/site"));
  expect(await site.next()).toEqual({ event: "site", data: '{"live":[]}' });

  await describe("wati", { title: "Malam", categoryId: "music" });
  await goLive("wati");
  const { event, data } = await site.next();
  expect([event, JSON.parse(data)]).toEqual([
    "site",
    {
      live: [
        {
          name: "wati",
          displayName: "wati",
          title: "Malam",
          category: { en: "Music", id: "Musik" },
          viewers: 0,
          avatarUrl: null,
          poster: expect.stringMatching(/^motif-\d palette-\d$/),
          startedAt: at.time.now,
        },
      ],
    },
  ]);
  // Old readers of `/events` get the grid and nothing else.
  expect(await plain.next()).toEqual({ event: undefined, data: expect.stringContaining("Malam") });
  await Promise.all([plain.close(), both.close(), site.close()]);
});
