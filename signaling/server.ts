import type { Logger } from "pino";
import { isPrivateHostname, limitKey, type TrustedProxies } from "../addresses.ts";
import type { SignalingCommand } from "../api/contract/signaling-commands.ts";
import { requestIdHeader, requestIdOf } from "../request-id.ts";
import { listenOn } from "../service.ts";
import { Admission, type Admitted, concernedBy } from "./admission.ts";
import type { ApiCalls } from "./api-calls.ts";
import type { CallMember } from "./call/people.ts";
import { nothingSent } from "./call/standing.ts";
import { CallKeeper, type CallKeeperOptions, reportTurns } from "./call-keeper.ts";
import { Client, type Socket } from "./client.ts";
import {
  closeCodes,
  frameMaxBytes,
  heartbeatAnswerMs,
  heartbeatEveryMs,
  helloWithinMs,
  protocolVersion,
} from "./contract/limits.ts";
import { ClientMessage } from "./contract/messages.ts";
import { type Caller, isCaller, type Person } from "./contract/tickets.ts";
import { RoomKeeper } from "./room-keeper.ts";
import { SocketSlots } from "./socket-slots.ts";
import { ViewerReporter } from "./viewer-reporter.ts";

/** [I/O] The WebSocket: who may connect, each frame parsed once and bounded, heartbeats, backpressure. */

export interface ServerOptions {
  host: string;
  port: number;
  /** SIGNALING_TOKEN. */
  token: string;
  /** Whose pages may connect; without it, pages whose host name is that of the request. */
  publicUrl: string | undefined;
  socketsPerAddress: number;
  calls: Pick<CallKeeperOptions, "capacity" | "ice">;
  proxies: TrustedProxies;
  api: ApiCalls;
  log: Logger;
  /** What `/healthz` says is wrong; none: all is well. */
  problems(): string[];
  /** How long a socket may be silent, and how often things are looked at; shorter ones are for tests. */
  rhythm?: Partial<Rhythm>;
}

interface Rhythm {
  /** Between the socket's opening and its hello, ms. @default 5000 */
  helloMs: number;
  /** Before it is asked whether it is there, ms. @default 25_000 */
  silenceMs: number;
  /** For its answer, ms. @default 10_000 */
  answerMs: number;
  /** Between two looks at all sockets, ms. @default 1000 */
  sweepEveryMs: number;
  /** Between two counts of viewers, ms. @default 2000 */
  viewersEveryMs: number;
  /** Between two reports of each call that is on, ms. @default 10_000 */
  reportEveryMs: number;
}

const defaultRhythm: Rhythm = {
  helloMs: helloWithinMs,
  silenceMs: heartbeatEveryMs,
  answerMs: heartbeatAnswerMs,
  sweepEveryMs: 1000,
  viewersEveryMs: 2000,
  reportEveryMs: 10_000,
};

export interface SignalingServer {
  port: number;
  /** A command of api's stream. */
  apply(command: SignalingCommand): void;
  /** Another process has the rooms: sends everybody there, and lets nobody in before the next command. */
  standAside(): void;
  /** Stores what was said, tells everybody to come back, closes. */
  stop(): Promise<void>;
}

/** Beyond this a socket is sent nothing more and is closed soon; what is published is lost for it until then. */
const backpressureLimitBytes = 2 * 1024 * 1024;
/** Between two looks for what has expired. */
const forgetEveryMs = 5000;
const storeAtStopMs = 3000;

export function startServer(options: ServerOptions): SignalingServer {
  const { log, proxies, api } = options;
  const rhythm = { ...defaultRhythm, ...options.rhythm };
  const now = (): number => Date.now();
  const admission = new Admission(options.token, now());
  const slots = new SocketSlots(options.socketsPerAddress);
  const clients = new Set<Client>();
  let isAside = false;
  const rooms = new RoomKeeper({
    api,
    log,
    now,
    publish: (topic, frame) => void server.publish(topic, frame),
  });
  const calls = new CallKeeper({ api, log, now, ...options.calls });
  const viewers = new ViewerReporter({
    api,
    log,
    now: () => performance.now(),
    counts: () => rooms.viewerCounts(),
  });
  const newToken = (admitted: Admitted): string => admission.resumeToken(admitted, now());

  /** Wraps a handler: what it throws ends one session, and neither the process nor anybody else's. */
  const guarded =
    <Arguments extends unknown[]>(handle: (client: Client, ...rest: Arguments) => void) =>
    (socket: Socket, ...rest: Arguments): void => {
      try {
        handle(socket.data, ...rest);
      } catch (error) {
        log.error({ err: error, requestId: socket.data.requestId }, "a WebSocket handler failed");
        socket.data.close(closeCodes.restarting, "something went wrong here");
      }
    };

  const server = listenOn("SIGNALING_PORT", options.host, options.port, () =>
    Bun.serve<Client>({
      hostname: options.host,
      port: options.port,
      development: false,
      maxRequestBodySize: 1024,
      fetch(request, bun) {
        if (!URL.canParse(request.url)) return new Response("This request has no usable Host.\n", { status: 400 });
        const { pathname } = new URL(request.url);
        if (pathname === "/healthz") return health(options.problems(), clients.size, rooms, calls);
        if (pathname !== "/ws") return new Response("Not found\n", { status: 404 });
        if (isAside) {
          const headers = { "Retry-After": "5" };
          return new Response("The rooms are elsewhere: come again.\n", { status: 503, headers });
        }
        if (!isOwnOrigin(request, options.publicUrl)) {
          return new Response("This page is not one of ours: PUBLIC_URL says where they are.\n", { status: 403 });
        }
        const peer = bun.requestIP(request)?.address ?? "";
        const address = limitKey(proxies.clientAddress(peer, request.headers));
        const openedAt = performance.now();
        if (!slots.take(address, openedAt)) {
          return new Response("Too many connections from this address.\n", {
            status: 429,
            headers: { "Retry-After": "10" },
          });
        }
        // Of a proxy that may be believed: the id under which its own log has the connection.
        const requestId = requestIdOf(proxies.has(peer) ? request.headers.get(requestIdHeader) : null);
        const headers = { [requestIdHeader]: requestId };
        const data = new Client(address, requestId, openedAt, newToken);
        if (bun.upgrade(request, { data, headers })) return undefined;
        slots.giveBack(address);
        return new Response("Connect by WebSocket.\n", { status: 426, headers: { Upgrade: "websocket" } });
      },
      error(error) {
        log.error({ err: error }, "request failed");
        return new Response("Something went wrong here.\n", { status: 500 });
      },
      websocket: {
        // Sending resets Bun's own timer, so that in a busy room a dead peer would stay for ever: the sweep asks instead.
        idleTimeout: 0,
        sendPings: false,
        perMessageDeflate: false,
        // Twice of what is allowed, so that what is a little too large gets an answer and not just a broken connection.
        maxPayloadLength: 2 * frameMaxBytes,
        backpressureLimit: backpressureLimitBytes,
        closeOnBackpressureLimit: false,
        open(socket) {
          socket.data.socket = socket;
          clients.add(socket.data);
        },
        message: guarded((client, frame: string | Buffer) => onFrame(client, frame)),
        pong: guarded((client) => onHeard(client, performance.now())),
        close: guarded((client) => {
          if (!clients.delete(client)) return;
          client.socket = null;
          log.debug(
            { requestId: client.requestId, seconds: Math.round((performance.now() - client.openedAt) / 1000) },
            "socket closed",
          );
          slots.giveBack(client.address);
          if (client.channelId !== null) rooms.leave(client.channelId, client);
          if (client.call !== null) calls.disconnect(client.call.id, client.call.member);
        }),
      },
    }),
  );

  function onHeard(client: Client, at: number): void {
    client.heardAt = at;
    client.isAsked = false;
  }

  function onFrame(client: Client, frame: string | Buffer): void {
    const heardAt = performance.now();
    onHeard(client, heardAt);
    if (client.isClosed || !client.mayMessage(heardAt)) return;
    if (typeof frame !== "string") return client.onMalformed("binary", "Send JSON as text.");
    // In UTF-16 units, each of which is at least a byte.
    if (frame.length > frameMaxBytes) return client.onMalformed("too-large", "A message has at most 64 KiB.");
    let parsed: ReturnType<typeof ClientMessage.safeParse>;
    try {
      parsed = ClientMessage.safeParse(JSON.parse(frame));
    } catch {
      return client.onMalformed("malformed", "This is not JSON.");
    }
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      // A union within a message, such as that of signals, has a longer path.
      const isUnknown = issue?.code === "invalid_union" && issue.path.length === 1;
      return isUnknown
        ? client.onMalformed("unknown-type", "There is no such message: docs/protocol.md lists them.")
        : client.onMalformed("malformed", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "wrong"}`);
    }
    return onMessage(client, parsed.data, frame.length);
  }

  function onMessage(client: Client, message: ClientMessage, length: number): void {
    if (message.type === "hello") return onHello(client, message, now());
    if (message.type === "ping") return client.send('{"type":"pong"}');
    if (client.call !== null) return onCallMessage(client, client.call, message, length);
    const room = client.channelId === null ? null : rooms.roomOf(client.channelId, client);
    if (room === null) return client.onMalformed("hello-first", "Send hello, and wait for the welcome.");
    if (message.type === "say") return room.say(client, message, now());
    if (message.type !== "recover") {
      return client.onMalformed("unknown-type", "This is for calls, and this is the chat of a channel.");
    }
    if (!client.mayRecover(performance.now())) return client.close(closeCodes.slow, "recover less often");
    return room.recover(client, message.position);
  }

  function onCallMessage(
    client: Client,
    { id, member }: NonNullable<Client["call"]>,
    message: Exclude<ClientMessage, { type: "hello" | "ping" }>,
    length: number,
  ): void {
    if (message.type === "recover") {
      return client.onMalformed("unknown-type", "This is for the chat of a channel, and this is a call.");
    }
    if (message.type === "leave") {
      calls.leave(id, member);
      return client.close(closeCodes.left, "goodbye");
    }
    if (!calls.onMessage(id, member, message, length)) {
      client.onMalformed("hello-first", "Wait until you are in the call.");
    }
  }

  function onHello(client: Client, hello: Extract<ClientMessage, { type: "hello" }>, at: number): void {
    if (client.hasSaidHello) return client.onMalformed("hello-twice", "This connection is in its room already.");
    if (hello.version !== protocolVersion) return client.close(closeCodes.version, "reload the page");
    const { ticket, resume, position } = hello;
    if (ticket !== undefined && !admission.isReady) return client.close(closeCodes.restarting, "not ready yet");
    const admitted =
      resume !== undefined
        ? admission.admitResume(resume, at)
        : admission.admitTicket(ticket ?? "", crypto.randomUUID().replaceAll("-", ""), at);
    if (admitted === null) return client.close(closeCodes.unauthorized, "this ticket is not good any more");
    if (admitted === "early") return client.close(closeCodes.restarting, "come back with a fresh ticket");
    client.admitted = admitted;
    log.debug(
      { requestId: client.requestId, room: admitted.person.room, session: admitted.session },
      "socket admitted",
    );
    if (isCaller(admitted.person)) return joinCall(client, admitted.person, hello);
    client.channelId = admitted.person.room.replace(/^channel:/, "");
    return rooms.join(client.channelId, client, position);
  }

  function joinCall(client: Client, caller: Caller, hello: Extract<ClientMessage, { type: "hello" }>): void {
    const member: CallMember = {
      requestId: client.requestId,
      caller,
      peerId: client.admitted?.session ?? "",
      isReturning: hello.resume !== undefined,
      send: (frame) => client.send(frame),
      resumeToken: () => client.resumeToken(),
      close: (code, reason) => client.close(code, reason),
    };
    const id = caller.room.replace(/^call:/, "");
    client.call = { id, member };
    const { media = nothingSent, hand = false } = hello;
    if (!calls.join(id, member, { media, hand })) client.close(closeCodes.restarting, "too many calls are on");
  }

  function closeRevoked(isConcerned: (person: Person | Caller) => boolean): void {
    for (const client of clients) {
      const { admitted, call } = client;
      if (admitted === null || !isConcerned(admitted.person) || !admission.isRevoked(admitted)) continue;
      if (call !== null) calls.leave(call.id, call.member);
      client.close(closeCodes.unauthorized, "signed out");
    }
  }

  function sweep(): void {
    const at = performance.now();
    for (const client of clients) {
      const { socket } = client;
      if (socket === null) continue;
      if (!client.hasSaidHello) {
        if (at - client.openedAt > rhythm.helloMs) client.close(closeCodes.unauthorized, "no hello came");
      } else if (client.isTooSlow(socket.getBufferedAmount(), at)) {
        client.close(closeCodes.slow, "this connection is too slow for the room");
      } else if (at - client.heardAt > rhythm.silenceMs + rhythm.answerMs) {
        socket.terminate();
      } else if (at - client.heardAt > rhythm.silenceMs && !client.isAsked) {
        client.isAsked = true;
        socket.ping();
      }
    }
  }

  function forget(): void {
    rooms.sweep();
    admission.sweep(now());
    slots.sweep(performance.now());
  }

  const timers = [
    setInterval(() => caught(sweep), rhythm.sweepEveryMs),
    setInterval(() => caught(forget), forgetEveryMs),
    setInterval(() => caught(() => rooms.tellViewers()), rhythm.viewersEveryMs),
    setInterval(() => void viewers.report(), rhythm.viewersEveryMs),
    setInterval(() => caught(() => calls.sweep()), rhythm.sweepEveryMs),
    setInterval(() => void calls.report(), rhythm.reportEveryMs / reportTurns),
  ];
  function caught(work: () => void): void {
    try {
      work();
    } catch (error) {
      log.error({ err: error }, "background work failed");
    }
  }

  return {
    port: server.port ?? options.port,
    apply(command) {
      isAside = false;
      if (command.type === "snapshot") {
        admission.setTicketKey(command.ticketKey);
        for (const { subject, at } of command.revocations) admission.revoke(subject, at);
        // Some may have come by a token before anybody could tell that it is void.
        closeRevoked(() => true);
      } else if (command.type === "revoked") {
        admission.revoke(command.subject, command.at);
        closeRevoked(concernedBy(command.subject));
      }
      rooms.apply(command);
      calls.apply(command);
    },
    standAside() {
      isAside = true;
      for (const client of clients) client.close(closeCodes.restarting, "the rooms are elsewhere");
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all([rooms.stop(storeAtStopMs), calls.stop(storeAtStopMs)]);
      for (const client of clients) client.close(closeCodes.restarting, "the server restarts");
      await server.stop(true);
    },
  };
}

/** A page elsewhere must not open sockets for its visitors; programs send no Origin. */
function isOwnOrigin(request: Request, publicUrl: string | undefined): boolean {
  const origin = request.headers.get("Origin");
  if (origin === null) return true;
  if (publicUrl !== undefined) return origin === new URL(publicUrl).origin;
  const { hostname } = new URL(request.url);
  return URL.canParse(origin) && new URL(origin).hostname === hostname && isPrivateHostname(hostname);
}

function health(problems: string[], sockets: number, rooms: RoomKeeper, calls: CallKeeper): Response {
  const isWell = problems.length === 0;
  const { roomCount, waitingLines } = rooms;
  return Response.json(
    { ok: isWell, reasons: problems, sockets, rooms: roomCount, calls: calls.callCount, waitingLines },
    { status: isWell ? 200 : 503 },
  );
}
