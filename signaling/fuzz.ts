import { parseArgs } from "node:util";
import { Bystanders } from "./testing/bystanders.ts";
import { ChildServer } from "./testing/child-server.ts";
import { mutatedFrame, randomNumbers } from "./testing/frame-mutator.ts";
import { frame, RawClient } from "./testing/raw-client.ts";

/**
 * `npm run fuzz:chat -- --inputs 200000 --seed 1`: mutated frames, before and after hello, over real sockets at the real
 * service in a process of its own, while others chat beside them. Ends with 1 when the process ended, when its memory grew,
 * or when those beside it missed a line. [I/O]
 */
const { values } = parseArgs({
  options: { inputs: { type: "string", default: "200000" }, seed: { type: "string", default: "1" } },
});
const inputs = Number(values.inputs);
const random = randomNumbers(Number(values.seed));
const address = "127.0.0.2";
/** Connections at once, and frames that each of them sends at most: more than the server puts up with. */
const connections = 20;
const framesEach = 60;
const accounts = 200;
const restMs = 4000;
/** How much more memory the end may hold than the beginning, once it has warmed up, MB. */
const growthLimitMb = 60;

const counts = { frames: 0, connections: 0, welcomes: 0 };
const ends = new Map<string, number>();
/** What was good once: presented again, altered, in place of one another. */
const tokens: string[] = ["x"];

function keep(token: string): void {
  tokens.push(token);
  if (tokens.length > 50) tokens.shift();
}

/** One connection: mostly somebody who is in the room first, and then loses their senses. */
async function fuzzOnce(server: ChildServer): Promise<void> {
  const client = await RawClient.open(server.port, address);
  counts.connections++;
  const ticket = server.ticket(people[counts.connections % people.length] ?? server.person("eve"));
  keep(ticket);
  if (random() < 0.7) {
    client.send({ type: "hello", version: 1, ticket });
    const { resume } = await client.message("welcome");
    keep(resume);
    counts.welcomes++;
  }
  // Below what counts as a flood, or nothing but the first frames would ever be looked at.
  const frames = 1 + Math.floor(random() * framesEach);
  for (let sent = 0; sent < frames && counts.frames < inputs && !client.isClosed; sent++) {
    const { payload, announcedBytes, ...options } = mutatedFrame(random, tokens);
    client.sendBytes(frame(payload, { ...options, ...(announcedBytes === undefined ? {} : { announcedBytes }) }));
    counts.frames++;
    // A chance for the server to close between two frames.
    if (sent % 2 === 1) await Bun.sleep(0);
  }
  const isPolite = random() < 0.5;
  if (isPolite && !client.isClosed) {
    client.send({ type: "ping" });
    await client.until("an answer", () => client.messages.some(({ type }) => type === "pong"), 100).catch(() => null);
  }
  const end = client.isClosed ? `closed ${client.closeCode ?? "without a frame"}` : "lived";
  ends.set(end, (ends.get(end) ?? 0) + 1);
  client.reset();
}

async function fuzz(server: ChildServer, until: number): Promise<void> {
  const worker = async (): Promise<void> => {
    while (counts.frames < until && !server.hasEnded) await fuzzOnce(server).catch(() => null);
  };
  await Promise.all(Array.from({ length: connections }, worker));
}

/** Memory once the garbage of the last moments is gone; 0 when the server is. */
async function restedMb(): Promise<number> {
  await Bun.sleep(server.hasEnded ? 0 : restMs);
  return server.hasEnded ? 0 : server.residentMb();
}

const server = await ChildServer.start();
// The server remembers for a while how fast each of them wrote: as many as could be at it with accounts of their own.
const people = Array.from({ length: accounts }, (_, index) => server.person(`eve${index}`));
const bystanders = await Bystanders.join(server);
const startedAtMs = performance.now();
await fuzz(server, Math.min(inputs, inputs / 10));
const startMb = await restedMb();
await fuzz(server, inputs / 2);
const middleMb = await restedMb();
await fuzz(server, inputs);
const endMb = await restedMb();
const worstMs = bystanders.takeWorstMs();
const areConnected = bystanders.areConnected;
const missing = await bystanders.leave();

const failures = [
  ...(server.hasEnded || !(await server.isHealthy()) ? ["the server ended or is not healthy"] : []),
  ...(endMb - startMb > growthLimitMb ? [`memory grew from ${startMb} MB to ${endMb} MB`] : []),
  ...(areConnected && missing === 0 ? [] : [`${missing} lines beside it were lost`]),
];
for (const failure of failures) process.stderr.write(`${failure}\n`);
const list = [...ends].map(([end, times]) => `${end}: ${times}`).toSorted();
process.stdout.write(
  `${counts.frames} frames on ${counts.connections} connections, ${counts.welcomes} of them in the room ` +
    `(${list.join(", ")}), ${failures.length} failures; RSS ${startMb} MB after a tenth, ${middleMb} MB after half, ` +
    `${endMb} MB at the end; beside them ${bystanders.sent} lines, ${missing} lost, the slowest took ` +
    `${worstMs.toFixed(0)} ms; ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s\n`,
);
await server.stop();
process.exit(failures.length === 0 ? 0 : 1);
