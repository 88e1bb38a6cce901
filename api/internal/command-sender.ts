import type { Context } from "hono";
import { stream } from "hono/streaming";
import type { Logger } from "pino";
import { z } from "zod";
import type { Database } from "../../db/open.ts";
import type { Audience } from "../../db/schema.ts";
import type { Changes } from "../changes.ts";
import { writeCommands } from "./command-stream.ts";

/** Of each audience. */
const maxCommandStreams = 16;

/** The last id that the reader has seen; absent: it starts afresh. */
export const CommandsQuery = z.object({
  after: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional(),
});

interface CommandSenderDeps {
  db: Database;
  changes: Changes;
  log: Logger;
  /** Ends the open command streams when api stops. */
  closing: AbortSignal;
}

/** The handler of one audience's command stream, a bounded number of times at once. */
export function commandSender(
  { db, changes, log, closing }: CommandSenderDeps,
  audience: Audience,
  readSnapshot: () => Promise<{ type: "snapshot"; id: number }>,
) {
  let open = 0;
  return (c: Context, after: number | undefined, onEnd: () => void = () => undefined) => {
    if (open >= maxCommandStreams) {
      onEnd();
      return c.json({ error: "Too many command streams are open." }, 503);
    }
    open += 1;
    c.header("Content-Type", "application/x-ndjson");
    c.header("Cache-Control", "no-store");
    return stream(
      c,
      async (out) => {
        const gone = new AbortController();
        out.onAbort(() => gone.abort());
        const signal = AbortSignal.any([gone.signal, closing]);
        try {
          const write = (line: string) => out.write(line);
          await writeCommands({ db, changes, audience, readSnapshot, signal, write }, after);
        } finally {
          open -= 1;
          onEnd();
        }
      },
      async (error) => log.error({ err: error, audience }, "command stream failed"),
    );
  };
}
