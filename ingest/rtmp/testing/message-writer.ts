import { type Amf0Value, writeAmf0 } from "../amf0.ts";

export interface Message {
  type: number;
  body: Uint8Array;
  /** Milliseconds, below 2^32; with fmt 1 and 2 the distance to the one before. @default 0 */
  timestamp?: number;
  /** Chunk stream id. @default 3 */
  cid?: number;
  /** Message stream id. @default 0 */
  streamId?: number;
  /** @default 0 */
  fmt?: 0 | 1 | 2 | 3;
  /** Announced instead of the body's length: RTMP 5.3.1.2. */
  length?: number;
}

/** Writes what a publisher sends, right or wrong: RTMP 5.2 to 5.4. */
export class MessageWriter {
  chunkSizeBytes = 128;
  /** Whether the last message with a timestamp on a chunk stream had an extended one: fmt 3 repeats it. */
  readonly #extended = new Map<number, number>();

  /** One message in as many chunks as it takes. */
  message({ type, body, timestamp = 0, cid = 3, streamId = 0, fmt = 0, length = body.length }: Message): Buffer {
    const header = Buffer.alloc([11, 7, 3, 0][fmt] ?? 0);
    if (fmt <= 2) {
      header.writeUIntBE(Math.min(timestamp, 0xffffff), 0, 3);
      if (timestamp >= 0xffffff) this.#extended.set(cid, timestamp);
      else this.#extended.delete(cid);
    }
    if (fmt <= 1) {
      header.writeUIntBE(length, 3, 3);
      header.writeUInt8(type, 6);
    }
    if (fmt === 0) header.writeUInt32LE(streamId, 7);

    const parts: Uint8Array[] = [basicHeader(fmt, cid), header, this.#extendedTimestamp(cid)];
    for (let at = 0; at < body.length; at += this.chunkSizeBytes) {
      if (at > 0) parts.push(basicHeader(3, cid), this.#extendedTimestamp(cid));
      parts.push(body.subarray(at, at + this.chunkSizeBytes));
    }
    return Buffer.concat(parts);
  }

  setChunkSize(bytes: number): Buffer {
    const written = this.message({ type: 1, cid: 2, body: u32(bytes) });
    this.chunkSizeBytes = bytes;
    return written;
  }

  command(name: string, ...values: Amf0Value[]): Buffer {
    return this.message({ type: 20, body: writeAmf0(name, ...values) });
  }

  connect(app: Amf0Value = "live", tcUrl: Amf0Value = "rtmp://127.0.0.1/live"): Buffer {
    const properties = new Map<string, Amf0Value>([
      ["app", app],
      ["type", "nonprivate"],
      ["flashVer", "FMLE/3.0 (compatible; test)"],
      ["tcUrl", tcUrl],
    ]);
    return this.command("connect", 1, properties);
  }

  publish(streamName: Amf0Value): Buffer {
    return this.message({ type: 20, streamId: 1, body: writeAmf0("publish", 5, null, streamName, "live") });
  }

  /** Everything that OBS sends before its first frame, but for the handshake. */
  opening(streamName: Amf0Value, app: Amf0Value = "live"): Buffer {
    return Buffer.concat([
      this.connect(app),
      this.setChunkSize(4096),
      this.command("releaseStream", 2, null, streamName),
      this.command("FCPublish", 3, null, streamName),
      this.command("createStream", 4, null),
      this.publish(streamName),
    ]);
  }

  video(timestamp: number, body: Uint8Array): Buffer {
    return this.message({ type: 9, cid: 6, streamId: 1, timestamp, body });
  }

  audio(timestamp: number, body: Uint8Array): Buffer {
    return this.message({ type: 8, cid: 4, streamId: 1, timestamp, body });
  }

  unpublish(streamName: Amf0Value): Buffer {
    return Buffer.concat([this.command("FCUnpublish", 6, null, streamName), this.command("deleteStream", 7, null, 1)]);
  }

  #extendedTimestamp(cid: number): Uint8Array {
    const timestamp = this.#extended.get(cid);
    return timestamp === undefined ? new Uint8Array() : u32(timestamp);
  }
}

/** C0, C1 and C2 without waiting for the server's: the simple handshake. */
export function clientHandshake(): Buffer {
  const bytes = Buffer.alloc(1 + 1536 + 1536);
  bytes[0] = 3;
  return bytes;
}

/** RTMP 5.3.1.1: one, two or three bytes. */
export function basicHeader(fmt: number, cid: number): Uint8Array {
  if (cid < 64) return Uint8Array.of((fmt << 6) | cid);
  if (cid < 320) return Uint8Array.of(fmt << 6, cid - 64);
  return Uint8Array.of((fmt << 6) | 1, (cid - 64) & 0xff, (cid - 64) >> 8);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
