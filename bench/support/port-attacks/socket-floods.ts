import type { Attack, Outcome, Targets } from "./attack.ts";
import { HostileSocket, statusesOf, strangerAddress, untilAllEnd } from "./hostile-socket.ts";

/** More WebSockets, event streams and RTMP connections than one address, or anybody, needs. */

const upgradeOf = ({ origin }: Targets): string =>
  [
    "GET /ws HTTP/1.1",
    `Host: ${new URL(origin).host}`,
    `Origin: ${origin}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${btoa("0123456789abcdef")}`,
    "",
    "",
  ].join("\r\n");

/** `count` connections from one address: how many are let in? */
async function fromOneAddress(
  door: { port: number; isSecure: boolean },
  request: string,
  { count, mostAllowed, isLetIn }: { count: number; mostAllowed: number; isLetIn: (socket: HostileSocket) => boolean },
): Promise<Outcome> {
  const sockets = Array.from({ length: count }, () => new HostileSocket(door, "127.19.0.1"));
  for (const socket of sockets) socket.write(request);
  await Bun.sleep(3000);
  const letIn = sockets.filter(isLetIn).length;
  const result = `${count} from one address, ${letIn} let in: ${statusesOf(sockets)}`;
  for (const socket of sockets) socket.destroy();
  return { result, isRight: letIn > 0 && letIn <= mostAllowed };
}

const bothWays = ["bare", "Caddy"] as const;

export const socketFloods: Attack[] = [
  {
    name: "WebSockets of one address",
    ways: bothWays,
    seconds: 3,
    run: (targets) =>
      fromOneAddress(targets.socketDoor, upgradeOf(targets), {
        count: 800,
        mostAllowed: 500,
        isLetIn: ({ status }) => status === 101,
      }),
  },
  {
    name: "WebSockets without end, each of another address",
    ways: bothWays,
    seconds: 5,
    run: async (targets) => {
      const deadlineMs = performance.now() + targets.seconds * 1000;
      const request = upgradeOf(targets);
      let count = 0;
      let upgraded = 0;
      while (performance.now() < deadlineMs) {
        const some = Array.from({ length: 100 }, () => new HostileSocket(targets.socketDoor, strangerAddress(count++)));
        for (const socket of some) socket.write(request);
        await Bun.sleep(100);
        upgraded += some.filter(({ status }) => status === 101).length;
        for (const socket of some) socket.destroy();
      }
      return { result: `${count} opened, ${upgraded} upgraded and dropped`, isRight: true };
    },
  },
  {
    name: "event streams of one address, none read",
    ways: bothWays,
    seconds: 3,
    run: (targets) =>
      fromOneAddress(
        targets.pagesDoor,
        `GET ${targets.eventsPath} HTTP/1.1\r\nHost: ${new URL(targets.origin).host}\r\n\r\n`,
        { count: 800, mostAllowed: 500, isLetIn: ({ status }) => status === 200 },
      ),
  },
  {
    name: "waiting playlists of one address",
    ways: bothWays,
    seconds: 3,
    run: (targets) =>
      // Far enough ahead to wait, near enough to be no mistake. What waits is not answered yet.
      fromOneAddress(
        targets.mediaDoor,
        `GET ${targets.mediaPath.replace(/source\/.*$/, "source/index.m3u8")}?_HLS_msn=999999999 HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        { count: 500, mostAllowed: 500, isLetIn: ({ status }) => status === 400 },
      ),
  },
  {
    name: "RTMP connections of one address",
    ways: ["bare"],
    seconds: 3,
    run: async ({ rtmpPort }) => {
      const sockets = Array.from(
        { length: 600 },
        () => new HostileSocket({ port: rtmpPort, isSecure: false }, "127.19.0.2"),
      );
      await untilAllEnd(sockets, 3000);
      const left = sockets.filter((socket) => socket.isOpen).length;
      for (const socket of sockets) socket.destroy();
      return { result: `600 from one address, ${left} let in`, isRight: left > 0 && left <= 200 };
    },
  },
];
