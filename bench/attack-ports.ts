import { join } from "node:path";
import { parseArgs } from "node:util";
import { Ends } from "./support/ends.ts";
import type { Attack, Outcome } from "./support/port-attacks/attack.ts";
import { attacks } from "./support/port-attacks/attacks.ts";
import { descriptorsLeft } from "./support/port-attacks/descriptor-attacks.ts";
import { limitDescriptors } from "./support/port-attacks/descriptor-limit.ts";
import type { Chatting } from "./support/port-attacks/ordinary-chatter.ts";
import type { Watching } from "./support/port-attacks/ordinary-viewer.ts";
import { buildScene, type Scene, type Way } from "./support/port-attacks/scene.ts";
import type { Held } from "./support/port-attacks/watched-services.ts";
import { printTable } from "./support/table.ts";

/**
 * `npm run attack:ports`: slow and flooding attackers at every port, bare and through Caddy (left out, and said, where there is
 * none), beside somebody who opens pages and watches, somebody who writes, and an encoder. One row for each attack: what came of
 * it, what the others noticed, what the services held before, at most and when it was over (10 s at most). Ends with 1 when a
 * row does not hold. `--quick` is a minute's worth; words choose attacks by their names. Linux only. [I/O]
 */

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, way: { type: "string" } },
  allowPositionals: true,
});

/** On two cores that the attackers share with the attacked, and so many times what it is without any. */
const slowestFloorMs = 5000;
const slowerTimes = 4;
/** How long to look at nobody attacking, at least and at most to wait for sockets to go, and how long to look after that. */
const { quietMs, settleMinMs, settleMaxMs, lookMs } = values.quick
  ? { quietMs: 3000, settleMinMs: 300, settleMaxMs: 2000, lookMs: 2500 }
  : { quietMs: 6000, settleMinMs: 1500, settleMaxMs: 10_000, lookMs: 4000 };
const quickSeconds = { slow: 21, other: 1 };
const attackMaxMs = 120_000;
/** By how much one attack may make all services together grow, and what of it may stay; Caddy's heap shrinks within minutes. */
const mostMaxMib = 400;
const keptMaxMib = 300;
/**
 * A current Caddy (2.11) keeps up to 32 idle connections to each of the three services, for longer than we wait; each is a
 * socket at both ends.
 */
const keptMaxSockets = { bare: 24, Caddy: 24 + 2 * 3 * 32 } as const;

const secondsOf = ({ name, seconds }: Attack): number =>
  values.quick ? Math.min(seconds, name.startsWith("slow") ? quickSeconds.slow : quickSeconds.other) : seconds;

async function runAttacker(scene: Scene, attack: Attack, way: Way): Promise<Outcome> {
  const targets = await scene.targetsOf(way, secondsOf(attack)).catch(() => null);
  if (targets === null) return { result: "the stream was not there", isRight: false };
  // What attackers do themselves is not done on the server out there: here it must not take the server's share.
  const command = ["nice", "-n", "5", process.execPath, join(import.meta.dir, "support/port-attacks/attacker.ts")];
  const child = Bun.spawn([...command, attack.name], {
    stdin: Buffer.from(JSON.stringify(targets)),
    stdout: "pipe",
    stderr: "inherit",
    timeout: attackMaxMs,
    signal: stopped.signal,
  });
  const text = await child.stdout.text();
  if ((await child.exited) !== 0) return { result: "the attacker itself failed", isRight: false };
  return JSON.parse(text) as Outcome;
}

const sum = (held: Map<string, Held>, of: keyof Held): number =>
  [...held.values()].reduce((all, each) => all + each[of], 0);

/** Waits until the attack's sockets are gone, and returns what is held then. */
async function settle({ services }: Scene, way: Way, before: Map<string, Held>): Promise<Map<string, Held>> {
  const deadlineMs = performance.now() + settleMaxMs;
  await Bun.sleep(settleMinMs);
  const mostSockets = sum(before, "sockets") + keptMaxSockets[way.name];
  while (performance.now() < deadlineMs && sum(services.now(), "sockets") > mostSockets) await Bun.sleep(250);
  return services.now();
}

/** What went wrong for the others, in words. */
function troubles(
  watching: Watching,
  { waiting, reconnects, slowestAckMs }: Chatting,
  slowestMs: number,
): [who: string, what: string][] {
  return [
    ...(watching.pagesFailed > 0 ? ([["pages", `${watching.pagesFailed} pages failed`]] as const) : []),
    ...(watching.slowestPageMs > slowestMs ? ([["pages", "pages are slow"]] as const) : []),
    ...(watching.partsFailed > 0 ? ([["parts", `${watching.partsFailed} parts failed`]] as const) : []),
    ...(watching.framesMissing > 2 ? ([["parts", `${watching.framesMissing} frames missing`]] as const) : []),
    ...(watching.longestWaitMs > slowestMs ? ([["parts", "the picture stood"]] as const) : []),
    ...(reconnects > 0 ? ([["chat", `the chat was lost ${reconnects} times`]] as const) : []),
    ...(waiting > 1 ? ([["chat", `${waiting} lines wait`]] as const) : []),
    ...(slowestAckMs > slowestMs ? ([["chat", "the chat is slow"]] as const) : []),
  ].map(([who, what]) => [who, what]);
}

const arrow = (steps: Map<string, Held>[], of: keyof Held): string =>
  steps.map((held) => Array.from(held.values(), (each) => each[of].toFixed(0)).join("/")).join(" → ");

interface Row {
  cells: (string | number)[];
  isHeld: boolean;
}

/** How slow things are when nobody attacks, and how slow they may be. */
async function beQuiet({ viewer, chatter, name }: Way): Promise<{ cells: (string | number)[]; slowestMs: number }> {
  viewer.take();
  chatter.take();
  await Bun.sleep(quietMs);
  const [watching, chatting] = [viewer.take(), chatter.take()];
  const slowest = Math.max(watching.slowestPageMs, watching.longestWaitMs, chatting.slowestAckMs);
  const cells = [`nobody attacks, ${name}`, "", ...noticed(watching, chatting), "", "", ""];
  console.error(cells.join(" | "));
  return { cells, slowestMs: Math.max(slowestFloorMs, slowerTimes * slowest) };
}

const noticed = (watching: Watching, chatting: Chatting): (string | number)[] => [
  `${watching.pages}, ${watching.pagesFailed}, ${watching.slowestPageMs.toFixed(0)}`,
  `${watching.parts}, ${watching.partsFailed}, ${watching.longestWaitMs.toFixed(0)}`,
  watching.framesMissing,
  `${chatting.lines}, ${chatting.slowestAckMs.toFixed(0)}`,
];

async function run(scene: Scene, attack: Attack, way: Way, quiet: { slowestMs: number }): Promise<Row> {
  const { viewer, chatter } = way;
  const before = scene.services.now();
  const returnsBefore = scene.encoderReturns();
  scene.services.takeMost();
  viewer.take();
  chatter.take();
  const giveBack = attack.descriptorsOf === undefined ? null : leaveFewDescriptors(scene, attack.descriptorsOf, before);
  const outcome = await runAttacker(scene, attack, way);
  giveBack?.();
  const after = await settle(scene, way, before);
  const [watching, chatting, most] = [viewer.take(), chatter.take(), scene.services.takeMost()];
  const expected: readonly string[] = attack.mayDisturb ?? [];
  const slowestMs = Math.max(quiet.slowestMs, (way.name === "bare" ? attack.slowestBareMs : undefined) ?? 0);
  const wrong = troubles(watching, chatting, slowestMs).flatMap(([who, what]) =>
    expected.includes(who) ? [] : [what],
  );
  if (expected.length > 0) wrong.push(...(await troublesAfter(way, slowestMs)));
  if (!outcome.isRight) wrong.push("see the result");
  if (scene.encoderReturns() !== returnsBefore) wrong.push("the encoder was thrown out");
  if (Array.from(scene.pids.values()).some((pid) => !isAlive(pid))) wrong.push("a service ended");
  wrong.push(...heldTooMuch({ before, most, after }, attack, way));
  const cells = [
    `${attack.name}, ${way.name}`,
    outcome.result,
    ...noticed(watching, chatting),
    arrow([before, most, after], "mib"),
    arrow([before, most, after], "sockets"),
    wrong.length === 0 ? "yes" : `NO: ${wrong.join("; ")}`,
  ];
  console.error(cells.join(" | "));
  return { cells, isHeld: wrong.length === 0 };
}

/** While it lasted some could not come in; now everybody must. */
async function troublesAfter({ viewer, chatter }: Way, slowestMs: number): Promise<string[]> {
  await Bun.sleep(settleMaxMs);
  viewer.take();
  chatter.take();
  await Bun.sleep(lookMs);
  return troubles(viewer.take(), chatter.take(), slowestMs).map(([, what]) => `${what} even after it`);
}

/** What is wrong with what the services held, in words. */
function heldTooMuch(
  { before, most, after }: Record<"before" | "most" | "after", Map<string, Held>>,
  { descriptorsOf }: Attack,
  way: Way,
): string[] {
  const grown = (since: Map<string, Held>, of: keyof Held): number => sum(since, of) - sum(before, of);
  const socketsOf = (held: Map<string, Held>, service: string): number => held.get(service)?.sockets ?? 0;
  const ranOut =
    descriptorsOf === undefined ||
    socketsOf(most, descriptorsOf) - socketsOf(before, descriptorsOf) > descriptorsLeft / 2;
  return [
    ...(ranOut ? [] : ["its descriptors did not run out"]),
    ...(grown(after, "sockets") > keptMaxSockets[way.name] ? ["sockets stay"] : []),
    ...(grown(most, "mib") > mostMaxMib ? ["too much memory"] : []),
    ...(grown(after, "mib") > keptMaxMib ? ["memory stays"] : []),
  ];
}

/** Takes all but a few descriptors from a service. Returns what gives them back. */
function leaveFewDescriptors({ pids }: Scene, service: string, before: Map<string, Held>): () => void {
  return limitDescriptors(pids.get(service) ?? 0, (before.get(service)?.sockets ?? 0) + descriptorsLeft);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function attackAll(scene: Scene): Promise<void> {
  // What starting costs is over.
  await Bun.sleep(lookMs);
  const isWanted = ({ name }: Way): boolean =>
    values.way === undefined ? !values.quick || name === "bare" : name === values.way;
  const quiets = new Map<Way, Awaited<ReturnType<typeof beQuiet>>>();
  for (const way of scene.ways.filter(isWanted)) {
    const quiet = await beQuiet(way);
    quiets.set(way, quiet);
    quietRows.push(quiet.cells);
  }
  for (const attack of attacks) {
    if (positionals.length > 0 && !positionals.some((word) => attack.name.includes(word))) continue;
    for (const [way, quiet] of quiets)
      if (attack.ways.includes(way.name)) rows.push(await run(scene, attack, way, quiet));
  }
}

const startedAt = performance.now();
const ends = new Ends();
const stopped = new AbortController();
ends.add(() => stopped.abort());
const quietRows: Row["cells"][] = [];
const rows: Row[] = [];
let names: string[] = [];
try {
  const scene = await buildScene(ends);
  names = [...scene.pids.keys()];
  console.log(
    scene.caddyVersion === null
      ? "There is no caddy on this machine: only the bare ports are attacked."
      : `Caddy's version: ${scene.caddyVersion}.`,
  );
  await attackAll(scene);
} finally {
  await ends.end();
}
printTable(
  [
    "attack",
    "what came of it",
    "pages: n, failed, slowest ms",
    "parts: n, failed, longest wait ms",
    "frames missing",
    "lines: n, slowest ms",
    `MiB of ${names.join("/")}: before → most → after`,
    "sockets: before → most → after",
    "held?",
  ],
  [...quietRows, ...rows.map(({ cells }) => cells)],
);
const fallen = rows.filter(({ isHeld }) => !isHeld).length;
console.log(
  `\n${rows.length} attacks, ${fallen === 0 ? "all held" : `${fallen} did not hold`}, in ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`,
);
process.exit(fallen === 0 && rows.length > 0 ? 0 : 1);
