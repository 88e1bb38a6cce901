import type { Attack, Door, Outcome, Targets } from "./attack.ts";
import { HostileSocket, strangerAddress } from "./hostile-socket.ts";

/** Connections that are opened and then take their time: all kinds at once, at every door. */

interface Kind {
  name: string;
  door: { port: number; isSecure: boolean };
  opening: string | Uint8Array;
  /** Sent each second. */
  drip: string | Uint8Array | null;
  /** Asks for something that is there, and does not read it. */
  isDeaf?: boolean;
  /** When the server must have ended it, s; null: it may stay, and is bounded otherwise. */
  endsWithinSec: number | null;
}

const socketsPerKind = 120;
/** Ten, and Bun looks every four; the rest is for a machine that has other things to do. */
const headerSec = 20;
/** The longest that any service lets a connection idle. */
const idleSec = 68;

const head = (method: string, path: string, ...lines: string[]): string =>
  [`${method} ${path} HTTP/1.1`, "Host: localhost", ...lines, ""].join("\r\n");

function httpKinds(door: Door): Kind[] {
  const at = (name: string): string => `${door.name}: ${name}`;
  return [
    { name: at("says nothing"), door, opening: "", drip: null, endsWithinSec: headerSec },
    { name: at("half a request line"), door, opening: "GET / HT", drip: null, endsWithinSec: headerSec },
    { name: at("a header a second"), door, opening: head("GET", "/"), drip: "X: y\r\n", endsWithinSec: headerSec },
    {
      name: at("a header's byte a second"),
      door,
      opening: `${head("GET", "/")}X: `,
      drip: "a",
      endsWithinSec: headerSec,
    },
    {
      name: at("a body's byte a second"),
      door,
      opening: `${head("POST", door.formPath, "Origin: https://localhost", "Content-Length: 900")}\r\n`,
      drip: "a",
      endsWithinSec: idleSec,
    },
    {
      name: at("a chunk a second"),
      door,
      opening: `${head("POST", door.formPath, "Transfer-Encoding: chunked")}\r\n`,
      drip: "1\r\na\r\n",
      endsWithinSec: idleSec,
    },
  ];
}

const upgrade = (targets: Targets): string =>
  head(
    "GET",
    "/ws",
    `Origin: ${targets.origin}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${btoa("0123456789abcdef")}`,
  );

function socketKinds(targets: Targets): Kind[] {
  const { socketDoor, mediaDoor, mediaPath } = targets;
  const media = `${head("GET", mediaPath)}\r\n`;
  return [
    { name: "half an upgrade", door: socketDoor, opening: upgrade(targets), drip: null, endsWithinSec: headerSec },
    {
      name: "an upgrade and no word",
      door: socketDoor,
      opening: `${upgrade(targets)}\r\n`,
      drip: null,
      endsWithinSec: headerSec,
    },
    {
      name: "half a frame",
      door: socketDoor,
      opening: `${upgrade(targets)}\r\n\x81`,
      drip: null,
      endsWithinSec: headerSec,
    },
    // The kernel takes one segment of this stream whole. What is kept of more is shared-body.test.ts's to see.
    {
      name: "a segment that is not read",
      door: mediaDoor,
      opening: media,
      drip: null,
      isDeaf: true,
      endsWithinSec: null,
    },
  ];
}

/** AMF0: a command without arguments that anybody would answer. */
function rtmpConnect(): Uint8Array {
  const body = Buffer.concat([
    Buffer.from([2, 0, 7]),
    Buffer.from("connect"),
    Buffer.from([0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 3, 0, 3]),
    Buffer.from("app"),
    Buffer.from([2, 0, 4]),
    Buffer.from("live"),
    Buffer.from([0, 0, 9]),
  ]);
  return Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, body.length, 20, 0, 0, 0, 0]), body]);
}

function rtmpKinds(targets: Targets): Kind[] {
  const c0c1 = Buffer.concat([Buffer.from([3]), Buffer.alloc(1536)]);
  const c2 = Buffer.alloc(1536);
  const stalls: [string, Uint8Array, Uint8Array | null][] = [
    ["says nothing", Buffer.alloc(0), null],
    ["stalls after C0", c0c1.subarray(0, 1), null],
    ["stalls within C1", c0c1.subarray(0, 700), null],
    ["a byte of C1 a second", c0c1.subarray(0, 1), Buffer.alloc(1)],
    ["stalls after C1", c0c1, null],
    ["stalls within C2", Buffer.concat([c0c1, c2.subarray(0, 700)]), null],
    ["stalls after the handshake", Buffer.concat([c0c1, c2]), null],
    ["stalls after connect", Buffer.concat([c0c1, c2, rtmpConnect()]), null],
  ];
  const plain = stalls.map(([name, opening, drip]): Kind => {
    return {
      name: `RTMP: ${name}`,
      door: { port: targets.rtmpPort, isSecure: false },
      opening,
      drip,
      endsWithinSec: headerSec,
    };
  });
  return [...plain, ...tlsKinds("RTMPS", targets.rtmpsPort)];
}

/** TLS that is never finished: bytes over plain TCP that look like its beginning. */
function tlsKinds(name: string, port: number): Kind[] {
  const door = { port, isSecure: false };
  // A record of a ClientHello that announces 512 bytes.
  const hello = Buffer.concat([Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), Buffer.alloc(60)]);
  return [
    { name: `${name}: no handshake`, door, opening: "", drip: null, endsWithinSec: headerSec },
    { name: `${name}: half a ClientHello`, door, opening: hello, drip: null, endsWithinSec: headerSec },
    { name: `${name}: a byte of it a second`, door, opening: hello, drip: Buffer.alloc(1), endsWithinSec: headerSec },
  ];
}

interface Watched {
  kind: Kind;
  sockets: HostileSocket[];
}

/** Those that stand, or stood, longer than they may; in words. */
function lateOnes(watched: readonly Watched[], seconds: number): string[] {
  return watched.flatMap(({ kind, sockets }) => {
    const { name, endsWithinSec } = kind;
    if (endsWithinSec === null || endsWithinSec > seconds) return [];
    const late = sockets.filter(({ lastedMs }) => lastedMs === null || lastedMs > endsWithinSec * 1000).length;
    return late === 0 ? [] : [`${name}: ${late} of ${sockets.length} stand after ${endsWithinSec} s`];
  });
}

async function beSlow(kinds: readonly Kind[], seconds: number): Promise<Outcome> {
  const watched: Watched[] = [];
  for (const [group, kind] of kinds.entries()) {
    const sockets = Array.from(
      { length: socketsPerKind },
      (_, i) => new HostileSocket(kind.door, strangerAddress(group * socketsPerKind + i)),
    );
    for (const socket of sockets) {
      socket.write(kind.opening);
      if (kind.isDeaf === true) socket.goDeaf();
    }
    watched.push({ kind, sockets });
    await Bun.sleep(20);
  }
  const deadlineMs = performance.now() + seconds * 1000;
  while (performance.now() < deadlineMs) {
    await Bun.sleep(1000);
    for (const { kind, sockets } of watched)
      if (kind.drip !== null) for (const socket of sockets) socket.write(kind.drip);
  }
  const late = lateOnes(watched, seconds);
  const all = watched.flatMap(({ sockets }) => sockets);
  const stand = all.filter((socket) => socket.isOpen).length;
  const deaf = watched.flatMap(({ kind, sockets }) => (kind.isDeaf === true ? sockets : []));
  const served = deaf.filter(({ status }) => status === 200).length;
  const deafStand = deaf.filter((socket) => socket.isOpen).length;
  const strangers = all.filter((socket) => !socket.isConnected).length;
  for (const socket of all) socket.destroy();
  const result = [
    `${all.length} connections of ${kinds.length} kinds: ${stand} stand after ${seconds} s, ${deafStand} of them deaf`,
    ...(late.length === 0 ? [] : [`NOT CUT: ${late.join(", ")}`]),
    ...(served === deaf.length ? [] : [`only ${served} of ${deaf.length} deaf ones were given what they asked for`]),
    ...(strangers === 0 ? [] : [`${strangers} were never let in`]),
  ];
  return { result: result.join("; "), isRight: result.length === 1 };
}

export const slowAttacks: Attack[] = [
  {
    name: "slow: every kind at every port",
    ways: ["bare"],
    seconds: 72,
    run: (targets) =>
      beSlow([...targets.doors.flatMap(httpKinds), ...socketKinds(targets), ...rtmpKinds(targets)], targets.seconds),
  },
  {
    name: "slow: every kind",
    ways: ["Caddy"],
    seconds: 72,
    run: (targets) =>
      beSlow(
        [
          ...targets.doors.flatMap(httpKinds),
          ...socketKinds(targets),
          ...targets.doors.flatMap(({ port }) => tlsKinds("TLS", port)),
        ],
        targets.seconds,
      ),
  },
];
