import { closeCodes, heartbeatAnswerMs, heartbeatEveryMs, helloWithinMs } from "../contract/limits.ts";
import { enter, type Hostile, mustClose, mustLive, open, present, type Stage } from "./hostile-stage.ts";
import { RawClient, upgradeRequest } from "./raw-client.ts";

/** Connections that come in masses, that never speak, or never read. */

/** How long the server may take beyond a deadline of its own, ms. */
const leewayMs = 4000;
const lorisMaxMs = 40_000;
const slowMaxMs = 40_000;

const outcome = (attempt: Promise<RawClient>): Promise<RawClient | null> => attempt.catch(() => null);

async function manySockets(stage: Stage): Promise<string> {
  const count = 10_000;
  const open_: RawClient[] = [];
  const answers = new Map<number, number>();
  for (let done = 0; done < count; done += 100) {
    const clients = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        // A header that anybody can send makes no other address of it.
        outcome(RawClient.open(stage.port, stage.hostileAddress, { "X-Forwarded-For": `10.0.${index}.1` })),
      ),
    );
    for (const client of clients) {
      const status = client?.status ?? 0;
      answers.set(status, (answers.get(status) ?? 0) + 1);
      if (status === 101 && client !== null) open_.push(client);
      else client?.reset();
    }
  }
  const elsewhere = await RawClient.open(stage.port, "127.0.0.9");
  elsewhere.reset();
  const stillOpen = open_.filter((client) => !client.isClosed).length;
  for (const client of open_) client.reset();
  if (elsewhere.status !== 101) throw new Error(`another address was answered with ${elsewhere.status}`);
  if ((answers.get(429) ?? 0) === 0) throw new Error("none was refused");
  const list = [...answers].map(([status, times]) => `${times} × ${status === 0 ? "cut off" : status}`).join(", ");
  return `${list}; at most ${stillOpen} open at the end; another address gets in`;
}

/** Answers to many requests for the whole history pile up before somebody who reads nothing. */
async function neverRead(stage: Stage): Promise<string> {
  const writers = await makeLoud(stage);
  const readers = await Promise.all(Array.from({ length: 20 }, () => enter(stage)));
  for (const reader of readers) reader.pause();
  const startMs = performance.now();
  const requests = setInterval(() => {
    readers.forEach(askForEverything);
  }, 120);
  const writing = setInterval(() => writers.forEach(({ write }) => write()), 550);
  // A paused socket notices its end only when it reads again.
  await Bun.sleep(15_000);
  clearInterval(requests);
  clearInterval(writing);
  for (const reader of readers) reader.resume();
  const codes = await Promise.all(readers.map((reader) => reader.closed(20_000).catch(() => "open" as const)));
  for (const each of [...readers, ...writers]) each.reset();
  const open_ = codes.filter((code) => code === "open").length;
  if (open_ > 0) throw new Error(`${open_} of 20 are still open after ${Math.round(performance.now() - startMs)} ms`);
  return `20 of 20 ended (${[...new Set(codes)].map((code) => code ?? "cut off").join(", ")})`;
}

/** Whoever reads again soon is told why, and recovers by the token they have. */
async function tooSlow(stage: Stage): Promise<string> {
  const observer = await enter(stage);
  const client = await enter(stage, stage.person("slow"));
  const { resume, epoch, seq } = await client.message("welcome");
  const writers = await makeLoud(stage);
  for (let count = 0; count < 5; count++) writers.forEach(({ write }) => write());
  await client.until("the room is loud", () => countEvents(client) >= 200);
  const last = await enter(stage);
  const { viewers } = await last.message("welcome");
  const counts = (): number[] => observer.messages.flatMap((each) => (each.type === "viewers" ? [each.viewers] : []));
  await observer.until("everybody counts", () => counts().at(-1) === viewers);
  client.pause();
  const requests = setInterval(() => askForEverything(client), 105);
  // How much the kernel takes before the server notices is for the kernel to say.
  await observer.until("the server gives up", () => (counts().at(-1) ?? viewers) < viewers, slowMaxMs);
  clearInterval(requests);
  client.resume();
  // Whoever takes longer than the server's patience to read the rest is cut off behind the reason.
  const result = await mustClose(client, closeCodes.slow, null);
  const back = await present(stage, { resume });
  await back.message("welcome");
  back.send({ type: "recover", position: { epoch, seq } });
  await back.message("events");
  await mustLive(back);
  for (const each of [observer, last, ...writers]) each.reset();
  return `${result} after ${(client.receivedBytes / 1e6).toFixed(0)} MB; back by the resume token, nothing missed`;
}

/** In an epoch that never was: the answer is the whole history. */
const askForEverything = (client: RawClient): void =>
  client.send({ type: "recover", position: { epoch: 1_000_000, seq: 0 } });

const countEvents = (client: RawClient): number =>
  client.messages.reduce((sum, message) => sum + (message.type === "events" ? message.events.length : 0), 0);

interface Writer {
  /** Writes a line as large as lines may be. */
  write(): void;
  reset(): void;
}

/** People who may write fast. */
const makeLoud = (stage: Stage): Promise<Writer[]> =>
  Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const client = await enter(stage, stage.person(`loud${index}`, { isAdministrator: true }));
      client.onMessage = () => client.messages.splice(0);
      let count = 0;
      return {
        write: () => {
          const nonce = `loud${String(count++).padStart(8, "0")}`;
          client.send({ type: "say", nonce, text: `${index} ${count} ${"🎭".repeat(480)}` });
        },
        reset: () => client.reset(),
      };
    }),
  );

/** Whether the server has forgotten somebody is told by the count of those who watch. */
async function halfOpen(stage: Stage): Promise<string> {
  const client = await enter(stage);
  client.pause();
  const startMs = performance.now();
  const withinMs = heartbeatEveryMs + heartbeatAnswerMs + leewayMs;
  await Bun.sleep(withinMs);
  client.resume();
  await mustClose(client, null, closeCodes.slow, 1006);
  return `gone within ${Math.round((performance.now() - startMs) / 1000)} s`;
}

async function slowLoris(stage: Stage): Promise<string> {
  const request = upgradeRequest(stage.port, { "X-Slow": "x".repeat(2000) });
  const clients = await Promise.all(Array.from({ length: 50 }, () => RawClient.dial(stage.port, stage.hostileAddress)));
  const startMs = performance.now();
  let sent = 0;
  while (performance.now() - startMs < lorisMaxMs && clients.some((client) => !client.isClosed)) {
    for (const client of clients) client.sendBytes(request.slice(sent, sent + 1));
    sent++;
    await Bun.sleep(1000);
  }
  const left = clients.filter((client) => !client.isClosed).length;
  for (const client of clients) client.reset();
  const seconds = Math.round((performance.now() - startMs) / 1000);
  return left === 0 ? `all cut off after ${seconds} s` : `${left} of 50 still open after ${seconds} s`;
}

async function refusedUpgrade(stage: Stage): Promise<string> {
  const attempts: [Record<string, string>, number[]][] = [
    [{ Origin: "https://evil.example" }, [403]],
    [{ Origin: "null" }, [403]],
    [{ Origin: `http://127.0.0.1.evil.example:${stage.port}` }, [403]],
    [{ Host: "evil.example", Origin: "http://evil.example" }, [403, 421]],
    [{ Upgrade: "h2c" }, [400, 426]],
    [{ "Sec-WebSocket-Key": "" }, [400, 426]],
  ];
  for (const [headers, expected] of attempts) {
    const client = await RawClient.open(stage.port, stage.hostileAddress, headers);
    client.reset();
    if (!expected.includes(client.status)) throw new Error(`${JSON.stringify(headers)}: ${client.status}`);
  }
  return `${attempts.length} of them, each refused`;
}

export const hostileConnections: Hostile[] = [
  { name: "pages of other sites, upgrades that are none", attack: refusedUpgrade },
  {
    name: "no hello",
    isSlow: true,
    attack: async (stage) => {
      const client = await open(stage);
      const startMs = performance.now();
      await mustClose(client, closeCodes.unauthorized);
      const ms = performance.now() - startMs;
      if (ms > helloWithinMs + leewayMs) throw new Error(`only after ${Math.round(ms)} ms`);
      return `closed 4401 after ${(ms / 1000).toFixed(1)} s`;
    },
  },
  {
    name: "pings instead of a hello",
    isSlow: true,
    attack: async (stage) => {
      const client = await open(stage);
      const pings = setInterval(() => client.send({ type: "ping" }), 1000);
      try {
        return await mustClose(client, closeCodes.unauthorized);
      } finally {
        clearInterval(pings);
      }
    },
  },
  { name: "10 000 sockets from one address", isSlow: true, attack: manySockets },
  { name: "a reader that falls behind", isSlow: true, attack: tooSlow },
  { name: "20 readers that ask for everything and read nothing", isSlow: true, attack: neverRead },
  { name: "a peer that is gone without a word", isSlow: true, attack: halfOpen },
  { name: "50 upgrades of one byte a second", isSlow: true, attack: slowLoris },
];
