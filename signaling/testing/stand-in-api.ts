import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { type LineOutcome, LinesRequest, type OpenAnswer, type RoomState } from "../../api/contract/chat.ts";
import type { ChatCommand } from "../../api/contract/chat-commands.ts";
import { type ChatLine, defaultSettings } from "../contract/chat.ts";
import { channelRoom, mintTicket, type Person, type TicketClaims, ticketLifeMs } from "../contract/tickets.ts";

/**
 * The part of api that signaling knows, kept in memory: it signs tickets for whomever it is asked to, opens the rooms of the
 * channels that it has, and takes every line. For tests and attacks that need nothing of api but its contract. [I/O]
 */
export class StandInApi {
  readonly url: string;
  readonly #server: Bun.Server<undefined>;
  readonly #keys = generateKeyPairSync("ed25519");
  readonly #token: string;
  readonly #epochs = new Map<string, number>();
  readonly #stored = new Map<string, number>();
  readonly #readers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #lastCommand = 1;
  /** The settings and rights of every room that is opened from now on. */
  readonly state: Omit<RoomState, "asOf"> = {
    ownerId: randomId(),
    settings: defaultSettings,
    blockedWords: [],
    moderators: [],
    bans: [],
    pinned: null,
  };

  /** Channels that exist. */
  readonly channels = new Set<string>();

  constructor(token: string) {
    this.#token = token;
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      idleTimeout: 0,
      development: false,
      fetch: (request) => this.#answer(request),
    });
    this.url = `http://127.0.0.1:${this.#server.port}`;
    const ping = setInterval(() => this.#write('{"type":"ping"}\n'), 4000);
    ping.unref();
  }

  get publicKey(): KeyObject {
    return this.#keys.publicKey;
  }

  /** Lines that were stored so far. */
  get storedLines(): number {
    return this.#stored.size;
  }

  /** Somebody of that name, signed in, in the channel. */
  person(channelId: string, name: string, overrides: Partial<Person> = {}): Person {
    return {
      room: channelRoom(channelId),
      subject: randomId(),
      name,
      color: 1,
      isAdministrator: false,
      followedAt: null,
      hasWritten: true,
      login: randomId(),
      ...overrides,
    };
  }

  ticket(person: Person, overrides: Partial<TicketClaims> = {}, key = this.#keys.privateKey): string {
    const now = Date.now();
    const claims = { jti: randomId(), issuedAt: now, expiresAt: now + ticketLifeMs, person, ...overrides };
    return mintTicket(claims, key);
  }

  /** Sends a command to whoever reads them; its id is given here. */
  command<Command extends ChatCommand>(command: Omit<Command, "id">): void {
    this.#write(`${JSON.stringify({ ...command, id: ++this.#lastCommand })}\n`);
  }

  async stop(): Promise<void> {
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    if (request.headers.get("Authorization") !== `Bearer ${this.#token}`) return new Response(null, { status: 401 });
    const { pathname } = new URL(request.url);
    if (pathname === "/chat/commands") return this.#streamCommands();
    const [, channelId = "", what] = /^\/chat\/rooms\/([^/]+)\/(open|lines)$/.exec(pathname) ?? [];
    if (what === "open") return Response.json(this.#open(decodeURIComponent(channelId)));
    if (what === "lines") return Response.json(this.#store(LinesRequest.parse(await request.json())));
    return new Response(null, { status: 404 });
  }

  #streamCommands(): Response {
    let reader: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        reader = controller;
        this.#readers.add(controller);
        const ticketKey = this.#keys.publicKey.export({ format: "der", type: "spki" }).toString("base64");
        const snapshot: ChatCommand = { type: "snapshot", id: this.#lastCommand, ticketKey, revocations: [] };
        controller.enqueue(Buffer.from(`${JSON.stringify(snapshot)}\n`));
      },
      cancel: () => void (reader && this.#readers.delete(reader)),
    });
    return new Response(body);
  }

  #write(line: string): void {
    for (const reader of this.#readers) reader.enqueue(Buffer.from(line));
  }

  #open(channelId: string): OpenAnswer {
    if (!this.channels.has(channelId)) return { known: false };
    const epoch = (this.#epochs.get(channelId) ?? 0) + 1;
    this.#epochs.set(channelId, epoch);
    const lines: ChatLine[] = [];
    return { known: true, epoch, state: { ...this.state, asOf: this.#lastCommand }, lines };
  }

  #store({ epoch, lines }: LinesRequest): { type: "stored"; outcomes: LineOutcome[] } {
    const outcomes = lines.map(({ id }) => {
      const known = this.#stored.get(id);
      this.#stored.set(id, known ?? epoch);
      return known === undefined || known === epoch ? "stored" : "known";
    });
    return { type: "stored", outcomes };
  }
}

/** 128 random bits, hex, as ids of users and channels are. */
export const randomId = (): string => randomBytes(16).toString("hex");
