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

test("readers who do not read hold no copies of what they asked for", async () => {
  const bytes = new Uint8Array(bodyBytes).fill(7);
  let answered = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => {
      answered += 1;
      return new Response(sharedBody(bytes));
    },
  });
  sharedBody(bytes);
  const before = process.memoryUsage.rss();
  const sockets = await Promise.all(Array.from({ length: readers }, () => askAndBeDeaf(server.port ?? 0)));
  try {
    while (answered < readers) await new Promise((resolve) => setImmediate(resolve));
    expect(process.memoryUsage.rss() - before).toBeLessThan((readers * bodyBytes) / 4);
  } finally {
    for (const socket of sockets) socket.terminate();
    await server.stop(true);
  }
});

test("the same bytes are one body, and a part of it is what it should be", async () => {
  const bytes = new Uint8Array([1, 2, 3, 4]);
  expect(sharedBody(bytes)).toBe(sharedBody(bytes));
  expect(await new Response(sharedBody(bytes).slice(1, 3)).bytes()).toEqual(new Uint8Array([2, 3]));
});
