import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { findCallRoom, maxOpenRooms } from "../../db/call-rooms.ts";
import { insertCallRoom } from "../../db/fixtures.ts";
import { listCommandsAfter } from "../../db/outbox.ts";
import { findUserByName } from "../../db/users.ts";
import { CallId } from "../../signaling/contract/call.ts";
import { callRoom } from "../../signaling/contract/tickets.ts";
import { newCallId, readCallId } from "../calls/call-id.ts";
import { appFixture, type Browser } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
let ayu: Browser;
let budi: Browser;
let guest: Browser;
let otherGuest: Browser;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
  [ayu, budi] = [await at.person("ayu"), await at.person("budi")];
  [guest, otherGuest] = [at.browser(), at.browser()];
  // Who has been here before has a cookie, without having made a room.
  await otherGuest.postJson("/ticket", { channel: "admin" });
});
afterEach(() => at.remove());

const plain = { name: "Kelas Bahasa", mode: "meeting", entry: "link", passcode: "" };
/** The path of the room that is made. */
async function make(browser: Browser, fields: Partial<Record<keyof typeof plain, string>> = {}): Promise<string> {
  const response = await browser.post("/rooms", { ...plain, ...fields });
  const path = response.headers.get("location") ?? "";
  expect([response.status, path]).toEqual([303, expect.stringMatching(/^\/rooms\/[0-9a-z-]{19}$/)]);
  return path;
}
const idOf = (path: string): string => path.replace("/rooms/", "");
const roomAt = (path: string) => findCallRoom(at.db, idOf(path));
const commands = async () =>
  (await listCommandsAfter(at.db, "signaling", 0, 50)).map(({ command }) => JSON.parse(command) as { type: string });
const statusOf = async (response: Promise<Response>) => (await response).status;

describe("ids", () => {
  test("are those of the contract, and no two the same", () => {
    const ids = Array.from({ length: 200 }, newCallId);
    for (const id of ids) expect(CallId.safeParse(id).success).toBe(true);
    expect(new Set(ids).size).toBe(200);
    // All 32 of them, or there would be fewer bits.
    expect(new Set(ids.join("").replaceAll("-", "")).size).toBe(32);
  });

  test.each([
    ["0bcd-efgh-jkm1-pqrs", "0bcd-efgh-jkm1-pqrs"],
    [" OBCD EFGH jkmIpqrs ", "0bcd-efgh-jkm1-pqrs"],
    ["obcd–efgh–jkml–pqrs", "0bcd-efgh-jkm1-pqrs"],
    ["https://live.example/rooms/0BCD-efgh-jkm1-pqrs?x=1#y", "0bcd-efgh-jkm1-pqrs"],
    ["live.example/rooms/0bcdefghjkm1pqrs", "0bcd-efgh-jkm1-pqrs"],
    ["0bcd-efgh-jkm1-pqr", null],
    ["0bcd-efgh-jkm1-pqrsu", null],
    ["ubcd-efgh-jkm1-pqrs", null],
    ["", null],
    ["__proto__", null],
    ["https://live.example/rooms/", null],
    ["\u0000bcd-efgh-jkm1-pqrs", null],
  ])("%j is read as %j", (typed, id) => expect(readCallId(typed)).toBe(id));
});

describe("making a room", () => {
  test("needs no account: the browser is the host, and nobody else", async () => {
    const path = await make(guest);
    expect(await guest.text(path)).toContain("data-is-host");
    for (const browser of [otherGuest, at.browser(), budi, admin]) {
      expect(await browser.text(path)).not.toContain("data-is-host");
    }
    expect(await guest.text("/rooms")).toContain(`http://localhost:3000${path}`);
    expect(await otherGuest.text("/rooms")).not.toContain(path);
    expect(await at.browser().text("/rooms")).not.toContain(path);
  });

  test("by an account makes it the account's, in each of its browsers", async () => {
    const path = await make(ayu, { mode: "stage", entry: "signed-in", passcode: "rahasia" });
    const user = await findUserByName(at.db, "ayu");
    expect(await roomAt(path)).toMatchObject({
      name: "Kelas Bahasa",
      mode: "stage",
      entry: "signed-in",
      passcodeHash: expect.stringMatching(/^\$argon2id\$/),
      hostSubject: user?.id ?? "",
      hostName: "ayu",
      activeAt: at.time.now,
      endedAt: null,
    });
    const elsewhere = at.browser();
    await elsewhere.post("/login", { username: "ayu", password: "correct horse battery" });
    expect(await elsewhere.text("/rooms")).toContain(path);
    expect(await elsewhere.text(path)).toContain("data-is-host");
    expect(await budi.text("/rooms")).not.toContain(path);
    expect(await budi.text(path)).toContain("ayu");
    await ayu.post("/settings/profile", { displayName: "Mbak Ayu", color: "" });
    expect(await budi.text(path)).toContain("Hosted by Mbak Ayu");
  });

  test("a guest who signs in stays the host of what they have made", async () => {
    const path = await make(guest);
    await guest.post("/login", { username: "ayu", password: "correct horse battery" });
    expect(await guest.text(path)).toContain("data-is-host");
    expect(await guest.text("/rooms")).toContain(path);
    await guest.post("/logout");
    expect(await guest.text("/rooms")).toContain(path);
  });

  test.each([
    [{ name: "" }, "room-name-error"],
    [{ name: " \u200b\u202e " }, "room-name-error"],
    [{ name: "x".repeat(61) }, "room-name-error"],
    [{ passcode: "123" }, "room-passcode-error"],
    [{ passcode: "x".repeat(65) }, "room-passcode-error"],
    [{ mode: "__proto__" }, "mode-error"],
    [{ entry: "" }, "entry-error"],
  ])("with %j is refused at the field, and keeps what was typed", async (wrong, error) => {
    const response = await guest.post("/rooms", { ...plain, entry: "knock", ...wrong });
    const html = await response.text();
    expect([response.status, html.includes(`id="${error}"`)]).toEqual([422, true]);
    if (!("name" in wrong)) expect(html).toContain("Kelas Bahasa");
    if (!("entry" in wrong)) expect(html).toMatch(/value="knock" checked/);
    expect(html).not.toContain("123");
  });

  test("a name is text, in one line, whatever it holds", async () => {
    const path = await make(guest, { name: ' <img src=x>\n"Kelas"\u202e  B\u200b ' });
    expect((await roomAt(path))?.name).toBe('<img src=x> "Kelas" B');
    expect(await guest.text(path)).not.toContain("<img");
  });

  test("ends at fifty open rooms, and goes on when one has ended", async () => {
    const path = await make(guest);
    const { hostSubject = "" } = (await roomAt(path)) ?? {};
    for (let index = 1; index < maxOpenRooms; index += 1) await insertCallRoom(at.db, { id: newCallId(), hostSubject });
    const refused = await guest.post("/rooms", plain);
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("Kelas Bahasa")]);
    await make(otherGuest);
    await guest.post(`${path}/end`);
    const next = await make(guest);
    expect(await statusOf(guest.post(`${path}/open-again`))).toBe(422);
    await guest.post(`${next}/end`);
    expect(await statusOf(guest.post(`${path}/open-again`))).toBe(303);
  });

  test("is bounded for each address", async () => {
    const small = await appFixture({ limits: { roomsPerAddress: 2 } });
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1) statuses.push(await statusOf(small.browser().post("/rooms", plain)));
    const refused = await small.browser().post("/rooms", plain);
    expect([...statuses, refused.headers.get("retry-after")]).toEqual([303, 303, 429, expect.stringMatching(/^\d+$/)]);
    expect(await refused.text()).toContain("Kelas Bahasa");
    const elsewhere = small.browser({ remoteAddress: "198.51.100.9" });
    expect(await statusOf(elsewhere.post("/rooms", plain))).toBe(303);
    small.remove();
  });

  test("is not for another site's form", async () => {
    const foreign = { origin: "http://evil.example", "sec-fetch-site": "cross-site" };
    expect(await statusOf(guest.post("/rooms", plain, foreign))).toBe(403);
  });
});

describe("the page of a room", () => {
  test("may ask for devices, is kept nowhere, and no other page may", async () => {
    const path = await make(guest);
    const response = await budi.get(path);
    expect(response.headers.get("permissions-policy")).toBe(
      "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self)",
    );
    expect(response.headers.get("cache-control")).toContain("no-store");
    for (const other of ["/", "/rooms", `${path}/settings`, "/rooms/0000-0000-0000-0000", "/static/style.css"]) {
      const { headers } = await guest.get(other);
      expect([other, headers.get("permissions-policy")]).toEqual([
        other,
        "camera=(), microphone=(), display-capture=()",
      ]);
    }
  });

  test("tells the script who comes, and how many may", async () => {
    const path = await make(ayu, { mode: "stage", passcode: "rahasia" });
    const html = await budi.text(path);
    expect(html).toContain(`data-call-id="${idOf(path)}"`);
    expect(html).toContain('data-your-name="budi"');
    expect(html).toContain("data-has-passcode");
    expect(html).toContain('data-capacity="16"');
    expect(html).not.toContain("argon2");
    expect(await guest.text(path)).not.toContain("data-your-name");
  });

  test("is found by an id typed by hand", async () => {
    const path = await make(guest);
    const typed = idOf(path).replaceAll("-", "").toUpperCase();
    expect((await budi.get(`/rooms/${typed}`)).headers.get("location")).toBe(path);
    expect((await guest.get(`/rooms/${typed}/settings`)).headers.get("location")).toBe(`${path}/settings`);
    for (const code of [typed, `http://elsewhere.example/rooms/${idOf(path)}`, ` ${idOf(path)} `]) {
      const joined = await budi.get(`/rooms/join?room=${encodeURIComponent(code)}`);
      expect([joined.status, joined.headers.get("location")]).toEqual([303, path]);
    }
  });

  test("is not there for an id that is none", async () => {
    for (const id of ["0000-0000-0000-0000", "nonsense", "__proto__", "%00", "..%2fadmin"]) {
      expect([id, await statusOf(guest.get(`/rooms/${id}`))]).toEqual([id, 404]);
    }
    for (const typed of ["", "nonsense", "0000-0000-0000-0000", "x".repeat(9000)]) {
      const response = await guest.get(`/rooms/join?room=${encodeURIComponent(typed)}`);
      expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('id="join-error"')]);
    }
  });

  test("asks guests to sign in where the host wants that, and nobody else", async () => {
    const path = await make(guest, { entry: "signed-in" });
    const response = await otherGuest.get(path);
    expect(response.headers.get("permissions-policy")).toContain("camera=()");
    const html = await response.text();
    expect(html).toContain(`/login?next=${encodeURIComponent(path)}`);
    expect(html).not.toContain('id="call"');
    for (const browser of [guest, budi, admin]) expect(await browser.text(path)).toContain('id="call"');
  });

  test("warns the host of what is missing, and says nothing where nothing is", async () => {
    const path = await make(guest);
    expect(await guest.text(path)).toContain("TURN_URLS");
    expect(await budi.text(path)).not.toContain("TURN_URLS");
    expect(await guest.text("/rooms")).toContain("STUN_URLS");
    const lan = at.browser({ origin: "http://192.168.1.5:3000" });
    expect(await lan.text("/rooms")).toContain("https");
    const ready = await appFixture({ calls: { capacity: 8, stageCapacity: 16, hasStun: true, hasTurn: true } });
    expect(await ready.browser().text("/rooms")).not.toContain("TURN_URLS");
    ready.remove();
  });
});

describe("settings", () => {
  const change = (browser: Browser, path: string, fields: Record<string, string> = {}) =>
    browser.post(`${path}/settings`, { name: "Rapat", entry: "knock", passcode: "", ...fields });

  test.each(["account", "guest"])("are the host's, who has an %s, alone", async (kind) => {
    const host = kind === "account" ? ayu : guest;
    const path = await make(host);
    for (const other of [kind === "account" ? guest : ayu, budi, otherGuest, admin, at.browser()]) {
      expect(await statusOf(other.get(`${path}/settings`))).toBe(403);
      expect(await statusOf(change(other, path))).toBe(403);
    }
    expect((await roomAt(path))?.name).toBe("Kelas Bahasa");
    expect(await statusOf(host.get(`${path}/settings`))).toBe(200);
    const saved = await change(host, path);
    expect([saved.status, saved.headers.get("location")]).toEqual([303, `${path}/settings?saved`]);
    expect(await roomAt(path)).toMatchObject({ name: "Rapat", entry: "knock", mode: "meeting", passcodeHash: null });
    expect(await commands()).toEqual([
      {
        type: "call-settings",
        callId: idOf(path),
        settings: { name: "Rapat", mode: "meeting", entry: "knock" },
      } as never,
    ]);
  });

  test("set, keep, replace and remove the passcode", async () => {
    const path = await make(guest);
    const hash = async () => (await roomAt(path))?.passcodeHash;
    await change(guest, path, { passcode: "satu-dua" });
    const first = await hash();
    expect(first).toMatch(/^\$argon2id\$/);
    await change(guest, path);
    expect(await hash()).toBe(first ?? "");
    await change(guest, path, { passcode: "tiga-empat", removePasscode: "on" });
    expect(await hash()).not.toBe(first ?? "");
    await change(guest, path, { removePasscode: "on" });
    expect(await hash()).toBeNull();
  });

  test("take a passcode only so often from one address, and keep what was typed", async () => {
    const small = await appFixture({ limits: { roomsPerAddress: 2 } });
    const host = small.browser();
    const path = (await host.post("/rooms", plain)).headers.get("location") ?? "";
    expect(await statusOf(change(host, path, { passcode: "satu" }))).toBe(303);
    const refused = await change(host, path, { passcode: "satu" });
    expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining('value="Rapat"')]);
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(await statusOf(change(host, path))).toBe(303);
    small.remove();
  });

  test("that are wrong are refused at the field, with what was typed", async () => {
    const path = await make(guest);
    const response = await change(guest, path, { entry: "signed-in", name: "", mode: "stage" });
    const html = await response.text();
    expect([response.status, html.includes("room-name-error")]).toEqual([422, true]);
    expect(html).toMatch(/value="signed-in" checked/);
    expect((await roomAt(path))?.mode).toBe("meeting");
  });
});

describe("the end", () => {
  test("is for the host, and for an administrator who has typed the password", async () => {
    const path = await make(guest);
    for (const other of [ayu, otherGuest, at.browser()]) {
      expect(await statusOf(other.post(`${path}/end`))).toBe(403);
    }
    expect((await roomAt(path))?.endedAt).toBeNull();
    expect(await commands()).toEqual([]);
    expect((await guest.post(`${path}/end`)).headers.get("location")).toBe("/rooms");
    expect((await roomAt(path))?.endedAt).toBe(at.time.now);
    expect(await commands()).toEqual([
      { type: "call-ended", callId: idOf(path) },
      { type: "revoked", subject: callRoom(idOf(path)), at: at.time.now },
    ] as never);
    // Nothing happens twice.
    expect(await statusOf(guest.post(`${path}/end`))).toBe(303);
    expect(await commands()).toHaveLength(2);

    const second = await make(ayu);
    at.time.now += 16 * 60_000;
    expect((await admin.post(`${second}/end`)).headers.get("location")).toBe(`/admin/calls/${idOf(second)}`);
    expect((await roomAt(second))?.endedAt).toBeNull();
    await admin.post("/confirm", { password: "correct horse battery" });
    expect((await admin.post(`${second}/end`, { next: "/admin" })).headers.get("location")).toBe("/admin");
    expect((await roomAt(second))?.endedAt).toBe(at.time.now);
  });

  test("is said at the room's address, where its host alone can open it again, as it was", async () => {
    const path = await make(guest, { entry: "knock", passcode: "rahasia" });
    const before = await roomAt(path);
    await guest.post(`${path}/end`);
    const [theirs, others] = [await guest.get(path), await budi.get(path)];
    expect([theirs.status, others.status]).toEqual([410, 410]);
    expect(await theirs.text()).toContain(`${path}/open-again`);
    expect(await others.text()).not.toContain("open-again");
    expect((await guest.get(`${path}/settings`)).headers.get("location")).toBe(path);
    expect((await guest.post(`${path}/settings`, { name: "X", entry: "link" })).headers.get("location")).toBe(path);
    for (const other of [ayu, otherGuest, admin, at.browser()]) {
      expect(await statusOf(other.post(`${path}/open-again`))).toBe(403);
    }
    at.time.now += 1000;
    expect((await guest.post(`${path}/open-again`)).headers.get("location")).toBe(path);
    expect(await roomAt(path)).toEqual({ ...before, activeAt: at.time.now } as never);
    expect(await statusOf(budi.get(path))).toBe(200);
    expect((await guest.post(`${path}/open-again`)).headers.get("location")).toBe(path);
  });

  test("has an address that leads back to the room, and to no other place", async () => {
    const path = await make(guest);
    for (const form of ["end", "open-again"]) {
      expect((await budi.get(`${path}/${form}`)).headers.get("location")).toBe(path);
      for (const id of ["%0aX", "%E2%82%AC", "..%2f%2fevil.example"]) {
        expect(await statusOf(budi.get(`/rooms/${id}/${form}`))).toBe(404);
      }
    }
  });

  test("does not lead to another site", async () => {
    const path = await make(guest);
    const ended = await guest.post(`${path}/end`, { next: "//evil.example/" });
    expect(ended.headers.get("location")).toBe("/rooms");
  });

  test("an address at which a form's answer would stand leads back", async () => {
    const path = await make(guest);
    for (const form of ["end", "open-again"]) {
      expect((await guest.get(`${path}/${form}`)).headers.get("location")).toBe(path);
    }
  });
});

describe("the language", () => {
  test("is the browser's, until somebody chooses one", async () => {
    const indonesian = at.browser({ headers: { "accept-language": "id-ID,id;q=0.9,en;q=0.5" } });
    expect(await indonesian.text("/rooms")).toContain('<html lang="id"');
    expect(await guest.text("/rooms")).toContain('<html lang="en"');
    const chosen = await indonesian.post("/language", { language: "en", next: "/rooms" });
    expect([chosen.status, chosen.headers.get("location")]).toEqual([303, "/rooms"]);
    expect(await indonesian.text("/rooms")).toContain('<html lang="en"');
    expect(
      (await guest.post("/language", { language: "id", next: "https://evil.example/" })).headers.get("location"),
    ).toBe("/");
    expect(await guest.text("/rooms")).toContain('<html lang="id"');
    expect(await statusOf(guest.post("/language", { language: "xx" }))).toBe(400);
  });
});
