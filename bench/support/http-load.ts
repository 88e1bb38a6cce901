import { cpuSec } from "./process-usage.ts";
import { percentile } from "./table.ts";

/** [I/O] Requests over connections that are kept, each as soon as the answer to the one before is there. */

export interface LoadOptions {
  url: string;
  headers?: Record<string, string>;
  /** Of the process that answers. */
  pid: number;
  connections: number;
  seconds: number;
}

export interface LoadResult {
  perSec: number;
  /** Of the process that answers, for each request, µs. */
  cpuMicros: number;
  /** ms */
  p50: number;
  p99: number;
  /** Of one answer's body, on average. */
  bytes: number;
  /** Answers that were none of 200. */
  failures: number;
}

const headEnd = Buffer.from("\r\n\r\n");

/** One connection: what has come of the answer that it waits for. */
class Exchange {
  sentAtMs = 0;
  #status = 0;
  #bodyBytes = 0;
  /** null: the head has not come whole. */
  #left: number | null = null;
  #head = Buffer.alloc(0);

  /** Takes bytes; returns the answer once it is whole. */
  take(chunk: Uint8Array): { status: number; bodyBytes: number } | null {
    if (this.#left === null) {
      this.#head = Buffer.concat([this.#head, chunk]);
      const end = this.#head.indexOf(headEnd);
      if (end < 0) return null;
      const head = this.#head.toString("latin1", 0, end);
      this.#status = Number(head.slice(9, 12));
      this.#bodyBytes = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      this.#left = this.#bodyBytes - (this.#head.length - end - headEnd.length);
    } else {
      this.#left -= chunk.length;
    }
    if (this.#left > 0) return null;
    this.#left = null;
    this.#head = Buffer.alloc(0);
    return { status: this.#status, bodyBytes: this.#bodyBytes };
  }
}

export async function load({ url, pid, headers = {}, connections, seconds }: LoadOptions): Promise<LoadResult> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = Buffer.from(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`);
  const times: number[] = [];
  let failures = 0;
  let bytes = 0;
  let isOver = false;
  const sockets = await Promise.all(
    Array.from({ length: connections }, () =>
      Bun.connect<Exchange>({
        hostname,
        port: Number(port),
        socket: {
          open(socket) {
            socket.data = new Exchange();
          },
          data(socket, chunk) {
            const answer = socket.data.take(chunk);
            if (answer === null) return;
            const now = performance.now();
            times.push(now - socket.data.sentAtMs);
            bytes += answer.bodyBytes;
            if (answer.status !== 200) failures += 1;
            if (isOver) return;
            socket.data.sentAtMs = now;
            socket.write(request);
          },
        },
      }),
    ),
  );
  const cpuBefore = cpuSec([pid]);
  const startedAtMs = performance.now();
  for (const socket of sockets) {
    socket.data.sentAtMs = startedAtMs;
    socket.write(request);
  }
  await Bun.sleep(seconds * 1000);
  isOver = true;
  const elapsedSec = (performance.now() - startedAtMs) / 1000;
  for (const socket of sockets) socket.end();
  const count = times.length;
  return {
    perSec: count / elapsedSec,
    cpuMicros: ((cpuSec([pid]) - cpuBefore) * 1_000_000) / count,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    bytes: bytes / count,
    failures,
  };
}
