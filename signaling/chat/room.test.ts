import { describe, expect, test } from "bun:test";
import { defaultSettings, type ChatLine } from "../contract/chat.ts";
import { lineIdOf } from "../contract/line-id.ts";
import { channelId, ownerId, personNamed, RoomFixture, userId } from "./room-fixture.ts";

const oldLine = (number: number, author = userId(9)): ChatLine => ({
  id: lineIdOf(author, `old-line-${number}`),
  at: number,
  name: "user9",
  color: 3,
  text: `old ${number}`,
});
const guest = (digit = 1) => personNamed(null, `guest:${digit}`);
const settings = (id: number, more: Partial<typeof defaultSettings>) =>
  ({
    type: "chat-settings",
    id,
    channelId,
    settings: { ...defaultSettings, ...more },
    blockedWords: [] as string[],
  }) as const;

describe("joining", () => {
  test("brings the last lines at once", () => {
    const fixture = new RoomFixture({}, [oldLine(1), oldLine(2)]);
    const welcome = fixture.user(1).last("welcome");
    expect(welcome.history).toEqual({ type: "whole", lines: [oldLine(1), oldLine(2)] });
    expect(welcome).toMatchObject({ epoch: 1, seq: 0, writing: "open", viewers: 1 });
  });

  test("says what somebody is called, and so do their lines; without that it is their name", () => {
    const fixture = new RoomFixture();
    const called = fixture.join({ ...personNamed("wati", userId(1)), displayName: "Ratu Malam" });
    expect(called.last("welcome").you).toMatchObject({ name: "wati", displayName: "Ratu Malam" });
    const reader = fixture.user(2);
    expect(reader.last("welcome").you).not.toHaveProperty("displayName");
    fixture.say(called, "halo");
    fixture.say(reader, "halo juga");
    const { history } = fixture.user(3).last("welcome");
    expect(history.type === "whole" && history.lines.map(({ name, displayName }) => [name, displayName])).toEqual([
      ["wati", "Ratu Malam"],
      ["user2", undefined],
    ]);
  });

  test("two hundred lines at most", () => {
    const fixture = new RoomFixture(
      {},
      Array.from({ length: 300 }, (_, index) => oldLine(index)),
    );
    const { history } = fixture.user(1).last("welcome");
    expect(history.type === "whole" && history.lines.map(({ at }) => at)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 100),
    );
  });

  test("again tells what was missed, each event once", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    fixture.say(writer, "one");
    const gone = fixture.user(2);
    const { epoch, seq } = gone.last("welcome");
    fixture.leave(gone);
    fixture.say(writer, "two");
    fixture.say(writer, "three");
    const { history } = fixture.join(personNamed("user2", userId(2)), { epoch, seq }).last("welcome");
    expect(
      history.type === "missed" && history.events.map((event) => event.type === "line" && event.line.text),
    ).toEqual(["two", "three"]);
  });

  test("with a position of another epoch, or from the future, gives the whole history", () => {
    const fixture = new RoomFixture({}, [oldLine(1)]);
    for (const position of [
      { epoch: 0, seq: 0 },
      { epoch: 2, seq: 0 },
      { epoch: 1, seq: 5 },
    ]) {
      expect(fixture.join(guest(), position).last("welcome").history.type).toBe("whole");
    }
  });

  test("with a position that is too old gives the whole history", () => {
    const fixture = new RoomFixture();
    const writer = fixture.join(personNamed("owner", ownerId));
    for (let line = 0; line < 2100; line += 1) {
      fixture.now += 1000;
      fixture.say(writer, `line ${line}`);
      if (line % 150 === 0) while (fixture.store().length > 0);
    }
    expect(fixture.join(guest(), { epoch: 1, seq: 0 }).last("welcome").history.type).toBe("whole");
    const { history } = fixture.join(guest(2), { epoch: 1, seq: 1500 }).last("welcome");
    expect(history.type === "missed" && history.events).toHaveLength(600);
    for (let line = 0; line < 600; line += 1) {
      fixture.now += 1000;
      fixture.say(writer, `${line} ${"x".repeat(490)}`);
      if (line % 150 === 0) while (fixture.store().length > 0);
    }
    expect(fixture.join(guest(3), { epoch: 1, seq: 2100 }).last("welcome").history.type).toBe("whole");
    expect(fixture.join(guest(4), { epoch: 1, seq: 2600 }).last("welcome").history.type).toBe("missed");
  });
});

describe("a line", () => {
  test("reaches everybody, its author too, stamped by the server", () => {
    const fixture = new RoomFixture();
    const [writer, reader] = [fixture.user(1, { color: 7 }), fixture.join(guest())];
    const nonce = fixture.say(writer, "  hello\n");
    const line = { id: lineIdOf(userId(1), nonce), at: fixture.now, name: "user1", color: 7, text: "hello" };
    for (const member of [writer, reader]) {
      expect(member.last("events")).toEqual({ type: "events", seq: 1, events: [{ type: "line", line }] });
    }
  });

  test("is acknowledged when it is stored, in every tab of its author and to nobody else", () => {
    const fixture = new RoomFixture();
    const [writer, otherTab, reader] = [fixture.user(1), fixture.user(1), fixture.user(2)];
    const nonce = fixture.say(writer, "hello");
    expect(writer.received.some(({ type }) => type === "ack")).toBe(false);
    fixture.store();
    expect(writer.last("ack").nonces).toEqual([nonce]);
    expect(otherTab.last("ack").nonces).toEqual([nonce]);
    expect(reader.received.some(({ type }) => type === "ack")).toBe(false);
  });

  test("that is stored before it is published is acknowledged after", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    writer.take();
    fixture.room.say(writer, { type: "say", nonce: "nonce-one", text: "hello" }, fixture.now);
    fixture.room.settle(fixture.room.takeBatch().map(() => "stored"));
    expect(writer.received).toEqual([]);
    fixture.room.flush();
    expect(writer.received.map(({ type }) => type)).toEqual(["events", "ack"]);
  });

  test("that comes twice is shown once and acknowledged each time", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    const nonce = fixture.say(writer, "hello");
    fixture.say(writer, "hello", { nonce, again: true });
    fixture.store();
    fixture.say(writer, "hello", { nonce, again: true });
    expect(writer.texts()).toEqual(["hello"]);
    expect(writer.received.filter(({ type }) => type === "ack")).toHaveLength(2);
  });

  test("sent again is shown only once api says that it was not known, and what follows waits for it", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    fixture.say(writer, "first", { again: true });
    fixture.say(writer, "second");
    fixture.say(fixture.user(2), "from another");
    expect(writer.texts()).toEqual(["from another"]);
    expect(fixture.store()).toEqual(["first", "second", "from another"]);
    expect(writer.texts()).toEqual(["from another", "first", "second"]);
    fixture.say(writer, "third");
    expect(writer.texts().at(-1)).toBe("third");
  });

  test("sent again that an earlier life had stored is acknowledged and not shown", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    const nonce = fixture.say(writer, "hello", { again: true });
    fixture.store("known");
    expect(writer.texts()).toEqual([]);
    expect(writer.last("ack").nonces).toEqual([nonce]);
  });

  test("that a moderator removed before it was stored goes, and is acknowledged", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    const nonce = fixture.say(writer, "hello");
    fixture.store("removed");
    expect(writer.events().at(-1)).toEqual({ type: "removed", id: lineIdOf(userId(1), nonce) });
    expect(writer.last("ack").nonces).toEqual([nonce]);
  });

  test("of an account that is gone is taken back with an error", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    fixture.say(writer, "hello");
    fixture.store("refused");
    expect(writer.errorCodes()).toEqual(["unknown-author"]);
    expect(fixture.join(guest()).last("welcome").history).toEqual({ type: "whole", lines: [] });
  });

  test("that could not be stored is tried again, in order", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    fixture.say(writer, "one");
    expect(fixture.room.takeBatch()).toHaveLength(1);
    expect(fixture.room.takeBatch()).toEqual([]);
    fixture.say(writer, "two");
    fixture.room.putBack();
    expect(fixture.store()).toEqual(["one", "two"]);
  });

  test("says when it is the first, until that is stored", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1, { hasWritten: false });
    fixture.say(writer, "one");
    fixture.say(writer, "two");
    expect(writer.events().map((event) => event.type === "line" && event.line.first)).toEqual([true, undefined]);
    fixture.store();
    expect(writer.person.hasWritten).toBe(true);
    expect(writer.last("you").resume).toBe("a token");
  });

  test("carries the role and the quote", () => {
    const fixture = new RoomFixture({ moderators: [userId(2)] });
    const owner = fixture.join({ ...personNamed("owner", ownerId), displayName: "Ratu" });
    const nonce = fixture.say(owner, "a question");
    fixture.say(fixture.user(2), "an answer", { replyTo: lineIdOf(ownerId, nonce), action: true });
    const [question, answer] = owner.events().map((event) => event.type === "line" && event.line);
    expect(question).toMatchObject({ role: "streamer" });
    expect(answer).toMatchObject({
      role: "moderator",
      action: true,
      reply: { id: lineIdOf(ownerId, nonce), name: "owner", displayName: "Ratu", text: "a question" },
    });
  });

  test("answers a line that is gone: without a quote", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    fixture.say(writer, "hello", { replyTo: lineIdOf(userId(3), "not-there") });
    expect(writer.texts()).toEqual(["hello"]);
  });

  test("of a guest is refused", () => {
    const fixture = new RoomFixture();
    const member = fixture.join(guest());
    fixture.say(member, "hello");
    expect(member.errorCodes()).toEqual(["guest"]);
  });
});

describe("when api is away", () => {
  test("lines are taken up to a bound, then writing pauses, and goes on when they are stored", () => {
    const fixture = new RoomFixture();
    const writers = Array.from({ length: 101 }, (_, index) =>
      fixture.join(personNamed(`w${index}`, userId(1000 + index))),
    );
    for (let line = 0; line < 2000; line += 1) {
      fixture.now += 20;
      const writer = writers[line % 100];
      if (writer !== undefined) fixture.say(writer, `line ${line}`);
    }
    const late = writers[100];
    if (late === undefined) throw new Error("no writer");
    expect(late.events().at(-1)).toEqual({ type: "writing", writing: "storage" });
    fixture.say(late, "too late");
    expect(late.errorCodes()).toEqual(["paused"]);
    const stored = Array.from({ length: 5 }, () => fixture.store()).flat();
    expect(late.events().at(-1)).toEqual({ type: "writing", writing: "open" });
    expect(stored).toEqual(Array.from({ length: 1000 }, (_, index) => `line ${index}`));
    fixture.say(late, "in time");
    expect(late.texts().at(-1)).toBe("in time");
  });

  test("the memory of all rooms together is bounded", () => {
    const fixture = new RoomFixture({}, [], 1);
    const writer = fixture.user(1);
    fixture.say(writer, "one");
    fixture.say(writer, "two");
    expect(writer.errorCodes()).toEqual(["paused"]);
    fixture.store();
    fixture.say(writer, "three");
    expect(writer.texts()).toEqual(["one", "three"]);
  });

  test("a room that starts anew shows what waited once it is stored, and once", () => {
    const fixture = new RoomFixture();
    const [writer, reader] = [fixture.user(1), fixture.join(guest())];
    const nonce = fixture.say(writer, "hello");
    fixture.room.begin(2, { ...emptyState(), asOf: 20 }, [oldLine(1)]);
    expect(reader.last("reset")).toMatchObject({ epoch: 2, seq: 0, lines: [oldLine(1)] });
    reader.take();
    fixture.store();
    expect(reader.texts()).toEqual(["hello"]);
    expect(writer.last("ack").nonces).toEqual([nonce]);
  });

  const emptyState = () => ({
    asOf: 0,
    ownerId,
    settings: defaultSettings,
    blockedWords: [],
    moderators: [],
    bans: [],
    pinned: null,
  });
});

describe("recovery", () => {
  test("fills a gap with numbered events", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    for (const text of ["one", "two", "three"]) fixture.say(writer, text);
    const reader = fixture.join(guest());
    fixture.room.recover(reader, { epoch: 1, seq: 1 });
    expect(reader.last("events").seq).toBe(2);
    expect(reader.texts()).toEqual(["two", "three"]);
  });

  test("of what is not there any more is a reset", () => {
    const fixture = new RoomFixture({}, [oldLine(1)]);
    const reader = fixture.join(guest());
    fixture.room.recover(reader, { epoch: 7, seq: 1 });
    expect(reader.last("reset").lines).toEqual([oldLine(1)]);
  });

  test("never brings a removed line back, nor what quotes it", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    const id = lineIdOf(userId(1), fixture.say(writer, "secret"));
    fixture.say(fixture.user(2), "an answer", { replyTo: id });
    fixture.room.apply({ type: "chat-removed", id: 11, channelId, lineId: id });
    const reader = fixture.join(guest(), { epoch: 1, seq: 0 });
    fixture.room.recover(reader, { epoch: 1, seq: 0 });
    expect(JSON.stringify([reader.received, fixture.join(guest(2)).received])).not.toContain("secret");
    expect(reader.texts()).toEqual(["an answer"]);
  });

  test("frames of one tick are one", () => {
    const fixture = new RoomFixture();
    const [one, two] = [fixture.user(1), fixture.user(2)];
    fixture.room.say(one, { type: "say", nonce: "nonce-one", text: "a" }, fixture.now);
    fixture.room.say(two, { type: "say", nonce: "nonce-two", text: "b" }, fixture.now);
    fixture.room.flush();
    fixture.room.flush();
    expect(one.received.filter(({ type }) => type === "events")).toHaveLength(1);
    expect(one.texts()).toEqual(["a", "b"]);
  });
});

describe("viewers", () => {
  test("are people, not tabs", () => {
    const fixture = new RoomFixture();
    const tabs = [fixture.user(1), fixture.user(1), fixture.user(1)];
    fixture.room.tellViewers();
    expect(tabs[0]?.last("viewers").viewers).toBe(1);
    const other = fixture.join(guest());
    expect(other.last("welcome").viewers).toBe(2);
    for (const tab of tabs) fixture.leave(tab);
    fixture.room.tellViewers();
    expect(other.last("viewers").viewers).toBe(1);
    other.take();
    fixture.room.tellViewers();
    expect(other.received).toEqual([]);
  });
});

test("whose channel it is does not count, however many tabs of the studio are open", () => {
  const fixture = new RoomFixture();
  const owner = fixture.join(personNamed("owner", ownerId));
  fixture.join(personNamed("owner", ownerId));
  expect([owner.last("welcome").viewers, fixture.room.viewers]).toEqual([0, 0]);
  const other = fixture.user(1);
  fixture.room.tellViewers();
  expect([other.last("welcome").viewers, owner.last("viewers").viewers]).toEqual([1, 1]);
  expect(fixture.room.isIdle).toBe(false);
});

describe("a room where guests may not read", () => {
  test("shows them nothing and counts them", () => {
    const fixture = new RoomFixture({ settings: { ...defaultSettings, signedInOnly: true } }, [oldLine(1)]);
    const [member, reader] = [fixture.join(guest()), fixture.user(1)];
    expect(member.last("welcome").history).toEqual({ type: "whole", lines: [] });
    fixture.say(reader, "among us");
    fixture.room.recover(member, { epoch: 1, seq: 0 });
    expect(JSON.stringify(member.received)).not.toContain("among us");
    fixture.room.tellViewers();
    expect(member.last("viewers").viewers).toBe(2);
  });

  test("opens and closes at once", () => {
    const fixture = new RoomFixture({}, [oldLine(1)]);
    const member = fixture.join(guest());
    fixture.room.apply(settings(11, { signedInOnly: true }));
    expect(member.last("reset")).toMatchObject({ lines: [], settings: { signedInOnly: true } });
    const writer = fixture.user(1);
    fixture.say(writer, "among us");
    fixture.room.apply(settings(12, {}));
    expect(member.last("reset").lines.map(({ text }) => text)).toEqual(["old 1", "among us"]);
    fixture.say(writer, "for all");
    expect(member.texts().at(-1)).toBe("for all");
  });
});

describe("moderation", () => {
  test("a ban silences at once, takes the lines away and is told", () => {
    const fixture = new RoomFixture({}, [oldLine(1, userId(1))]);
    const [writer, reader] = [fixture.user(1), fixture.join(guest())];
    fixture.say(writer, "spam");
    fixture.room.apply({ type: "chat-ban", id: 11, channelId, userId: userId(1), until: null });
    expect(reader.events().at(-1)).toEqual({ type: "purged", author: userId(1) });
    expect(writer.last("you").you.bannedUntil).toBe("ever");
    fixture.say(writer, "more");
    expect(writer.errorCodes()).toEqual(["banned"]);
    expect(fixture.join(guest(2)).last("welcome").history).toEqual({ type: "whole", lines: [] });
    fixture.room.apply({ type: "chat-unban", id: 12, channelId, userId: userId(1) });
    fixture.say(writer, "sorry");
    expect(reader.texts().at(-1)).toBe("sorry");
  });

  test("a ban or a removal that is faster than the answer of the storage counts for what is not shown yet", () => {
    const fixture = new RoomFixture({}, [oldLine(1)]);
    const [writer, other, reader] = [fixture.user(1), fixture.user(2), fixture.join(guest())];
    const banned = fixture.say(writer, "banned", { again: true });
    const removed = fixture.say(other, "removed", { again: true });
    fixture.say(other, "stays", { again: true, replyTo: oldLine(1).id });
    fixture.room.apply({ type: "chat-ban", id: 11, channelId, userId: userId(1), until: null });
    fixture.room.apply({ type: "chat-removed", id: 12, channelId, lineId: lineIdOf(userId(2), removed) });
    fixture.room.apply({ type: "chat-removed", id: 13, channelId, lineId: oldLine(1).id });
    fixture.store();
    expect(reader.texts()).toEqual(["stays"]);
    expect(reader.events().at(-1)).not.toHaveProperty("line.reply");
    expect([writer.last("ack").nonces, other.last("ack").nonces[0]]).toEqual([[banned], removed]);
  });

  test("nobody who comes back is sent what was removed, nor quotes of it, however long ago they were said", () => {
    const fixture = new RoomFixture({ settings: { ...defaultSettings, noDuplicates: false } });
    const reader = fixture.join(guest());
    const { epoch, seq } = reader.last("welcome");
    const owner = fixture.join(personNamed("owner", ownerId));
    const secret = fixture.say(owner, "a secret");
    fixture.say(owner, "I see", { replyTo: lineIdOf(ownerId, secret) });
    for (let line = 0; line < 250; line += 1) {
      fixture.now += 1000;
      fixture.say(owner, `line ${line}`);
    }
    fixture.room.apply({ type: "chat-removed", id: 11, channelId, lineId: lineIdOf(ownerId, secret) });
    const { history } = fixture.join(guest(2), { epoch, seq }).last("welcome");
    expect(JSON.stringify(history)).toContain("I see");
    expect(JSON.stringify(history)).not.toContain("a secret");
  });

  test("a timeout ends by itself", () => {
    const fixture = new RoomFixture();
    const writer = fixture.user(1);
    fixture.room.apply({ type: "chat-ban", id: 11, channelId, userId: userId(1), until: fixture.now + 60_000 });
    fixture.say(writer, "early");
    expect(writer.last("error")).toMatchObject({ code: "timed-out", retryAfterMs: 60_000 });
    fixture.now += 60_000;
    fixture.say(writer, "late");
    expect(writer.texts()).toEqual(["late"]);
    fixture.room.sweep(fixture.now);
    expect(writer.last("you").you.bannedUntil).toBeNull();
  });

  test("commands that the room began with change nothing", () => {
    const fixture = new RoomFixture({ asOf: 50 });
    const writer = fixture.user(1);
    fixture.room.apply({ type: "chat-ban", id: 50, channelId, userId: userId(1), until: null });
    fixture.say(writer, "hello");
    expect(writer.texts()).toEqual(["hello"]);
  });

  test("a new moderator is told, and is free of the rules", () => {
    const fixture = new RoomFixture({ settings: { ...defaultSettings, emojiOnly: true } });
    const writer = fixture.user(1);
    fixture.say(writer, "words");
    fixture.room.apply({ type: "chat-role", id: 11, channelId, userId: userId(1), isModerator: true });
    expect(writer.last("you").you.role).toBe("moderator");
    fixture.say(writer, "words");
    expect(writer.texts()).toEqual(["words"]);
  });

  test("a moderator may write faster", () => {
    const fixture = new RoomFixture({ moderators: [userId(1)] });
    const writer = fixture.user(1);
    for (let count = 0; count < 21; count += 1) fixture.say(writer, `line ${count}`);
    expect(writer.texts()).toHaveLength(20);
    expect(writer.errorCodes()).toEqual(["rate-limited"]);
  });

  test("a pinned line is for all who come", () => {
    const fixture = new RoomFixture();
    const reader = fixture.join(guest());
    fixture.room.apply({ type: "chat-pinned", id: 11, channelId, line: oldLine(1) });
    expect(reader.events()).toEqual([{ type: "pinned", line: oldLine(1) }]);
    expect(fixture.join(guest(2)).last("welcome").pinned).toEqual(oldLine(1));
  });

  test("following counts at once", () => {
    const fixture = new RoomFixture({ settings: { ...defaultSettings, followersMinutes: 0 } });
    const writer = fixture.user(1);
    fixture.say(writer, "hello");
    expect(writer.errorCodes()).toEqual(["followers-only"]);
    fixture.room.apply({ type: "chat-follow", id: 11, channelId, userId: userId(1), followedAt: fixture.now });
    fixture.say(writer, "hello");
    expect(writer.texts()).toEqual(["hello"]);
    expect(writer.last("you").you.followedAt).toBe(fixture.now);
  });
});

describe("the channel's rules", () => {
  const refused = (more: Partial<typeof defaultSettings>, texts: string[], followedAt: number | null = null) => {
    const fixture = new RoomFixture({ settings: { ...defaultSettings, ...more }, blockedWords: ["bad*"] });
    const writer = fixture.user(1, { followedAt });
    for (const text of texts) fixture.say(writer, text);
    return writer.errorCodes();
  };
  const now = 1_800_000_000_000;

  test.each([
    ["slow mode", refused({ slowSeconds: 30 }, ["one", "two"]), ["slow-mode"]],
    ["followers only", refused({ followersMinutes: 0 }, ["one"]), ["followers-only"]],
    ["followers of an hour", refused({ followersMinutes: 60 }, ["one"], now - 59 * 60_000), ["followers-only"]],
    ["followers of more", refused({ followersMinutes: 60 }, ["one"], now - 60 * 60_000), []],
    ["emoji only", refused({ emojiOnly: true }, ["👍", "words"]), ["emoji-only"]],
    ["links off", refused({ noLinks: true }, ["see example.com"]), ["links-off"]],
    ["the same twice", refused({}, ["Hello", "hello "]), ["duplicate"]],
    ["the same twice, allowed", refused({ noDuplicates: false }, ["Hello", "hello "]), []],
    ["blocked words", refused({}, ["what a badge"]), ["blocked-word"]],
    ["nothing", refused({}, [" \u200b "]), ["empty"]],
    ["too much", refused({}, ["a".repeat(501)]), ["too-long"]],
    ["a command that slipped through", refused({}, ["/ban user2"]), ["command"]],
    ["a flood", refused({ noDuplicates: false }, Array.from({ length: 8 }, String)), ["rate-limited", "rate-limited"]],
  ])("%s", (_, codes, expected) => {
    expect(codes).toEqual(expected);
  });

  test("a clock that was set back keeps nobody waiting", () => {
    const fixture = new RoomFixture({ settings: { ...defaultSettings, slowSeconds: 30 } });
    const writer = fixture.user(1);
    fixture.say(writer, "one");
    fixture.now -= 3_600_000;
    fixture.say(writer, "two");
    expect(writer.texts()).toEqual(["one", "two"]);
  });

  test("leaving and coming back resets no limit", () => {
    const fixture = new RoomFixture({ settings: { ...defaultSettings, slowSeconds: 30 } });
    const writer = fixture.user(1);
    fixture.say(writer, "one");
    fixture.leave(writer);
    fixture.room.sweep(fixture.now);
    const again = fixture.user(1);
    fixture.say(again, "two");
    expect(again.errorCodes()).toEqual(["slow-mode"]);
  });
});
