import { connect } from "node:net";

/** [I/O] One HTTP request as bytes, from an address of this machine's choice: a browser and `fetch` would mend what is wrong with it. */

export interface Answer {
  status: number;
  /** The value of a header, all of them when it came several times; null: there was none. */
  header(name: string): string | null;
  /** Lines of Set-Cookie. */
  cookies: string[];
  body: string;
  /** From the request's last byte to the answer's end, ms. */
  ms: number;
}

export interface Wish {
  port: number;
  /** Any of 127.0.0.0/8: that is whom the server sees. */
  from?: string;
  method: string;
  /** As it stands in the request's first line. */
  target: string;
  /** Sent in this order, as they are; Connection and Content-Length are added. */
  headers: readonly (readonly [name: string, value: string])[];
  body?: Uint8Array;
  /** Between one 16 kB of the body and the next. @default 0 */
  pauseMs?: number;
  /** How long to wait for the end. @default 30_000 */
  maxMs?: number;
}

const partBytes = 16 * 1024;

/** Throws when no whole answer comes. */
export async function exchange(wish: Wish): Promise<Answer> {
  const {
    port,
    from = "127.0.0.1",
    method,
    target,
    headers,
    body = new Uint8Array(),
    pauseMs = 0,
    maxMs = 30_000,
  } = wish;
  const answered = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  const socket = connect({ host: "127.0.0.1", port, localAddress: from });
  socket.setNoDelay(true);
  socket.setTimeout(maxMs, () => socket.destroy(new Error(`no answer to ${method} ${target} in ${maxMs} ms`)));
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", (error) => answered.reject(error));
  socket.on("close", () => answered.resolve(Buffer.concat(chunks)));
  const length = method === "GET" || method === "HEAD" ? [] : [`Content-Length: ${body.length}`];
  const lines = [...headers.map(([name, value]) => `${name}: ${value}`), ...length, "Connection: close"];
  socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, "utf8");
  for (let at = 0; at < body.length && !socket.destroyed; at += partBytes) {
    socket.write(body.subarray(at, at + partBytes));
    if (pauseMs > 0) await Bun.sleep(pauseMs);
  }
  const sentAtMs = performance.now();
  const bytes = await answered.promise;
  return { ...read(bytes, `${method} ${target}`), ms: performance.now() - sentAtMs };
}

function read(bytes: Buffer, what: string): Omit<Answer, "ms"> {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) throw new Error(`${what}: the connection was closed without an answer`);
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const valuesOf = (wanted: string): string[] => headers.flatMap(([name, value]) => (name === wanted ? [value] : []));
  const rest = bytes.subarray(end + 4);
  return {
    status: Number(first.split(" ")[1]),
    header: (name) => {
      const values = valuesOf(name.toLowerCase());
      return values.length === 0 ? null : values.join(", ");
    },
    cookies: valuesOf("set-cookie"),
    body: (valuesOf("transfer-encoding").includes("chunked") ? joinChunks(rest) : rest).toString("utf8"),
  };
}

/** RFC 9112, 7.1. */
function joinChunks(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) break;
    const length = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return Buffer.concat(parts);
}
