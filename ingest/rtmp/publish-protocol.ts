import Rtmp, { type RtmpPacket } from "node-media-server/src/protocol/rtmp.js";
import { ByteReader, MalformedError } from "../media/byte-reader.ts";
import { type Amf0Value, readCommand, writeAmf0 } from "./amf0.ts";
import { limits } from "./limits.ts";
import type { FlvTag } from "./publisher.ts";
import { TimestampUnwrapper } from "./timestamp-unwrapper.ts";

/** RTMP message types: RTMP 5.4, 6.2 and 7.1. */
const messageType = {
  setChunkSize: 1,
  abort: 2,
  userControl: 4,
  windowAcknowledgementSize: 5,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  dataAmf0: 18,
  commandAmf0: 20,
  aggregate: 22,
} as const;

const pingRequest = 6;
const pingResponse = 7;
/** What we ask the peer to acknowledge after, and acknowledge after ourselves until it says otherwise. */
const windowBytes = 2_500_000;
const descriptionLength = 500;

export interface ProtocolHandler {
  onOutput(bytes: Uint8Array): void;
  onCommand(name: string, values: Amf0Value[], messageStreamId: number): void;
  onTag(tag: FlvTag): void;
}

/**
 * RTMP as a publisher speaks it: node-media-server reads the handshake and the chunks, and from its hooks on everything
 * is ours, bounded. `read` throws on whatever is malformed (MalformedError, or whatever the package throws); after that
 * the object is of no more use.
 */
export class PublishProtocol extends Rtmp {
  readonly #handler: ProtocolHandler;
  readonly #timestamps = new TimestampUnwrapper();
  #admitted = false;
  #stopped = false;
  #bytesRead = 0;
  #bytesAcknowledged = 0;
  #peerWindowBytes = windowBytes;

  constructor(handler: ProtocolHandler) {
    super();
    this.#handler = handler;
    this.flv = null;
    this.onOutputCallback = (bytes) => handler.onOutput(bytes);
  }

  /** The stage has accepted: media of real sizes may come. */
  admit(): void {
    this.#admitted = true;
  }

  /** Nothing more is to be read, not even the rest of what is being read right now. */
  stop(): void {
    this.#stopped = true;
  }

  read(bytes: Buffer): void {
    // C0, RTMP 5.2.2: version 3. Anything else is HTTP, TLS, RTMPE or a scanner.
    if (this.#bytesRead === 0 && bytes.length > 0 && bytes[0] !== 3) throw new MalformedError("not RTMP");
    this.#bytesRead += bytes.length;
    if (!this.#admitted && this.#bytesRead > limits.unadmittedBytes)
      throw new MalformedError("too much before publishing");
    this.parserData(bytes);
    if (this.#bytesRead - this.#bytesAcknowledged >= this.#peerWindowBytes) {
      this.#bytesAcknowledged = this.#bytesRead;
      this.sendACK(this.#bytesRead % 2 ** 32);
    }
  }

  respondConnect(transactionId: number): void {
    this.sendWindowACK(windowBytes);
    this.setPeerBandwidth(windowBytes, 2);
    this.setChunkSize(this.outChunkSize);
    const server = new Map<string, Amf0Value>([
      ["fmsVer", "FMS/3,0,1,123"],
      ["capabilities", 31],
    ]);
    const info = new Map<string, Amf0Value>([
      ["level", "status"],
      ["code", "NetConnection.Connect.Success"],
      ["description", "Connection succeeded."],
      ["objectEncoding", 0],
    ]);
    this.sendCommand(0, "_result", transactionId, server, info);
  }

  sendStatus(messageStreamId: number, level: "status" | "error", code: string, description: string): void {
    const info = new Map<string, Amf0Value>([
      ["level", level],
      ["code", code],
      ["description", description.slice(0, descriptionLength)],
    ]);
    this.sendCommand(messageStreamId, "onStatus", 0, null, info);
  }

  sendCommand(messageStreamId: number, ...values: Amf0Value[]): void {
    this.#send(3, messageType.commandAmf0, messageStreamId, writeAmf0(...values));
  }

  #send(cid: number, type: number, messageStreamId: number, payload: Buffer): void {
    const header = { fmt: 0, cid, timestamp: 0, length: payload.length, type, stream_id: messageStreamId };
    this.#handler.onOutput(Rtmp.chunksCreate({ header, payload }));
  }

  /**
   * Replaces the package's: it maps different three-byte chunk stream ids to one, lets a header in the middle of a
   * message shrink it (and then reads backwards), and has no limit.
   */
  override packetParse(): void {
    if (this.#stopped) throw new MalformedError("stopped");
    const fmt = this.parserBuffer.readUInt8(0) >> 6;
    const cid = this.#chunkStreamId();
    let packet = this.inPackets.get(cid);
    if (packet === undefined) {
      if (fmt > 1) throw new MalformedError("a chunk stream that starts without a length");
      if (this.inPackets.size >= limits.chunkStreams) throw new MalformedError("too many chunk streams");
      packet = newPacket(cid);
      this.inPackets.set(cid, packet);
    } else if (packet.bytes > 0 && fmt !== 3) {
      throw new MalformedError("a new header in the middle of a message");
    }
    packet.header.fmt = fmt;
    this.parserPacket = packet;
    this.chunkMessageHeaderRead();
  }

  /** RTMP 5.3.1.1. */
  #chunkStreamId(): number {
    switch (this.parserBasicBytes) {
      case 1:
        return this.parserBuffer.readUInt8(0) & 0x3f;
      case 2:
        return this.parserBuffer.readUInt8(1) + 64;
      default:
        return this.parserBuffer.readUInt16LE(1) + 64;
    }
  }

  override packetAlloc(): void {
    const packet = this.parserPacket;
    // The package adds deltas without end and drops every message past 2^32.
    packet.clock %= 2 ** 32;
    const { length, type } = packet.header;
    const isMedia = type === messageType.audio || type === messageType.video || type === messageType.aggregate;
    const allowedBytes = this.#admitted && isMedia ? limits.mediaMessageBytes : limits.smallMessageBytes;
    if (length > allowedBytes) throw new MalformedError("a message too long");
    if (packet.capacity >= length) return;
    this.#makeRoom(packet);
    // Not zeroed: a message that is only announced never touches its pages, so it costs no memory.
    packet.payload = Buffer.allocUnsafeSlow(length);
    packet.capacity = length;
  }

  /** Keeps all chunk streams' buffers together within bounds: first by letting go of those not in use. */
  #makeRoom(wanting: RtmpPacket): void {
    const allowedBytes = this.#admitted ? limits.bufferBytes : limits.unadmittedBufferBytes;
    let usedBytes = wanting.header.length;
    for (const packet of this.inPackets.values()) if (packet !== wanting) usedBytes += packet.capacity;
    if (usedBytes <= allowedBytes) return;
    for (const packet of this.inPackets.values()) {
      if (packet === wanting || packet.bytes > 0) continue;
      usedBytes -= packet.capacity;
      packet.payload = Buffer.alloc(0);
      packet.capacity = 0;
    }
    if (usedBytes > allowedBytes) throw new MalformedError("too many unfinished messages");
  }

  override packetHandler(): void {
    const { header, clock, payload } = this.parserPacket;
    const body = payload.subarray(0, header.length);
    switch (header.type) {
      case messageType.setChunkSize:
        this.#onSetChunkSize(new ByteReader(body).u32());
        break;
      case messageType.abort:
        this.#onAbort(new ByteReader(body).u32());
        break;
      case messageType.userControl:
        this.#onUserControl(new ByteReader(body));
        break;
      case messageType.windowAcknowledgementSize:
        // 0 would ask for an answer to nothing.
        this.#peerWindowBytes = Math.max(1, new ByteReader(body).u32());
        break;
      case messageType.audio:
      case messageType.video:
      case messageType.dataAmf0:
        this.#onTag(header.type, clock, body);
        break;
      case messageType.dataAmf3:
        this.#onTag(messageType.dataAmf0, clock, body.subarray(1));
        break;
      case messageType.commandAmf0:
        this.#onCommand(body, header.stream_id);
        break;
      case messageType.commandAmf3: // a zero byte, then AMF0 in practice
        this.#onCommand(body.subarray(1), header.stream_id);
        break;
      case messageType.aggregate:
        this.#onAggregate(clock, new ByteReader(body));
        break;
      default: // acknowledgements, shared objects: nothing that a publisher needs
    }
  }

  /** RTMP 5.4.1. The package counts chunks from the message's start, so the size may not change inside of one. */
  #onSetChunkSize(bytes: number): void {
    if (bytes < 1 || bytes > limits.chunkSizeBytes) throw new MalformedError("a chunk size out of range");
    for (const packet of this.inPackets.values()) {
      if (packet.bytes % bytes !== 0) throw new MalformedError("a chunk size changed in the middle of a message");
    }
    this.inChunkSize = bytes;
  }

  /** RTMP 5.4.2: what has come of a message is thrown away. The package ignores it and mistakes what follows. */
  #onAbort(cid: number): void {
    const packet = this.inPackets.get(cid);
    if (packet !== undefined) packet.bytes = 0;
  }

  /** RTMP 7.1.7. */
  #onUserControl(reader: ByteReader): void {
    if (reader.u16() !== pingRequest) return;
    const payload = Buffer.alloc(6);
    payload.writeUInt16BE(pingResponse);
    payload.writeUInt32BE(reader.u32(), 2);
    this.#send(2, messageType.userControl, 0, payload);
  }

  #onCommand(body: Uint8Array, messageStreamId: number): void {
    const { name, values } = readCommand(body);
    this.#handler.onCommand(name, values, messageStreamId);
  }

  #onTag(type: number, wrappedMs: number, body: Uint8Array): void {
    if (type === messageType.dataAmf0) {
      if (body.length === 0) return;
      this.#handler.onTag({ type: "script", timestampMs: this.#timestamps.near(wrappedMs), body });
      return;
    }
    const timestampMs = this.#timestamps.advance(wrappedMs);
    // Silence is sometimes sent as an empty message.
    if (body.length === 0) return;
    this.#handler.onTag({ type: type === messageType.video ? "video" : "audio", timestampMs, body });
  }

  /** RTMP 7.1.6: FLV tags with their own times, of which only the distance to the first counts. */
  #onAggregate(wrappedMs: number, reader: ByteReader): void {
    let firstMs: number | null = null;
    while (reader.remaining > 0 && !this.#stopped) {
      const type = reader.u8();
      const length = reader.u24();
      const tagMs = reader.u24() + reader.u8() * 2 ** 24;
      reader.u24(); // message stream id
      const body = reader.bytes(length);
      reader.u32(); // the tag's own length again
      firstMs ??= tagMs;
      if (type !== messageType.audio && type !== messageType.video && type !== messageType.dataAmf0) continue;
      this.#onTag(type, (wrappedMs + (tagMs - firstMs) + 2 ** 32) % 2 ** 32, body);
    }
  }
}

function newPacket(cid: number): RtmpPacket {
  const header = { fmt: 0, cid, timestamp: 0, length: 0, type: 0, stream_id: 0 };
  return { header, clock: 0, payload: Buffer.alloc(0), capacity: 0, bytes: 0 };
}
