import type { Attack, Door, Outcome, Targets } from "./attack.ts";
import { HostileSocket, isSettled, statusesOf, strangerAddress, untilAll } from "./hostile-socket.ts";

/** More, larger and wronger HTTP requests than anybody needs. */

const answerWithinMs = 8000;

/** Opens `count` connections, each at the next of the doors, from so many addresses. */
const openAll = (doors: readonly Door[], count: number, addresses: number): [HostileSocket, Door][] =>
  Array.from({ length: count }, (_, i) => {
    const door = doors[i % doors.length] as Door;
    return [new HostileSocket(door, strangerAddress(i % addresses)), door];
  });

const close = (sockets: readonly (readonly [HostileSocket, ...unknown[]])[]): void => {
  for (const [socket] of sockets) socket.destroy();
};

/** Sends one request by each of `count` connections; all must be answered with one of these, or be cut. */
async function sendOnce(
  targets: Targets,
  count: number,
  requestFor: (door: Door) => string,
  isRightStatus: (status: number) => boolean,
): Promise<Outcome> {
  const sockets = openAll(targets.doors, count, 50);
  for (const [socket, door] of sockets) socket.write(requestFor(door));
  const all = sockets.map(([socket]) => socket);
  await untilAll(all, isSettled, answerWithinMs);
  const isRight = all.every((socket) => isAnsweredOrCut(socket, isRightStatus));
  close(sockets);
  return { result: `${count} requests: ${statusesOf(all)}`, isRight };
}

/** It was let in, and then answered as it should be, or cut. */
const isAnsweredOrCut = (
  { isConnected, isOpen, status }: HostileSocket,
  isRightStatus: (status: number) => boolean,
): boolean => isConnected && (status === null ? !isOpen : isRightStatus(status));

const refused = (status: number): boolean => status >= 400 && status < 500;

/** Keeps `connections` busy with the same bytes for as long as it lasts. */
async function keepSending(targets: Targets, connections: number, bytesFor: (door: Door) => string): Promise<Outcome> {
  const sockets = openAll(targets.doors, connections, 50);
  const deadlineMs = performance.now() + targets.seconds * 1000;
  let sentBytes = 0;
  while (performance.now() < deadlineMs) {
    for (const [socket, door] of sockets) {
      if (!socket.isOpen || socket.unsentBytes > 256 * 1024) continue;
      const bytes = bytesFor(door);
      sentBytes += bytes.length;
      socket.write(bytes);
    }
    await Bun.sleep(5);
  }
  const answered = sockets.reduce((sum, [socket]) => sum + socket.answeredBytes, 0);
  close(sockets);
  const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  return {
    result: `${connections} connections sent ${mib(sentBytes)} MiB and got ${mib(answered)} MiB`,
    isRight: answered > 0,
  };
}

/** Connects and hangs up, as fast as it goes. */
async function connectAndLeave(
  doors: readonly { port: number; isSecure: boolean }[],
  seconds: number,
): Promise<Outcome> {
  const deadlineMs = performance.now() + seconds * 1000;
  let count = 0;
  let connected = 0;
  while (performance.now() < deadlineMs) {
    const some = doors.flatMap((door) =>
      Array.from({ length: 50 }, () => new HostileSocket(door, strangerAddress(count++))),
    );
    await Bun.sleep(30);
    connected += some.filter((socket) => socket.isConnected).length;
    for (const socket of some) socket.destroy();
  }
  return { result: `${count} connections, ${connected} were accepted in 30 ms`, isRight: connected > 0 };
}

const get = (path: string, ...lines: string[]): string =>
  ["GET " + path + " HTTP/1.1", "Host: localhost", ...lines, "", ""].join("\r\n");

const bothWays = ["bare", "Caddy"] as const;

export const httpFloods: Attack[] = [
  {
    name: "flood: connections that hang up",
    ways: bothWays,
    seconds: 5,
    run: ({ doors, seconds, rtmpPort, rtmpsPort }) =>
      connectAndLeave([...doors, { port: rtmpPort, isSecure: false }, { port: rtmpsPort, isSecure: true }], seconds),
  },
  {
    name: "flood: requests, ten at a time",
    ways: bothWays,
    seconds: 5,
    // Bun answers what one connection has sent, up to half a megabyte of requests, before it turns to the next. Caddy
    // sends one at a time.
    slowestBareMs: 12_000,
    run: (targets) => keepSending(targets, 24, (door) => get(door.path).repeat(10)),
  },
  {
    name: "flood: a thousand requests at a time, no answer read",
    ways: bothWays,
    seconds: 5,
    run: async (targets) => {
      const sockets = openAll(targets.doors, 24, 24);
      for (const [socket, door] of sockets) {
        socket.goDeaf();
        socket.write(get(door.path).repeat(1000));
      }
      await Bun.sleep(targets.seconds * 1000);
      const answered = sockets.filter(([{ status }]) => status === 200).length;
      close(sockets);
      return {
        result: `${sockets.length * 1000} requests by ${sockets.length} readers who do not read; ${answered} were answered`,
        isRight: answered > 0,
      };
    },
  },
  {
    name: "flood: passwords to try",
    ways: bothWays,
    seconds: 5,
    run: async (targets) => {
      // A name has so many tries in all: each way has one of its own.
      const name = targets.pagesDoor.isSecure ? "nobody_caddy" : "nobody_bare";
      const body = `username=${name}&password=a-wrong-password-1`;
      const lines = [
        `Origin: ${targets.origin}`,
        "Sec-Fetch-Site: same-origin",
        "Content-Type: application/x-www-form-urlencoded",
      ];
      const request = `${get("/login", ...lines, `Content-Length: ${body.length}`)}${body}`
        .replace(/^GET/, "POST")
        .replace("Host: localhost", `Host: ${new URL(targets.origin).host}`);
      const sockets = Array.from({ length: 200 }, (_, i) => new HostileSocket(targets.pagesDoor, strangerAddress(i)));
      for (const socket of sockets) socket.write(request);
      await untilAll(sockets, isSettled, answerWithinMs);
      // Wrong, too many at once, too many in all.
      const isRight = sockets.every((socket) => isAnsweredOrCut(socket, (status) => [422, 503, 429].includes(status)));
      const triedCount = sockets.filter(({ status }) => status === 422).length;
      for (const socket of sockets) socket.destroy();
      return { result: `200 sign-ins: ${statusesOf(sockets)}`, isRight: isRight && triedCount > 0 };
    },
  },
  {
    name: "size: headers of 64 KiB",
    ways: bothWays,
    seconds: 1,
    run: (targets) => sendOnce(targets, 120, ({ path }) => get(path, `X: ${"x".repeat(65_536)}`), refused),
  },
  {
    name: "size: headers without end",
    ways: bothWays,
    seconds: 5,
    run: async (targets) => {
      const line = `X-${"y".repeat(20)}: ${"z".repeat(40)}\r\n`.repeat(50);
      const sockets = openAll(targets.doors, 40, 40);
      for (const [socket, { path }] of sockets) socket.write(get(path).slice(0, -2));
      const deadlineMs = performance.now() + targets.seconds * 1000;
      while (performance.now() < deadlineMs && sockets.some(([socket]) => socket.isOpen)) {
        for (const [socket] of sockets) if (socket.unsentBytes < 65_536) socket.write(line);
        await Bun.sleep(20);
      }
      const left = sockets.filter(([socket]) => socket.isOpen || !socket.isConnected).length;
      close(sockets);
      return { result: `40 connections, ${left} not cut after ${targets.seconds} s`, isRight: left === 0 };
    },
  },
  {
    name: "size: a thousand headers",
    ways: bothWays,
    seconds: 1,
    run: (targets) =>
      sendOnce(
        targets,
        120,
        ({ path }) => get(path, ...Array.from({ length: 1000 }, (_, i) => `X${i}: y`), "Connection: close"),
        // Caddy says 502 where the service has hung up on the request before it was sent whole.
        (status) => status === 431 || status === 502,
      ),
  },
  {
    name: "size: an address of 100 000 letters",
    ways: bothWays,
    seconds: 1,
    run: (targets) => sendOnce(targets, 120, () => get(`/${"a".repeat(100_000)}`), refused),
  },
  {
    name: "size: a body of 1 TB, announced",
    ways: bothWays,
    seconds: 1,
    run: (targets) =>
      sendOnce(
        targets,
        120,
        ({ formPath }) => get(formPath, "Content-Length: 1000000000000", "Connection: close").replace(/^GET/, "POST"),
        refused,
      ),
  },
  {
    name: "size: bodies without end",
    ways: bothWays,
    seconds: 5,
    run: async (targets) => {
      const sockets = openAll(targets.doors, 16, 16);
      const chunk = `10000\r\n${"b".repeat(65_536)}\r\n`;
      for (const [socket, { formPath }] of sockets)
        socket.write(get(formPath, "Transfer-Encoding: chunked").replace(/^GET/, "POST"));
      const deadlineMs = performance.now() + targets.seconds * 1000;
      let sentBytes = 0;
      while (performance.now() < deadlineMs) {
        for (const [socket] of sockets) {
          if (!socket.isOpen || socket.unsentBytes > 2 ** 20) continue;
          socket.write(chunk);
          sentBytes += chunk.length;
        }
        await Bun.sleep(2);
      }
      const all = sockets.map(([socket]) => socket);
      const isRight = all.every((socket) => isAnsweredOrCut(socket, refused));
      close(sockets);
      return { result: `16 bodies, ${(sentBytes / 2 ** 20).toFixed(0)} MiB sent: ${statusesOf(all)}`, isRight };
    },
  },
];
