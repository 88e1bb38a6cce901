import { afterEach, expect, test } from "bun:test";
import pino from "pino";
import { serveHttp } from "./service.ts";

let server: Bun.Server<undefined> | undefined;
afterEach(() => server?.stop(true));

const logged: string[] = [];
const log = pino({}, { write: (line: string) => void logged.push(line) });

function serve(fetch: (request: Request) => Response): number {
  server = serveHttp("PORT", log, { hostname: "127.0.0.1", port: 0, fetch });
  return server.port ?? 0;
}

/** The whole answer to bytes that no well-behaved client sends. */
function send(port: number, request: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    void Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        open: (socket) => void socket.write(request),
        data(socket, bytes) {
          answer += bytes.toString("latin1");
          if (answer.includes("\r\n\r\n")) socket.end();
        },
        close: () => resolve(answer),
      },
    });
  });
}

test.each(["GET / HTTP/1.0\r\n", "GET / HTTP/1.1\r\nHost: \r\n", "GET / HTTP/1.1\r\nHost: a b\r\n"])(
  "%j has no usable host: refused, unseen by handlers and the log",
  async (head) => {
    const port = serve(({ url }) => new Response(new URL(url).pathname));
    expect(await send(port, `${head}\r\n`)).toStartWith("HTTP/1.1 400 ");
    expect(logged).toEqual([]);
  },
);

test("a defect is in the log, and the client sees nothing of it", async () => {
  const port = serve(() => {
    throw new Error("a secret detail");
  });
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect([response.status, await response.text()]).toEqual([500, "Something went wrong here.\n"]);
  expect(logged.some((line) => line.includes("a secret detail"))).toBe(true);
});
