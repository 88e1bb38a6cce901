import { Bystanders } from "./testing/bystanders.ts";
import { CallBystanders } from "./testing/call-bystanders.ts";
import { ChildServer } from "./testing/child-server.ts";
import { hostileClients } from "./testing/hostile-clients.ts";
import type { Hostile } from "./testing/hostile-stage.ts";

/**
 * `npm run attack:chat`: every hostile client, one after another, against the real service in a process of its own, while
 * others chat, and three are in a call, beside them. Prints what came of each, the longest that a line and a signal of the
 * others took, and the memory of the server. Ends with 1 when anything was not as it must be. With names as arguments, only those that contain one. [I/O]
 */

const wanted = process.argv.slice(2);
const chosen = hostileClients.filter(({ name }) => wanted.length === 0 || wanted.some((each) => name.includes(each)));

interface Row {
  name: string;
  result: string;
  failed: boolean;
  lineMs: number;
  signalMs: number;
  residentMb: number;
}

async function run(hostile: Hostile): Promise<Row> {
  chatting.takeWorstMs();
  calling.takeWorstMs();
  let failed = false;
  const result = await hostile.attack(server).catch((error: unknown) => {
    failed = true;
    return `FAILED: ${error instanceof Error ? error.message : String(error)}`;
  });
  return {
    name: hostile.name,
    result,
    failed: failed || server.hasEnded || !chatting.areConnected || !calling.areConnected,
    lineMs: chatting.takeWorstMs(),
    signalMs: calling.takeWorstMs(),
    residentMb: server.residentMb(),
  };
}

const server = await ChildServer.start();
const chatting = await Bystanders.join(server);
const calling = await CallBystanders.join(server);
const beforeMb = server.residentMb();
const rows: Row[] = [];
for (const [index, hostile] of chosen.entries()) {
  // One attacker's use of an address is not the next one's.
  server.hostileAddress = `127.0.2.${index + 1}`;
  const row = await run(hostile);
  rows.push(row);
  const { name, result, lineMs, signalMs, residentMb } = row;
  process.stdout.write(
    `| ${name} | ${result} | ${lineMs.toFixed(0)} ms | ${signalMs.toFixed(0)} ms | ${residentMb} MB |\n`,
  );
  if (server.hasEnded) break;
}
const [lostLines, lostSignals] = await Promise.all([chatting.leave(), calling.leave()]);
await Bun.sleep(2000);
const afterMb = server.hasEnded ? 0 : server.residentMb();
const failures = rows.filter(({ failed }) => failed).length + Number(server.hasEnded);
const worst = (of: "lineMs" | "signalMs"): string => Math.max(...rows.map((row) => row[of])).toFixed(0);
process.stdout.write(
  `${rows.length} hostile clients, ${failures} failures; beside them ${chatting.sent} lines, ${lostLines} lost, ` +
    `${chatting.refused} refused, the slowest took ${worst("lineMs")} ms; ${calling.sent} signals, ${lostSignals} lost, ` +
    `the slowest took ${worst("signalMs")} ms; ` +
    `RSS ${beforeMb} MB before, ${Math.max(...rows.map((row) => row.residentMb))} MB at most, ${afterMb} MB after\n`,
);
if (calling.disturbance !== null) process.stdout.write(`a call was disturbed: ${calling.disturbance}\n`);
await server.stop();
process.exit(failures + lostLines + lostSignals === 0 && calling.disturbance === null ? 0 : 1);
