/**
 * A WebSocket client that costs next to nothing, so that ten thousand of them fit beside what is measured: no compression,
 * no masking (the key is zero), frames handed over as bytes. RFC 6455. [I/O]
 */

export interface RawHandlers {
  /** One whole text frame. The bytes are only good until it returns. */
  onText(socket: RawWebSocket, payload: Buffer): void;
  /** `code`: of the close frame; null: there was none. */
  onClose?(socket: RawWebSocket, code: number | null): void;
}

export interface RawOptions {
  /** Further headers of the upgrade. */
  headers?: Record<string, string>;
}

/** Our own certificates, which nobody else knows. */
const trustAnybody = { rejectUnauthorized: false };

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

interface Connection {
  write(bytes: Uint8Array): number;
  end(): unknown;
  terminate(): unknown;
  pause(): unknown;
}

export class RawWebSocket {
  readonly #handlers: RawHandlers;
  #connection: Connection | null = null;
  /** Of a frame, or of the answer to the upgrade, that has not come whole. */
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #neededBytes = 0;
  #isUpgraded = false;
  #closeCode: number | null = null;
  #unsent: Buffer[] = [];
  isClosed = false;

  private constructor(handlers: RawHandlers) {
    this.#handlers = handlers;
  }

  /** Resolves when the server has accepted. Rejects when it refuses, with its status in the message. */
  static async connect(url: string, handlers: RawHandlers, { headers = {} }: RawOptions = {}): Promise<RawWebSocket> {
    const { protocol, hostname, port, host, pathname, search } = new URL(url);
    const self = new RawWebSocket(handlers);
    const accepted = Promise.withResolvers<undefined>();
    const refuse = (reason: string): void => accepted.reject(new Error(reason));
    await Bun.connect({
      hostname,
      port: Number(port),
      ...(protocol === "wss:" ? { tls: trustAnybody } : {}),
      socket: {
        open: (connection) => {
          self.#connection = connection;
          const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
          connection.write(
            `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
              `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${btoa("0123456789abcdef")}\r\n${lines.join("")}\r\n`,
          );
        },
        data: (_, chunk) => self.#take(chunk, () => accepted.resolve(undefined), refuse),
        drain: () => self.#flush(),
        close: () => {
          refuse("closed before it was accepted");
          self.#end();
        },
        error: () => self.cut(),
      },
    });
    await accepted.promise;
    return self;
  }

  send(text: string): void {
    this.#write(frame(opcodes.text, Buffer.from(text)));
  }

  close(): void {
    this.#write(frame(opcodes.close, Buffer.from([3, 232])));
    this.#connection?.end();
  }

  /** Ends the connection without a word of WebSocket. */
  cut(): void {
    this.#connection?.terminate();
  }

  /** From here on it is deaf and mute: nothing is read, no ping is answered, and the connection stays. */
  freeze(): void {
    this.#connection?.pause();
  }

  #take(chunk: Buffer, accept: () => void, refuse: (reason: string) => void): void {
    let bytes = chunk;
    if (this.#parts.length > 0) {
      this.#parts.push(chunk);
      this.#partsBytes += chunk.length;
      if (this.#partsBytes < this.#neededBytes) return;
      bytes = Buffer.concat(this.#parts);
      this.#parts = [];
    }
    let offset = 0;
    if (!this.#isUpgraded) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return this.#keep(bytes, bytes.length + 1);
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(bytes.toString("latin1", 0, end)) ?? [];
      if (status !== "101") {
        refuse(`refused with ${status}`);
        this.#connection?.terminate();
        return;
      }
      this.#isUpgraded = true;
      offset = end + 4;
      accept();
    }
    this.#readFrames(bytes, offset);
  }

  #readFrames(bytes: Buffer, from: number): void {
    let offset = from;
    while (offset < bytes.length) {
      const left = bytes.length - offset;
      if (left < 2) return this.#keep(bytes.subarray(offset), 2);
      const short = bytes.readUInt8(offset + 1) & 127;
      const headerBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (left < headerBytes) return this.#keep(bytes.subarray(offset), headerBytes);
      const payloadBytes =
        short < 126
          ? short
          : short === 126
            ? bytes.readUInt16BE(offset + 2)
            : Number(bytes.readBigUInt64BE(offset + 2));
      const end = offset + headerBytes + payloadBytes;
      if (bytes.length < end) return this.#keep(bytes.subarray(offset), headerBytes + payloadBytes);
      this.#onFrame(bytes.readUInt8(offset) & 15, bytes.subarray(offset + headerBytes, end));
      offset = end;
    }
  }

  #keep(rest: Buffer, neededBytes: number): void {
    this.#parts = [rest];
    this.#partsBytes = rest.length;
    this.#neededBytes = neededBytes;
  }

  #onFrame(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) this.#handlers.onText(this, payload);
    else if (opcode === opcodes.ping) this.#write(frame(opcodes.pong, payload));
    else if (opcode === opcodes.close) {
      this.#closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : null;
      this.#connection?.end();
    }
  }

  #write(bytes: Buffer): void {
    if (this.#connection === null || this.isClosed) return;
    this.#unsent.push(bytes);
    this.#flush();
  }

  #flush(): void {
    for (;;) {
      const [first] = this.#unsent;
      if (first === undefined || this.#connection === null) return;
      const written = Math.max(0, this.#connection.write(first));
      if (written < first.length) {
        this.#unsent[0] = first.subarray(written);
        return;
      }
      this.#unsent.shift();
    }
  }

  #end(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#parts = [];
    this.#handlers.onClose?.(this, this.#closeCode);
  }
}

/** A client's frame, masked with zero as RFC 6455 5.3 lets it: the bytes stay as they are. */
function frame(opcode: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126 ? Buffer.from([128 | opcode, 128 | payload.length]) : Buffer.from([128 | opcode, 254, 0, 0]);
  if (payload.length >= 126) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}
