import { createSocket } from "node:dgram";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { reasonOf } from "../reason-of.ts";
import { messageBytes, readAnswer, type StunAnswer } from "./stun-message.ts";

/** [I/O] One connection to a STUN or TURN server, over UDP, TCP or TLS. */

export interface IceServer {
  host: string;
  port: number;
  transport: "udp" | "tcp" | "tls";
}

export interface StunConnection {
  /** Rejects when no answer comes in time. */
  ask(request: { bytes: Buffer; transactionId: Buffer }): Promise<StunAnswer>;
  /** Why the certificate is not to be trusted; null: it is, or there is none. */
  certificateFault: string | null;
  close(): void;
}

const connectWithinMs = 4000;
const answerWithinMs = 4000;
/** RFC 8489, 6.2.1, in short: a packet may be lost. */
const sendAgainAfterMs = [500, 1500];
const answerMaxBytes = 4096;

/** The server of a `stun:` or `turn:` address as config.ts allows it (RFC 7064, 7065); null: DTLS, which is not spoken here. */
export function readIceUrl(url: string): IceServer | null {
  const match = /^(stuns?|turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/.exec(url);
  if (match === null) throw new Error(`${url} is no address of a STUN or TURN server`);
  const [, scheme = "", host = "", port, transport] = match;
  const isSecure = scheme.endsWith("s");
  if (isSecure && transport === "udp") return null;
  return {
    host: host.replace(/^\[|\]$/g, ""),
    port: port === undefined ? (isSecure ? 5349 : 3478) : Number(port),
    transport: isSecure ? "tls" : (transport ?? "udp") === "udp" ? "udp" : "tcp",
  };
}

/** Rejects when there is no connection in time. */
export const openStun = (server: IceServer): Promise<StunConnection> =>
  server.transport === "udp" ? openUdp(server) : openStream(server);

/** Who waits for which answer. */
class Waiting {
  readonly #resolves = new Map<string, (answer: StunAnswer) => void>();

  onMessage(bytes: Buffer): void {
    const answer = readAnswer(bytes);
    if (answer !== null) this.#resolves.get(answer.transactionId.toString("hex"))?.(answer);
  }

  async answerTo(transactionId: Buffer): Promise<StunAnswer> {
    const key = transactionId.toString("hex");
    const { promise, resolve } = Promise.withResolvers<StunAnswer>();
    this.#resolves.set(key, resolve);
    try {
      return await within(answerWithinMs, promise);
    } finally {
      this.#resolves.delete(key);
    }
  }
}

async function openUdp({ host, port }: IceServer): Promise<StunConnection> {
  const waiting = new Waiting();
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  socket.on("message", (bytes) => waiting.onMessage(bytes));
  socket.on("error", failure.reject);
  return {
    certificateFault: null,
    ask({ bytes, transactionId }) {
      const send = (): void =>
        socket.send(bytes, port, host, (error) => {
          if (error !== null) failure.reject(error);
        });
      send();
      const timers = sendAgainAfterMs.map((ms) => setTimeout(send, ms));
      return Promise.race([waiting.answerTo(transactionId), failure.promise]).finally(() => {
        for (const timer of timers) clearTimeout(timer);
      });
    },
    close: () => void socket.close(),
  };
}

async function openStream({ host, port, transport }: IceServer): Promise<StunConnection> {
  const waiting = new Waiting();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  const connected = Promise.withResolvers<void>();
  const secure: TLSSocket | null =
    transport === "tls"
      ? connectTls(
          // Looked at below: an answer tells more than a refusal to listen.
          { host, port, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) },
          connected.resolve,
        )
      : null;
  const socket: Socket = secure ?? connectTcp({ host, port }, connected.resolve);
  let received: Buffer = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    for (let length = messageBytes(received); length !== null && received.length >= length;) {
      waiting.onMessage(received.subarray(0, length));
      received = received.subarray(length);
      length = messageBytes(received);
    }
    if (received.length > answerMaxBytes) socket.destroy();
  });
  socket.on("error", failure.reject);
  socket.on("close", () => failure.reject(new Error("the server closed the connection")));
  try {
    await within(connectWithinMs, Promise.race([connected.promise, failure.promise]));
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return {
    certificateFault: secure === null || secure.authorized ? null : reasonOf(secure.authorizationError),
    ask({ bytes, transactionId }) {
      socket.write(bytes);
      return Promise.race([waiting.answerTo(transactionId), failure.promise]);
    },
    close: () => void socket.destroy(),
  };
}

/** Rejects with "no answer" after so many ms. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("no answer")), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
