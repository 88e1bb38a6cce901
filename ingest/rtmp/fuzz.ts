import { parseArgs } from "node:util";
import { fuzzSessions } from "./testing/session-fuzzer.ts";

/** `bun ingest/rtmp/fuzz.ts --inputs 200000 --seed 1`: mutated publishers against sessions in this process. [I/O] */
const { values } = parseArgs({
  options: { inputs: { type: "string", default: "200000" }, seed: { type: "string", default: "1" } },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
/** How much more memory the end may hold than the beginning, MB. */
const growthLimitMb = 100;
const batch = 10_000;

await fuzzSessions({ inputs: 1000, seed: seed + 1 });
const before = residentMb();
const startedAtMs = performance.now();
const failures: string[] = [];
let tags = 0;
let peakMb = before;
for (let done = 0; done < inputs; done += batch) {
  const result = await fuzzSessions({ inputs: Math.min(batch, inputs - done), seed: seed + done });
  failures.push(...result.failures.map((failure) => `seed ${seed + done}, ${failure}`));
  tags += result.tags;
  peakMb = Math.max(peakMb, residentMb());
}
const after = residentMb();
if (peakMb - before > growthLimitMb) failures.push(`memory grew from ${before} MB to ${peakMb} MB`);

for (const failure of failures.slice(0, 20)) process.stderr.write(`${failure}\n`);
const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0);
process.stdout.write(
  `${inputs} inputs, ${failures.length} failures, RSS ${before} MB before, ${peakMb} MB at most, ${after} MB after, ` +
    `${tags} tags reached their feeds, ${seconds} s\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

function residentMb(): number {
  Bun.gc(true);
  return Math.round(process.memoryUsage.rss() / 1e6);
}
