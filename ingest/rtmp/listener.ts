import type { Socket } from "bun";
import { limitKey } from "../../addresses.ts";
import { limits } from "./limits.ts";
import type { Stage } from "./publisher.ts";
import { RtmpSession } from "./session.ts";
import { SocketTransport } from "./socket-transport.ts";

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** PEM texts: the chain and its key. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface RtmpListenerOptions {
  host: string;
  /** 0 for any free one. */
  port: number;
  /** Makes this RTMPS. */
  tls?: Certificate;
  stage: Stage;
  log: Log;
  /** The monotonic clock, ms. */
  now: () => number;
  /** Open sockets in all. @default 2000 */
  connectionLimit?: number;
  /** Open sockets of one IPv4 address or IPv6 /64. Behind a proxy that hides addresses it counts for all, hence so many. @default 200 */
  connectionLimitPerAddress?: number;
}

export interface RtmpListener {
  readonly port: number;
  /** Open sockets, publishing or not. */
  connections(): number;
  /** Of RTMPS: from now on whoever connects is shown this one. Those who are connected stay. Throws when it is no good. */
  renewCertificate(tls: Certificate): void;
  /** Stops accepting, then closes every connection; resolves when all are gone, after a second at most. */
  stop(): Promise<void>;
}

interface Connection {
  session: RtmpSession;
  transport: SocketTransport;
  group: string;
  openedAtMs: number;
}

const tickIntervalMs = 500;
const stopPatienceMs = 1000;
/** Lines a minute about connections that never published: scanners must not fill the disk. */
const strangerLinesPerMinute = 20;

/** Listens for publishers. Throws when the port cannot be had. [I/O] */
export function startRtmpListener(options: RtmpListenerOptions): RtmpListener {
  const { log, now, stage } = options;
  const connectionLimit = options.connectionLimit ?? 2000;
  const limitPerAddress = options.connectionLimitPerAddress ?? 200;
  const connections = new Map<Socket<unknown>, Connection>();
  const perAddress = new Map<string, number>();
  const allGone = Promise.withResolvers<void>();
  let isStopping = false;
  const strangers = new LineBudget(strangerLinesPerMinute, now);

  /** Nothing that goes wrong with one socket may reach the event loop. */
  function guarded<Rest extends unknown[]>(handle: (socket: Socket<unknown>, ...rest: Rest) => void) {
    return (socket: Socket<unknown>, ...rest: Rest) => {
      try {
        handle(socket, ...rest);
      } catch (error) {
        log.error({ err: error }, "RTMP connection closed by a defect");
        socket.terminate();
      }
    };
  }

  function open(socket: Socket<unknown>): void {
    const group = limitKey(socket.remoteAddress);
    const already = perAddress.get(group) ?? 0;
    if (connections.size >= connectionLimit || already >= limitPerAddress) {
      if (strangers.take()) log.warn({ address: group, already }, "RTMP connection refused: too many");
      socket.terminate();
      return;
    }
    perAddress.set(group, already + 1);
    socket.setNoDelay(true);
    const transport = new SocketTransport(socket);
    const session = new RtmpSession({
      stage,
      transport,
      now,
      onDefect: (error) => log.error({ err: error, address: group }, "RTMP session ended by a defect"),
    });
    connections.set(socket, { session, transport, group, openedAtMs: now() });
  }

  function closed(socket: Socket<unknown>, reason: string): void {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connections.delete(socket);
    const left = (perAddress.get(connection.group) ?? 1) - 1;
    if (left > 0) perAddress.set(connection.group, left);
    else perAddress.delete(connection.group);
    connection.session.socketClosed(reason);
    describeEnd(connection);
    if (isStopping && connections.size === 0) allGone.resolve();
  }

  function describeEnd({ session, transport, openedAtMs }: Connection): void {
    const fields = {
      requestId: session.requestId,
      address: transport.remoteAddress,
      reason: session.closeReason,
      bytes: session.bytesRead,
      seconds: Math.round((now() - openedAtMs) / 1000),
    };
    if (session.hasPublished) log.info(fields, "publisher left");
    else if (strangers.take()) log.info(fields, "connection closed without publishing");
    else log.debug(fields, "connection closed without publishing");
  }

  const handlers = {
    open: guarded(open),
    // With this handler a TLS socket is seen when it connects, so that one that never shakes hands is counted and cut.
    handshake: guarded((socket, success: boolean) => {
      if (!success) socket.terminate();
    }),
    data: guarded((socket, bytes: Buffer) => {
      const connection = connections.get(socket);
      connection?.transport.corked(() => connection.session.receive(bytes));
    }),
    drain: guarded((socket) => connections.get(socket)?.transport.flush()),
    close: guarded((socket, error?: Error) => closed(socket, error === undefined ? "left" : "connection lost")),
    // A TLS session that broke, or one of the handlers above: `close` follows.
    error: guarded((socket) => socket.terminate()),
  };
  const listen = (port: number, tls: Certificate | undefined) =>
    Bun.listen({ hostname: options.host, port, ...(tls && { tls }), socket: handlers });
  let listener = listen(options.port, options.tls);

  const timer = setInterval(() => {
    for (const [socket, connection] of connections) {
      connection.session.tick();
      const { closedAtMs } = connection.session;
      if (closedAtMs !== null && now() - closedAtMs >= limits.lingerMs) socket.terminate();
    }
    const unsaid = strangers.renew();
    if (unsaid > 0) log.info({ connections: unsaid }, "more connections closed without publishing");
  }, tickIntervalMs);

  return {
    port: listener.port,
    connections: () => connections.size,
    renewCertificate(tls) {
      const { port } = listener;
      listener.stop();
      listener = listen(port, tls);
    },
    async stop() {
      isStopping = true;
      listener.stop();
      for (const { session } of connections.values()) session.close();
      if (connections.size > 0) await Promise.race([allGone.promise, Bun.sleep(stopPatienceMs)]);
      clearInterval(timer);
      for (const socket of connections.keys()) socket.terminate();
    },
  };
}

/** So many lines a minute, and then only how many there would have been. */
class LineBudget {
  readonly #perMinute: number;
  readonly #now: () => number;
  #minuteStartedAtMs: number;
  #left: number;
  #unsaid = 0;

  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
    this.#minuteStartedAtMs = now();
    this.#left = perMinute;
  }

  take(): boolean {
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    this.#unsaid++;
    return false;
  }

  /** To be called now and then. Returns how many lines were swallowed in the minute that has just ended. */
  renew(): number {
    if (this.#now() - this.#minuteStartedAtMs < 60_000) return 0;
    const unsaid = this.#unsaid;
    this.#minuteStartedAtMs = this.#now();
    this.#left = this.#perMinute;
    this.#unsaid = 0;
    return unsaid;
  }
}
