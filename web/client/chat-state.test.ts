import { expect, test } from "bun:test";
import type { ChatEvent, ChatLine } from "../../signaling/contract/chat.ts";
import type { ServerMessage } from "../../signaling/contract/messages.ts";
import { addHelp, addNotice, type ChatState, initialState, positionOf, receive } from "./chat-state.ts";

const settings = {
  slowSeconds: 0,
  followersMinutes: null,
  signedInOnly: false,
  emojiOnly: false,
  noDuplicates: true,
  noLinks: false,
};
const room = { epoch: 1, seq: 10, settings, pinned: null, writing: "open" } as const;
const you = {
  id: "e".repeat(32),
  name: "budi",
  color: 0,
  role: "viewer",
  bannedUntil: null,
  followedAt: null,
} as const;

const line = (n: number, more: Partial<ChatLine> = {}, author = "a"): ChatLine => ({
  id: `${author.repeat(32)}.nonce${String(n).padStart(4, "0")}`,
  at: n,
  name: author,
  color: 0,
  text: `line ${n}`,
  ...more,
});
const said = (n: number, more: Partial<ChatLine> = {}, author = "a"): ChatEvent => ({
  type: "line",
  line: line(n, more, author),
});
const welcome = (lines: ChatLine[]): ServerMessage => ({
  type: "welcome",
  version: 1,
  you,
  resume: "r",
  viewers: 3,
  ...room,
  history: { type: "whole", lines },
});
const events = (seq: number, ...list: ChatEvent[]): ServerMessage => ({ type: "events", seq, events: list });

const after = (...messages: ServerMessage[]): ChatState =>
  messages.reduce((state, message) => receive(state, message, 500), initialState);
const shown = ({ entries }: ChatState): string[] =>
  entries.map((entry) => (entry.type === "line" ? entry.line.text : entry.type));

test("the history comes with the welcome, lines follow in order", () => {
  const state = after(welcome([line(1), line(2)]), events(11, said(3)), events(12, said(4), said(5)));
  expect(shown(state)).toEqual(["line 1", "line 2", "line 3", "line 4", "line 5"]);
  expect(positionOf(state)).toEqual({ epoch: 1, seq: 13 });
  expect(state.viewers).toBe(3);
});

test("no line is shown twice, whichever way it comes again", () => {
  const twice = after(welcome([line(1), line(1)]), events(11, said(1), said(2)), events(11, said(1), said(2), said(3)));
  expect(shown(twice)).toEqual(["line 1", "line 2", "line 3"]);
  expect(positionOf(twice)?.seq).toBe(13);
});

test("a gap changes nothing but is noticed, until what is missing has come", () => {
  const state = after(welcome([]), events(11, said(1)), events(13, said(3)));
  expect(state.hasGap).toBe(true);
  expect(shown(state)).toEqual(["line 1"]);
  const whole = receive(state, events(12, said(2), said(3)), 500);
  expect(shown(whole)).toEqual(["line 1", "line 2", "line 3"]);
  expect(whole.hasGap).toBe(false);
});

test("who comes back gets what was missed, or is told that the list was loaded anew", () => {
  const missed: ServerMessage = {
    ...(welcome([]) as Extract<ServerMessage, { type: "welcome" }>),
    seq: 12,
    history: { type: "missed", events: [said(2), { type: "settings", settings: { ...settings, slowSeconds: 5 } }] },
  };
  const back = after(welcome([line(1)]), missed);
  expect(shown(back)).toEqual(["line 1", "line 2"]);
  expect(positionOf(back)).toEqual({ epoch: 1, seq: 12 });
  expect(shown(after(welcome([line(1)]), welcome([line(7)])))).toEqual(["line 7", "reloaded"]);
  const reset: ServerMessage = { type: "reset", ...room, epoch: 2, seq: 0, lines: [line(8)] };
  const anew = after(welcome([line(1)]), events(13, said(3)), reset);
  expect(shown(anew)).toEqual(["line 8", "reloaded"]);
  expect(anew).toMatchObject({ hasGap: false, room: { epoch: 2, seq: 0 } });
});

test("a removed line goes, from quotes and from the pin too", () => {
  const quote = { id: line(1).id, name: "a", text: "line 1" };
  const start = after(
    welcome([line(1), line(2, { reply: quote }, "b")]),
    events(11, { type: "pinned", line: line(1) }),
  );
  const removed = receive(start, events(12, { type: "removed", id: line(1).id }), 500);
  expect(removed.entries).toEqual([{ type: "line", key: line(2, {}, "b").id, line: line(2, {}, "b") }]);
  expect(removed.room?.pinned).toBeNull();
});

test("all that somebody wrote goes at once", () => {
  const quote = { id: line(1).id, name: "a", text: "line 1" };
  const start = after(welcome([line(1), line(2), line(3, { reply: quote }, "b")]));
  const purged = receive(start, events(11, { type: "purged", author: "a".repeat(32) }, said(4, {}, "b")), 500);
  expect(purged.entries.map(({ key }) => key)).toEqual([line(3, {}, "b").id, line(4, {}, "b").id]);
  expect(JSON.stringify(purged.entries)).not.toContain("reply");
});

test("settings, writing, who one is and the viewers follow the server", () => {
  const state = after(
    welcome([]),
    events(
      11,
      { type: "settings", settings: { ...settings, emojiOnly: true } },
      { type: "writing", writing: "storage" },
    ),
    { type: "you", you: { ...you, bannedUntil: "ever" }, resume: "r2" },
    { type: "viewers", viewers: 9 },
  );
  expect(state).toMatchObject({
    viewers: 9,
    you: { bannedUntil: "ever" },
    room: { writing: "storage", settings: { emojiOnly: true } },
  });
});

test("only the newest are kept, and private notices stand where they were said", () => {
  let state = after(welcome([line(1)]));
  state = addHelp(addNotice(state, "Only for you"));
  state = receive(state, events(11, said(2), said(3)), 4);
  expect(shown(state)).toEqual(["notice", "help", "line 2", "line 3"]);
  expect(new Set(addNotice(state, "again").entries.map(({ key }) => key)).size).toBe(5);
});
