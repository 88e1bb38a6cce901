import { createMiddleware } from "hono/factory";
import type { Logger } from "pino";
import { anotherIsConnected, signalingNodeHeader } from "../contract/internal-client.ts";

/** signaling says how many watch every 20 s, if it has nothing else to say. */
const silenceMaxMs = 30_000;

export const refusedSignaling = "Another signaling is connected, and there can be only one: stop one of them.";

/**
 * Lets one process of signaling in at a time: the rooms of chats and calls live in its memory, and a second would split each of
 * them in two. The place is taken with the command stream and free when that ends; of a process whose machine was lost the
 * stream may look open for a quarter of an hour, so that the place is also free when nothing was heard of it for 30 s.
 */
export class SoleSignaling {
  /** `stream` is the newest of its command streams. */
  #holder: { node: string; stream: object; heardAtMs: number } | null = null;

  /** Whether this process may ask and report, and follow commands; `nowMs` is of a clock that is never set. */
  admits(node: string, nowMs: number): boolean {
    const holder = this.#holder;
    if (holder?.node === node) holder.heardAtMs = nowMs;
    return holder === null || holder.node === node || nowMs - holder.heardAtMs > silenceMaxMs;
  }

  /** It has opened a command stream. Returns what is to be called at that stream's end. */
  follow(node: string, nowMs: number): () => void {
    const stream = {};
    this.#holder = { node, stream, heardAtMs: nowMs };
    return () => {
      if (this.#holder?.stream === stream) this.#holder = null;
    };
  }
}

/** Turns every other signaling away. */
export const onlyOneSignaling = (sole: SoleSignaling, log: Logger) => {
  let toldOf: string | null = null;
  return createMiddleware(async (c, next) => {
    const node = c.req.header(signalingNodeHeader) ?? "";
    if (sole.admits(node, performance.now())) return next();
    if (toldOf !== node) log.error({ node }, "a second signaling was refused: rooms live in the memory of one");
    toldOf = node;
    return c.json({ error: refusedSignaling }, anotherIsConnected);
  });
};
