import { CallReport, CallSaveRequest } from "../../api/contract/calls.ts";
import { LinesRequest } from "../../api/contract/chat.ts";
import type { SignalingCommand } from "../../api/contract/signaling-commands.ts";
import { ViewerReport } from "../../api/contract/viewers.ts";
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
  #commandId = 1;

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

  /** Its host ends a call. */
  endCall(callId: string): void {
    const call = this.memory.calls.get(callId);
    if (call !== undefined) call.hasEnded = true;
    this.#write({ type: "call-ended", id: (this.#commandId += 1), callId });
  }

  async stop(): Promise<void> {
    clearInterval(this.#ping);
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    if (request.headers.get("Authorization") !== `Bearer ${this.#token}`) return new Response(null, { status: 401 });
    const { pathname } = new URL(request.url);
    if (pathname === "/chat/commands") return this.#streamCommands();
    if (pathname === "/chat/viewers") {
      await this.memory.reportViewers(ViewerReport.parse(await request.json()));
      return Response.json({ ok: true });
    }
    if (pathname.startsWith("/calls/")) return this.#answerCall(pathname, request);
    const [, channelId = "", what] = /^\/chat\/rooms\/([^/]+)\/(open|lines)$/.exec(pathname) ?? [];
    if (what === "open") return Response.json(await this.memory.open(decodeURIComponent(channelId)));
    if (what !== "lines") return new Response(null, { status: 404 });
    return Response.json(await this.memory.storeLines(channelId, LinesRequest.parse(await request.json())));
  }

  /** What is said of calls is held against the contract, as api does. */
  async #answerCall(pathname: string, request: Request): Promise<Response> {
    const [, callId = "", what] = /^\/calls\/rooms\/([^/]+)\/(open|save|report)$/.exec(pathname) ?? [];
    if (what === "open") return Response.json(await this.memory.openCall(decodeURIComponent(callId)));
    if (what === "save") {
      return Response.json(await this.memory.saveCall(callId, CallSaveRequest.parse(await request.json())));
    }
    if (what !== "report") return new Response(null, { status: 404 });
    return Response.json(await this.memory.reportCall(callId, CallReport.parse(await request.json())));
  }

  #streamCommands(): Response {
    let reader: ReadableStreamDefaultController<Uint8Array> | null = null;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        reader = controller;
        this.#readers.add(controller);
        this.#write({ type: "snapshot", id: this.#commandId, ticketKey: this.#ticketKey, revocations: [] });
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
