import { expect, test } from "bun:test";
import { html } from "hono/html";
import type { JSX } from "hono/jsx/jsx-runtime";
import { languages } from "../contract/language.ts";
import { assets } from "./fixtures.ts";
import { layoutTexts } from "./layout-texts.ts";
import { RoomEndedPage, RoomPage, RoomSettingsPage } from "./room.tsx";
import { type OwnRoom, RoomsPage, type RoomsProps } from "./rooms.tsx";
import { agoText, roomsTexts } from "./rooms-texts.ts";

const page = { user: null, assets, path: "/rooms", origin: null, language: "en" as const, sidebar: null };
const room = {
  id: "abcd-efgh-jkmn-pqrs",
  name: '<b>"Rapat"</b>',
  mode: "meeting" as const,
  entry: "knock" as const,
  hasPasscode: true,
  url: "https://live.example/rooms/abcd-efgh-jkmn-pqrs",
};
const fine = { noRelay: false, noStun: false, insecure: false };
const values = { name: "", mode: "meeting" as const, entry: "link" as const };
const own: OwnRoom = { ...room, createdAt: 0, activeAt: Date.now() - 7_200_000, endedAt: null };

const textOf = async (view: JSX.Element): Promise<string> => (await html`${view}`).toString();

const roomsPage = (more: Partial<RoomsProps> = {}): Promise<string> =>
  textOf(
    RoomsPage({
      page,
      rooms: [],
      warnings: fine,
      form: { values, errors: {} },
      join: { value: "" },
      limits: { capacity: 8, stageCapacity: 16 },
      ...more,
    }),
  );

test.each([...languages])("in %s the page says so, is in it throughout, and leads to the other", async (language) => {
  const text = await roomsPage({ page: { ...page, language }, rooms: [own] });
  expect(text).toStartWith(`<html lang="${language}">`);
  expect(text).toContain(`aria-label="${layoutTexts[language].main}"`);
  const other = language === "en" ? "id" : "en";
  expect(text).toContain(`name="language" value="${other}"`);
  expect(text).not.toContain(`>${roomsTexts[other].create}<`);
});

test("who has no rooms is told so; who has some finds link, settings and end beside each", async () => {
  expect(await roomsPage()).toContain(roomsTexts.en.none);
  const text = await roomsPage({ rooms: [own] });
  expect(text).not.toContain(roomsTexts.en.none);
  expect(text).toContain(`value="${room.url}"`);
  expect(text).toContain(`href="/rooms/${room.id}/settings"`);
  expect(text).toContain(`action="/rooms/${room.id}/end"`);
  expect(text).toContain("used 2 hours ago");
});

test("who has rooms finds them before the form for another one, unless something is wrong in it", async () => {
  const formIsFirst = (text: string): boolean => text.indexOf('action="/rooms"') < text.indexOf('id="own-rooms"');
  const wrong = { form: { values, errors: { name: "name-missing" as const } } };
  const texts = [roomsPage(), roomsPage({ rooms: [own] }), roomsPage({ rooms: [own], ...wrong })];
  expect((await Promise.all(texts)).map(formIsFirst)).toEqual([true, false, true]);
});

test("an ended room can be opened again, and not be entered", async () => {
  const text = await roomsPage({ rooms: [{ ...own, endedAt: Date.now() - 86_400_000 }] });
  expect(text).toContain(`action="/rooms/${room.id}/open-again"`);
  expect(text).toContain("ended yesterday");
  expect(text).not.toContain(`href="/rooms/${room.id}"`);
});

test("what is wrong stands at its field, and what was typed stays", async () => {
  const form = {
    values: { ...values, name: "Wayang", entry: "knock" as const },
    errors: { passcode: "passcode-too-short" as const },
  };
  const text = await roomsPage({ form, join: { value: "nowhere", error: "room-unknown" } });
  expect(text).toMatch(
    /<input[^>]* id="room-passcode"[^>]*aria-invalid="true" aria-describedby="room-passcode-error room-passcode-hint"/,
  );
  expect(text).toMatch(/<input[^>]* id="room-name"[^>]*value="Wayang"/);
  expect(text).toMatch(/<input type="radio" name="entry" value="knock" checked/);
  expect(text).toContain(roomsTexts.en.errors["room-unknown"]);
  expect(text).toContain('value="nowhere"');
});

test("a host hears what may keep calls from working, and only then", async () => {
  expect(await roomsPage()).not.toContain("room-warnings");
  expect(await roomsPage({ warnings: { ...fine, noRelay: true } })).toContain(roomsTexts.en.noRelay);
  expect(await roomsPage({ warnings: { ...fine, noRelay: true, noStun: true } })).toContain(roomsTexts.en.noStun);
  expect(await roomsPage({ warnings: { ...fine, insecure: true } })).toContain(roomsTexts.en.insecure);
});

const roomPage = (isHost: boolean, needsSignIn = false): Promise<string> => {
  const you = { name: null, isHost };
  const warnings = { ...fine, noRelay: true };
  return textOf(RoomPage({ page, room: { ...room, hostName: "ratna" }, you, needsSignIn, warnings, capacity: 8 }));
};

test("the call's page tells its script all it needs, and nothing that a name could break out of", async () => {
  const text = await roomPage(false);
  expect(text).toContain(`data-call-id="${room.id}"`);
  expect(text).toContain('data-name="&lt;b&gt;&quot;Rapat&quot;&lt;/b&gt;"');
  expect(text).toContain('data-has-passcode=""');
  expect(text).not.toContain("data-is-host");
  expect(text).not.toContain("data-your-name");
  expect(text).toContain('<script src="/static/call.js" type="module">');
  expect(text).not.toContain("<b>");
});

test("warnings of a call are for its host", async () => {
  expect(await roomPage(true)).toContain("room-warnings");
  expect(await roomPage(false)).not.toContain("room-warnings");
});

test("who has to sign in first loads no call, and comes back to it", async () => {
  const text = await roomPage(false, true);
  expect(text).toContain(`href="/login?next=${encodeURIComponent(`/rooms/${room.id}`)}"`);
  expect(text).not.toContain("/static/call.js");
});

test("only the host can open an ended room again", async () => {
  expect(await textOf(RoomEndedPage({ page, room, isHost: true }))).toContain("/open-again");
  expect(await textOf(RoomEndedPage({ page, room, isHost: false }))).not.toContain("/open-again");
});

test("a passcode can be removed where there is one", async () => {
  const settings = { page, room, values, errors: {}, saved: false };
  expect(await textOf(RoomSettingsPage({ ...settings, hasPasscode: true }))).toContain('name="removePasscode"');
  expect(await textOf(RoomSettingsPage({ ...settings, hasPasscode: false }))).not.toContain('name="removePasscode"');
});

test.each([
  [0, "now", "sekarang"],
  [59_000, "now", "sekarang"],
  [60_000, "1 minute ago", "1 menit yang lalu"],
  [7_199_000, "1 hour ago", "1 jam yang lalu"],
  [86_400_000, "yesterday", "kemarin"],
  [864_000_000, "10 days ago", "10 hari yang lalu"],
  [-5_000, "now", "sekarang"],
] as const)("%i ms ago", (ms, english, indonesian) => {
  const now = 1_700_000_000_000;
  expect([agoText(now - ms, now, "en"), agoText(now - ms, now, "id")]).toEqual([english, indonesian]);
});
