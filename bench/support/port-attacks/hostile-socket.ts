import { connect, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";

/** Enough for all headers of an answer. */
const answerKept = 4096;

/** A TCP or TLS connection from an address of its own, that sends what no well-behaved program sends. [I/O] */
export class HostileSocket {
  readonly #socket: Socket;
  /** When it was connected, its handshake of TLS done. */
  #openedAt = performance.now();
  /** The first bytes of what was answered. */
  answer = "";
  answeredBytes = 0;
  isConnected = false;
  #isDeaf = false;
  /** How long it stood when the other side ended it, ms; null: it stands. */
  lastedMs: number | null = null;

  constructor(door: { port: number; isSecure: boolean }, from: string, { alpn }: { alpn?: string } = {}) {
    const where = { host: "127.0.0.1", port: door.port, localAddress: from };
    const trust = { rejectUnauthorized: false, servername: "localhost" };
    this.#socket = door.isSecure
      ? connectSecurely({ ...where, ...trust, ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }) })
      : connect(where);
    this.#socket.on(door.isSecure ? "secureConnect" : "connect", () => {
      this.isConnected = true;
      this.#openedAt = performance.now();
    });
    this.#socket.on("data", (bytes: Buffer) => {
      this.answeredBytes += bytes.length;
      if (this.answer.length < answerKept) this.answer += bytes.toString("latin1", 0, answerKept);
      if (this.#isDeaf) this.#socket.pause();
    });
    // Being cut is what an attacker must expect.
    this.#socket.on("error", () => this.#socket.destroy());
    this.#socket.on("close", () => (this.lastedMs ??= performance.now() - this.#openedAt));
  }

  get isOpen(): boolean {
    return this.lastedMs === null;
  }

  /** The status of the first answer; null: there was none. */
  get status(): number | null {
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(this.answer) ?? [];
    return status === undefined ? null : Number(status);
  }

  /** What the kernel does not take yet, bytes. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  write(bytes: string | Uint8Array): void {
    if (this.isOpen && !this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Reads the beginning of an answer, by which it is known what it was, and nothing after it. */
  goDeaf(): void {
    this.#isDeaf = true;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** Addresses of this machine, each as somebody else's. */
export const strangerAddress = (index: number): string =>
  `127.${20 + ((index >> 14) & 63)}.${(index >> 7) & 127}.${1 + (index & 127)}`;

/** Whether a service has done with it: by an answer, or by cutting it. */
export const isSettled = ({ status, isOpen }: HostileSocket): boolean => status !== null || !isOpen;

/** Waits until it is so of all, or so long. */
export async function untilAll(
  sockets: readonly HostileSocket[],
  isSo: (socket: HostileSocket) => boolean,
  maxMs: number,
): Promise<void> {
  const deadlineMs = performance.now() + maxMs;
  while (performance.now() < deadlineMs && !sockets.every(isSo)) await Bun.sleep(50);
}

/** `200 × 3, none × 2`: which first answers there were. */
export function statusesOf(sockets: readonly HostileSocket[]): string {
  const counts = new Map<string, number>();
  for (const { status } of sockets)
    counts.set(String(status ?? "no answer"), (counts.get(String(status ?? "no answer")) ?? 0) + 1);
  return Array.from(counts, ([status, count]) => `${status} × ${count}`).join(", ");
}
