import { Bystanders } from "./testing/bystanders.ts";
import { ChildServer } from "./testing/child-server.ts";
import { hostileClients } from "./testing/hostile-clients.ts";
import type { Hostile } from "./testing/hostile-stage.ts";

/**
 * `npm run attack:chat`: every hostile client, one after another, against the real service in a process of its own, while
 * others chat beside them. Prints what came of each, the longest that a line of the others took, and the memory of the
 * server. Ends with 1 when anything was not as it must be. With names as arguments, only those that contain one. [I/O]
 */

const wanted = process.argv.slice(2);
const chosen = hostileClients.filter(({ name }) => wanted.length === 0 || wanted.some((each) => name.includes(each)));

interface Row {
  name: string;
  result: string;
  failed: boolean;
  worstMs: number;
  residentMb: number;
}

async function run(server: ChildServer, bystanders: Bystanders, hostile: Hostile): Promise<Row> {
  bystanders.takeWorstMs();
  let failed = false;
  const result = await hostile.attack(server).catch((error: unknown) => {
    failed = true;
    return `FAILED: ${error instanceof Error ? error.message : String(error)}`;
  });
  return {
    name: hostile.name,
    result,
    failed: failed || server.hasEnded || !bystanders.areConnected,
    worstMs: bystanders.takeWorstMs(),
    residentMb: server.residentMb(),
  };
}

const server = await ChildServer.start();
const bystanders = await Bystanders.join(server);
const beforeMb = server.residentMb();
const rows: Row[] = [];
for (const hostile of chosen) {
  const row = await run(server, bystanders, hostile);
  rows.push(row);
  process.stdout.write(`| ${row.name} | ${row.result} | ${row.worstMs.toFixed(0)} ms | ${row.residentMb} MB |\n`);
  if (server.hasEnded) break;
}
const missing = await bystanders.leave();
await Bun.sleep(2000);
const afterMb = server.hasEnded ? 0 : server.residentMb();
const failures = rows.filter(({ failed }) => failed).length + Number(server.hasEnded);
const worstMs = Math.max(...rows.map((row) => row.worstMs));
process.stdout.write(
  `${rows.length} hostile clients, ${failures} failures; beside them ${bystanders.sent} lines, ${missing} lost, ` +
    `${bystanders.refused} refused, the slowest took ${worstMs.toFixed(0)} ms; ` +
    `RSS ${beforeMb} MB before, ${Math.max(...rows.map((row) => row.residentMb))} MB at most, ${afterMb} MB after\n`,
);
await server.stop();
process.exit(failures === 0 && missing === 0 ? 0 : 1);
