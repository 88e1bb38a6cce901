/**
 * What we use of node-media-server 4.4.3: its RTMP protocol class and nothing else. The package carries no types.
 * `protocol-contract.test.ts` fails when an upgrade changes any of this.
 */
declare module "node-media-server/src/protocol/rtmp.js" {
  /** The state of one chunk stream: RTMP 5.3.1. */
  export interface RtmpPacket {
    header: {
      /** 0 to 3: how much of the message header the chunk carries. */
      fmt: number;
      /** Chunk stream id. */
      cid: number;
      /** As last read: absolute after fmt 0, a delta after 1 and 2; 0xffffff means that four more bytes follow. */
      timestamp: number;
      length: number;
      type: number;
      stream_id: number;
    };
    /** The message's absolute timestamp. Deltas are added without ever wrapping. */
    clock: number;
    /** Reused from message to message; valid up to `header.length`. */
    payload: Buffer;
    capacity: number;
    /** How much of the current message has arrived. */
    bytes: number;
  }

  export default class Rtmp {
    /** The chunk's basic and message headers while they are read. */
    parserBuffer: Buffer;
    /** Length of the basic header: 1 to 3. */
    parserBasicBytes: number;
    parserPacket: RtmpPacket;
    inPackets: Map<number, RtmpPacket>;
    inChunkSize: number;
    outChunkSize: number;
    /** A parser of FLV files with 1 MiB of buffer, which a publisher never needs. */
    flv: unknown;

    onOutputCallback: (bytes: Buffer) => void;

    /** Takes whatever the socket read. Throws anything at all on malformed input. */
    parserData(bytes: Buffer): string | null;
    /** Called at each chunk's header: finds the chunk stream and reads the message header into it. */
    packetParse(): void;
    chunkMessageHeaderRead(): number;
    /** Called before a message's first byte, after `clock` was set: makes room for `header.length`. */
    packetAlloc(): void;
    /** Called with a whole message in `parserPacket`. */
    packetHandler(): void;

    sendACK(sequenceNumber: number): void;
    sendWindowACK(bytes: number): void;
    setPeerBandwidth(bytes: number, limitType: number): void;
    setChunkSize(bytes: number): void;

    /** A whole message, cut into chunks of 65 535 bytes. */
    static chunksCreate(packet: Pick<RtmpPacket, "header" | "payload">): Buffer;
  }
}
