import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import pino from "pino";
import { TrustedProxies } from "../../addresses.ts";
import type { CallServerMessage } from "../contract/call-messages.ts";
import {
  type Caller,
  callRoom,
  channelRoom,
  mintTicket,
  type Person,
  type TicketClaims,
  ticketLifeMs,
} from "../contract/tickets.ts";
import { type ServerOptions, type SignalingServer, startServer } from "../server.ts";
import { MemoryApi } from "./memory-api.ts";
import { TestClient } from "./test-client.ts";

export const testIce = {
  stunUrls: ["stun:127.0.0.1:3478"],
  turnUrls: ["turn:127.0.0.1:3478"],
  turnSecret: "a secret shared with the relay",
  turnUsername: undefined,
  turnCredential: undefined,
  policy: "all",
} as const;

/** For tests: the real server on a free port of loopback, with an api in memory and a key to sign tickets with. */
export class TestServer {
  readonly api = new MemoryApi();
  readonly #keys = generateKeyPairSync("ed25519");
  readonly #clients: { cut(): void }[] = [];
  readonly #options: Partial<ServerOptions>;
  server: SignalingServer;
  readonly #crashed: Promise<void>[] = [];
  #commandId = 1;

  constructor(options: Partial<ServerOptions> = {}) {
    this.#options = options;
    this.server = this.#start();
  }

  #start(): SignalingServer {
    const server = startServer({
      host: "127.0.0.1",
      port: 0,
      token: "a signaling token for tests, thirty-two characters",
      publicUrl: undefined,
      socketsPerAddress: 1000,
      calls: { capacity: { meeting: 8, stage: 16 }, ice: testIce },
      proxies: new TrustedProxies([]),
      api: this.api,
      log: pino({ level: "silent" }),
      problems: () => [],
      ...this.#options,
    });
    this.snapshot(1, [], server);
    return server;
  }

  /** What api's command stream begins with. */
  snapshot(id: number, revocations: { subject: string; at: number }[] = [], server = this.server): void {
    const ticketKey = this.#keys.publicKey.export({ format: "der", type: "spki" }).toString("base64");
    server.apply({ type: "snapshot", id, ticketKey, revocations });
  }

  get url(): string {
    return `ws://127.0.0.1:${this.server.port}/ws`;
  }

  get room(): string {
    return channelRoom(this.api.channelId);
  }

  /** The id that commands would have next. */
  nextId(): number {
    return (this.#commandId += 1);
  }

  person(name: string | null, more: Partial<Person> = {}): Person {
    const subject = createHash("sha256")
      .update(name ?? crypto.randomUUID())
      .digest("hex")
      .slice(0, 32);
    return {
      room: this.room,
      subject: name === null ? `guest:${subject}` : subject,
      name,
      color: 1,
      isAdministrator: false,
      followedAt: null,
      hasWritten: true,
      login: name === null ? null : `login-${name}`,
      ...more,
    };
  }

  /** Somebody who comes to a call. */
  caller(callId: string, name: string, more: Partial<Caller> = {}): Caller {
    const { subject, color } = this.person(name);
    return { room: callRoom(callId), subject, name, color, isGuest: false, isHost: false, login: null, ...more };
  }

  ticket(person: Person | Caller, more: Partial<TicketClaims> = {}, key: KeyObject = this.#keys.privateKey): string {
    const jti = crypto.randomUUID().replaceAll("-", "");
    const issuedAt = Date.now();
    return mintTicket({ jti, issuedAt, expiresAt: issuedAt + ticketLifeMs, person, ...more }, key);
  }

  /** A socket that has said nothing yet. */
  async connect(headers: Record<string, string> = {}): Promise<TestClient> {
    const client = await TestClient.connect(this.url, headers);
    this.#clients.push(client);
    return client;
  }

  /** Somebody who is in the room. */
  async join(name: string | null, more: Partial<Person> = {}): Promise<TestClient> {
    const client = await this.connect();
    client.send({ type: "hello", version: 1, ticket: this.ticket(this.person(name, more)) });
    await client.next("welcome");
    return client;
  }

  async connectToCall(): Promise<TestClient<CallServerMessage>> {
    const client = await TestClient.connectToCall(this.url);
    this.#clients.push(client);
    return client;
  }

  /** Somebody who has said hello in a call, and may be in it or not. */
  async callIn(callId: string, name: string, more: Partial<Caller> = {}): Promise<TestClient<CallServerMessage>> {
    const client = await this.connectToCall();
    client.send({ type: "hello", version: 1, ticket: this.ticket(this.caller(callId, name, more)) });
    return client;
  }

  /** Cuts everybody off as `kill -9` does, forgets everything and starts again, on another port. */
  crash(): void {
    for (const client of this.#clients.splice(0)) client.cut();
    // Its last request may still be under way: api knows by the epoch that it comes too late.
    this.#crashed.push(this.server.stop());
    this.server = this.#start();
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.cut();
    await Promise.all([this.server.stop(), ...this.#crashed]);
  }
}
