import { expect, test } from "bun:test";
import pino from "pino";
import { z } from "zod";
import { CommandStream } from "./command-stream.ts";

const Ping = z.object({ type: z.literal("ping"), id: z.number() });
const Logged = z.object({ error: z.string() });
const refusal = () => Response.json({ error: "Another is connected." }, { status: 409 });
const follows = () => new Response(`${JSON.stringify({ type: "ping", id: 7 })}\n`);

/** Follows through these answers, one after the other, and then for ever through the last. */
async function followThrough(answers: (() => Response | Error)[]) {
  const logged: string[] = [];
  const seen: (string | number | null)[] = [];
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const stream = new CommandStream({
    schema: Ping,
    open: (after) => {
      const answer = answers.shift();
      seen.push(`after ${after}, refusal ${stream.refusal}`);
      if (answers.length === 0) resolve();
      const result = answer?.() ?? new Error("no more");
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
    onCommand: ({ id }) => seen.push(id),
    onRefused: (status) => seen.push(status),
    log: pino({ level: "warn" }, { write: (line: string) => void logged.push(Logged.parse(JSON.parse(line)).error) }),
  });
  const running = stream.run();
  await over;
  stream.stop();
  await running;
  return { seen, logged };
}

test("a refusal is told with its status and sentence, in the log once, and is forgotten when api is followed or away", async () => {
  const { seen, logged } = await followThrough([refusal, refusal, follows, refusal, () => new Error("away"), follows]);
  const said = "api answered 409: Another is connected.";
  expect(seen).toEqual([
    "after null, refusal null",
    409,
    `after null, refusal ${said}`,
    409,
    `after null, refusal ${said}`,
    7,
    "after 7, refusal null",
    409,
    `after 7, refusal ${said}`,
    "after 7, refusal null",
    7,
  ]);
  expect(logged).toEqual([`Error: ${said}`, `Error: ${said}`, "Error: away"]);
});

test("an answer that is no JSON is told as it is, and a wrong token too", async () => {
  const { seen } = await followThrough([() => new Response("Bad gateway", { status: 502 }), refusal]);
  expect(seen.slice(1, 3)).toEqual([502, "after null, refusal api answered 502: Bad gateway"]);
});
