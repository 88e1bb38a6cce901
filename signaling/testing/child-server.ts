import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CallSettings } from "../contract/call.ts";
import {
  callRoom,
  type Caller,
  channelRoom,
  mintTicket,
  type Person,
  type TicketClaims,
  ticketLifeMs,
} from "../contract/tickets.ts";
import { HttpApi } from "./http-api.ts";
import type { Stage } from "./hostile-stage.ts";

const startWithinMs = 15_000;
const token = "a signaling token for attacks, thirty-two characters";

/** `signaling/main.ts` in a process of its own, with an api in memory beside it and a key to sign tickets with. [I/O] */
export class ChildServer implements Stage {
  readonly token = token;
  readonly port: number;
  hostileAddress = "127.0.2.1";
  readonly #api: HttpApi;
  readonly #keys: { publicKey: KeyObject; privateKey: KeyObject };
  readonly #child: Bun.Subprocess;

  private constructor(port: number, api: HttpApi, keys: { publicKey: KeyObject; privateKey: KeyObject }) {
    this.port = port;
    this.#api = api;
    this.#keys = keys;
    this.#child = Bun.spawn([process.execPath, "--no-env-file", join(import.meta.dir, "..", "main.ts")], {
      env: {
        PATH: process.env["PATH"] ?? "",
        HOST: "127.0.0.1",
        SIGNALING_PORT: String(port),
        SIGNALING_TOKEN: token,
        API_INTERNAL_URL: api.url,
        LOG_LEVEL: "error",
        STUN_URLS: "stun:turn.example:3478",
        TURN_URLS: "turn:turn.example:3478?transport=udp",
        TURN_SECRET: "shared with a relay that is not there",
      },
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
    });
  }

  /** Starts it and waits until it is healthy. Throws when it is not within 15 s. */
  static async start(): Promise<ChildServer> {
    const keys = generateKeyPairSync("ed25519");
    const ticketKey = keys.publicKey.export({ format: "der", type: "spki" }).toString("base64");
    const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
    probe.stop(true);
    const server = new ChildServer(probe.port, new HttpApi(token, ticketKey), keys);
    const deadlineMs = performance.now() + startWithinMs;
    while (!(await server.isHealthy())) {
      if (performance.now() > deadlineMs || server.hasEnded) throw new Error("signaling did not start");
      await Bun.sleep(50);
    }
    return server;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get ticketKey(): KeyObject {
    return this.#keys.publicKey;
  }

  get storedLines(): number {
    return this.#api.memory.stored.size;
  }

  async isHealthy(): Promise<boolean> {
    const response = await fetch(`http://127.0.0.1:${this.port}/healthz`).catch(() => null);
    return response?.ok === true;
  }

  /** What it takes of memory, MB; on Linux. */
  residentMb(): number {
    const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, "utf8")) ?? [];
    return Math.round((Number(kib) * 1024) / 1e6);
  }

  /** Somebody in the channel, signed in. */
  person(name: string, more: Partial<Person> = {}): Person {
    return {
      room: channelRoom(this.#api.memory.channelId),
      subject: randomId(),
      name,
      color: 1,
      isAdministrator: false,
      followedAt: null,
      hasWritten: true,
      login: randomId(),
      ...more,
    };
  }

  openCall(settings: Partial<CallSettings> = {}): string {
    return this.#api.memory.createCall(settings);
  }

  endCall(callId: string): void {
    this.#api.endCall(callId);
  }

  /** Somebody with an account, who comes to a call. */
  caller(callId: string, name: string, more: Partial<Caller> = {}): Caller {
    return {
      room: callRoom(callId),
      subject: randomId(),
      name,
      color: 1,
      isGuest: false,
      isHost: false,
      login: randomId(),
      ...more,
    };
  }

  ticket(person: Person | Caller, more: Partial<TicketClaims> = {}, key: KeyObject = this.#keys.privateKey): string {
    const now = Date.now();
    return mintTicket({ jti: randomId(), issuedAt: now, expiresAt: now + ticketLifeMs, person, ...more }, key);
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.exited;
    await this.#api.stop();
  }
}

const randomId = (): string => randomBytes(16).toString("hex");
