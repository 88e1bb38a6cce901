import type { Attack, Outcome, Targets } from "./attack.ts";
import { HostileSocket, isSettled, statusesOf, strangerAddress, untilAll } from "./hostile-socket.ts";

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
  for (const socket of sockets) {
    socket.goDeaf();
    socket.write(request);
  }
  await untilAll(sockets, isSettled, 3000);
  const letIn = sockets.filter(isLetIn).length;
  const result = `${count} from one address, ${letIn} let in: ${statusesOf(sockets)}`;
  for (const socket of sockets) socket.destroy();
  return { result, isRight: letIn > 0 && letIn <= mostAllowed };
}

/** What one address may hold, and more than that. */
const [playlistsAllowed, playlistsAsked] = [2000, 2500];

/** Playlists of what is not there yet, from one address: how many may wait? */
async function waitForPlaylists({ mediaDoor, origin, playlistPath }: Targets): Promise<Outcome> {
  const sockets: HostileSocket[] = [];
  // Not all at once: whoever finds the queue of those to be accepted full tries again only after a second.
  while (sockets.length < playlistsAsked) {
    const some = Array.from({ length: 100 }, () => new HostileSocket(mediaDoor, "127.19.0.1"));
    await untilAll(some, ({ isConnected }) => isConnected, 2000);
    sockets.push(...some);
  }
  const site = mediaDoor.isSecure ? origin : `http://127.0.0.1:${mediaDoor.port}`;
  const playlist = await (await fetch(site + playlistPath, { tls: { rejectUnauthorized: false } })).text();
  const complete = playlist.match(/^#EXTINF/gm)?.length ?? 0;
  const isOneOpen = playlist.slice(playlist.lastIndexOf("#EXTINF")).includes("\n#EXT-X-PART:");
  const last = Number(/MEDIA-SEQUENCE:(\d+)/.exec(playlist)?.[1]) + complete - (isOneOpen ? 0 : 1);
  // As far ahead as one may ask: two segments of two seconds each must begin and end before it is there.
  const request = `GET ${playlistPath}?_HLS_msn=${last + 2} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  for (const socket of sockets) socket.write(request);
  await Bun.sleep(3000);
  const waiting = sockets.filter(({ status, isOpen, isConnected }) => status === null && isOpen && isConnected).length;
  const refused = sockets.filter(({ status }) => status === 429).length;
  const result = `${playlistsAsked} from one address, ${waiting} wait: ${statusesOf(sockets)}`;
  for (const socket of sockets) socket.destroy();
  return {
    result,
    isRight: waiting > 0 && waiting <= playlistsAllowed && refused > 0 && waiting + refused === playlistsAsked,
  };
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
      return { result: `${count} opened, ${upgraded} upgraded and dropped`, isRight: upgraded > 0 };
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
    run: waitForPlaylists,
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
      await untilAll(sockets, ({ isOpen }) => !isOpen, 3000);
      const left = sockets.filter(({ isOpen, isConnected }) => isOpen && isConnected).length;
      for (const socket of sockets) socket.destroy();
      return { result: `600 from one address, ${left} let in`, isRight: left > 0 && left <= 200 };
    },
  },
];
