import { LinesRequest } from "../../api/contract/chat.ts";
import type { SignalingCommand } from "../../api/contract/signaling-commands.ts";
import { MemoryApi } from "./memory-api.ts";

/** What signaling knows of api, over HTTP: for a server in a process of its own. [I/O] */
export class HttpApi {
  readonly memory = new MemoryApi();
  readonly url: string;
  readonly #token: string;
  readonly #ticketKey: string;
  readonly #server: Bun.Server<undefined>;
  readonly #readers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #ping: Timer;

  /** `ticketKey`: SPKI in DER, base64. */
  constructor(token: string, ticketKey: string) {
    this.#token = token;
    this.#ticketKey = ticketKey;
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      idleTimeout: 0,
      development: false,
      fetch: (request) => this.#answer(request),
    });
    this.url = `http://127.0.0.1:${this.#server.port}`;
    this.#ping = setInterval(() => this.#write({ type: "ping" }), 4000);
  }

  async stop(): Promise<void> {
    clearInterval(this.#ping);
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    if (request.headers.get("Authorization") !== `Bearer ${this.#token}`) return new Response(null, { status: 401 });
    const { pathname } = new URL(request.url);
    if (pathname === "/chat/commands") return this.#streamCommands();
    const [, channelId = "", what] = /^\/chat\/rooms\/([^/]+)\/(open|lines)$/.exec(pathname) ?? [];
    if (what === "open") return Response.json(await this.memory.open(decodeURIComponent(channelId)));
    if (what !== "lines") return new Response(null, { status: 404 });
    return Response.json(await this.memory.storeLines(channelId, LinesRequest.parse(await request.json())));
  }

  #streamCommands(): Response {
    let reader: ReadableStreamDefaultController<Uint8Array> | null = null;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        reader = controller;
        this.#readers.add(controller);
        this.#write({ type: "snapshot", id: 1, ticketKey: this.#ticketKey, revocations: [] });
      },
      cancel: () => {
        if (reader !== null) this.#readers.delete(reader);
      },
    });
    return new Response(body);
  }

  #write(command: SignalingCommand): void {
    for (const reader of this.#readers) reader.enqueue(Buffer.from(`${JSON.stringify(command)}\n`));
  }
}
