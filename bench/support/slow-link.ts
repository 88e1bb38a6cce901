import { connect, createServer, type Socket } from "node:net";

export interface LinkOptions {
  /** Added to each direction, ms: half of the round trip. */
  delayMs: number;
  /** Up to so much more, at random, ms. */
  jitterMs: number;
  /** What all connections together get in each direction, Mbit/s. */
  mbitPerSec: number;
}

/** A TCP port that leads to another one over a link as homes have it. Its loss is TCP's: late, never missing. */
export async function slowLink(port: number, link: LinkOptions): Promise<{ port: number; stop: () => void }> {
  const sockets = new Set<Socket>();
  const directions = [new Direction(link), new Direction(link)] as const;
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const [from, to, direction] of [
      [client, upstream, directions[0]],
      [upstream, client, directions[1]],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      let lastAtMs = 0;
      from.on("data", (bytes) => {
        const atMs = Math.max(lastAtMs, direction.arrivalOf(bytes.length));
        lastAtMs = atMs;
        setTimeout(() => to.writable && to.write(bytes), atMs - performance.now());
      });
      from.on("close", () => {
        sockets.delete(from);
        setTimeout(() => to.destroy(), Math.max(0, lastAtMs - performance.now()) + link.delayMs + link.jitterMs);
      });
      from.on("error", () => from.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** When bytes that are sent now arrive at the other end, on the clock of `performance.now()`. */
class Direction {
  readonly #link: LinkOptions;
  #freeAtMs = 0;

  constructor(link: LinkOptions) {
    this.#link = link;
  }

  arrivalOf(bytes: number): number {
    const { delayMs, jitterMs, mbitPerSec } = this.#link;
    this.#freeAtMs = Math.max(this.#freeAtMs, performance.now()) + (bytes * 8) / (mbitPerSec * 1000);
    return this.#freeAtMs + delayMs + Math.random() * jitterMs;
  }
}
