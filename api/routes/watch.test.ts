import { afterEach, beforeEach, expect, test } from "bun:test";
import { setStreamFacts } from "../../db/channels.ts";
import type { ChannelState } from "../contract/channel-state.ts";
import { appFixture, type Browser, readEvents } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
let key: string;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
  key = /live_[0-9a-f]{48}/.exec(await (await admin.swap("/studio/key/show")).text())?.[0] ?? "no key";
});
afterEach(() => at.remove());

async function publishing() {
  const answer = await at.publish(key);
  if (!answer.allowed) throw new Error(answer.message);
  return answer;
}
const end = (streamId: string) =>
  at.ingest.streams[":id"].end.$post({ param: { id: streamId }, json: { reason: "unpublished" } });
const health = { state: "live", hlsUrl: null, encoder: null, remoteAddress: null, video: null, audio: null } as const;

async function follow(path = "/@admin/events", browser = at.browser()) {
  const events = readEvents(await browser.get(path));
  return {
    async next(): Promise<ChannelState> {
      const { event, data } = await events.next();
      expect(event).toBe("state");
      return JSON.parse(data) as ChannelState;
    },
    close: events.close,
  };
}

test("a channel's page in each of its states", async () => {
  const viewer = at.browser();
  expect(await viewer.text("/@admin")).toContain("Not started yet");
  const { streamId } = await publishing();
  const live = await viewer.text("/@admin");
  expect(live).toContain(`http://localhost:8080/live/${streamId}/index.m3u8`);
  await end(streamId);
  const ended = await viewer.text("/@admin");
  expect(ended).not.toContain("index.m3u8");
});

test("the events carry the whole state at once, then each change", async () => {
  const events = await follow();
  expect(await events.next()).toEqual({ status: "offline" });
  const { streamId, startedAt } = await publishing();
  const live = {
    status: "live",
    streamId,
    playlistUrl: `http://localhost:8080/live/${streamId}/index.m3u8`,
    title: "admin’s stream",
    category: null,
    tags: [] as string[],
    startedAt,
  } as const;
  expect(await events.next()).toEqual(live);
  const report = (state: "live" | "interrupted") =>
    at.ingest.streams[":id"].health.$post({ param: { id: streamId }, json: { ...health, state } });
  await report("interrupted");
  expect(await events.next()).toEqual({ ...live, status: "interrupted" });
  await report("live");
  expect(await events.next()).toEqual(live);
  await admin.post("/studio/stream", { title: "Another title", category: "music", tags: "Gamelan, #live" });
  const changed = { title: "Another title", category: { id: "music", name: "Music" }, tags: ["gamelan", "live"] };
  expect(await events.next()).toEqual({ ...live, ...changed });

  const late = await follow();
  expect(await late.next()).toEqual({ ...live, ...changed });
  await end(streamId);
  expect(await events.next()).toEqual({ status: "ended", streamId });
  expect(await late.next()).toEqual({ status: "ended", streamId });
  await Promise.all([events.close(), late.close()]);
});

test("a page that comes back within ten minutes hears of the end, later it is offline", async () => {
  const { streamId } = await publishing();
  await end(streamId);
  const soon = await follow();
  expect(await soon.next()).toEqual({ status: "ended", streamId });
  at.time.now += 10 * 60_000 + 1;
  const later = await follow();
  expect(await later.next()).toEqual({ status: "offline" });
  await Promise.all([soon.close(), later.close()]);
});

test("an encoder that returns shows no change but its own", async () => {
  const { streamId } = await publishing();
  const events = await follow();
  expect(await events.next()).toMatchObject({ status: "live", streamId });
  await publishing();
  await at.ingest.streams[":id"].health.$post({ param: { id: streamId }, json: health });
  await end(streamId);
  expect(await events.next()).toEqual({ status: "ended", streamId });
  await events.close();
});

test("each viewer gets the playlist by the host they came by, or by the one the ingest says", async () => {
  const { streamId } = await publishing();
  const atHome = at.browser({ origin: "http://192.168.1.20:3000" });
  const home = await follow("/@admin/events", atHome);
  expect(await home.next()).toMatchObject({ playlistUrl: `http://192.168.1.20:8080/live/${streamId}/index.m3u8` });
  const hlsUrl = "https://media.example/edge";
  await at.ingest.streams[":id"].health.$post({ param: { id: streamId }, json: { ...health, hlsUrl } });
  expect(await home.next()).toMatchObject({ playlistUrl: `https://media.example/edge/live/${streamId}/index.m3u8` });
  const page = await atHome.get("/@admin");
  expect(page.headers.get("content-security-policy")).toContain(
    "connect-src 'self' http://192.168.1.20:8080 https://media.example ws://192.168.1.20:8081;",
  );
  await home.close();
});

test("names are found whatever their case; others are not found", async () => {
  expect((await at.browser().get("/@ADMIN")).status).toBe(200);
  for (const path of ["/@nobody", "/@a", "/@", "/@admin/x", "/@nobody/events", "/@%00", "/@admin%2F..", "/@admin'--"]) {
    expect((await at.browser().get(path)).status).toBe(404);
  }
});

test("home shows what is live and hears of it", async () => {
  const viewer = at.browser();
  expect(await viewer.text("/")).toContain("Nobody is live");
  const events = readEvents(await viewer.get("/events"));
  expect((await events.next()).data).toContain("Nobody is live");
  const { streamId, channelId } = await publishing();
  const { event, data } = await events.next();
  expect(event).toBeUndefined();
  expect(data).toContain('href="/@admin"');
  expect(await viewer.text("/")).toContain('href="/@admin"');
  const facts = { title: "Changed elsewhere", categoryId: null, tags: [], language: null, isMature: false };
  await setStreamFacts(at.db, channelId, facts);
  at.changes.channelChanged(channelId);
  expect((await events.next()).data).toContain("Changed elsewhere");
  await end(streamId);
  expect((await events.next()).data).toContain("Nobody is live");
  await events.close();
});

test("event streams are bounded for each address, and a closed one makes room", async () => {
  const browser = at.browser();
  const streams = await Promise.all(Array.from({ length: 100 }, async () => readEvents(await browser.get("/events"))));
  expect((await browser.get("/events")).status).toBe(503);
  const elsewhere = readEvents(await at.browser({ remoteAddress: "198.51.100.7" }).get("/events"));
  const [first] = streams;
  await first?.next();
  await first?.close();
  const again = readEvents(await browser.get("/events"));
  expect((await again.next()).data).toContain("live-grid");
  await Promise.all([...streams, elsewhere, again].map((events) => events.close()));
});

test("HEAD opens no event stream that nobody would close", async () => {
  for (let count = 0; count < 150; count += 1) {
    expect((await at.head("/@admin/events")).status).toBe(200);
  }
  const events = await follow();
  expect(await events.next()).toEqual({ status: "offline" });
  await events.close();
});

test("event streams end when api stops", async () => {
  const events = readEvents(await at.browser().get("/events"));
  await events.next();
  at.stop();
  await events.ended();
});
