import { expect, test } from "bun:test";
import { sharedBody } from "./shared-body.ts";

const bodyBytes = 16 * 1024 * 1024;
const readers = 40;

/** A reader that asks and reads nothing. Resolves when it is connected. */
const askAndBeDeaf = (port: number) =>
  Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: (socket) => {
        socket.pause();
        socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      },
      data: () => undefined,
    },
  });

/** How much memory grows by readers who do not read, each of whom is answered with what `next` gives. */
async function growthOfDeafReaders(next: () => Uint8Array): Promise<number> {
  let answered = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => {
      answered += 1;
      return new Response(sharedBody(next()));
    },
  });
  const before = process.memoryUsage.rss();
  const sockets = await Promise.all(Array.from({ length: readers }, () => askAndBeDeaf(server.port ?? 0)));
  try {
    while (answered < readers) await new Promise((resolve) => setImmediate(resolve));
    return process.memoryUsage.rss() - before;
  } finally {
    for (const socket of sockets) socket.terminate();
    await server.stop(true);
  }
}

test("readers who do not read hold no copies of what they asked for", async () => {
  const bytes = new Uint8Array(bodyBytes).fill(7);
  sharedBody(bytes);
  expect(await growthOfDeafReaders(() => bytes)).toBeLessThan((readers * bodyBytes) / 4);
});

test("nor do readers of parts of it, each of another", async () => {
  const bytes = new Uint8Array(bodyBytes).fill(7);
  sharedBody(bytes);
  let from = 0;
  const next = () => bytes.subarray(from++);
  expect(await growthOfDeafReaders(next)).toBeLessThan((readers * bodyBytes) / 4);
});

test("the same bytes are one body, and a part of it is what it should be", async () => {
  const bytes = new Uint8Array([1, 2, 3, 4]);
  expect(sharedBody(bytes)).toBe(sharedBody(bytes));
  const read = (body: Blob) => new Response(body).bytes();
  expect(await read(sharedBody(bytes).slice(1, 3))).toEqual(new Uint8Array([2, 3]));
  const part = bytes.subarray(1);
  expect([await read(sharedBody(part)), await read(sharedBody(part).slice(1, 2))]).toEqual([
    new Uint8Array([2, 3, 4]),
    new Uint8Array([3]),
  ]);
  expect((await read(sharedBody(bytes.subarray(2, 2)))).length).toBe(0);
});
