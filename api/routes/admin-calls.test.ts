import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { findCallRoom } from "../../db/call-rooms.ts";
import { insertCallRoom } from "../../db/fixtures.ts";
import { type CallReport, recordCallReport } from "../../db/open-calls.ts";
import { csvOf } from "../calls/samples-csv.ts";
import { readWindow } from "../calls/time-window.ts";
import { appFixture, type Browser } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
let callId: string;
let path: string;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
  callId = await insertCallRoom(at.db, { activeAt: at.time.now });
  path = `/admin/calls/${callId}`;
});
afterEach(() => at.remove());

const [ayu, budi] = ["a".repeat(32), "b".repeat(32)] as [string, string];
const sample = (from: string, peer: string): CallReport["samples"][number] => ({
  from,
  peer,
  at: at.time.now,
  path: "relay",
  protocol: "tls",
  overMs: 10_000,
  sentBitsPerSecond: 300_000,
  receivedBitsPerSecond: 1_400_000,
  lossIn: 0.05,
  lossOut: null,
  jitterMs: 4.25,
  roundTripMs: 130,
  freezes: 2,
  freezeMs: 700,
  concealed: null,
});
const report = (name = "Ayu", id = callId) =>
  recordCallReport(
    at.db,
    id,
    {
      people: [
        { id: ayu, name, isGuest: true },
        { id: budi, name: "Budi", isGuest: false },
      ],
      samples: [sample(ayu, budi), sample(budi, ayu)],
    },
    at.time.now,
  );

test("is for administrators alone", async () => {
  const wati = await at.person("wati");
  const stranger = at.browser();
  for (const page of ["/admin/calls", path, `${path}.csv`]) {
    expect([page, (await wati.get(page)).status]).toEqual([page, 403]);
    expect((await stranger.get(page)).headers.get("location")).toStartWith("/login?next=%2Fadmin%2Fcalls");
    expect((await admin.get(page)).status).toBe(200);
  }
  expect(await admin.text("/admin")).toContain('href="/admin/calls"');
});

test("lists the calls of the window with their figures, and leads to each", async () => {
  await report();
  await insertCallRoom(at.db, { id: "0000-0000-0000-0001", name: "Silent" });
  const html = await admin.text("/admin/calls");
  expect(html).toContain("Kelas");
  expect(html).not.toContain("Silent");
  expect(html).toContain("5% / 5%");
  expect(html).toContain("130 / 130");
  const link = /href="(\/admin\/calls\/[^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
  expect((await admin.get(link)).status).toBe(200);
  at.time.now += 25 * 60 * 60_000;
  expect(await admin.text("/admin/calls")).toContain("Nobody was in a call");
  expect(await admin.text("/admin/calls?last=604800000")).toContain("Kelas");
});

test("shows one call: all of it, each pair, who was there; and nothing of what was at other times", async () => {
  await report("<b>Ayu</b>");
  const html = await admin.text(path);
  for (const text of ["&lt;b&gt;Ayu&lt;/b&gt;", "Budi", "1.4 M / 1.4 M", "4.3 / 4.3", "100%", "4, 1 s"]) {
    expect([text, html.includes(text)]).toEqual([text, true]);
  }
  const before = await admin.text(`${path}?from=2026-01-01T00:00&to=2026-01-02T00:00`);
  expect(before).toContain("Nothing was measured");
  expect(before).not.toContain("Budi");
  for (const id of ["0000-0000-0000-0000", "nonsense", "0000-0000-0000-0000.csv"]) {
    expect((await admin.get(`/admin/calls/${id}`)).status).toBe(404);
  }
});

test("a window that is none is said to be none, and keeps what was typed", async () => {
  await report();
  const backwards = await admin.get(`${path}?from=2026-01-02T00:00&to=2026-01-01T00:00`);
  const html = await backwards.text();
  expect([backwards.status, html.includes('value="2026-01-02T00:00"')]).toEqual([422, true]);
  for (const query of [
    "from=x&to=y",
    "from=2026-01-02T00:00",
    "from=&to=2026-01-01T00:00",
    "from=2026-13-41T00:00&to=",
  ]) {
    for (const page of ["/admin/calls", path, `${path}.csv`]) {
      expect((await admin.get(`${page}?${query}`)).status).toBe(422);
    }
  }
  expect((await admin.get("/admin/calls?last=-1")).status).toBe(200);
});

test("ends a call that goes on, after the password", async () => {
  at.time.now += 16 * 60_000;
  const unconfirmed = await admin.text(path);
  expect(unconfirmed).toContain("Password again");
  expect(unconfirmed).not.toContain("End this call now");
  const next = /name="next" value="([^"]+)"/.exec(unconfirmed)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const confirmed = await admin.post("/confirm", { password: "correct horse battery", next });
  expect(confirmed.headers.get("location")).toStartWith(path);
  expect(await admin.text(path)).toContain("End this call now");
  expect((await admin.post(`/rooms/${callId}/end`, { next: path })).headers.get("location")).toBe(path);
  expect((await findCallRoom(at.db, callId))?.endedAt).toBe(at.time.now);
  const ended = await admin.text(path);
  expect(ended).toContain("ended");
  expect(ended).not.toContain("End this call now");
});

describe("the file", () => {
  test("has a line for each sample, with the units on top", async () => {
    await report('Ayu, "the first"');
    const response = await admin.get(`${path}.csv`);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="call-[0-9a-zT-]+\.csv"$/);
    const time = new Date(at.time.now).toISOString();
    expect(await response.text()).toBe(
      [
        "time (UTC),measured by,measured by (device),connected to,connected to (device),path,protocol,about the last (ms),sent (bit/s),received (bit/s),loss in (0 to 1),loss out (0 to 1),jitter (ms),round trip (ms),freezes,frozen (ms),concealed sound (0 to 1)",
        `${time},"Ayu, ""the first""",1,Budi,2,relay,tls,10000,300000,1400000,0.05,,4.25,130,2,700,`,
        `${time},Budi,2,"Ayu, ""the first""",1,relay,tls,10000,300000,1400000,0.05,,4.25,130,2,700,`,
        "",
      ].join("\r\n"),
    );
  });

  test("has all of a long call", async () => {
    await report();
    const samples = Array.from({ length: 2100 }, (_, index) => ({ ...sample(ayu, budi), at: at.time.now - 1 - index }));
    await recordCallReport(at.db, callId, { people: [], samples }, at.time.now);
    const lines = (await admin.text(`${path}.csv`)).split("\r\n");
    // With the names on top, and the end of the last line.
    expect([lines.length, new Set(lines).size]).toEqual([2104, 2104]);
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])("has nothing that a spreadsheet would run: %j", (name) => {
    const line = csvOf([{ ...sample(ayu, budi), at: 0, from: name, to: null, fromId: 1, toId: 2 }]);
    expect(line).toStartWith(`1970-01-01T00:00:00.000Z,'${name},1,,2,`);
  });
});

describe("a window", () => {
  const now = Date.UTC(2026, 10, 21, 14, 30, 20);
  test.each([
    [{}, "2026-11-20T14:31", "2026-11-21T14:31"],
    [{ last: "3600000" }, "2026-11-21T13:31", "2026-11-21T14:31"],
    [{ last: "nonsense" }, "2026-11-20T14:31", "2026-11-21T14:31"],
    [{ from: "2026-11-21T01:00", to: "2026-11-21T02:00:30", last: "1" }, "2026-11-21T01:00", "2026-11-21T02:00"],
  ])("%j is from %s to %s", (query, from, to) => {
    const { window, shown } = readWindow(query, now);
    expect(shown).toEqual({ from, to });
    expect(new Date(window.from).toISOString()).toStartWith(from);
    expect(new Date(window.to).toISOString()).toStartWith(to);
  });
});
