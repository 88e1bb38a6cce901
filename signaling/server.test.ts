import { afterEach, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { defaultSettings } from "./contract/chat.ts";
import { closeCodes } from "./contract/limits.ts";
import { TestServer } from "./testing/start-test-server.ts";

const quick = { helloMs: 1000, silenceMs: 1000, answerMs: 1000, sweepEveryMs: 20, viewersEveryMs: 20 };
let running: TestServer | null = null;
const start = (options: ConstructorParameters<typeof TestServer>[0] = {}): TestServer =>
  (running = new TestServer(options));
afterEach(async () => {
  await running?.stop();
  running = null;
});

describe("coming in", () => {
  test("a ticket opens the room, and its line reaches everybody and the database", async () => {
    const server = start();
    const [writer, reader] = [await server.join("ada"), await server.join(null)];
    const nonce = writer.say("hello");
    await reader.untilTexts("hello");
    expect((await writer.next("ack")).nonces).toEqual([nonce]);
    expect(server.api.texts()).toEqual(["hello"]);
  });

  const refusals: [string, (server: TestServer) => string][] = [
    ["that has been used", (server) => server.ticket(server.person("ada"), { jti: "1".repeat(32) })],
    ["that has expired", (server) => server.ticket(server.person("ada"), { expiresAt: Date.now() - 1 })],
    ["from the future", (server) => server.ticket(server.person("ada"), { issuedAt: Date.now() + 120_000 })],
    [
      "signed by another key",
      (server) => server.ticket(server.person("ada"), {}, generateKeyPairSync("ed25519").privateKey),
    ],
    [
      "with an altered name",
      (server) => altered(server.ticket(server.person("ada")), (claims) => claims.replace("ada", "eve")),
    ],
    ["without a signature", (server) => server.ticket(server.person("ada")).replace(/\..*$/, ".")],
    ["that is none", () => "nonsense"],
    ["of three parts", (server) => `${server.ticket(server.person("ada"))}.x`],
    ["with a strange shape", (server) => server.ticket({ ...server.person("ada"), color: 99 })],
  ];
  const altered = (ticket: string, change: (claims: string) => string): string => {
    const [body = "", signature = ""] = ticket.split(".");
    return `${Buffer.from(change(Buffer.from(body, "base64url").toString())).toString("base64url")}.${signature}`;
  };

  test.each(refusals)("a ticket %s is refused with 4401", async (_, ticketOf) => {
    const server = start();
    const used = await server.connect();
    used.send({ type: "hello", version: 1, ticket: server.ticket(server.person("ada"), { jti: "1".repeat(32) }) });
    await used.next("welcome");
    const client = await server.connect();
    client.send({ type: "hello", version: 1, ticket: ticketOf(server) });
    expect((await client.closed).code).toBe(closeCodes.unauthorized);
  });

  test("a resume token needs no ticket, also after a crash, and keeps the person", async () => {
    const server = start();
    const { resume } = await server.join("ada");
    server.crash();
    const client = await server.connect();
    client.send({ type: "hello", version: 1, resume });
    expect((await client.next("welcome")).you.name).toBe("ada");
  });

  test("an altered resume token, or a ticket in its place, is refused", async () => {
    const server = start();
    const { resume } = await server.join("ada");
    const [body = "", signature = ""] = resume.split(".");
    for (const token of [
      `${body}x.${signature}`,
      `${body}.${signature}x`,
      body,
      server.ticket(server.person("eve")),
      ".",
    ]) {
      const client = await server.connect();
      client.send({ type: "hello", version: 1, resume: token });
      expect((await client.closed).code).toBe(closeCodes.unauthorized);
    }
  });

  test("signing out closes the sockets of that sign-in and voids its tokens", async () => {
    const server = start();
    const [here, elsewhere] = [
      await server.join("ada", { login: "here" }),
      await server.join("ada", { login: "elsewhere" }),
    ];
    const { resume } = here;
    server.server.apply({ type: "revoked", id: server.nextId(), subject: "login:here", at: Date.now() });
    expect((await here.closed).code).toBe(closeCodes.unauthorized);
    const again = await server.connect();
    again.send({ type: "hello", version: 1, resume });
    expect((await again.closed).code).toBe(closeCodes.unauthorized);
    elsewhere.say("still here");
    await elsewhere.untilTexts("still here");
  });

  test("what was signed out while nobody could tell is shown out as soon as somebody tells", async () => {
    const server = start();
    const { resume } = await server.join("ada", { login: "here" });
    const signedOutAt = Date.now();
    server.crash();
    const old = await server.connect();
    old.send({ type: "hello", version: 1, resume });
    await old.next("welcome");
    const again = await server.join("ada", { login: "here again" });
    const revocations = ["login:here", `user:${server.person("ada").subject}`].map((subject) => {
      return { subject, at: signedOutAt };
    });
    server.snapshot(2, revocations);
    expect((await old.closed).code).toBe(closeCodes.unauthorized);
    // Nor is the token any good that was made meanwhile.
    const renewed = await server.connect();
    renewed.send({ type: "hello", version: 1, resume: old.resume });
    expect((await renewed.closed).code).toBe(closeCodes.unauthorized);
    again.say("still here");
    await again.untilTexts("still here");
  });

  test("a ticket from before the server's start may have been used: another one is asked for", async () => {
    const server = start();
    const client = await server.connect();
    const issuedAt = Date.now() - 50_000;
    client.send({ type: "hello", version: 1, ticket: server.ticket(server.person("ada"), { issuedAt }) });
    expect((await client.closed).code).toBe(closeCodes.restarting);
  });

  test("who says nothing is shown out, and so is who only pings", async () => {
    const server = start({ rhythm: { ...quick, helloMs: 100 } });
    const [silent, pinging] = [await server.connect(), await server.connect()];
    pinging.send({ type: "ping" });
    expect((await silent.closed).code).toBe(closeCodes.unauthorized);
    expect((await pinging.closed).code).toBe(closeCodes.unauthorized);
  });

  test("a channel that does not exist: 4410", async () => {
    const server = start();
    const client = await server.connect();
    const person = server.person("ada", { room: `channel:${"d".repeat(32)}` });
    client.send({ type: "hello", version: 1, ticket: server.ticket(person) });
    expect((await client.closed).code).toBe(closeCodes.gone);
  });

  test("another version of the page: 4426", async () => {
    const client = await start().connect();
    client.send({ type: "hello", version: 99, ticket: "x" });
    expect((await client.closed).code).toBe(closeCodes.version);
  });

  test("pages of other sites are refused, programs and own pages are not", async () => {
    const server = start();
    const { port } = server.server;
    await expect(server.connect({ Origin: "https://evil.example" })).rejects.toThrow();
    await expect(server.connect({ Origin: "null" })).rejects.toThrow();
    await server.connect({ Origin: `http://127.0.0.1:${port + 1}` });
    await server.connect();
  });

  test("with PUBLIC_URL only its pages come in", async () => {
    const server = start({ publicUrl: "https://live.example" });
    await expect(server.connect({ Origin: "http://127.0.0.1" })).rejects.toThrow();
    await expect(server.connect({ Origin: "https://live.example.evil.example" })).rejects.toThrow();
    await server.connect({ Origin: "https://live.example" });
  });

  test("one address has so many sockets and no more, and gets them back", async () => {
    const server = start({ socketsPerAddress: 2 });
    const [first] = [await server.connect(), await server.connect()];
    await expect(server.connect()).rejects.toThrow();
    first?.cut();
    for (let tries = 0; ; tries += 1) {
      const isIn = await server.connect().then(
        () => true,
        () => false,
      );
      if (isIn) break;
      if (tries > 200) throw new Error("The slot did not come back");
      await Bun.sleep(10);
    }
  });
});

describe("messages that are none", () => {
  test.each([
    ["not JSON", "{", "malformed"],
    ["a number", "7", "malformed"],
    ["null", "null", "malformed"],
    ["an unknown type", '{"type":"join","user":"x"}', "unknown-type"],
    ["__proto__", '{"__proto__":{"type":"say"}}', "unknown-type"],
    ["too many fields", '{"type":"ping","from":"eve"}', "malformed"],
    ["a forged name", '{"type":"say","nonce":"aaaaaaaa","text":"x","name":"eve"}', "malformed"],
    ["a nonce that is none", '{"type":"say","nonce":"__proto__ ","text":"x"}', "malformed"],
    ["too large", JSON.stringify({ type: "say", nonce: "aaaaaaaa", text: "x".repeat(70_000) }), "too-large"],
    ["binary", new Uint8Array([1, 2, 3]), "binary"],
    ["a second hello", '{"type":"hello","version":1,"ticket":"x"}', "hello-twice"],
  ])("%s: an error, and the socket lives", async (_, frame, code) => {
    const client = await start().join("ada");
    client.sendRaw(frame);
    expect((await client.next("error")).code as string).toBe(code);
    client.say("still here");
    await client.untilTexts("still here");
  });

  test("after five the socket is closed, and the others never notice", async () => {
    const server = start();
    const [bad, good] = [await server.join("eve"), await server.join("ada")];
    for (let count = 0; count < 5; count += 1) bad.sendRaw("{");
    expect((await bad.closed).code).toBe(closeCodes.protocol);
    good.say("fine");
    await good.untilTexts("fine");
  });

  test("a line before the welcome is refused", async () => {
    const client = await start().connect();
    client.say("too early");
    expect((await client.next("error")).code).toBe("hello-first");
  });

  test("a flood is dropped and then shown out", async () => {
    const client = await start().join("eve");
    for (let count = 0; count < 400; count += 1) client.send({ type: "ping" });
    expect((await client.closed).code).toBe(closeCodes.tooMany);
  });

  test("a flood that stays just above what is allowed is shown out too", async () => {
    const client = await start().join("eve");
    const flood = setInterval(() => {
      for (let count = 0; count < 30; count += 1) client.send({ type: "ping" });
    }, 100);
    expect((await client.closed).code).toBe(closeCodes.tooMany);
    clearInterval(flood);
  });

  test("a frame of a megabyte ends its own connection alone", async () => {
    const server = start();
    const [bad, good] = [await server.join("eve"), await server.join("ada")];
    bad.sendRaw("x".repeat(1024 * 1024));
    await bad.closed;
    good.say("fine");
    await good.untilTexts("fine");
  });
});

describe("when something dies", () => {
  test("what was acknowledged is there after a crash, and a line sent again is shown once", async () => {
    const server = start();
    const writer = await server.join("ada");
    const stored = writer.say("stored");
    await writer.next("ack");
    server.api.losesAnswers = true;
    const unsure = writer.say("unsure");
    await writer.until(() => (server.api.texts().includes("unsure") ? true : undefined), "the second line");
    const { resume } = writer;
    server.crash();
    server.api.losesAnswers = false;
    const again = await server.connect();
    again.send({ type: "hello", version: 1, resume, position: { epoch: 1, seq: 1 } });
    const { history } = await again.next("welcome");
    expect(history.type === "whole" && history.lines.map(({ text }) => text)).toEqual(["stored", "unsure"]);
    again.say("unsure", { nonce: unsure, again: true });
    again.say("stored", { nonce: stored, again: true });
    expect((await again.next("ack")).nonces).toEqual([unsure]);
    expect(again.texts()).toEqual([]);
    expect(server.api.texts()).toEqual(["stored", "unsure"]);
  });

  test("api away: lines go on, and are acknowledged in order when it is back", async () => {
    const server = start();
    const [writer, reader] = [await server.join("ada"), await server.join(null)];
    server.api.isAway = true;
    const nonces = [writer.say("one"), writer.say("two"), writer.say("three")];
    await reader.untilTexts("one", "two", "three");
    expect(writer.received.some(({ type }) => type === "ack")).toBe(false);
    server.api.isAway = false;
    expect((await writer.next("ack")).nonces).toEqual(nonces);
    expect(server.api.texts()).toEqual(["one", "two", "three"]);
  });

  test("an answer that was lost stores nothing twice", async () => {
    const server = start();
    const writer = await server.join("ada");
    server.api.losesAnswers = true;
    const nonce = writer.say("once", { again: true });
    await writer.until(() => (server.api.requests > 0 ? true : undefined), "a request");
    server.api.losesAnswers = false;
    expect((await writer.next("ack")).nonces).toEqual([nonce]);
    await writer.untilTexts("once");
    expect(writer.texts()).toEqual(["once"]);
  });

  test("a start while api is away says so, and fills the room when it is back", async () => {
    const server = start();
    const { resume } = await server.join("ada");
    server.api.isAway = true;
    server.crash();
    const client = await server.connect();
    client.send({ type: "hello", version: 1, resume });
    expect((await client.next("welcome")).writing).toBe("starting");
    client.say("too early");
    expect((await client.next("error")).code).toBe("paused");
    server.api.isAway = false;
    expect((await client.next("reset")).writing).toBe("open");
    client.say("in time");
    await client.untilTexts("in time");
  });

  test("a room that was opened elsewhere starts anew, and loses nothing", async () => {
    const server = start();
    const writer = await server.join("ada");
    server.api.openElsewhere();
    const nonce = writer.say("hello");
    expect((await writer.next("reset")).epoch).toBe(3);
    expect((await writer.next("ack")).nonces).toEqual([nonce]);
    expect(server.api.texts()).toEqual(["hello"]);
  });

  test("after a snapshot of commands that it missed, the room is asked for again", async () => {
    const server = start();
    const [writer, reader] = [await server.join("ada"), await server.join(null)];
    const bans = [{ userId: server.person("ada").subject, until: null }];
    server.api.state = { ...server.api.state, asOf: 9, bans };
    server.snapshot(9);
    expect((await reader.next("reset")).epoch).toBe(2);
    expect((await writer.next("you")).you.bannedUntil).toBe("ever");
    server.snapshot(9);
    writer.say("hello");
    expect((await writer.next("error")).code).toBe("banned");
    expect(server.api.opened).toBe(2);
  });

  test("stopping stores what was said and asks everybody to come back", async () => {
    const server = start();
    const writer = await server.join("ada");
    writer.say("last words");
    await writer.untilTexts("last words");
    await server.server.stop();
    expect((await writer.closed).code).toBe(closeCodes.restarting);
    expect(server.api.texts()).toEqual(["last words"]);
    running = null;
  });

  test("api is told how many watch, and that nobody does any more", async () => {
    const server = start({ rhythm: quick });
    const told = async (viewers: number | undefined) => {
      while (server.api.viewers.get(server.api.channelId) !== viewers) await Bun.sleep(1);
    };
    const [writer, guest] = [await server.join("ada"), await server.join(null)];
    await told(2);
    guest.cut();
    await told(1);
    writer.cut();
    await told(undefined);
  });

  test("a peer that answers nothing is cut off, though the room talks all the time", async () => {
    const server = start({ rhythm: { ...quick, silenceMs: 300, answerMs: 300 } });
    const writer = await server.join("ada");
    const { hostname, port } = new URL(server.url);
    const gone = Promise.withResolvers<void>();
    const ticket = server.ticket(server.person(null));
    await Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        open(socket) {
          socket.write(
            `GET /ws HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
          );
          socket.write(maskedText(JSON.stringify({ type: "hello", version: 1, ticket })));
        },
        data: () => undefined,
        close: () => gone.resolve(),
      },
    });
    await writer.until(
      () => (writer.received.some((m) => m.type === "viewers" && m.viewers === 2) ? true : undefined),
      "2",
    );
    const talk = setInterval(() => writer.send({ type: "ping" }), 20);
    server.server.apply({
      type: "chat-settings",
      id: server.nextId(),
      channelId: server.api.channelId,
      settings: defaultSettings,
      blockedWords: [],
    });
    await gone.promise;
    clearInterval(talk);
    await writer.until(() => (writer.received.at(-1)?.type === "viewers" ? true : undefined), "the count");
    expect(writer.received.findLast(({ type }) => type === "viewers")).toMatchObject({ viewers: 1 });
  });
});

/** A text frame as a client sends it, masked with zeros. */
function maskedText(text: string): Uint8Array {
  const body = Buffer.from(text);
  const head = Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, body]);
}

test("who begins to follow is known as a follower, also by their next token", async () => {
  const server = start();
  const client = await server.join("ada");
  const { subject: userId } = server.person("ada");
  const { channelId } = server.api;
  const id = server.nextId();
  server.server.apply({ type: "chat-follow", id, channelId, userId, followedAt: 12_345 });
  const { you, resume } = await client.next("you");
  expect(you.followedAt).toBe(12_345);
  const again = await server.connect();
  again.send({ type: "hello", version: 1, resume });
  expect((await again.next("welcome")).you.followedAt).toBe(12_345);
});

test("healthz says what is wrong", async () => {
  const reasons: string[] = [];
  const server = start({ problems: () => reasons });
  const url = server.url.replace("ws:", "http:").replace("/ws", "/healthz");
  expect((await fetch(url)).status).toBe(200);
  reasons.push("api cannot be reached");
  const answer = await fetch(url);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ ok: false, reasons });
});

test("who stands aside lets everybody go and nobody in, by resume token neither, until api is followed again", async () => {
  const server = start();
  const client = await server.join("ada");
  server.server.standAside();
  expect(await client.closed).toMatchObject({ code: closeCodes.restarting });
  const url = server.url.replace("ws:", "http:");
  const refused = await fetch(url);
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([503, "5"]);
  server.server.apply({ type: "ping", id: server.nextId() });
  expect((await fetch(url)).status).toBe(426);
});
