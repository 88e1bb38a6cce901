import { parseArgs } from "node:util";
import { describeLatency, Room } from "./support/chat-load.ts";
import { type ChatSystem, ownName, ours, peers, removeScratch } from "./support/chat-systems.ts";
import { anonymousMib, cpuSec } from "./support/process-usage.ts";
import { percentile, printTable } from "./support/table.ts";

/**
 * What one room of chat costs, with every feature on, beside socket.io and `ws` on Node (left out where there is none) and
 * one bare Bun publish for each line: the same clients and the same lines for all, in turns, medians of the rounds. The
 * server that is measured has one core for itself where `taskset` can see to that; everything else has the others.
 * `npm run bench:chat -- --sockets 2000,10000 --rounds 3`
 */

const { values: options } = parseArgs({
  options: {
    sockets: { type: "string", default: "2000,10000" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "8" },
    writers: { type: "string", default: "1600" },
    /** Only those whose name has this in it. */
    only: { type: "string", default: "" },
  },
});
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);
const socketCounts = options.sockets.split(",").map(Number);
const writers = Math.min(Number(options.writers), ...socketCounts);
const modes = [
  { name: "15 lines/s", linesPerSec: 15 },
  { name: "saturated", linesPerSec: 1_000_000 },
];

interface Figures {
  deliveriesPerSec: number;
  cpuMicroSec: number;
  busyPercent: number;
  p50Ms: number;
  p99Ms: number;
  rssMib: number;
  helperPercent: number;
  troubles: number;
}

/** Binds processes with all their threads to one core; false where that cannot be. */
function pin(pids: number[], core: number): boolean {
  if (Bun.which("taskset") === null || navigator.hardwareConcurrency < 2) return false;
  return pids.every((pid) => Bun.spawnSync(["taskset", "-a", "-c", "-p", String(core), String(pid)]).success);
}

/** Memory once it has stopped changing, MiB. */
async function settledMib(pid: number): Promise<number> {
  let last = anonymousMib(pid);
  for (let i = 0; i < 8; i++) {
    await Bun.sleep(1000);
    const now = anonymousMib(pid);
    if (Math.abs(now - last) < 0.2) return now;
    last = now;
  }
  return last;
}

/** One fresh server with so many sockets: bytes that an idle one takes, then the modes one after another. */
async function measure(system: ChatSystem, sockets: number): Promise<{ idleBytes: number; byMode: Figures[] }> {
  const { pid, dialect } = await system.begin();
  pin([pid], 0);
  // What the first ones cost is the server's own warming up: the second half is what counts.
  const room = new Room(dialect);
  await room.fill(sockets / 2);
  const halfMib = await settledMib(pid);
  await room.fill(sockets);
  const idleBytes = ((await settledMib(pid)) - halfMib) * ((2 * 1024 * 1024) / sockets);
  const byMode: Figures[] = [];
  for (const { linesPerSec } of modes) {
    const marks: { own: number; helpers: number }[] = [];
    const mark = (): unknown => marks.push({ own: cpuSec([pid]), helpers: cpuSec(system.helpers()) });
    const load = await room.run({ writers, linesPerSec, settleSec: 2, seconds, onWindow: mark });
    const [start = { own: 0, helpers: 0 }, end = start] = marks;
    const [p50Ms, p99Ms] = describeLatency(load.latenciesMs);
    byMode.push({
      deliveriesPerSec: load.deliveries / load.seconds,
      cpuMicroSec: ((end.own - start.own) * 1e6) / load.deliveries,
      busyPercent: ((end.own - start.own) * 100) / load.seconds,
      helperPercent: ((end.helpers - start.helpers) * 100) / load.seconds,
      p50Ms,
      p99Ms,
      rssMib: anonymousMib(pid),
      troubles: load.refused + load.closed,
    });
  }
  room.leave();
  await system.end();
  return { idleBytes, byMode };
}

const systems: ChatSystem[] = [];
try {
  const isPinned = pin([process.pid], 1);
  if (ownName.includes(options.only)) systems.push(await ours(writers, Math.max(...socketCounts)));
  systems.push(...peers().filter((system) => system.name.includes(options.only)));
  console.log(
    `${writers} writers, ${rounds} rounds of ${seconds} s each, ` +
      (isPinned ? "server on core 0, clients on core 1" : "server and clients share the cores (no taskset)"),
  );
  for (const sockets of socketCounts) {
    const results = new Map<ChatSystem, { idleBytes: number; byMode: Figures[] }[]>(systems.map((each) => [each, []]));
    for (let round = 0; round < rounds; round++) {
      for (const system of systems) results.get(system)?.push(await measure(system, sockets));
    }
    report(sockets, results);
  }
} finally {
  for (const system of systems) await system.stop();
  removeScratch();
}
process.exit(0);

function report(sockets: number, results: Map<ChatSystem, { idleBytes: number; byMode: Figures[] }[]>): void {
  const head = ["system", "deliveries/s", "server CPU µs each", "core busy %", "p50 ms", "p99 ms", "idle socket KiB"];
  for (const [index, mode] of modes.entries()) {
    console.log(`\n${sockets} sockets, ${mode.name}:`);
    const rows = [...results].map(([system, runs]) => {
      const median = (pick: (figures: Figures) => number): number =>
        percentile(runs.flatMap((run) => run.byMode[index] ?? []).map(pick), 0.5);
      const idleKib =
        percentile(
          runs.map((run) => run.idleBytes),
          0.5,
        ) / 1024;
      return [
        system.name,
        median((figures) => figures.deliveriesPerSec).toFixed(0),
        median((figures) => figures.cpuMicroSec).toFixed(2),
        median((figures) => figures.busyPercent).toFixed(0),
        median((figures) => figures.p50Ms).toFixed(1),
        median((figures) => figures.p99Ms).toFixed(1),
        idleKib.toFixed(1),
        median((figures) => figures.rssMib).toFixed(0),
        median((figures) => figures.helperPercent).toFixed(0),
        median((figures) => figures.troubles).toFixed(0),
      ];
    });
    printTable([...head, "server MiB", "api's core %", "refused or closed"], rows);
  }
}
