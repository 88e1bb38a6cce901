import { plainAddress } from "../../addresses.ts";
import type { Transport } from "./session.ts";

/** What we need of a Bun socket. */
export interface WritableSocket {
  readonly remoteAddress: string;
  /** Returns how many bytes the kernel took, or -1 when closed. */
  write(bytes: Uint8Array): number;
  /** Sends a FIN and goes on reading. (`end` of Bun 1.4 closes both ways at once.) */
  shutdown(): void;
  terminate(): void;
}

/** Answers that a publisher does not read pile up to here, then it is cut, bytes. */
const backlogLimitBytes = 64 * 1024;

/**
 * Writes to one socket: what the kernel does not take at once waits, within a bound. While corked, writes are collected,
 * so that what one read causes leaves in one segment. [I/O]
 */
export class SocketTransport implements Transport {
  readonly remoteAddress: string;
  readonly #socket: WritableSocket;
  #backlog: Uint8Array[] = [];
  #backlogBytes = 0;
  #isCorked = false;
  #isFinishing = false;
  #isClosed = false;

  constructor(socket: WritableSocket) {
    this.#socket = socket;
    this.remoteAddress = plainAddress(socket.remoteAddress);
  }

  /** Runs `work`, then sends what it wrote. */
  corked(work: () => void): void {
    this.#isCorked = true;
    try {
      work();
    } finally {
      this.#isCorked = false;
      this.flush();
    }
  }

  write(bytes: Uint8Array): void {
    if (this.#isClosed || this.#isFinishing) return;
    this.#backlog.push(bytes);
    this.#backlogBytes += bytes.length;
    if (!this.#isCorked) this.flush();
    if (this.#backlogBytes > backlogLimitBytes) this.abort();
  }

  finish(): void {
    if (this.#isClosed || this.#isFinishing) return;
    this.#isFinishing = true;
    this.flush();
  }

  abort(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#backlog = [];
    this.#backlogBytes = 0;
    this.#socket.terminate();
  }

  /** Sends what waits, as far as the kernel takes it; the socket calls again when it takes more. */
  flush(): void {
    if (this.#isClosed || this.#isCorked) return;
    if (this.#backlogBytes > 0) {
      const waiting = Buffer.concat(this.#backlog);
      const written = this.#socket.write(waiting);
      if (written < 0) {
        this.abort();
        return;
      }
      this.#backlogBytes = waiting.length - written;
      this.#backlog = this.#backlogBytes > 0 ? [waiting.subarray(written)] : [];
    }
    // Only our half: closing with bytes unread resets the connection, and our last words may go down with it.
    if (this.#isFinishing && this.#backlogBytes === 0) this.#socket.shutdown();
  }
}
