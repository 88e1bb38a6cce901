import { canContinueAfter, listCommandsAfter, newestCommandId } from "../../db/outbox.ts";
import type { Database } from "../../db/open.ts";
import type { Audience } from "../../db/schema.ts";
import { Bell } from "../bell.ts";
import type { Changes } from "../changes.ts";

const commandsPerRead = 200;

interface CommandStreamDeps {
  db: Database;
  changes: Changes;
  /** Whose commands. */
  audience: Audience;
  /** The command that a fresh reader starts from. */
  readSnapshot: () => Promise<{ type: "snapshot"; id: number }>;
  /** Ends the stream. */
  signal: AbortSignal;
  /** Resolves when the peer has room for more. */
  write: (line: string) => Promise<unknown>;
  /** Longest silence. @default 5000 */
  pingEveryMs?: number;
}

/**
 * Writes the command stream of api/contract/commands.ts or signaling-commands.ts until the signal: a snapshot for a fresh
 * reader or for one whose next command is gone, then every command in order. A change in this process wakes it; nothing is polled here.
 */
export async function writeCommands(
  { db, changes, audience, readSnapshot, signal, write, pingEveryMs = 5000 }: CommandStreamDeps,
  after: number | undefined,
): Promise<void> {
  const bell = new Bell();
  let silentSince = performance.now();
  const writeCommand = async (command: object): Promise<void> => {
    await write(`${JSON.stringify(command)}\n`);
    silentSince = performance.now();
  };
  // Listening comes first: what is written between the snapshot and the first wait rings.
  const stopListening = changes.on("outbox", bell.ring);
  signal.addEventListener("abort", bell.close, { once: true });
  try {
    let seen = after;
    if (seen === undefined || !(await canContinueAfter(db, seen))) {
      const snapshot = await readSnapshot();
      seen = snapshot.id;
      await writeCommand(snapshot);
    }
    while (!signal.aborted) {
      // What rings may be for the other audience: silence is counted from the last line of this one.
      const silenceLeftMs = silentSince + pingEveryMs - performance.now();
      // Read before the rows: what is newer than this may be missing among them.
      const newest = silenceLeftMs > 0 ? seen : await newestCommandId(db);
      const rows = await listCommandsAfter(db, audience, seen, commandsPerRead);
      for (const { id, command } of rows) {
        await writeCommand({ id, ...(JSON.parse(command) as object) });
        seen = id;
      }
      if (rows.length === commandsPerRead) continue;
      seen = Math.max(seen, newest);
      if (silenceLeftMs > 0) await bell.wait(silenceLeftMs);
      else if (rows.length === 0) await writeCommand({ type: "ping", id: seen });
    }
  } finally {
    stopListening();
    signal.removeEventListener("abort", bell.close);
  }
}
