import { writeAmf0 } from "../amf0.ts";
import { basicHeader, clientHandshake, type MessageWriter, u32 } from "./message-writer.ts";

/** A connection as an attacker sees it; TestPublisher has it over TCP. */
export interface Wire {
  readonly writer: MessageWriter;
  send(...bytes: Uint8Array[]): void;
  handshake(): void;
  /** Publishes like OBS and waits until it is live. */
  goLive(key: string): Promise<void>;
  /** A FIN after what was sent. */
  end(): void;
  /** A RST, now. */
  reset(): void;
}

/** Somebody who does what no encoder does. */
export interface HostilePublisher {
  name: string;
  /**
   * `cut`: the server must close the connection by itself, at once. `waits`: nothing wrong yet, so only a deadline ends
   * it. `leaves`: the publisher goes, or may as well stay live; nobody else may notice.
   */
  end: "cut" | "waits" | "leaves";
  /** Given a connection and a key that is good. May reject when it is cut in the middle. */
  attack(wire: Wire, key: string): Promise<void> | void;
}

const announced = 16 * 1024 * 1024 - 1;
const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) & 0xff));

/** Sends bytes behind a handshake. */
function after(...bytes: Uint8Array[]): HostilePublisher["attack"] {
  return (publisher) => publisher.send(clientHandshake(), ...bytes);
}

/** Sends a raw command body behind a handshake. */
function command(body: Uint8Array): HostilePublisher["attack"] {
  return (publisher) => publisher.send(clientHandshake(), publisher.writer.message({ type: 20, body }));
}

/** Sends what `write` makes once it is live. */
function live(write: (publisher: Wire) => Uint8Array[]): HostilePublisher["attack"] {
  return async (publisher, key) => {
    await publisher.goLive(key);
    publisher.send(...write(publisher));
  };
}

/** A chunk stream's first chunk, of a message that is announced and begun. */
function begin(cid: number, length: number, type = 9, chunkSizeBytes = 128): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, type, 1, 0, 0, 0]);
  header.writeUIntBE(length, 3, 3);
  return Buffer.concat([basicHeader(0, cid), header, new Uint8Array(chunkSizeBytes)]);
}

function repeat(times: number, bytes: Uint8Array): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => bytes));
}

const handshakes: HostilePublisher[] = [
  { name: "an HTTP request", end: "cut", attack: (p) => p.send(Buffer.from("GET / HTTP/1.1\r\nHost: stage\r\n\r\n")) },
  { name: "a TLS hello", end: "cut", attack: (p) => p.send(Buffer.from("16030100c8010000c40303", "hex")) },
  { name: "RTMPE", end: "cut", attack: (p) => p.send(Uint8Array.of(6), new Uint8Array(1536)) },
  { name: "nothing at all", end: "waits", attack: () => {} },
  { name: "half a handshake", end: "waits", attack: (p) => p.send(clientHandshake().subarray(0, 700)) },
  { name: "a handshake and silence", end: "waits", attack: (p) => p.handshake() },
  {
    name: "half a handshake and a FIN",
    end: "leaves",
    attack: (p) => {
      p.send(clientHandshake().subarray(0, 2000));
      p.end();
    },
  },
  {
    name: "a handshake and a RST",
    end: "leaves",
    attack: (p) => {
      p.handshake();
      p.reset();
    },
  },
  { name: "noise behind the handshake", end: "cut", attack: after(repeat(80, noise)) },
];

const commands: HostilePublisher[] = [
  {
    name: "a command of no bytes",
    end: "cut",
    attack: (p) =>
      p.send(clientHandshake(), p.writer.message({ type: 20, body: new Uint8Array() }), p.writer.connect()),
  },
  {
    name: "an AMF3 command of no bytes",
    end: "cut",
    attack: (p) =>
      p.send(clientHandshake(), p.writer.message({ type: 17, body: new Uint8Array() }), p.writer.connect()),
  },
  {
    name: "a command cut short",
    end: "cut",
    attack: command(writeAmf0("connect", 1, new Map([["app", "live"]])).subarray(0, 20)),
  },
  { name: "a number for a command's name", end: "cut", attack: command(writeAmf0(7, 1, null)) },
  {
    name: "an unknown AMF marker",
    end: "cut",
    attack: command(Buffer.concat([writeAmf0("connect", 1), Uint8Array.of(0x42)])),
  },
  {
    name: "objects nested ten thousand deep",
    end: "cut",
    attack: command(Buffer.concat([writeAmf0("connect", 1), repeat(10_000, Uint8Array.of(3, 0, 1, 97))])),
  },
  {
    name: "arrays nested ten thousand deep",
    end: "cut",
    attack: command(Buffer.concat([writeAmf0("connect", 1), repeat(10_000, Uint8Array.of(10, 0, 0, 0, 1))])),
  },
  {
    name: "a strict array of 2^32 - 1",
    end: "cut",
    attack: command(Buffer.concat([writeAmf0("connect", 1), Uint8Array.of(10, 255, 255, 255, 255)])),
  },
  {
    name: "a string of 4 GiB",
    end: "cut",
    attack: command(Buffer.concat([writeAmf0("connect", 1), Uint8Array.of(12, 255, 255, 255, 255, 97)])),
  },
  {
    name: "connect without a tcUrl",
    end: "waits",
    attack: (p) => p.send(clientHandshake(), p.writer.connect("live", undefined)),
  },
  {
    name: "connect with a tcUrl that is none",
    end: "waits",
    attack: (p) => p.send(clientHandshake(), p.writer.connect("live", "::::")),
  },
  { name: "connect with numbers", end: "waits", attack: (p) => p.send(clientHandshake(), p.writer.connect(1, 2)) },
  {
    name: "connect without anything",
    end: "waits",
    attack: (p) => p.send(clientHandshake(), p.writer.command("connect")),
  },
  {
    name: "connect with a key named __proto__",
    end: "waits",
    attack: (p) =>
      p.send(clientHandshake(), p.writer.command("connect", 1, new Map([["__proto__", new Map([["app", "live"]])]]))),
  },
  {
    name: "connect twice",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.connect(), p.writer.connect()),
  },
  {
    name: "createStream before connect",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.command("createStream", 1, null)),
  },
  { name: "publish before connect", end: "cut", attack: (p, key) => p.send(clientHandshake(), p.writer.publish(key)) },
  {
    name: "thousands of unknown commands",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), repeat(12_000, p.writer.command("_checkbw", 2, null))),
  },
  {
    name: "media without publishing",
    end: "waits",
    attack: (p) => p.send(clientHandshake(), p.writer.connect(), p.writer.video(0, noise)),
  },
  {
    name: "shared objects and unknown types",
    end: "waits",
    attack: (p) =>
      p.send(clientHandshake(), ...[0, 7, 16, 19, 255].map((type) => p.writer.message({ type, body: noise }))),
  },
];

const chunks: HostilePublisher[] = [
  { name: "a message of 16 MB announced by a stranger", end: "cut", attack: after(begin(3, announced)) },
  {
    name: "forty messages of 16 MB announced by a stranger",
    end: "cut",
    attack: after(...Array.from({ length: 40 }, (_, i) => begin(3 + i, announced))),
  },
  {
    name: "twelve messages of 64 KiB begun by a stranger",
    end: "cut",
    attack: after(...Array.from({ length: 12 }, (_, i) => begin(3 + i, 65_536))),
  },
  {
    name: "thirteen chunk streams",
    end: "cut",
    attack: after(...Array.from({ length: 13 }, (_, i) => begin(3 + i, 200))),
  },
  {
    name: "chunk streams named in three bytes",
    end: "cut",
    attack: after(...Array.from({ length: 13 }, (_, i) => begin(400 + 256 * i, 200))),
  },
  { name: "a chunk stream that starts with fmt 3", end: "cut", attack: after(Uint8Array.of(0xc5), new Uint8Array(64)) },
  {
    name: "a chunk stream that starts with fmt 2",
    end: "cut",
    attack: after(Uint8Array.of(0x85, 0, 0, 1), new Uint8Array(64)),
  },
  {
    name: "a header that shrinks the message it interrupts",
    end: "cut",
    attack: after(begin(5, 1000), basicHeader(1, 5), Buffer.from([0, 0, 0, 0, 0, 1, 9]), new Uint8Array(64)),
  },
  {
    name: "set chunk size without a size",
    end: "cut",
    attack: (p) =>
      p.send(clientHandshake(), p.writer.message({ type: 1, cid: 2, body: new Uint8Array() }), p.writer.connect()),
  },
  {
    name: "chunk size 0",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.message({ type: 1, cid: 2, body: u32(0) })),
  },
  {
    name: "chunk size 2^31",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.message({ type: 1, cid: 2, body: u32(2 ** 31) })),
  },
  {
    name: "chunk size 16 MiB and a byte",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.message({ type: 1, cid: 2, body: u32(16 * 1024 * 1024 + 1) })),
  },
  {
    name: "chunk size 1",
    end: "leaves",
    attack: (p, key) => p.send(clientHandshake(), p.writer.setChunkSize(1), p.writer.opening(key)),
  },
  {
    name: "a chunk size changed inside a message",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), begin(5, 1000), p.writer.setChunkSize(100), new Uint8Array(500)),
  },
  {
    name: "abort of a stream that never was",
    end: "waits",
    attack: (p) => p.send(clientHandshake(), p.writer.message({ type: 2, cid: 2, body: u32(77) })),
  },
  {
    name: "abort cut short",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.message({ type: 2, cid: 2, body: Uint8Array.of(0) })),
  },
  {
    name: "abort in the middle, then the rest",
    end: "cut",
    attack: after(
      begin(5, 1000, 20),
      Buffer.from([2, 0, 0, 0, 0, 0, 4, 2, 0, 0, 0, 0, 0, 0, 0, 5]),
      Uint8Array.of(0xc5),
      new Uint8Array(64),
      repeat(400, Uint8Array.of(0xff)),
    ),
  },
  {
    name: "a window size cut short",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.message({ type: 5, cid: 2, body: Uint8Array.of(1, 2) })),
  },
  {
    name: "a ping cut short",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.message({ type: 4, cid: 2, body: Uint8Array.of(0, 6, 1) })),
  },
  {
    name: "a flood of pings",
    end: "cut",
    attack: (p) =>
      p.send(
        clientHandshake(),
        repeat(20_000, p.writer.message({ type: 4, cid: 2, body: Buffer.concat([Uint8Array.of(0, 6), u32(1)]) })),
      ),
  },
  {
    name: "a window of 1 byte to acknowledge",
    end: "waits",
    attack: (p) => p.send(clientHandshake(), p.writer.message({ type: 5, cid: 2, body: u32(1) }), p.writer.connect()),
  },
];

const publishing: HostilePublisher[] = [
  {
    name: "publish without a name",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.connect(), p.writer.command("publish", 5, null)),
  },
  { name: "publish with a number", end: "cut", attack: (p) => p.send(clientHandshake(), p.writer.opening(12_345)) },
  { name: "publish with null", end: "cut", attack: (p) => p.send(clientHandshake(), p.writer.opening(null)) },
  {
    name: "publish with a name of 60 KB",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.opening("k".repeat(20_000))),
  },
  {
    name: "publish with a name of control characters",
    end: "cut",
    attack: (p) => p.send(clientHandshake(), p.writer.opening("\u0000\u001b[2J\r\n../../etc")),
  },
  { name: "an unknown key", end: "cut", attack: (p) => p.send(clientHandshake(), p.writer.opening("not-a-key")) },
  {
    name: "publish twice",
    end: "cut",
    attack: (p, key) => p.send(clientHandshake(), p.writer.opening(key), p.writer.publish(key)),
  },
  { name: "publish again when live", end: "cut", attack: live((p) => [p.writer.publish("other")]) },
  {
    name: "publish again when unpublished",
    end: "cut",
    attack: live((p) => [p.writer.unpublish("x"), p.writer.publish("other")]),
  },
  {
    name: "play",
    end: "cut",
    attack: (p, key) => p.send(clientHandshake(), p.writer.connect(), p.writer.command("play", 4, null, key)),
  },
  {
    name: "play, publish, and packets",
    end: "cut",
    attack: (p, key) =>
      p.send(
        clientHandshake(),
        p.writer.connect(),
        p.writer.command("play", 4, null, key),
        p.writer.publish(key),
        p.writer.video(0, noise),
      ),
  },
  {
    name: "play when live, and packets",
    end: "cut",
    attack: live((p) => [p.writer.command("play2", 4, null, "x"), p.writer.video(0, noise)]),
  },
  {
    name: "a second's media before the answer",
    end: "leaves",
    attack: (p, key) => p.send(clientHandshake(), p.writer.opening(key), repeat(80, p.writer.video(0, noise))),
  },
];

const media: HostilePublisher[] = [
  {
    name: "video and audio of no bytes",
    end: "leaves",
    attack: live((p) => [p.writer.video(0, new Uint8Array()), p.writer.audio(0, new Uint8Array())]),
  },
  {
    name: "video and audio of one byte",
    end: "leaves",
    attack: live((p) => [p.writer.video(0, Uint8Array.of(0x17)), p.writer.audio(0, Uint8Array.of(0xaf))]),
  },
  {
    name: "video of noise",
    end: "leaves",
    attack: live((p) => [p.writer.video(0, noise), p.writer.video(1, noise.subarray(99))]),
  },
  {
    name: "metadata of noise",
    end: "leaves",
    attack: live((p) => [p.writer.message({ type: 18, body: noise }), p.writer.message({ type: 15, body: noise })]),
  },
  {
    name: "metadata of no bytes",
    end: "leaves",
    attack: live((p) => [
      p.writer.message({ type: 18, body: new Uint8Array() }),
      p.writer.message({ type: 15, body: new Uint8Array() }),
    ]),
  },
  { name: "metadata of 1 MiB", end: "cut", attack: live(() => [begin(5, 1024 * 1024, 18)]) },
  { name: "a command of 1 MiB when live", end: "cut", attack: live(() => [begin(5, 1024 * 1024, 20)]) },
  { name: "a frame of 16 MB", end: "cut", attack: live(() => [begin(7, announced)]) },
  {
    name: "three frames of 8 MiB at once",
    end: "cut",
    attack: live(() => [7, 8, 9].map((cid) => begin(cid, 8 * 1024 * 1024, 9, 4096))),
  },
  {
    name: "an aggregate cut short",
    end: "cut",
    attack: live((p) => [p.writer.message({ type: 22, body: Uint8Array.of(9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1) })]),
  },
  {
    name: "an aggregate of aggregates",
    end: "leaves",
    attack: live((p) => [
      p.writer.message({ type: 22, body: Uint8Array.of(22, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 12) }),
    ]),
  },
  {
    name: "timestamps at every edge",
    end: "leaves",
    attack: live((p) =>
      [0, 0xfffffe, 0xffffff, 0x1000000, 2 ** 31, 2 ** 32 - 1, 0, 5].map((ms) => p.writer.video(ms, noise)),
    ),
  },
  {
    name: "timestamps that jump about",
    end: "leaves",
    attack: live((p) =>
      Array.from({ length: 50 }, (_, i) => p.writer.audio((i * 2_654_435_761) % 2 ** 32, noise.subarray(0, 9))),
    ),
  },
  {
    name: "media on nobody's message stream",
    end: "leaves",
    attack: live((p) => [p.writer.message({ type: 9, cid: 6, streamId: 0xffffffff, body: noise })]),
  },
  {
    name: "packets after unpublishing",
    end: "leaves",
    attack: live((p) => [p.writer.unpublish("x"), p.writer.video(0, noise), p.writer.unpublish("x")]),
  },
  {
    name: "a RST in the middle of a frame",
    end: "leaves",
    attack: async (p, key) => {
      await p.goLive(key);
      p.send(begin(7, 100_000));
      p.reset();
    },
  },
  {
    name: "a FIN in the middle of a frame",
    end: "leaves",
    attack: async (p, key) => {
      await p.goLive(key);
      p.send(begin(7, 100_000));
      p.end();
    },
  },
];

/** Everything that crashed, bloated or fooled a server we have read, and what else came to mind. */
export const hostilePublishers: readonly HostilePublisher[] = [
  ...handshakes,
  ...commands,
  ...chunks,
  ...publishing,
  ...media,
];
