import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../e2e/support/server.ts";
import { until } from "../../e2e/support/until.ts";
import { protocolVersion } from "../../signaling/contract/limits.ts";
import type { Dialect } from "./chat-load.ts";
import { behindProxy, createChannel, guest, type Person, signUp } from "./chat-people.ts";

/** The chats that are compared: each as a server process of its own, started fresh for each measurement. [I/O] */
export interface ChatSystem {
  name: string;
  /** Replaces the server by a fresh process. */
  begin(): Promise<{ pid: number; dialect: Dialect }>;
  /** The processes that work for it beside the one that is measured. */
  helpers(): number[];
  /** Ends the process of the last `begin`. */
  end(): Promise<void>;
  stop(): Promise<void>;
}

const events = Buffer.from('{"type":"events"');
const refusal = Buffer.from('{"type":"error"');

const startsWith = (payload: Buffer, start: Buffer): boolean =>
  payload.length >= start.length && payload.compare(start, 0, start.length, 0, start.length) === 0;

export const ownName = "panggung";

/** How our server is talked to by socket number `index`, which is of `personAt(index)`. */
export function ownDialect(personAt: (index: number) => Person, channel: string): Dialect {
  /** The same frame comes to every socket: what is in it is counted once. */
  const counts = new Map<string, number>();
  return {
    opening: async (index) => {
      const someone = personAt(index);
      const { ticket, url } = await someone.ticket(channel);
      return {
        url,
        headers: someone.headers,
        first: JSON.stringify({ type: "hello", version: protocolVersion, ticket }),
      };
    },
    isJoined: (payload) => startsWith(payload, Buffer.from('{"type":"welcome"')),
    say: (nonce, text) => JSON.stringify({ type: "say", nonce, text }),
    linesIn: (payload) => {
      if (!startsWith(payload, events)) return 0;
      const key = payload.toString("latin1", 17, 48);
      const known = counts.get(key);
      if (known !== undefined) return known;
      if (counts.size > 1000) counts.clear();
      const found = payload.toString("latin1").match(/"type":"line"/g)?.length ?? 0;
      counts.set(key, found);
      return found;
    },
    refusedIn: (payload) => (startsWith(payload, refusal) ? 1 : 0),
    answer: () => null,
  };
}

/** Ours, whole: start.ts with all services, everybody with a ticket, `writers` of them signed in. */
export async function ours(writers: number, sockets: number): Promise<ChatSystem> {
  const limits = { SOCKETS_PER_ADDRESS: String(sockets), LOG_LEVEL: "warn" };
  const server = await startServer({ ...behindProxy, ...limits });
  const { channel } = await createChannel(server);
  const people = await signUp(server, writers);
  const personAt = (index: number): Person => people[index] ?? guest(server, index);
  const health = `http://127.0.0.1:${server.ports["SIGNALING_PORT"]}/healthz`;
  return {
    name: ownName,
    begin: async () => ({ pid: server.pidOf("signaling"), dialect: ownDialect(personAt, channel) }),
    helpers: () => [server.pidOf("api")],
    // start.ts starts it again.
    end: async () => {
      const before = server.pidOf("signaling");
      process.kill(before, "SIGKILL");
      await until(
        "signaling runs again",
        async () => {
          const response = await fetch(health).catch(() => null);
          return response?.ok === true && server.pidOf("signaling") !== before;
        },
        30_000,
      );
    },
    stop: async () => void (await server.stop()),
  };
}

const scratch = mkdtempSync(join(tmpdir(), "panggung-bench-"));
export const removeScratch = (): void => rmSync(scratch, { recursive: true, force: true });

/** Somebody else's server, from chat-peers. */
function peer(name: string, file: string, runtime: string, dialectAt: (port: number) => Dialect): ChatSystem {
  let child: Bun.Subprocess<"ignore", "pipe", "inherit"> | null = null;
  return {
    name,
    begin: async () => {
      // Bundled, since Node does not read TypeScript.
      const target = runtime.endsWith("node") ? "node" : "bun";
      const entry = join(import.meta.dir, "chat-peers", `${file}.ts`);
      await Bun.build({ entrypoints: [entry], target, outdir: scratch, naming: `${file}.mjs` });
      child = Bun.spawn([runtime, join(scratch, `${file}.mjs`)], {
        env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "production" },
        stdin: "ignore",
        stdout: "pipe",
        stderr: "inherit",
      });
      const first = await child.stdout.getReader().read();
      const [, port] = /port (\d+)/.exec(new TextDecoder().decode(first.value)) ?? [];
      if (port === undefined) throw new Error(`${name} did not start`);
      return { pid: child.pid, dialect: dialectAt(Number(port)) };
    },
    helpers: () => [],
    end: async () => {
      child?.kill("SIGKILL");
      await child?.exited;
    },
    stop: async () => {},
  };
}

const plain = (port: number): Dialect => ({
  opening: async () => ({ url: `ws://127.0.0.1:${port}/`, first: null }),
  isJoined: () => true,
  say: (nonce, text) => JSON.stringify({ nonce, text }),
  linesIn: () => 1,
  refusedIn: () => 0,
  answer: () => null,
});

// engine.io 4 and socket.io 5 over WebSocket: 0 open, 2 ping, 3 pong, 40 connect, 42 event.
const socketIo = (port: number): Dialect => ({
  opening: async () => ({ url: `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, first: "40" }),
  isJoined: (payload) => payload.toString("latin1", 0, 2) === "40",
  say: (nonce, text) => `42${JSON.stringify(["say", { nonce, text }])}`,
  linesIn: (payload) => (payload.toString("latin1", 0, 2) === "42" ? 1 : 0),
  refusedIn: () => 0,
  answer: (payload) => (payload.toString("latin1", 0, 1) === "2" ? "3" : null),
});

/** What ours is held against; those for Node are left out where there is none. */
export function peers(): ChatSystem[] {
  const node = Bun.which("node");
  const onNode =
    node === null
      ? []
      : [peer("socket.io on Node", "socket-io", node, socketIo), peer("ws on Node", "ws", node, plain)];
  return [...onNode, peer("bare Bun publish", "bare-publish", process.execPath, plain)];
}
