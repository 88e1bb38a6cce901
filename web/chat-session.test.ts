import { afterEach, expect, test } from "bun:test";
import type { ChatEvent, ChatLine } from "../signaling/contract/chat.ts";
import { defaultSettings } from "../signaling/contract/chat.ts";
import { closeCodes } from "../signaling/contract/limits.ts";
import { ClientMessage, type ServerMessage, type You } from "../signaling/contract/messages.ts";
import { ChatSession } from "./client/chat-session.ts";

/** The browser's half of the chat, over real sockets against a server that says what the test wants it to say. */

const me: You = {
  id: "a".repeat(32),
  name: "budi",
  color: 1,
  role: "viewer",
  bannedUntil: null,
  followedAt: null,
};
const lineOf = (nonce: string, text: string, author = me.id): ChatLine => ({
  id: `${author}.${nonce}`,
  at: 1,
  name: "budi",
  color: 1,
  text,
});

type Hello = Extract<ClientMessage, { type: "hello" }>;
type Say = Extract<ClientMessage, { type: "say" }>;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** What `check` gives once it gives something, within five seconds. */
async function eventually<T>(what: string, check: () => T | null | undefined | false): Promise<T> {
  for (const endMs = Date.now() + 5_000; Date.now() < endMs; await Bun.sleep(5)) {
    const found = check();
    if (found !== null && found !== undefined && found !== false) return found;
  }
  throw new Error(`Not within 5 s: ${what}`);
}

function startRoom() {
  const room = {
    received: [] as ClientMessage[],
    tickets: 0,
    /** What `POST /ticket` answers. */
    ticketStatus: 200,
    /** The server's clock, as it stands in that answer. */
    date: new Date().toUTCString(),
    socket: null as Bun.ServerWebSocket | null,
    /** What a hello is answered with. */
    onHello: (_hello: Hello) => room.welcome(),
    seq: 0,
    epoch: 1,
    send: (message: ServerMessage) => room.socket?.send(JSON.stringify(message)),
    events: (...events: ChatEvent[]) => {
      room.send({ type: "events", seq: room.seq + 1, events });
      room.seq += events.length;
    },
    welcome: (history?: Extract<ServerMessage, { type: "welcome" }>["history"], extra: Partial<You> = {}) => {
      const { epoch, seq } = room;
      const state = { epoch, seq, settings: defaultSettings, pinned: null, writing: "open" } as const;
      const whole = { type: "whole", lines: [] } as const;
      const you = { ...me, ...extra };
      room.send({
        type: "welcome",
        version: 1,
        you,
        resume: `r${room.hellos().length}`,
        viewers: 1,
        ...state,
        history: history ?? { ...whole, lines: [] },
      });
    },
    hellos: () => room.received.filter((message): message is Hello => message.type === "hello"),
    says: () => room.received.filter((message): message is Say => message.type === "say"),
  };
  const server = Bun.serve({
    port: 0,
    fetch(request, self): Response | undefined {
      const { pathname, port } = new URL(request.url);
      if (pathname === "/ws") return self.upgrade(request) ? undefined : new Response(null, { status: 400 });
      room.tickets += 1;
      if (room.ticketStatus !== 200) return new Response(null, { status: room.ticketStatus });
      const answer = { ticket: `t${room.tickets}`, url: `ws://127.0.0.1:${port}/ws` };
      return Response.json(answer, { headers: { Date: room.date } });
    },
    websocket: {
      message(socket, data) {
        const message = ClientMessage.parse(JSON.parse(String(data)));
        room.socket = socket;
        room.received.push(message);
        if (message.type === "hello") room.onHello(message);
      },
    },
  });
  closers.push(() => void server.stop(true));
  return { room, origin: server.url.origin };
}

function join(origin: string, stored = new Map<string, string>(), author: typeof me | null = me) {
  const refused: string[] = [];
  const removed: string[] = [];
  const session = new ChatSession({
    channel: "ibu",
    author,
    storage: { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) },
    origin,
    isOffline: () => false,
    maxEntries: () => 500,
    onChange: () => undefined,
    // As a field in which nothing stands: there is room for one text.
    onRefused: ({ text }) => refused.push(text) === 1,
    refusalText: ({ message }) => message,
    onRemoved: (isRemoved) =>
      removed.push(...["rude0001", "kind0001"].filter((nonce) => isRemoved(`${me.id}.${nonce}`))),
  });
  closers.push(() => session.stop());
  session.start();
  const texts = (): string[] =>
    session
      .entriesAt(Date.now())
      .map((entry) =>
        entry.type === "line" ? `${entry.line.text}${entry.mark ? ` (${entry.mark})` : ""}` : entry.type,
      );
  return { session, texts, refused, removed, stored };
}

const live = (session: ChatSession) => eventually("a live link", () => session.link.type === "live");

test("joins with a ticket, comes back with the resume token and its position, and misses nothing", async () => {
  const { room, origin } = startRoom();
  room.onHello = ({ position }) =>
    room.welcome(
      position && { type: "missed", events: [{ type: "line", line: lineOf("missed01", "missed", "b".repeat(32)) }] },
    );
  const { session, texts } = join(origin);
  await live(session);
  room.events({ type: "line", line: lineOf("first001", "first", "b".repeat(32)) });
  await eventually("the line", () => texts().length === 1);
  room.seq += 1;
  room.socket?.close(closeCodes.slow);
  await eventually("the missed line", () => texts().length === 2);
  expect(texts()).toEqual(["first", "missed"]);
  expect(room.tickets).toBe(1);
  expect(room.hellos()).toEqual([
    { type: "hello", version: 1, ticket: "t1" },
    { type: "hello", version: 1, resume: "r1", position: { epoch: 1, seq: 1 } },
  ]);
});

test("asks once for what a gap swallowed, and shows it in order", async () => {
  const { room, origin } = startRoom();
  const { session, texts } = join(origin);
  await live(session);
  const lines = [1, 2, 3, 4].map((n): ChatEvent => ({
    type: "line",
    line: lineOf(`number${n}0`, String(n), "b".repeat(32)),
  }));
  room.send({ type: "events", seq: 1, events: lines.slice(0, 1) });
  room.send({ type: "events", seq: 3, events: lines.slice(2, 3) });
  room.send({ type: "events", seq: 4, events: lines.slice(3, 4) });
  const recover = await eventually("recover", () => room.received.find(({ type }) => type === "recover"));
  expect(recover).toEqual({ type: "recover", position: { epoch: 1, seq: 1 } });
  room.send({ type: "events", seq: 2, events: lines.slice(1) });
  await eventually("all lines", () => texts().length === 4);
  expect(texts()).toEqual(["1", "2", "3", "4"]);
  expect(room.received.filter(({ type }) => type === "recover")).toHaveLength(1);
});

test("a line goes out after the one before came back, and is let go when it is stored", async () => {
  const { room, origin } = startRoom();
  const { session, texts, stored } = join(origin);
  await live(session);
  session.say("one", false, null);
  session.say("two", true, null);
  const [one] = await eventually("the first line", () => room.says().length === 1 && room.says());
  expect(texts()).toEqual(["one (unsent)", "two (unsent)"]);
  room.events({ type: "line", line: lineOf(one?.nonce ?? "", "one") });
  const two = await eventually("the second line", () => room.says()[1]);
  expect(two).toMatchObject({ text: "two", action: true });
  expect(texts()).toEqual(["one", "two (unsent)"]);
  expect(session.entriesAt(Date.now() + 10_000)[0]).toMatchObject({ mark: "unsaved" });
  room.events({ type: "line", line: lineOf(two.nonce, "two") });
  room.send({ type: "ack", nonces: [one?.nonce ?? "", two.nonce] });
  await eventually("nothing left", () => [...stored.values()].join("").includes('"lines":[]'));
  expect(session.entriesAt(Date.now() + 10_000)[0]).toMatchObject({ mark: null });
});

test("what is written before the room has welcomed anybody is shown, and goes out by itself", async () => {
  const { room, origin } = startRoom();
  room.onHello = () => undefined;
  const { session, texts } = join(origin);
  expect(session.say("early", false, null)).toBe(true);
  expect(texts()).toEqual(["early (unsent)"]);
  await eventually("a hello", () => room.hellos().length === 1);
  expect(room.says()).toEqual([]);
  room.welcome();
  expect(await eventually("the line", () => room.says()[0])).toMatchObject({ text: "early" });
  expect(room.says()[0]?.again).toBeUndefined();
});

test("what one account wrote before the welcome is never said by another, or by a guest", async () => {
  const { room, origin } = startRoom();
  for (const you of [
    { id: "c".repeat(32), name: "citra" },
    { id: "g".repeat(32), name: null },
  ]) {
    room.onHello = () => room.welcome(undefined, you);
    const { session, texts } = join(origin);
    session.say("mine", false, null);
    await live(session);
    expect(texts()).toEqual([]);
    session.checkNow();
    // What had been sent before the ping would be there before it.
    await eventually("the ping", () => room.received.some(({ type }) => type === "ping"));
    expect(room.says()).toEqual([]);
    room.received.length = 0;
  }
  expect(join(origin, new Map(), null).session.say("a guest's", false, null)).toBe(false);
});

test("after a break, what was sent goes out again under its nonce, marked as such; what was not does not", async () => {
  const { room, origin } = startRoom();
  const { session, texts } = join(origin);
  await live(session);
  session.say("one", false, null);
  session.say("two", false, null);
  await eventually("the first line", () => room.says().length === 1);
  room.epoch = 2;
  room.socket?.close(closeCodes.restarting);
  const again = await eventually("the first line again", () => room.says()[1]);
  expect(again).toEqual({ type: "say", nonce: room.says()[0]?.nonce ?? "", text: "one", again: true });
  room.events({ type: "line", line: lineOf(again.nonce, "one") });
  const two = await eventually("the second line", () => room.says()[2]);
  expect(two.again).toBeUndefined();
  expect(texts()).toEqual(["one", "two (unsent)"]);
});

test("what was on its way when the page was reloaded goes out again; another account's is forgotten", async () => {
  const { room, origin } = startRoom();
  const { session, stored } = join(origin);
  await live(session);
  session.say("one", false, null);
  await eventually("the line", () => room.says().length === 1);
  session.stop();
  const copy = new Map(stored);
  join(origin, stored);
  expect(await eventually("the line again", () => room.says()[1])).toMatchObject({ text: "one", again: true });
  room.onHello = () => room.welcome(undefined, { id: "c".repeat(32) });
  const other = join(origin, copy);
  await live(other.session);
  expect(other.texts()).toEqual([]);
  expect(room.says()).toHaveLength(2);
});

test("a line that is refused comes back with the reason; one that is too early is sent again by itself", async () => {
  const { room, origin } = startRoom();
  const { session, texts, refused } = join(origin);
  await live(session);
  session.say("same", false, null);
  session.say("fast", false, null);
  const [same] = await eventually("the first line", () => room.says().length === 1 && room.says());
  room.send({ type: "error", code: "duplicate", message: "You just said that.", nonce: same?.nonce ?? "" });
  const fast = await eventually("the second line", () => room.says()[1]);
  expect(refused).toEqual(["same"]);
  expect(session.state.entries).toMatchObject([{ type: "notice", text: "You just said that." }]);
  room.send({ type: "error", code: "rate-limited", message: "Slower.", nonce: fast.nonce, retryAfterMs: 50 });
  expect(await eventually("it again", () => room.says()[2])).toEqual(fast);
  expect(texts()).toEqual(["notice", "fast (unsent)"]);
});

test("a refused line that finds no place to be written anew stands with the reason", async () => {
  const { room, origin } = startRoom();
  const { session } = join(origin);
  await live(session);
  for (const [index, text] of ["first", "second"].entries()) {
    session.say(text, false, null);
    const say = await eventually("the line", () => room.says()[index]);
    room.send({ type: "error", code: "duplicate", message: "You just said that.", nonce: say.nonce });
    await eventually("the reason", () => session.state.entries.length === index + 1);
  }
  expect(session.state.entries).toMatchObject([
    { text: "You just said that." },
    { text: "You just said that. (second)" },
  ]);
});

test("who was signed out elsewhere sends nothing as a guest, and their lines wait for them", async () => {
  const { room, origin } = startRoom();
  const { session, texts } = join(origin);
  await live(session);
  session.say("one", false, null);
  await eventually("the line", () => room.says().length === 1);
  room.onHello = ({ resume }) =>
    resume === undefined
      ? room.welcome(undefined, { id: "g".repeat(32), name: null })
      : room.socket?.close(closeCodes.unauthorized);
  room.socket?.close(closeCodes.unauthorized);
  await eventually("a guest", () => session.state.you?.name === null && session.link.type === "live");
  expect(texts()).toEqual([]);
  expect(room.says()).toHaveLength(1);
  room.onHello = () => room.welcome();
  room.socket?.close(closeCodes.restarting);
  expect(await eventually("the line again", () => room.says()[1])).toMatchObject({ text: "one", again: true });
});

test("one's own line that is removed before it was stored does not come back at the end", async () => {
  const { room, origin } = startRoom();
  const { session, texts, removed } = join(origin);
  await live(session);
  session.say("one", false, null);
  session.say("two", false, null);
  const one = await eventually("the line", () => room.says()[0]);
  room.events({ type: "line", line: lineOf(one.nonce, "one") });
  await eventually("the next", () => room.says()[1]);
  room.events({ type: "removed", id: `${me.id}.${one.nonce}` }, { type: "removed", id: `${me.id}.rude0001` });
  await eventually("the removal", () => texts().length === 1);
  expect(texts()).toEqual(["two (unsent)"]);
  expect(removed).toEqual(["rude0001"]);
});

test("what ends at a time ends by the server's clock", async () => {
  const { room, origin } = startRoom();
  room.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  const { session } = join(origin);
  await live(session);
  expect(Math.abs(session.serverTime(Date.now()) - Date.parse(room.date))).toBeLessThan(5_000);
});

test("while writing is paused, lines wait", async () => {
  const { room, origin } = startRoom();
  const { session, texts } = join(origin);
  await live(session);
  room.events({ type: "writing", writing: "storage" });
  await eventually("the pause", () => session.state.room?.writing === "storage");
  session.say("later", false, null);
  expect(texts()).toEqual(["later (unsent)"]);
  // What had been sent before the ping would be there before it.
  session.checkNow();
  await eventually("the ping", () => room.received.some(({ type }) => type === "ping"));
  expect(room.says()).toEqual([]);
  room.events({ type: "writing", writing: "open" });
  expect(await eventually("the line", () => room.says()[0])).toMatchObject({ text: "later" });
});

test("a resume token that is void leads to a fresh ticket, once", async () => {
  const { room, origin } = startRoom();
  const { session } = join(origin);
  await live(session);
  room.onHello = ({ resume }) => (resume === undefined ? room.welcome() : room.socket?.close(closeCodes.unauthorized));
  room.socket?.close(closeCodes.unauthorized);
  await eventually("a second ticket", () => room.hellos().at(-1)?.ticket === "t2" && session.link.type === "live");
  room.onHello = () => room.socket?.close(closeCodes.unauthorized);
  room.socket?.close(closeCodes.restarting);
  await eventually("the end", () => session.link.type === "closed");
  expect(session.link).toEqual({ type: "closed", code: closeCodes.unauthorized });
  expect(room.tickets).toBe(3);
});

test.each([
  ["a page of another version", closeCodes.version],
  ["too many messages", closeCodes.tooMany],
  ["a room that is gone", closeCodes.gone],
])("%s is the end of it", async (_, code) => {
  const { room, origin } = startRoom();
  const { session } = join(origin);
  await live(session);
  room.socket?.close(code);
  await eventually("the end", () => session.link.type === "closed");
  expect(session.link).toEqual({ type: "closed", code });
});

test("an unknown channel is the end, a server in trouble is not", async () => {
  const { room, origin } = startRoom();
  room.ticketStatus = 500;
  const { session } = join(origin);
  await eventually("a pause", () => session.link.type === "waiting");
  room.ticketStatus = 404;
  await eventually("the end", () => session.link.type === "closed");
  expect(session.link).toEqual({ type: "closed", code: closeCodes.gone });
});

test("waiting ends at once when the network is back", async () => {
  const { room, origin } = startRoom();
  const { session } = join(origin);
  await live(session);
  session.giveUp();
  expect(session.link).toMatchObject({ type: "waiting" });
  session.checkNow();
  expect(session.link).toMatchObject({ type: "waiting" });
  await live(session);
  expect(room.hellos()).toHaveLength(2);
  session.checkNow();
  await eventually("a ping", () => room.received.some(({ type }) => type === "ping"));
});
