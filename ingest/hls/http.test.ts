import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Server } from "bun";
import { Audience } from "./audience.ts";
import { createHlsHandler, type Picture } from "./http.ts";
import { LiveWindow } from "./window.ts";

let now = 0;
let multivariantRenders = 0;
let thumbnail: Picture | null = null;
let window: LiveWindow;
let server: Server<undefined>;
const address = "203.0.113.7";

function openSegment(): void {
  window.startSegment({
    discontinuity: false,
    init: window.nextPartNumber === 0 ? new Uint8Array(4) : null,
    programDateTimeMs: 0,
    independent: true,
  });
}
function addPart(fill = window.nextPartNumber): void {
  window.addPart({ durationSec: 0.2, independent: true, data: new Uint8Array(10).fill(fill) });
}
const get = (path: string, init?: RequestInit): Promise<Response> => fetch(new URL(`/live/${path}`, server.url), init);
/** Until so many requests are held. */
async function held(count: number): Promise<void> {
  while (window.heldCount < count) await new Promise((resolve) => setImmediate(resolve));
}

beforeAll(() => {
  const handle = createHlsHandler({
    findStream: (id) =>
      id === "here"
        ? { window, thumbnail, multivariantPlaylist: () => `#EXTM3U\n# ${++multivariantRenders}\n` }
        : id === "elsewhere"
          ? "expected"
          : null,
    findElsewhere: async (id) => (id === "replayed" ? "m1" : null),
    clientAddress: () => address,
    heldPerAddressMax: 3,
  });
  server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 30, fetch: handle });
});
afterAll(() => server.stop(true));

beforeEach(() => {
  window?.end();
  window = new LiveWindow({
    incarnation: 2,
    firstSequence: 10,
    discontinuitySequence: 2000,
    startsDiscontinuous: false,
    now: () => now,
  });
  openSegment();
  addPart();
  addPart();
  window.endSegment();
  openSegment();
  addPart();
});

test("when it is full newcomers are told so, and whoever watches goes on", async () => {
  const audience = new Audience(1);
  const handle = createHlsHandler({
    findStream: () => ({ window, thumbnail, multivariantPlaylist: () => "#EXTM3U\n" }),
    clientAddress: () => address,
    audience,
  });
  const small = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: handle });
  const ask = (player: string, path: string): Promise<Response> =>
    fetch(new URL(`/live/here/${path}`, small.url), { headers: { "User-Agent": player } });
  try {
    expect((await ask("first", "index.m3u8")).status).toBe(200);
    const refused = await ask("second", "index.m3u8");
    expect([refused.status, refused.headers.get("Retry-After"), refused.headers.get("Cache-Control")]).toEqual([
      503,
      "10",
      "no-store",
    ]);
    expect(refused.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(await refused.json()).toMatchObject({ reason: "full" });
    expect((await ask("first", "index.m3u8")).status).toBe(200);
    for (const player of ["first", "second"]) expect((await ask(player, "source/index.m3u8")).status).toBe(200);
  } finally {
    await small.stop(true);
  }
});

describe("playlists", () => {
  test("say how long they may be kept, and travel compressed", async () => {
    const plain = await get("here/source/index.m3u8");
    expect([plain.status, plain.headers.get("Cache-Control"), plain.headers.get("Content-Type")]).toEqual([
      200,
      "public, max-age=1",
      "application/vnd.apple.mpegurl",
    ]);
    expect([
      plain.headers.get("Content-Encoding"),
      plain.headers.get("Vary"),
      plain.headers.get("Access-Control-Allow-Origin"),
    ]).toEqual(["gzip", "Accept-Encoding", "*"]);
    const text = await plain.text();
    for (const accepted of ["identity", "gzip;q=0, identity"]) {
      const uncompressed = await get("here/source/index.m3u8", { headers: { "Accept-Encoding": accepted } });
      expect([uncompressed.headers.get("Content-Encoding"), await uncompressed.text()]).toEqual([null, text]);
    }
    expect((await get("here/source/index.m3u8?_HLS_msn=10")).headers.get("Cache-Control")).toBe("public, max-age=24");
    expect((await get("here/index.m3u8")).headers.get("Cache-Control")).toBe("public, max-age=30");
  });

  test.each([
    ["_HLS_part alone", "_HLS_part=1", 400],
    ["a sequence number that is none", "_HLS_msn=x", 400],
    ["a part that is none", "_HLS_msn=11&_HLS_part=-1", 400],
    ["three segments ahead", "_HLS_msn=14", 400],
    ["an unknown parameter", "token=1", 400],
    ["a directive given twice", "_HLS_msn=10&_HLS_msn=11", 400],
    ["an old segment", "_HLS_msn=0&_HLS_part=900", 200],
    ["a directive that we need not follow", "_HLS_msn=10&_HLS_skip=YES", 200],
  ])("%s", async (_, query, status) => {
    const response = await get(`here/source/index.m3u8?${query}`);
    expect(response.status).toBe(status);
    if (status !== 200) expect(response.headers.get("Cache-Control")).toBe("no-store");
  });

  test("wait for the part that was asked for", async () => {
    const waiting = get("here/source/index.m3u8?_HLS_msn=11&_HLS_part=1");
    await held(1);
    addPart();
    expect(await (await waiting).text()).toContain(
      'part-3.m4s",INDEPENDENT=YES\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="2/part-4.m4s"',
    );
  });

  test("that wait in vain answer 503, and can be asked again", async () => {
    const waiting = get("here/source/index.m3u8?_HLS_msn=12");
    await held(1);
    now += 12_000;
    window.sweep();
    const response = await waiting;
    expect([response.status, response.headers.get("Retry-After"), response.headers.get("Cache-Control")]).toEqual([
      503,
      "1",
      "no-store",
    ]);
  });

  test("are rendered once for all who ask, and anew when something has come", async () => {
    const texts = async () => Promise.all([1, 2, 3].map(async () => (await get("here/index.m3u8")).text()));
    const before = new Set(await texts());
    expect(before.size).toBe(1);
    addPart();
    const after = new Set(await texts());
    expect([after.size, after.isDisjointFrom(before)]).toEqual([1, true]);
  });

  test("follow no directives once the stream has ended", async () => {
    window.end();
    const response = await get("here/source/index.m3u8?_HLS_msn=99&_HLS_part=3");
    expect(await response.text()).toEndWith("#EXT-X-ENDLIST\n");
  });

  test("are not there before the first part, and come with it", async () => {
    window = new LiveWindow({
      incarnation: 1,
      firstSequence: 0,
      discontinuitySequence: 0,
      startsDiscontinuous: false,
      now: () => now,
    });
    const waiting = [get("here/index.m3u8"), get("here/source/index.m3u8")];
    await held(2);
    openSegment();
    addPart();
    for (const response of await Promise.all(waiting)) expect(response.status).toBe(200);
  });
});

describe("media", () => {
  test("parts, segments and initialization are immutable", async () => {
    for (const [path, length] of [
      ["2/part-1.m4s", 10],
      ["2/segment-10.m4s", 20],
      ["2/init-0.mp4", 4],
    ] as const) {
      const response = await get(`here/source/${path}`);
      expect([response.status, response.headers.get("Cache-Control")]).toEqual([
        200,
        "public, max-age=31536000, immutable",
      ]);
      expect((await response.bytes()).length).toBe(length);
    }
  });

  test("the hinted part comes whole, when it is there", async () => {
    const waiting = get("here/source/2/part-3.m4s");
    await held(1);
    addPart(77);
    expect([...(await (await waiting).bytes())]).toEqual(Array.from({ length: 10 }, () => 77));
  });

  test("the hinted part of a stream that ends is not there", async () => {
    const waiting = get("here/source/2/part-3.m4s");
    await held(1);
    window.end();
    expect((await waiting).status).toBe(404);
  });

  test.each([
    ["a later part", "2/part-4.m4s"],
    ["the open segment", "2/segment-11.m4s"],
    ["another incarnation", "1/part-0.m4s"],
    ["initialization by another name", "2/init-0.m4s"],
    ["a number in another spelling, which would only bust a CDN", "2/part-01.m4s"],
    ["a number too long", "2/part-9999999999999.m4s"],
  ])("%s is not there", async (_, path) => {
    const response = await get(`here/source/${path}`);
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([404, "no-store"]);
  });

  test("a query is refused: it would only bust a CDN", async () => {
    expect((await get("here/source/2/part-1.m4s?x=1")).status).toBe(400);
  });

  test.each([
    ["bytes=0-3", 206, "bytes 0-3/20", 4],
    ["bytes=15-", 206, "bytes 15-19/20", 5],
    ["bytes=-5", 206, "bytes 15-19/20", 5],
    ["bytes=10-99", 206, "bytes 10-19/20", 10],
    ["bytes=20-", 416, "bytes */20", 0],
    ["bytes=5-2", 200, null, 20],
    ["bytes=0-1,4-5", 200, null, 20],
    ["lines=1-2", 200, null, 20],
  ])("range %s", async (range, status, contentRange, length) => {
    const response = await get("here/source/2/segment-10.m4s", { headers: { Range: range } });
    expect([response.status, response.headers.get("Content-Range"), (await response.bytes()).length]).toEqual([
      status,
      contentRange,
      length,
    ]);
  });

  test("HEAD tells the length", async () => {
    const response = await get("here/source/2/segment-10.m4s", { method: "HEAD" });
    expect([response.status, response.headers.get("Content-Length")]).toEqual([200, "20"]);
  });
});

describe("limits", () => {
  test("a stream that api calls live but is not here yet is 503, an unknown one 404", async () => {
    const responses = await Promise.all([
      get("elsewhere/index.m3u8"),
      get("nowhere/index.m3u8"),
      get("../healthz/x"),
      get("here/index.m3u8", { method: "POST" }),
    ]);
    expect(responses.map((response) => response.status)).toEqual([503, 404, 404, 405]);
    expect(responses[0]?.headers.get("Retry-After")).toBe("1");
  });

  test("a client that went away holds no place", async () => {
    const client = new AbortController();
    const waiting = get("here/source/2/part-3.m4s", { signal: client.signal }).catch(() => null);
    await held(1);
    client.abort();
    await waiting;
    while (window.heldCount > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test("so many requests of one address may wait, and places come free again", async () => {
    const waiting = [1, 2, 3].map(() => get("here/source/2/part-3.m4s"));
    await held(3);
    expect((await get("here/source/2/part-3.m4s")).status).toBe(429);
    expect((await get("here/source/index.m3u8")).status).toBe(200);
    addPart();
    await Promise.all(waiting);
    const again = get("here/source/2/part-4.m4s");
    await held(1);
    addPart();
    expect((await again).status).toBe(200);
  });
});

describe("the picture of what is on", () => {
  const etag = '"5"';
  beforeEach(() => {
    thumbnail = { body: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), etag };
  });

  test("is told apart from the one before by its tag, and not kept for long", async () => {
    const first = await get("here/thumbnail.jpg");
    expect([first.status, (await first.bytes()).length]).toEqual([200, 4]);
    expect(Object.fromEntries(first.headers)).toMatchObject({
      "content-type": "image/jpeg",
      "content-length": "4",
      "cache-control": "public, max-age=5",
      "cross-origin-resource-policy": "cross-origin",
      "x-content-type-options": "nosniff",
      etag,
    });
    const again = await get("here/thumbnail.jpg", { headers: { "If-None-Match": `"4", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const changed = await get("here/thumbnail.jpg", { headers: { "If-None-Match": '"4"' } });
    expect(changed.status).toBe(200);
    expect((await get("here/thumbnail.jpg", { method: "HEAD" })).headers.get("content-length")).toBe("4");
  });

  test("is not there before it is made, and for no other stream", async () => {
    thumbnail = null;
    const missing = await get("here/thumbnail.jpg");
    expect([missing.status, missing.headers.get("cache-control")]).toEqual([404, "no-store"]);
    expect((await get("elsewhere/thumbnail.jpg")).status).toBe(503);
    expect((await get("nowhere/thumbnail.jpg")).status).toBe(404);
  });

  test("has one more address every ten seconds, and no more", async () => {
    const turn = Math.floor(Date.now() / 10_000);
    const statusOf = async (query: string) => (await get(`here/thumbnail.jpg?${query}`)).status;
    expect(await statusOf(`t=${turn}`)).toBe(200);
    const wrong = [turn + 100, turn - 100, "x", "", `${turn}.5`, `${turn}&b=1`, `${turn}&t=${turn}`].map(
      (t) => `t=${t}`,
    );
    for (const query of [...wrong, "v=1"]) {
      expect([query, await statusOf(query)]).toEqual([query, 400]);
    }
  });
});

describe("a stream of another machine", () => {
  test.each(["index.m3u8", "source/index.m3u8?_HLS_msn=3", "source/2/part-7.m4s", "thumbnail.jpg"])(
    "is asked for there: %s",
    async (path) => {
      const { status, headers } = await get(`replayed/${path}`);
      expect([status, headers.get("Fly-Replay"), headers.get("Cache-Control")]).toEqual([
        503,
        "instance=m1",
        "no-store",
      ]);
    },
  );

  test("is not sent round in circles", async () => {
    const { status, headers } = await get("replayed/index.m3u8", { headers: { "fly-replay-src": "instance=m1;t=1" } });
    expect([status, headers.get("Fly-Replay")]).toEqual([404, null]);
  });

  test("is not looked for where there is nothing to look for", async () => {
    for (const path of [
      "replayed/nothing",
      `${"x".repeat(65)}/index.m3u8`,
      "here/index.m3u8",
      "elsewhere/index.m3u8",
    ]) {
      expect((await get(path)).headers.get("Fly-Replay")).toBeNull();
    }
  });
});
