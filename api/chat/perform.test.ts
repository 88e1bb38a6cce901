import { afterEach, beforeEach, expect, test } from "bun:test";
import { storeLines } from "../../db/chat-lines.ts";
import { listBans, listLog, listModeratedChannels, listModerators } from "../../db/chat-log.ts";
import { findRoom, openRoom } from "../../db/chat-rooms.ts";
import { insertAccount } from "../../db/fixtures.ts";
import { listCommandsAfter } from "../../db/outbox.ts";
import { appFixture } from "../fixtures.ts";
import type { ChatAction } from "../contract/chat-actions.ts";
import { SignalingCommand } from "../contract/signaling-commands.ts";
import { Limits } from "../auth/limits.ts";
import { performChatAction } from "./perform.ts";
import pino from "pino";

let at: Awaited<ReturnType<typeof appFixture>>;
let ids: Record<string, string>;
let channelId: string;
beforeEach(async () => {
  at = await appFixture();
  const accounts = {
    wati: await insertAccount(at.db, "wati"),
    admin: await insertAccount(at.db, "admin", "administrator"),
    other_admin: await insertAccount(at.db, "other_admin", "administrator"),
    mod: await insertAccount(at.db, "mod", "viewer"),
    other_mod: await insertAccount(at.db, "other_mod", "viewer"),
    budi: await insertAccount(at.db, "budi", "viewer"),
    stranger: await insertAccount(at.db, "stranger"),
  };
  ids = Object.fromEntries(Object.entries(accounts).map(([name, { userId }]) => [name, userId]));
  channelId = accounts.wati.channelId;
  await act("wati", { action: "mod", person: "mod" });
  await act("wati", { action: "mod", person: "other_mod" });
});
afterEach(() => at.remove());

const deps = () => ({
  db: at.db,
  clock: () => at.time.now,
  changes: at.changes,
  limits: new Limits(),
  log: pino({ level: "silent" }),
});
const idOf = (name: string): string => ids[name] ?? "0".repeat(32);
const act = (actor: string, action: ChatAction) =>
  performChatAction(deps(), { id: idOf(actor) }, { id: channelId }, action);
const lineOf = (author: string, nonce = "nonce-01"): string => `${idOf(author)}.${nonce}`;
const commands = async (): Promise<SignalingCommand[]> =>
  (await listCommandsAfter(at.db, "signaling", 0, 100)).map(({ id, command }) =>
    SignalingCommand.parse({ id, ...(JSON.parse(command) as object) }),
  );
const lastCommand = async () => (await commands()).at(-1);
const open = async () => {
  const opened = await openRoom(at.db, channelId, 200, at.time.now);
  if (opened === undefined) throw new Error("No room");
  return opened;
};
const say = async (...ids: string[]) => {
  const { room } = await open();
  const line = (id: string) => ({
    id,
    at: at.time.now,
    text: `text of ${id}`,
    action: false,
    first: false,
    replyTo: null,
  });
  return storeLines(at.db, channelId, room.epoch, ids.map(line), at.time.now);
};
const shown = async () => (await open()).lines.map(({ id }) => id);

const harm = (person: string): ChatAction[] => [
  { action: "delete", line: lineOf(person) },
  { action: "timeout", person, seconds: 60 },
  { action: "ban", person },
];

test.each([
  // Who, to whom, and whether: delete, timeout, ban.
  ["wati", "mod", "yes yes yes"],
  ["wati", "budi", "yes yes yes"],
  ["wati", "admin", "no no no"],
  ["wati", "wati", "yes no no"],
  ["admin", "wati", "no no no"],
  ["admin", "other_admin", "no no no"],
  ["admin", "mod", "yes yes yes"],
  ["admin", "budi", "yes yes yes"],
  ["mod", "wati", "no no no"],
  ["mod", "admin", "no no no"],
  ["mod", "other_mod", "no no no"],
  ["mod", "mod", "yes no no"],
  ["mod", "budi", "yes yes yes"],
  ["budi", "stranger", "no no no"],
  ["budi", "budi", "no no no"],
  ["stranger", "budi", "no no no"],
])("%s against %s: %s", async (actor, subject, expected) => {
  await say(lineOf(subject));
  const before = await commands();
  const answers = [];
  for (const action of harm(subject)) answers.push(await act(actor, action));
  const words = expected.split(" ");
  expect<string[]>(answers.map(({ ok }) => (ok ? "yes" : "no"))).toEqual(words);
  expect<number[]>(answers.map(({ status }) => status)).toEqual(words.map((word) => (word === "yes" ? 200 : 403)));
  if (!words.includes("yes")) expect(await commands()).toEqual(before);
});

test.each<[string, number]>([
  ["wati", 200],
  ["admin", 200],
  ["mod", 403],
  ["budi", 403],
  ["nobody", 404],
])("%s says who is a moderator: %i", async (actor, status) => {
  expect<number>((await act(actor, { action: "mod", person: "stranger" })).status).toBe(status);
  expect<number>((await act(actor, { action: "unmod", person: "other_mod" })).status).toBe(status);
  const names = (await listModerators(at.db, channelId)).map(({ name }) => name);
  expect(names).toEqual(status === 200 ? ["mod", "stranger"] : ["mod", "other_mod"]);
});

test.each(["wati", "admin", "mod"])("%s sets the rules, budi does not", async (actor) => {
  const rules: ChatAction[] = [
    { action: "slow", seconds: 30 },
    { action: "followers", minutes: 10 },
    { action: "signed-in", on: true },
    { action: "emoji-only", on: true },
    { action: "duplicates", allowed: true },
    { action: "links", allowed: false },
    { action: "block-word", word: " Spam* " },
  ];
  for (const rule of rules) expect((await act("budi", rule)).status).toBe(403);
  for (const rule of rules) expect(await act(actor, rule)).toMatchObject({ ok: true, status: 200 });
  const settings = {
    slowSeconds: 30,
    followersMinutes: 10,
    signedInOnly: true,
    emojiOnly: true,
    noDuplicates: false,
    noLinks: true,
  };
  expect(await findRoom(at.db, channelId, at.time.now)).toMatchObject({ settings, blockedWords: ["spam*"] });
  expect(await lastCommand()).toMatchObject({ type: "chat-settings", channelId, settings, blockedWords: ["spam*"] });
  expect((await listLog(at.db, channelId, null, 7)).map(({ by, action, detail }) => [by, action, detail])).toEqual([
    [actor, "block-word", "spam*"],
    [actor, "links", "off"],
    [actor, "duplicates", "on"],
    [actor, "emoji-only", "on"],
    [actor, "signed-in", "on"],
    [actor, "followers", "10"],
    [actor, "slow", "30"],
  ]);
});

test("two people who set different rules at once both get theirs", async () => {
  await Promise.all([act("mod", { action: "slow", seconds: 5 }), act("wati", { action: "links", allowed: false })]);
  expect((await findRoom(at.db, channelId, at.time.now))?.settings).toMatchObject({ slowSeconds: 5, noLinks: true });
});

test("what changes nothing is no row in the log and no command", async () => {
  await act("mod", { action: "slow", seconds: 30 });
  const [before, log] = [await commands(), await listLog(at.db, channelId, null, 100)];
  for (const action of [
    { action: "slow", seconds: 30 },
    { action: "mod", person: "other_mod" },
    { action: "unpin" },
    { action: "unban", person: "budi" },
    { action: "unblock-word", word: "no" },
  ] as const) {
    await act("wati", action);
  }
  expect(await act("wati", { action: "slow", seconds: 30 })).toMatchObject({ ok: true });
  expect(await act("mod", { action: "unban", person: "budi" })).toMatchObject({ ok: false, status: 422 });
  expect([await commands(), await listLog(at.db, channelId, null, 100)]).toEqual([before, log]);
});

test("a ban purges the history, is told at once, and stands with who and why until it is ended", async () => {
  await say(lineOf("budi"), lineOf("stranger"), lineOf("budi", "nonce-02"));
  let rung = 0;
  at.changes.on("outbox", () => (rung += 1));
  expect(await act("mod", { action: "ban", person: "@Budi", reason: "spam" })).toEqual({
    ok: true,
    status: 200,
    message: {
      en: "budi is banned. What they wrote in the last 24 hours is removed.",
      id: "budi diblokir. Tulisannya dalam 24 jam terakhir dihapus.",
    },
  });
  expect(rung).toBe(1);
  expect(await shown()).toEqual([lineOf("stranger")]);
  expect(await lastCommand()).toMatchObject({ type: "chat-ban", channelId, userId: idOf("budi"), until: null });
  const [ban] = await listBans(at.db, channelId, null, 10, at.time.now);
  expect(ban).toEqual({ userId: idOf("budi"), name: "budi", until: null, by: "mod", reason: "spam", at: at.time.now });
  expect((await findRoom(at.db, channelId, at.time.now))?.bans).toEqual([{ userId: idOf("budi"), until: null }]);
  expect(await act("mod", { action: "timeout", person: "budi", seconds: 5 })).toMatchObject({ status: 422 });
  expect(await act("wati", { action: "unban", person: "budi" })).toMatchObject({ ok: true });
  expect(await lastCommand()).toMatchObject({ type: "chat-unban", userId: idOf("budi") });
  expect(await listBans(at.db, channelId, null, 10, at.time.now)).toEqual([]);
});

test("a timeout ends by itself", async () => {
  await act("mod", { action: "timeout", person: "budi", seconds: 60 });
  const until = at.time.now + 60_000;
  expect(await lastCommand()).toMatchObject({ type: "chat-ban", until });
  expect((await findRoom(at.db, channelId, until - 1))?.bans).toEqual([{ userId: idOf("budi"), until }]);
  expect((await findRoom(at.db, channelId, until))?.bans).toEqual([]);
  expect(await listBans(at.db, channelId, null, 10, until)).toEqual([]);
});

test("a moderator who is timed out moderates nothing meanwhile; one who is banned is none any more", async () => {
  await act("wati", { action: "timeout", person: "mod", seconds: 60 });
  expect(await act("mod", { action: "slow", seconds: 5 })).toMatchObject({ status: 403 });
  at.time.now += 60_000;
  expect(await act("mod", { action: "slow", seconds: 5 })).toMatchObject({ status: 200 });
  await act("wati", { action: "ban", person: "mod" });
  expect(await lastCommand()).toMatchObject({ type: "chat-role", userId: idOf("mod"), isModerator: false });
  expect(await act("wati", { action: "mod", person: "mod" })).toMatchObject({ status: 422 });
  await act("wati", { action: "unban", person: "mod" });
  expect(await act("mod", { action: "slow", seconds: 9 })).toMatchObject({ status: 403 });
});

test("lines that a ban was faster than are not shown when they are stored, those after its end are", async () => {
  const line = (nonce: string, saidAt: number) => ({
    id: lineOf("budi", nonce),
    at: saidAt,
    text: "t",
    action: false,
    first: false,
    replyTo: null,
  });
  const { room } = await open();
  const start = at.time.now;
  await act("mod", { action: "timeout", person: "budi", seconds: 60 });
  const lines = [
    line("before-day", start - 25 * 60 * 60_000),
    line("before-00", start - 1000),
    line("during-00", start + 1000),
    line("after-000", start + 60_000),
  ];
  at.time.now = start + 100_000;
  await act("mod", { action: "unban", person: "budi" });
  await act("mod", { action: "timeout", person: "stranger", seconds: 1 });
  expect(await storeLines(at.db, channelId, room.epoch, lines.slice(0, 2), at.time.now)).toEqual(["stored", "removed"]);
  expect(await storeLines(at.db, channelId, room.epoch, lines.slice(3), at.time.now)).toEqual(["stored"]);
  await act("mod", { action: "ban", person: "budi" });
  const written = line("during-01", at.time.now + 1);
  expect(await storeLines(at.db, channelId, room.epoch, [written], at.time.now)).toEqual(["removed"]);
});

test("a line is removed before it is stored, and stays removed", async () => {
  expect(await act("mod", { action: "delete", line: lineOf("budi"), reason: "rude" })).toMatchObject({ ok: true });
  expect(await lastCommand()).toMatchObject({ type: "chat-removed", lineId: lineOf("budi") });
  expect(await say(lineOf("budi"), lineOf("budi", "nonce-02"))).toEqual(["removed", "stored"]);
  expect(await shown()).toEqual([lineOf("budi", "nonce-02")]);
  const [entry] = await listLog(at.db, channelId, null, 1);
  expect(entry).toMatchObject({
    by: "mod",
    whom: "budi",
    action: "delete",
    reason: "rude",
    text: `text of ${lineOf("budi")}`,
  });
  expect(await act("mod", { action: "delete", line: lineOf("budi") })).toMatchObject({
    ok: true,
    message: { en: "This message is removed already." },
  });
  expect(await act("mod", { action: "delete", line: `${"0".repeat(32)}.nonce-01` })).toMatchObject({ status: 404 });
});

test("a message is pinned until it is taken down or removed", async () => {
  expect(await act("mod", { action: "pin", line: lineOf("wati") })).toMatchObject({ status: 422 });
  await say(lineOf("wati"), lineOf("budi"));
  expect(await act("mod", { action: "pin", line: lineOf("wati") })).toMatchObject({ status: 200 });
  const pinned = await lastCommand();
  expect(pinned).toMatchObject({ type: "chat-pinned", line: { id: lineOf("wati"), name: "wati", role: "streamer" } });
  expect((await findRoom(at.db, channelId, at.time.now))?.pinned?.id).toBe(lineOf("wati"));
  await act("mod", { action: "unpin" });
  expect(await lastCommand()).toMatchObject({ type: "chat-pinned", line: null });
  for (const end of harm("budi").slice(0, 2)) {
    const nonce = `nonce-${end.action}`;
    await say(lineOf("budi", nonce));
    await act("mod", { action: "pin", line: lineOf("budi", nonce) });
    await act("mod", end.action === "delete" ? { ...end, line: lineOf("budi", nonce) } : end);
    expect(await lastCommand()).toMatchObject({ type: "chat-pinned", line: null });
    expect((await findRoom(at.db, channelId, at.time.now))?.pinned).toBeNull();
  }
});

test("words are kept once, in lower case, and are bounded", async () => {
  for (const word of ["Spam", "SPAM", "two  words"]) await act("mod", { action: "block-word", word });
  expect((await findRoom(at.db, channelId, at.time.now))?.blockedWords).toEqual(["spam", "two words"]);
  for (const word of ["**", "a*", "*abc", "a*b"]) {
    expect(await act("mod", { action: "block-word", word })).toMatchObject({ status: 422 });
  }
  await act("mod", { action: "unblock-word", word: "SPAM" });
  expect((await findRoom(at.db, channelId, at.time.now))?.blockedWords).toEqual(["two words"]);
  for (let index = 0; index < 200; index += 1) await act("mod", { action: "block-word", word: `word ${index}` });
  expect((await findRoom(at.db, channelId, at.time.now))?.blockedWords).toHaveLength(200);
  expect(await act("mod", { action: "block-word", word: "one more" })).toMatchObject({ status: 422 });
});

test("the pages of bans and of the log follow each other without a gap", async () => {
  for (const person of ["budi", "stranger"]) await act("wati", { action: "ban", person });
  const first = await listBans(at.db, channelId, null, 1, at.time.now);
  const second = await listBans(at.db, channelId, first[0] ?? null, 9, at.time.now);
  expect([...first, ...second].map(({ name }) => name).toSorted()).toEqual(["budi", "stranger"]);
  const all = await listLog(at.db, channelId, null, 100);
  const newest = await listLog(at.db, channelId, null, 2);
  expect([...newest, ...(await listLog(at.db, channelId, newest[1]?.id ?? 0, 100))]).toEqual(all);
  expect(await listModeratedChannels(at.db, idOf("mod"), 10)).toEqual([{ id: channelId, name: "wati" }]);
});

test("of many bans of one person at once one is in the log", async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => act("mod", { action: "ban", person: "budi" })));
  expect(answers.every(({ ok }) => ok)).toBe(true);
  expect((await listLog(at.db, channelId, null, 100)).filter(({ action }) => action === "ban")).toHaveLength(1);
});
