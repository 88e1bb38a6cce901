import { afterEach, expect, test } from "bun:test";
import type { CallServerMessage } from "../signaling/contract/call-messages.ts";
import { closeCodes } from "../signaling/contract/limits.ts";
import { ClientMessage } from "../signaling/contract/messages.ts";
import type { TicketRefusal } from "../signaling/contract/ticket-answer.ts";
import { type Link, RoomConnection } from "./client/room-connection.ts";

/** What calls ask of a connection beyond what chat-session.test.ts shows, over real sockets against a server that plays its part. */

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function eventually<T>(what: string, check: () => T | null | undefined | false): Promise<T> {
  for (const endMs = Date.now() + 5_000; Date.now() < endMs; await Bun.sleep(5)) {
    const found = check();
    if (found !== null && found !== undefined && found !== false) return found;
  }
  throw new Error(`Not within 5 s: ${what}`);
}

const room = { id: "0000-0000-0000-0000", name: "Room", mode: "meeting", entry: "knock", capacity: 8 } as const;
const waiting: CallServerMessage = { type: "waiting", version: 1, room, hostIsHere: false };
const welcome: CallServerMessage = {
  type: "welcome",
  version: 1,
  you: "a".repeat(32),
  resume: "r1",
  epoch: 1,
  room,
  rules: { locked: false, mayUnmute: true, mayShare: true },
  peers: [],
  knocks: [],
  lines: [],
  ice: { servers: [], policy: "all", expiresAt: null },
};

function startServer() {
  const server = {
    received: [] as ClientMessage[],
    asked: [] as unknown[],
    refusal: null as TicketRefusal | null,
    socket: null as Bun.ServerWebSocket | null,
    closed: [] as number[],
    onHello: (): void => server.send(welcome),
    send: (message: CallServerMessage): void => void server.socket?.send(JSON.stringify(message)),
    hellos: () => server.received.filter(({ type }) => type === "hello"),
  };
  const http = Bun.serve({
    port: 0,
    async fetch(request, self): Promise<Response | undefined> {
      const { pathname, port } = new URL(request.url);
      if (pathname === "/ws") return self.upgrade(request) ? undefined : new Response(null, { status: 400 });
      server.asked.push(await request.json());
      if (server.refusal !== null) return Response.json(server.refusal, { status: 403 });
      return Response.json({ ticket: `t${server.asked.length}`, url: `ws://127.0.0.1:${port}/ws` });
    },
    websocket: {
      message(socket, data) {
        const message = ClientMessage.parse(JSON.parse(String(data)));
        server.socket = socket;
        server.received.push(message);
        if (message.type === "hello") server.onHello();
      },
      close: (_, code) => void server.closed.push(code),
    },
  });
  closers.push(() => void http.stop(true));
  return { server, origin: http.url.origin };
}

function connect(origin: string) {
  const links: Link[] = [];
  const messages: string[] = [];
  const connection = new RoomConnection<CallServerMessage>({
    ticketUrl: `${origin}/ticket`,
    ticketRequest: { call: room.id, name: "Ana", passcode: "open" },
    hello: () => ({ media: { mic: true, camera: false, screen: false }, hand: false }),
    onMessage: ({ type }) => void messages.push(type),
    onLink: (link) => void links.push(link),
    isOffline: () => false,
  });
  closers.push(() => connection.stop());
  connection.start();
  return { connection, links, messages };
}

test("asks for a ticket for the call, and says at hello what it sends", async () => {
  const { server, origin } = startServer();
  const { links } = connect(origin);
  await eventually("a live link", () => links.at(-1)?.type === "live");
  expect(server.asked).toEqual([{ call: room.id, name: "Ana", passcode: "open" }]);
  const media = { mic: true, camera: false, screen: false };
  expect(server.received).toEqual([{ type: "hello", version: 1, ticket: "t1", media, hand: false }]);
});

test("waits before the door on a live connection, which the welcome does not make anew", async () => {
  const { server, origin } = startServer();
  server.onHello = () => server.send(waiting);
  const { connection, links, messages } = connect(origin);
  await eventually("the wait", () => messages.includes("waiting"));
  expect(links.at(-1)).toEqual({ type: "live" });
  expect(connection.send({ type: "hand", raised: true })).toBe(true);
  server.send(welcome);
  await eventually("the welcome", () => messages.includes("welcome"));
  expect(links.filter(({ type }) => type === "live")).toHaveLength(1);
  server.socket?.close(closeCodes.restarting);
  const again = await eventually("another hello", () => server.hellos()[1]);
  expect(again).toMatchObject({ resume: "r1" });
});

test("who has not been let in yet has nothing to come back with but a fresh ticket", async () => {
  const { server, origin } = startServer();
  server.onHello = () => server.send(waiting);
  connect(origin);
  await eventually("the first hello", () => server.hellos()[0]);
  server.socket?.close(closeCodes.restarting);
  expect(await eventually("another hello", () => server.hellos()[1])).toMatchObject({ ticket: "t2" });
});

test("a ticket that is refused is the end, and the reason is told", async () => {
  const { server, origin } = startServer();
  server.refusal = { ok: false, message: "Wrong passcode.", reason: "passcode" };
  const { links } = connect(origin);
  await eventually("the end", () => links.at(-1)?.type === "closed");
  expect(links.at(-1)).toEqual({ type: "closed", code: closeCodes.unauthorized, refusal: server.refusal });
});

test("leaving is said, and whoever starts again is known", async () => {
  const { server, origin } = startServer();
  const { connection, links } = connect(origin);
  await eventually("a live link", () => links.at(-1)?.type === "live");
  connection.leave();
  await eventually("the close", () => server.closed.length === 1);
  expect(server.received.at(-1)).toEqual({ type: "leave" });
  connection.start();
  expect(await eventually("another hello", () => server.hellos()[1])).toMatchObject({ resume: "r1" });
});

test("whoever leaves before the welcome leaves no empty place behind", async () => {
  const { server, origin } = startServer();
  server.onHello = () => undefined;
  const { connection } = connect(origin);
  await eventually("the hello", () => server.hellos()[0]);
  connection.leave();
  await eventually("the close", () => server.closed.length === 1);
  expect(server.received.at(-1)).toEqual({ type: "leave" });
});
