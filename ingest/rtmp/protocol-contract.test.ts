import { describe, expect, test } from "bun:test";
import Rtmp from "node-media-server/src/protocol/rtmp.js";
import wanted from "../../package.json" with { type: "json" };
import { clientHandshake, MessageWriter } from "./testing/message-writer.ts";

/** What we rely on in the package. When one of these fails after an upgrade, read its protocol class again, all of it. */
class Watched extends Rtmp {
  readonly calls: string[] = [];
  readonly output: Buffer[] = [];

  constructor() {
    super();
    this.onOutputCallback = (bytes) => this.output.push(bytes);
  }

  override packetParse(): void {
    super.packetParse();
    this.calls.push(`parse ${this.parserPacket.header.cid} fmt ${this.parserBuffer.readUInt8(0) >> 6}`);
  }

  override packetAlloc(): void {
    this.calls.push(`alloc ${this.parserPacket.header.length} at ${this.parserPacket.clock}`);
    super.packetAlloc();
  }

  override packetHandler(): void {
    const { header, clock, payload, bytes } = this.parserPacket;
    const body = payload.subarray(0, header.length).toString("hex");
    this.calls.push(`message type ${header.type} stream ${header.stream_id} at ${clock} bytes ${bytes}: ${body}`);
  }
}

describe("node-media-server", () => {
  test("is the version that was read", async () => {
    const installed: unknown = await Bun.file(
      new URL("../../node_modules/node-media-server/package.json", import.meta.url),
    ).json();
    expect(installed).toMatchObject({ version: "4.4.3" });
    expect(wanted.dependencies["node-media-server"]).toBe("4.4.3");
  });

  test("answers the simple handshake with S0, C1 and C1", () => {
    const rtmp = new Watched();
    const handshake = clientHandshake().fill(7, 1, 1537);
    rtmp.parserData(handshake.subarray(0, 1537));
    const answer = Buffer.concat(rtmp.output);
    expect(answer.length).toBe(3073);
    expect(answer[0]).toBe(3);
    expect(answer.subarray(1, 1537).equals(handshake.subarray(1, 1537))).toBe(true);
  });

  test("calls what we override: at each header, before a message's first byte, behind its last", () => {
    const rtmp = new Watched();
    const writer = new MessageWriter();
    rtmp.parserData(clientHandshake());
    rtmp.parserData(
      writer.message({ type: 9, cid: 6, streamId: 1, timestamp: 7, body: new Uint8Array(130).fill(0xab) }),
    );
    rtmp.parserData(writer.message({ type: 9, cid: 6, fmt: 2, timestamp: 5, body: new Uint8Array(130).fill(0xcd) }));
    expect(rtmp.calls).toEqual([
      "parse 6 fmt 0",
      "alloc 130 at 7",
      "parse 6 fmt 3",
      `message type 9 stream 1 at 7 bytes 0: ${"ab".repeat(130)}`,
      "parse 6 fmt 2",
      "alloc 130 at 12",
      "parse 6 fmt 3",
      `message type 9 stream 1 at 12 bytes 0: ${"cd".repeat(130)}`,
    ]);
    expect(rtmp.inPackets.get(6)).toBe(rtmp.parserPacket);
    expect([rtmp.parserPacket.capacity >= 130, rtmp.parserBasicBytes, rtmp.inChunkSize]).toEqual([true, 1, 128]);
  });

  test("writes control messages and chunks as RTMP 5.4 and 5.3 have them", () => {
    const rtmp = new Watched();
    rtmp.sendACK(1);
    rtmp.sendWindowACK(2);
    rtmp.setPeerBandwidth(3, 2);
    rtmp.setChunkSize(rtmp.outChunkSize);
    const header = { fmt: 0, cid: 3, timestamp: 0, length: 2, type: 20, stream_id: 1 };
    rtmp.output.push(Rtmp.chunksCreate({ header, payload: Buffer.of(5, 5) }));
    expect(rtmp.output.map((bytes) => bytes.toString("hex"))).toEqual([
      "02000000000004030000000000000001",
      "02000000000004050000000000000002",
      "0200000000000506000000000000000302",
      "0200000000000401000000000000ffff",
      "03000000000002140100000005" + "05",
    ]);
  });
});
