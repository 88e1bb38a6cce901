import type { Socket } from "bun";
import { AnswerReader } from "./fake-transport.ts";
import type { Wire } from "./hostile-publishers.ts";
import { clientHandshake, MessageWriter } from "./message-writer.ts";

/** A publisher over plain TCP that sends exactly what it is told, right or wrong. [I/O] */
export class TestPublisher implements Wire {
  readonly writer = new MessageWriter();
  readonly answers = new AnswerReader(() => this.#wake());
  /** Resolves when the connection is over, whoever ended it. */
  readonly closed: Promise<void>;
  /** Whether it closes its side when the server has closed the other. */
  hangsUp = true;
  readonly #closing = Promise.withResolvers<void>();
  #socket: Socket<undefined> | null = null;
  #isClosed = false;
  #waiting: Uint8Array[] = [];
  #wakers: (() => void)[] = [];

  constructor() {
    this.closed = this.#closing.promise;
  }

  static async connect(port: number, hostname = "127.0.0.1", isSecure = false): Promise<TestPublisher> {
    const publisher = new TestPublisher();
    publisher.#socket = await Bun.connect({
      hostname,
      port,
      allowHalfOpen: true,
      ...(isSecure ? { tls: { rejectUnauthorized: false } } : {}),
      socket: {
        data: (_, bytes) => publisher.answers.read(bytes),
        drain: () => publisher.#flush(),
        close: () => publisher.#onClosed(),
        end: (socket) => {
          if (publisher.hangsUp) socket.end();
        },
        error: () => publisher.#onClosed(),
      },
    });
    return publisher;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(...bytes: Uint8Array[]): void {
    this.#waiting.push(...bytes);
    this.#flush();
  }

  handshake(): void {
    this.send(clientHandshake());
  }

  /** Publishes like OBS and waits until it is live. Rejects when it is refused or cut. */
  async goLive(key: string): Promise<void> {
    this.send(clientHandshake(), this.writer.opening(key));
    await this.until("NetStream.Publish.Start");
  }

  /** Waits for a status. Rejects when the connection ends without it. */
  async until(status: string): Promise<void> {
    while (!this.answers.statuses.includes(status)) {
      if (this.#isClosed)
        throw new Error(`closed before ${status}; got ${this.answers.statuses.join(", ") || "no status"}`);
      await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
  }

  /** A FIN after what was sent. */
  end(): void {
    this.#socket?.end();
  }

  /** A RST, now. */
  reset(): void {
    this.#socket?.terminate();
  }

  #flush(): void {
    while (this.#socket !== null && !this.#isClosed) {
      const [first, ...rest] = this.#waiting;
      if (first === undefined) return;
      const written = this.#socket.write(first);
      if (written < first.length) {
        if (written > 0) this.#waiting = [first.subarray(written), ...rest];
        return;
      }
      this.#waiting = rest;
    }
  }

  #onClosed(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#closing.resolve();
    this.#wake();
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
