import { parseArgs } from "node:util";
import { CallServerMessage } from "./contract/call-messages.ts";
import { closeCodes } from "./contract/limits.ts";
import { ServerMessage } from "./contract/messages.ts";
import { Bystanders } from "./testing/bystanders.ts";
import { CallBystanders } from "./testing/call-bystanders.ts";
import { ChildServer } from "./testing/child-server.ts";
import { mutatedFrame, randomNumbers } from "./testing/frame-mutator.ts";
import { FuzzedCalls } from "./testing/fuzzed-calls.ts";
import { frame, RawClient } from "./testing/raw-client.ts";

/**
 * `npm run fuzz:chat -- --inputs 200000 --seed 1`: mutated frames, before and after hello, in chats and in calls, over real
 * sockets at the real service in a process of its own, while others chat and talk beside them. Ends with 1 when the process
 * ended, when a handler failed, when its memory grew, when it said what the contract does not know, or when those beside it
 * missed anything. [I/O]
 */
const { values } = parseArgs({
  options: { inputs: { type: "string", default: "200000" }, seed: { type: "string", default: "1" } },
});
const inputs = Number(values.inputs);
const random = randomNumbers(Number(values.seed));
/** Each of them may open only so many sockets a second. */
const addresses = 100;
/** Connections at once, and frames that each of them sends at most: more than the server puts up with. */
const connections = 20;
const framesEach = 60;
const accounts = 200;
const restMs = 4000;
/** How much more memory the end may hold than the beginning, once it has warmed up, MB. */
const growthLimitMb = 60;

const counts = { frames: 0, connections: 0, welcomes: 0, knocks: 0 };
const ends = new Map<string, number>();
/** What the server said that is no message of the contract, first. */
let broken: string | null = null;
/** What was good once. */
const tokens: string[] = ["x"];

function keep(token: string): void {
  tokens.push(token);
  if (tokens.length > 50) tokens.shift();
}

/** One connection: mostly somebody who is in a room first, and then loses their senses. */
async function fuzzOnce(server: ChildServer): Promise<void> {
  const isCall = random() < 0.6;
  const client = await RawClient.open<ServerMessage | CallServerMessage>(
    server.port,
    `127.0.2.${1 + (counts.connections++ % addresses)}`,
  );
  if (client.status !== 101) throw new Error(`the upgrade was answered with ${client.status}`);
  const peers: string[] = [];
  client.onMessage = (message) => {
    // A token of the other kind may have been among what it presented.
    const isKnown = CallServerMessage.safeParse(message).success;
    if (isKnown && isCall) peers.push(...calls.learn(message as CallServerMessage));
    if (!isKnown && !ServerMessage.safeParse(message).success) broken ??= JSON.stringify(message);
  };
  if (random() < 0.8) await enter(server, client, isCall);
  // Below what counts as a flood, or nothing but the first frames would ever be looked at.
  const frames = 1 + Math.floor(random() * framesEach);
  // Mostly those in the same call, whom it concerns.
  const pool = () => ({ tokens, peers: peers.length > 0 && random() < 0.8 ? peers : calls.peers });
  for (let sent = 0; sent < frames && counts.frames < inputs && !client.isClosed; sent++) {
    const { payload, announcedBytes, ...options } = mutatedFrame(random, pool(), isCall);
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

/** Comes in as a page does: into the chat, or into a call or to its door. */
async function enter(
  server: ChildServer,
  client: RawClient<ServerMessage | CallServerMessage>,
  isCall: boolean,
): Promise<void> {
  const person = people[counts.connections % people.length] ?? server.person("eve");
  const hello = isCall ? calls.hello(random) : { type: "hello", version: 1, ticket: server.ticket(person) };
  if ("ticket" in hello) keep(String(hello.ticket));
  client.send(hello);
  const answered = (): boolean => client.messages.some(({ type }) => type === "welcome" || type === "waiting");
  // A call may be full, or locked, or have thrown them out.
  await client.until("an answer", () => answered() || client.isClosed, 5000).catch(() => null);
  for (const message of client.messages) {
    if (message.type === "welcome") keep(message.resume);
    if (message.type === "welcome") counts.welcomes++;
    if (message.type === "waiting") counts.knocks++;
  }
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
const calls = new FuzzedCalls(server);
const chatting = await Bystanders.join(server);
const calling = await CallBystanders.join(server);
const startedAtMs = performance.now();
await fuzz(server, Math.min(inputs, inputs / 10));
const startMb = await restedMb();
await fuzz(server, inputs / 2);
const middleMb = await restedMb();
await fuzz(server, inputs);
const endMb = await restedMb();
const lineMs = chatting.takeWorstMs();
const signalMs = calling.takeWorstMs();
const areConnected = chatting.areConnected && calling.areConnected;
const [lostLines, lostSignals] = await Promise.all([chatting.leave(), calling.leave()]);

const failures = [
  ...(server.hasEnded || !(await server.isHealthy()) ? ["the server ended or is not healthy"] : []),
  ...(endMb - startMb > growthLimitMb ? [`memory grew from ${startMb} MB to ${endMb} MB`] : []),
  ...(areConnected ? [] : ["somebody beside it was shown out"]),
  ...(lostLines + lostSignals > 0 ? [`${lostLines} lines and ${lostSignals} signals beside it were lost`] : []),
  ...(calling.disturbance === null ? [] : [`a call beside it was disturbed: ${calling.disturbance}`]),
  ...(broken === null ? [] : [`the server said ${String(broken)}`]),
  // A handler that throws ends its connection so.
  ...(ends.has(`closed ${closeCodes.restarting}`) ? ["a handler failed"] : []),
];
for (const failure of failures) process.stderr.write(`${failure}\n`);
const list = [...ends].map(([end, times]) => `${end}: ${times}`).toSorted();
process.stdout.write(
  `${counts.frames} frames on ${counts.connections} connections, ${counts.welcomes} of them in a room, ${counts.knocks} at ` +
    `its door (${list.join(", ")}), ${failures.length} failures; RSS ${startMb} MB after a tenth, ${middleMb} MB after half, ` +
    `${endMb} MB at the end; beside them ${chatting.sent} lines, ${lostLines} lost, the slowest took ` +
    `${lineMs.toFixed(0)} ms, ${calling.sent} signals, ${lostSignals} lost, the slowest took ${signalMs.toFixed(0)} ms; ` +
    `${((performance.now() - startedAtMs) / 1000).toFixed(0)} s\n`,
);
await server.stop();
process.exit(failures.length === 0 ? 0 : 1);
