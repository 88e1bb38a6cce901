import { connect, type Socket } from "node:net";
import type { ServerMessage } from "../contract/messages.ts";

/**
 * One end of a WebSocket that can do everything which RFC 6455 forbids. What it gets is read as the protocol's messages. [I/O]
 */

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameOptions {
  opcode?: number;
  isFinal?: boolean;
  isMasked?: boolean;
  /** The three reserved bits. */
  reserved?: number;
  /** What the header says; by default the truth. */
  announcedBytes?: number;
}

const waitMs = 15_000;

interface Typed {
  type: string;
}

/** `Message`: what the room says, a channel's chat unless it is a call. It is believed, not checked. */
export class RawClient<Message extends Typed = ServerMessage> {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #isUpgraded = false;
  readonly #waiting: (() => void)[] = [];
  readonly messages: Message[] = [];
  /** The status that the upgrade was answered with. */
  status = 0;
  isClosed = false;
  /** Of the server's close frame; null: none came. */
  closeCode: number | null = null;
  receivedBytes = 0;
  /** Called with each message as it comes. */
  onMessage: (message: Message) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk) => this.#take(Buffer.from(chunk)));
    // A reset is what an attacker must expect.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.isClosed = true;
      this.#wake();
    });
  }

  /** A TCP connection, from that loopback address. */
  static async dial<Message extends Typed = ServerMessage>(
    port: number,
    from = "127.0.0.1",
  ): Promise<RawClient<Message>> {
    const opened = Promise.withResolvers<undefined>();
    const socket = connect({ port, host: "127.0.0.1", localAddress: from }, () => opened.resolve(undefined));
    socket.setNoDelay(true);
    const client = new RawClient<Message>(socket);
    socket.on("close", () => opened.reject(new Error("refused")));
    await opened.promise;
    return client;
  }

  /** The same with an upgrade; look at `status`. */
  static async open<Message extends Typed = ServerMessage>(
    port: number,
    from?: string,
    headers: Record<string, string> = {},
  ): Promise<RawClient<Message>> {
    const client = await RawClient.dial<Message>(port, from);
    client.sendBytes(upgradeRequest(port, headers));
    await client.until("an answer to the upgrade", () => client.status !== 0);
    return client;
  }

  sendBytes(bytes: Uint8Array | string): void {
    if (!this.isClosed) this.#socket.write(bytes);
  }

  sendFrame(payload: Uint8Array | string, options: FrameOptions = {}): void {
    this.sendBytes(frame(payload, options));
  }

  /** Anything, as JSON in a text frame. */
  send(message: unknown): void {
    this.sendFrame(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Reads nothing more. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** A RST, now. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Waits for a condition that a message or the end may bring about. Rejects with `what` after 15 s or `withinMs`. */
  async until(what: string, isSo: () => boolean, withinMs = waitMs): Promise<void> {
    const deadlineMs = performance.now() + withinMs;
    while (!isSo()) {
      if (this.isClosed) throw new Error(`closed (${this.closeCode}) before ${what}`);
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) throw new Error(`waited in vain for ${what}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits until the server has closed. Returns its code; null: it ended without one. Rejects when it stays open. */
  async closed(withinMs = waitMs): Promise<number | null> {
    await this.until("the server closes", () => this.isClosed, withinMs);
    return this.closeCode;
  }

  /** The first message of that type, which may have come already. */
  async message<Type extends Message["type"]>(type: Type): Promise<Extract<Message, { type: Type }>> {
    const find = (): Extract<Message, { type: Type }> | undefined =>
      this.messages.find((each): each is Extract<Message, { type: Type }> => each.type === type);
    await this.until(type, () => find() !== undefined);
    const found = find();
    if (found === undefined) throw new Error(`no ${type}`);
    return found;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #take(chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#isUpgraded) {
      const end = this.#rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.status = Number(/^HTTP\/1\.1 (\d+)/.exec(this.#rest.toString("latin1"))?.[1] ?? -1);
      this.#rest = this.#rest.subarray(end + 4);
      this.#isUpgraded = true;
    }
    if (this.status === 101) this.#readFrames();
    this.#wake();
  }

  #readFrames(): void {
    for (;;) {
      const bytes = this.#rest;
      if (bytes.length < 2) return;
      const short = bytes.readUInt8(1) & 127;
      const headerBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length < headerBytes) return;
      const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
      if (bytes.length < headerBytes + length) return;
      this.#rest = bytes.subarray(headerBytes + length);
      this.#onFrame(bytes.readUInt8(0) & 15, bytes.subarray(headerBytes, headerBytes + length));
    }
  }

  #onFrame(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) {
      const message = JSON.parse(payload.toString()) as Message;
      this.messages.push(message);
      this.onMessage(message);
    } else if (opcode === opcodes.ping) {
      this.sendFrame(payload, { opcode: opcodes.pong });
    } else if (opcode === opcodes.close) {
      this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : null;
      this.#socket.end();
    }
  }
}

export function upgradeRequest(port: number, headers: Record<string, string> = {}): string {
  const all = {
    Host: `127.0.0.1:${port}`,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": btoa("0123456789abcdef"),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET /ws HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** RFC 6455 5.2. */
export function frame(content: Uint8Array | string, options: FrameOptions = {}): Buffer {
  const { opcode = opcodes.text, isFinal = true, isMasked = true, reserved = 0 } = options;
  const payload = typeof content === "string" ? Buffer.from(content) : content;
  const length = options.announcedBytes ?? payload.length;
  const mask = isMasked ? 128 : 0;
  const head = Buffer.alloc(10);
  head.writeUInt8((isFinal ? 128 : 0) | (reserved << 4) | opcode, 0);
  let headBytes = 2;
  if (length < 126) {
    head.writeUInt8(mask | length, 1);
  } else if (length < 65_536) {
    head.writeUInt8(mask | 126, 1);
    head.writeUInt16BE(length, 2);
    headBytes = 4;
  } else {
    head.writeUInt8(mask | 127, 1);
    head.writeBigUInt64BE(BigInt(length), 2);
    headBytes = 10;
  }
  // A mask of zero leaves the bytes as they are.
  return Buffer.concat([head.subarray(0, headBytes), Buffer.alloc(isMasked ? 4 : 0), payload]);
}
