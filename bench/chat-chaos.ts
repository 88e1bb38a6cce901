import { Database } from "bun:sqlite";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Server, startServer } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { ChatClient } from "./support/chat-client.ts";
import { behindProxy, createChannel, guest, type Person, signUp } from "./support/chat-people.ts";
import { printTable } from "./support/table.ts";

/**
 * Many people write while signaling and api are killed at random, connections break without a word, and api is away for
 * two minutes. Then nothing that was acknowledged may be missing, nothing may be shown twice or out of its author's order:
 * in each client's view, in the history that somebody new gets, and in the database, read once everything has stopped.
 * `npm run bench:chat-chaos -- --runs 10`, or `--quick` for one run of half a minute.
 */

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "1" },
    clients: { type: "string", default: "200" },
    quick: { type: "boolean", default: false },
  },
});
const clientCount = Number(options.clients);
/** Seconds of random faults before and after, and of api's absence between them. */
const phases = options.quick ? { before: 7, away: 7, after: 4 } : { before: 40, away: 120, after: 20 };
/** Long enough for the room to say more than it remembers. */
const awayMaxMs = options.quick ? 10_000 : 40_000;
const settleMs = 120_000;
/** Everybody writes once in this time at most and at least, ms. */
const writesEvery = { min: 3000, max: 6000 };
/** Somebody who sees so many of their own lines wait stops writing. */
const patienceLines = 20;

const randomBetween = (min: number, max: number): number => min + Math.random() * (max - min);

interface Counts {
  signalingKills: number;
  apiKills: number;
  cuts: number;
}

function kill(server: Server, name: "api" | "signaling"): boolean {
  try {
    process.kill(server.pidOf(name), "SIGKILL");
    return true;
  } catch {
    // It is down already.
    return false;
  }
}

/** A tenth of the connections ends without a close frame, and a twentieth stays open and dead; half come back at once. */
function breakConnections(clients: readonly ChatClient[], counts: Counts): void {
  for (const client of clients) {
    const chance = Math.random();
    const awayMs = Math.random() < 0.5 ? 0 : randomBetween(0, awayMaxMs);
    if (chance < 0.1) client.cut(awayMs);
    else if (chance < 0.15) client.freeze(awayMs);
    if (chance < 0.15) counts.cuts++;
  }
}

async function randomFaults(server: Server, clients: readonly ChatClient[], counts: Counts, seconds: number) {
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) {
    await Bun.sleep(randomBetween(1000, 5000));
    const chance = Math.random();
    if (chance < 0.4) counts.signalingKills += Number(kill(server, "signaling"));
    else if (chance < 0.7) counts.apiKills += Number(kill(server, "api"));
    else breakConnections(clients, counts);
  }
}

/** api is killed each time it comes up; signaling too, once, so that it finds no api. */
async function withoutApi(server: Server, clients: readonly ChatClient[], counts: Counts, seconds: number) {
  const startMs = performance.now();
  const killSignalingAtMs = startMs + randomBetween(0.2, 0.8) * seconds * 1000;
  let isSignalingKilled = false;
  let nextBreakMs = startMs + 3000;
  while (performance.now() < startMs + seconds * 1000) {
    counts.apiKills += Number(kill(server, "api"));
    if (!isSignalingKilled && performance.now() > killSignalingAtMs) {
      isSignalingKilled = true;
      counts.signalingKills += Number(kill(server, "signaling"));
    }
    if (performance.now() > nextBreakMs) {
      nextBreakMs += 15_000;
      breakConnections(clients, counts);
    }
    await Bun.sleep(100);
  }
}

/** Keeps everybody writing until `signal`. */
async function keepWriting(client: ChatClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await Bun.sleep(randomBetween(writesEvery.min, writesEvery.max));
    if (!signal.aborted && client.waiting < patienceLines) client.write();
  }
}

interface Stored {
  id: string;
  author: string;
  text: string;
}

/** What the database holds after everything has stopped, in its order. */
function readLines(dataDir: string): Stored[] {
  const file = readdirSync(dataDir).find((name) => name.endsWith(".db"));
  if (file === undefined) throw new Error(`no database in ${dataDir}`);
  const database = new Database(join(dataDir, file));
  const query = database.query<Stored, []>("SELECT id, author_id AS author, text FROM chat_lines ORDER BY position");
  const lines = query.all();
  database.close();
  return lines;
}

function outOfOrder(lines: readonly Stored[]): number {
  const last = new Map<string, number>();
  return lines.filter(({ author, text }) => {
    const count = Number.parseInt(text, 10);
    const isLate = count <= (last.get(author) ?? -1);
    last.set(author, count);
    return isLate;
  }).length;
}

interface Outcome {
  counts: Counts;
  clients: ChatClient[];
  newcomers: ChatClient[];
  lines: Stored[];
}

async function settle(clients: readonly ChatClient[]): Promise<void> {
  await until("everything is acknowledged", () => clients.every((client) => client.isSettled), settleMs).catch(
    (error: unknown) => console.error(String(error)),
  );
}

/** One run on a fresh server. */
async function run(): Promise<Outcome> {
  const dataDir = mkdtempSync(join(tmpdir(), "panggung-chaos-"));
  const server = await startServer({ ...behindProxy, DATA_DIR: dataDir, LOG_LEVEL: "error" });
  const counts: Counts = { signalingKills: 0, apiKills: 0, cuts: 0 };
  let lines: Stored[] = [];
  const clients: ChatClient[] = [];
  const newcomers: ChatClient[] = [];
  const join_ = (person: Person, channel: string): ChatClient => {
    const client = new ChatClient(person, channel);
    void client.run();
    return client;
  };
  try {
    const { channel } = await createChannel(server);
    for (const person of await signUp(server, clientCount)) clients.push(join_(person, channel));
    const stopWriting = new AbortController();
    const writing = clients.map((client) => keepWriting(client, stopWriting.signal));
    await randomFaults(server, clients, counts, phases.before);
    await withoutApi(server, clients, counts, phases.away);
    await randomFaults(server, clients, counts, phases.after);
    stopWriting.abort();
    await Promise.all(writing);
    await settle(clients);
    for (let index = 0; index < 3; index++) newcomers.push(join_(guest(server, index), channel));
    await until("somebody new is in", () => newcomers.every((client) => client.isSettled), 30_000);
  } finally {
    for (const client of [...clients, ...newcomers]) client.stop();
    await server.stop();
    lines = readLines(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }
  return { counts, clients, newcomers, lines };
}

/** A row of the table, and whether all is as it must be. */
function judge({ counts, clients, newcomers, lines }: Outcome): { row: (string | number)[]; isGood: boolean } {
  const ids = lines.map(({ id }) => id);
  const stored = new Set(ids);
  const sum = (pick: (client: ChatClient) => number, of = clients): number =>
    of.reduce((total, client) => total + pick(client), 0);
  const everybody = [...clients, ...newcomers];
  const acknowledged = sum((client) => client.acknowledged.size);
  const lost = sum((client) => [...client.acknowledged].filter((id) => !stored.has(id)).length);
  const unsettled = sum((client) => client.waiting);
  const twice = ids.length - stored.size + sum((client) => client.view.shownTwice, everybody);
  const disordered = outOfOrder(lines) + sum((client) => client.view.outOfOrder, everybody);
  const compared = everybody.map((client) => client.view.compare(ids));
  const holes = compared.reduce((total, { missing, unknown }) => total + missing.length + unknown, 0);
  const examples = new Set(compared.flatMap(({ missing }) => missing).slice(0, 5));
  for (const id of examples) {
    const views = compared.filter(({ missing }) => missing.includes(id)).length;
    console.error(`${id} is line ${ids.indexOf(id)} of ${ids.length}, and missing in ${views} views`);
  }
  const refused = clients.flatMap((client) => [...client.refused.keys()]);
  const both = refused.filter((id) => stored.has(id)).length;
  const faults = [lost, twice, disordered, holes, unsettled];
  const longestAckSec = Math.max(...clients.map((client) => client.longestAckMs)) / 1000;
  return {
    row: [
      counts.signalingKills,
      counts.apiKills,
      counts.cuts,
      sum((client) => client.reconnects),
      acknowledged,
      ...faults,
      `${refused.length} (${both})`,
      sum((client) => client.view.gaps),
      longestAckSec.toFixed(0),
    ],
    isGood: faults.every((count) => count === 0),
  };
}

const rows: (string | number)[][] = [];
let isGood = true;
for (let number = 1; number <= Number(options.runs); number++) {
  const verdict = judge(await run());
  rows.push([number, ...verdict.row]);
  isGood &&= verdict.isGood;
  console.error(`run ${number}: ${verdict.isGood ? "good" : "BAD"}`);
}
const faultsHead = ["lost", "shown twice", "out of order", "holes in views", "never settled"];
const head = [
  "run",
  "signaling killed",
  "api killed",
  "connections broken",
  "reconnects",
  "acknowledged",
  ...faultsHead,
];
printTable([...head, "refused (stored)", "gaps recovered", "longest wait, s"], rows);
process.exit(isGood ? 0 : 1);
