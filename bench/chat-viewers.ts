import { parseArgs } from "node:util";
import { startServer } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { heartbeatAnswerMs, heartbeatEveryMs, protocolVersion } from "../signaling/contract/limits.ts";
import { behindProxy, createChannel, guest, type Person } from "./support/chat-people.ts";
import { RawWebSocket } from "./support/raw-websocket.ts";
import { printTable } from "./support/table.ts";

/**
 * How well the number of viewers is known: people with three tabs each come and go, a third of them by power cut (their
 * end falls silent: it answers nothing and closes nothing), while somebody compares what the page would show with the truth.
 * `npm run bench:chat-viewers -- --viewers 500 --seconds 120`
 */

const { values: options } = parseArgs({
  options: {
    viewers: { type: "string", default: "500" },
    seconds: { type: "string", default: "120" },
    tabs: { type: "string", default: "3" },
  },
});
const viewerCount = Number(options.viewers);
const tabCount = Number(options.tabs);
const endAtMs = Number(options.seconds) * 1000;
/** How long somebody stays, and stays away, ms. */
const stays = { min: 10_000, max: 60_000 };
const pauses = { min: 5000, max: 25_000 };
const sampleEveryMs = 100;
/** When the server may still count somebody who fell silent: two heartbeats' deadlines, its sweep and its tick. */
const silentForMs = heartbeatEveryMs + heartbeatAnswerMs + 4000;

const between = ({ min, max }: { min: number; max: number }): number => min + Math.random() * (max - min);

const server = await startServer({ ...behindProxy, LOG_LEVEL: "error", SOCKETS_PER_ADDRESS: "5000" });
const { channel } = await createChannel(server);
/** Who is there by the truth. Somebody who comes is there once their first tab is; who goes, as soon as they go. */
const present = new Set<number>();
const frozen: RawWebSocket[] = [];
/** Until when each of those who fell silent may still be counted. */
const silentUntilMs: { viewer: number; untilMs: number }[] = [];
const totals = { arrivals: 0, left: 0, cut: 0, ended: 0 };
let shown = 0;

async function openTab(person: Person, onViewers?: (viewers: number) => void): Promise<RawWebSocket> {
  const { ticket, url } = await person.ticket(channel);
  const welcome = Promise.withResolvers<undefined>();
  const onText = (_: RawWebSocket, payload: Buffer): void => {
    const message = JSON.parse(payload.toString()) as { type: string; viewers?: number };
    if (message.type === "welcome") welcome.resolve(undefined);
    if (message.viewers !== undefined) onViewers?.(message.viewers);
  };
  const onClose = (): void => {
    totals.ended++;
    welcome.reject(new Error("a tab was not let in"));
  };
  const socket = await RawWebSocket.connect(url, { onText, onClose }, { headers: person.headers });
  socket.send(JSON.stringify({ type: "hello", version: protocolVersion, ticket }));
  await welcome.promise;
  return socket;
}

/** Comes and goes until the end, and then stays away or stays. */
async function live(viewer: number, startMs: number): Promise<void> {
  const person = guest(server, viewer);
  await Bun.sleep(between({ min: 0, max: Math.min(40_000, endAtMs / 3) }));
  for (;;) {
    const tabs = [await openTab(person)];
    present.add(viewer);
    totals.arrivals++;
    for (let tab = 1; tab < tabCount; tab++) tabs.push(await openTab(person));
    await Bun.sleep(Math.min(between(stays), Math.max(0, startMs + endAtMs - performance.now())));
    if (performance.now() >= startMs + endAtMs) return;
    present.delete(viewer);
    if (Math.random() < 1 / 3) {
      for (const tab of tabs) tab.freeze();
      frozen.push(...tabs);
      silentUntilMs.push({ viewer, untilMs: performance.now() + silentForMs });
      totals.cut++;
    } else {
      for (const tab of tabs) tab.close();
      totals.left++;
    }
    await Bun.sleep(between(pauses));
    if (performance.now() >= startMs + endAtMs) return;
  }
}

interface Sample {
  atMs: number;
  error: number;
  /** The same, if who fell silent counts for as long as heartbeats need to notice. */
  unexplained: number;
}

/** Largest value and how long in one go it was at least half of it, and not zero. */
function describe(samples: readonly Sample[], pick: (sample: Sample) => number): [number, string, string] {
  let largest = 0;
  for (const sample of samples) largest = Math.max(largest, Math.abs(pick(sample)));
  const longestSec = (limit: number): string => {
    let longest = 0;
    let sinceMs: number | null = null;
    for (const sample of samples) {
      if (Math.abs(pick(sample)) < limit) sinceMs = null;
      else longest = Math.max(longest, sample.atMs - (sinceMs ??= sample.atMs));
    }
    return (longest / 1000).toFixed(1);
  };
  return [largest, longestSec(Math.max(1, largest)), longestSec(Math.max(1, viewerCount / 50))];
}

try {
  // Who watches counts too.
  const observer = await openTab(guest(server, viewerCount), (viewers) => (shown = viewers));
  await until("the first count", () => shown === 1);
  const samples: Sample[] = [];
  const startMs = performance.now();
  const sampling = setInterval(() => {
    const atMs = performance.now();
    const error = shown - 1 - present.size;
    const silent = new Set(silentUntilMs.filter(({ untilMs }) => untilMs > atMs).map(({ viewer }) => viewer));
    for (const viewer of present) silent.delete(viewer);
    samples.push({ atMs, error, unexplained: error > 0 ? Math.max(0, error - silent.size) : error });
  }, sampleEveryMs);
  await Promise.all(Array.from({ length: viewerCount }, (_, viewer) => live(viewer, startMs)));
  clearInterval(sampling);
  const stoppedMs = performance.now();
  await until("the count is right", () => shown - 1 === present.size, 60_000);
  const settledSec = (performance.now() - stoppedMs) / 1000;
  console.log(
    `${viewerCount} viewers with ${tabCount} tabs each for ${options.seconds} s: ${totals.arrivals} arrivals, ` +
      `${totals.left} closed their tabs, ${totals.cut} by power cut; ${present.size} there at the end`,
  );
  printTable(
    ["shown against the truth", "largest error", "stood, s", `in one go above ${viewerCount / 50}, s`],
    [
      ["all", ...describe(samples, (sample) => sample.error)],
      [
        `beyond those silent for less than ${silentForMs / 1000} s`,
        ...describe(samples, (sample) => sample.unexplained),
      ],
    ],
  );
  console.log(`Right again ${settledSec.toFixed(1)} s after the last change.`);
  observer.close();
} finally {
  for (const socket of frozen) socket.cut();
  await server.stop();
}
process.exit(0);
