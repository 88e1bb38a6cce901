import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { findChannelByName } from "../../db/channels.ts";
import { storeLines } from "../../db/chat-lines.ts";
import { openRoom } from "../../db/chat-rooms.ts";
import { findUserByName } from "../../db/users.ts";
import { appFixture, type Browser } from "../fixtures.ts";

const page = "/@admin/chat/moderation";
let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
let budi: Browser;
beforeEach(async () => {
  at = await appFixture();
  admin = await at.administrator();
  budi = await at.person("budi");
  await at.person("citra");
});
afterEach(() => at.remove());

const channelId = async (): Promise<string> => (await findChannelByName(at.db, "admin"))?.id ?? "";
/** The page's part with this id, as text without tags. */
const part = async (id: string, browser = admin): Promise<string> => textOf(await browser.text(page), id);
function textOf(html: string, id: string): string {
  const start = html.indexOf(`id="${id}"`);
  if (start === -1) throw new Error(`There is no ${id}`);
  const end = html.slice(start).search(/<\/section>|<\/form><\/?[sd]|<\/form>$/);
  return html
    .slice(start, end === -1 ? undefined : start + end)
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}
/** What the rules' form holds when it is made. */
const fresh = { followers: "", slow: "0", "signed-in": "", "emoji-only": "", duplicates: "on", links: "" };
const rules = (changed: Partial<typeof fresh>, before: Partial<typeof fresh> = {}) => {
  const was = { ...fresh, ...before };
  const hidden = Object.fromEntries(Object.entries(was).map(([name, value]) => [`was-${name}`, value]));
  return { ...was, ...changed, ...hidden };
};
const settings = async () => (await openRoom(at.db, await channelId(), 1, at.time.now))?.room.settings;

test("the page is for those who may moderate", async () => {
  expect((await admin.get(page)).status).toBe(200);
  expect((await budi.get(page)).status).toBe(403);
  const guest = await at.browser().get(page);
  expect(guest.headers.get("location")).toBe(`/login?next=${encodeURIComponent(page)}`);
  expect((await admin.get("/@nobody/chat/moderation")).status).toBe(404);
  expect((await budi.post(`${page}/bans`, { do: "ban", person: "citra" })).status).toBe(403);

  await admin.post(`${page}/moderators`, { do: "mod", person: "budi" });
  expect((await budi.get(page)).status).toBe(200);
  expect((await budi.get("/@admin/chat")).status).toBe(200);
  expect(await budi.text("/studio")).toContain(`href="${page}"`);
  // The streamer says who moderates, and nobody else.
  expect(await part("chat-moderators", budi)).not.toContain("Make moderator");
  const refused = await budi.post(`${page}/moderators`, { do: "mod", person: "citra" });
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("Only the streamer can say")]);

  await admin.post(`${page}/moderators`, { do: "unmod", person: "budi" });
  const late = await budi.swap(`${page}/words`, { do: "block-word", word: "durian" });
  expect([late.status, late.headers.get("hx-redirect")]).toEqual([403, page]);
  expect(await part("chat-words")).toContain("No word is blocked.");
});

test("each list says what it holds while that is nothing", async () => {
  const html = await admin.text(page);
  for (const text of [
    "No word is blocked.",
    "There is no moderator yet.",
    "Everybody may write.",
    "Nothing was moderated",
  ])
    expect(html).toContain(text);
  expect(html).toContain("/timeout name [10m] [reason]");
});

test("rules: only what was changed is set, so that two tabs do not undo each other", async () => {
  const saved = await admin.swap(`${page}/settings`, rules({ slow: "30", links: "on" }));
  expect(await saved.text()).toContain("Saved. These rules hold from now on.");
  // A tab that was opened before sets something else.
  await admin.swap(`${page}/settings`, rules({ followers: "10", duplicates: "" }));
  expect(await settings()).toEqual({
    slowSeconds: 30,
    followersMinutes: 10,
    signedInOnly: false,
    emojiOnly: false,
    noDuplicates: false,
    noLinks: true,
  });
  const unchanged = await admin.swap(`${page}/settings`, rules({}));
  expect(await unchanged.text()).toContain("Nothing was changed.");
  const log = await part("log");
  for (const entry of [
    "admin set slow mode to 30 seconds",
    "admin forbade links",
    "admin let only those write who have followed for 10 minutes",
    "admin allowed to say the same thing twice",
  ])
    expect(log).toContain(entry);
});

test("a value that cannot be is refused in the form, and so is a form without an action", async () => {
  for (const slow of ["-1", "4000", "soon", "1.5"]) {
    const answer = await admin.swap(`${page}/settings`, rules({ slow }));
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toStartWith('<form id="chat-rules"');
    expect(text).toContain("This cannot be done");
  }
  expect((await settings())?.slowSeconds).toBe(0);
  expect((await admin.post(`${page}/bans`, { do: "mod", person: "budi" })).status).toBe(400);
});

test("words are blocked and allowed again, as text", async () => {
  const blocked = await admin.post(`${page}/words`, { do: "block-word", word: "<i>Durian</i>" });
  expect(blocked.status).toBe(200);
  expect(await admin.text(page)).toContain("&lt;i&gt;durian&lt;/i&gt;");
  const short = await admin.swap(`${page}/words`, { do: "block-word", word: "a" });
  expect([short.status, await short.text()]).toEqual([422, expect.stringContaining('value="a"')]);
  await admin.post(`${page}/words`, { do: "unblock-word", word: "<i>durian</i>" });
  expect(await part("chat-words")).toContain("No word is blocked.");
});

test("a ban says who, why and until when, and is taken back; the log keeps the removed text", async () => {
  const id = await channelId();
  const author = (await findUserByName(at.db, "budi"))?.id ?? "";
  const epoch = (await openRoom(at.db, id, 1, at.time.now))?.room.epoch ?? 0;
  const line = {
    id: `${author}.nonce-0001`,
    at: at.time.now,
    text: "Rude <b>words</b>",
    action: false,
    first: true,
    replyTo: null,
  };
  expect(await storeLines(at.db, id, epoch, [line], at.time.now)).toEqual(["stored"]);
  const deleted = await admin.postJson("/@admin/chat/act", { action: "delete", line: line.id, reason: "Manners" });
  expect(deleted.status).toBe(200);

  const timedOut = await admin.swap(`${page}/bans`, { do: "ban", person: "@Budi", seconds: "3600", reason: "Again" });
  expect(timedOut.status).toBe(200);
  expect(await part("chat-bans")).toContain("budi May not write until 15 Jan 2027, 09:00 UTC , by admin");
  await admin.post(`${page}/bans`, { do: "ban", person: "citra", seconds: "", reason: "" });
  expect(await part("chat-bans")).toContain("citra Banned, by admin");
  const log = await part("log");
  for (const entry of [
    "admin removed a message of budi Manners",
    "Rude &lt;b&gt;words&lt;/b&gt;",
    "admin kept budi from writing for 1 hour Again",
    "admin banned citra",
  ])
    expect(log).toContain(entry);
  expect(log.indexOf("banned citra")).toBeLessThan(log.indexOf("removed a message"));

  const back = await admin.swap(`${page}/bans`, { do: "unban", person: "citra" });
  const text = await back.text();
  expect(text).toStartWith('<section id="chat-bans"');
  expect(text).toContain("citra can write here again.");
  expect(textOf(text, "log")).toContain("admin let citra write again");
  at.time.now += 3_600_001;
  expect(await part("chat-bans")).toContain("Everybody may write.");
});

test("who cannot be banned, and whom nobody knows, is said in the form, which keeps what was typed", async () => {
  for (const [person, text] of [
    ["admin", "You cannot do that to yourself."],
    ["nobody", "There is nobody called nobody."],
  ] as const) {
    const answer = await admin.swap(`${page}/bans`, { do: "ban", person, seconds: "3600", reason: "Noise" });
    const html = await answer.text();
    expect([answer.status, html]).toEqual([422, expect.stringContaining(text)]);
    for (const kept of [`value="${person}"`, '<option value="3600" selected="">', 'value="Noise"'])
      expect(html).toContain(kept);
  }
});

test("the log goes on where the page ends", async () => {
  for (let seconds = 1; seconds <= 51; seconds += 1) {
    await admin.post(`${page}/settings`, rules({ slow: String(seconds) }));
  }
  const html = await admin.text(page);
  expect(textOf(html, "log")).not.toContain("slow mode to 1 second ");
  const older = /href="([^"]+#log)"/.exec(html)?.[1] ?? "";
  expect(textOf(await admin.text(older.replace("#log", "")), "log")).toContain("slow mode to 1 second ");
});

test("too many actions are refused in the form", async () => {
  const strict = await appFixture({ limits: { chatActionsPerAccount: 1 } });
  const streamer = await strict.administrator();
  await streamer.post(`${page}/settings`, rules({ slow: "3" }));
  const answer = await streamer.swap(`${page}/settings`, rules({ slow: "10" }));
  expect(answer.status).toBe(422);
  expect(await answer.text()).toMatch(/Too many/);
  strict.remove();
});

test("in Indonesian for whoever wants that: the page, a form's answer, a refusal", async () => {
  const headers = { "accept-language": "id-ID,en;q=0.5" };
  await admin.post(`${page}/bans`, { do: "ban", person: "citra", seconds: "600", reason: "" });
  const html = await (await admin.get(page, headers)).text();
  expect(html).toContain('<html lang="id"');
  expect(html).toContain("/timeout nama [10m] [alasan]");
  expect(textOf(html, "chat-bans")).toContain("Tidak boleh menulis sampai 15 Jan 2027, 08.10 UTC , oleh admin");
  expect(textOf(html, "log")).toContain("admin menjeda citra selama 10 menit");
  const done = await admin.post(`${page}/bans`, { do: "unban", person: "citra" }, { ...headers, "hx-request": "true" });
  expect(await done.text()).toContain("citra bisa menulis lagi di sini.");
  const refused = await admin.post(`${page}/words`, { do: "block-word", word: "a" }, headers);
  expect(await refused.text()).toContain("Ini tidak bisa dilakukan: periksa yang Anda ketik.");
  expect(await (await budi.get(page, headers)).text()).toContain("Hanya penyiar, moderator, dan administrator");
});

test("a form of another site changes nothing", async () => {
  const answer = await admin.post(`${page}/bans`, { do: "ban", person: "citra" }, { origin: "http://evil.test" });
  expect(answer.status).toBe(403);
  expect(await part("chat-bans")).toContain("Everybody may write.");
});

test("without JavaScript the answer stands at a form's own address: opened again, that is the page", async () => {
  for (const form of ["settings", "words", "moderators", "bans"]) {
    const opened = await admin.get(`${page}/${form}`);
    expect([form, opened.status, opened.headers.get("location")]).toEqual([form, 303, page]);
  }
});

test("who moderates merely as an administrator needs the second factor that administrators need", async () => {
  const dewi = await at.person("dewi");
  await at.db.run(sql`UPDATE users SET role = 'administrator' WHERE username = 'dewi'`);
  const slash = () => dewi.postJson(`${page.replace("moderation", "act")}`, { action: "slow", seconds: 5 });
  const form = () => dewi.post(`${page}/words`, { do: "block-word", word: "durian" });
  expect([(await slash()).status, (await form()).status]).toEqual([200, 200]);
  await at.db.run(sql`UPDATE site_settings SET administrators_need_totp = 1`);
  for (const response of [await dewi.get(page), await form()])
    expect([response.status, response.headers.get("location")]).toEqual([303, "/settings/second-factor"]);
  const refused = await slash();
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("second factor")]);
  // One's own channel is no administration.
  expect((await admin.post(`${page}/words`, { do: "block-word", word: "nangka" })).status).toBe(200);
  await at.db.run(sql`UPDATE users SET totp_cipher = 'x' WHERE username = 'dewi'`);
  expect([(await slash()).status, (await dewi.get(page)).status]).toEqual([200, 200]);
});
