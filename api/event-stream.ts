import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { AppEnv } from "./app-env.ts";
import { limitKey } from "../addresses.ts";
import { Bell } from "./bell.ts";
import type { Feed } from "./feed.ts";
import { UserError } from "./user-error.ts";

/** Bounds the open event streams, in all and of each address. */
export class EventStreamSlots {
  readonly #perAddress: number;
  readonly #inAll: number;
  readonly #open = new Map<string, number>();
  #count = 0;

  constructor({ perAddress = 100, inAll = 20_000 } = {}) {
    this.#perAddress = perAddress;
    this.#inAll = inAll;
  }

  /** Takes a slot, and returns what gives it back. Throws UserError (503). */
  take(address: string): () => void {
    const key = limitKey(address);
    const open = this.#open.get(key) ?? 0;
    if (open >= this.#perAddress || this.#count >= this.#inAll) {
      throw new UserError("Too many pages are open from this address.", {
        status: 503,
        title: "Busy",
        retryAfterSeconds: 10,
      });
    }
    this.#open.set(key, open + 1);
    this.#count += 1;
    return () => {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left > 0) this.#open.set(key, left);
      else this.#open.delete(key);
      this.#count -= 1;
    };
  }
}

interface EventStream<T> {
  feed: Feed<T>;
  key: string;
  slots: EventStreamSlots;
  closing: AbortSignal;
  /** What differs between two values that look different; the same value is not sent twice. */
  identity: (value: T) => string;
  /** The event's data. */
  render: (value: T) => string | Promise<string>;
  /** Its name; without one htmx swaps the data in. */
  event?: string;
  /** Asked at each heartbeat, however much there is to send: whether whoever opened the stream may still see it. */
  isAllowed?: () => Promise<boolean>;
  /** @default 15_000 */
  heartbeatEveryMs?: number;
}

/**
 * Answers with server-sent events: what there is now, then each change, the latest only when the reader is slow.
 * A reader that does not read holds one value, not a queue.
 */
export function sendEvents<T>(c: Context<AppEnv>, options: EventStream<T>): Response {
  const { feed, key, closing, identity, render, event, isAllowed, heartbeatEveryMs = 15_000 } = options;
  // Hono answers HEAD by way of GET and drops the body: nobody would ever end the stream.
  if (c.req.raw.method === "HEAD") return c.body(null, 200, { "Content-Type": "text/event-stream" });
  const giveBack = options.slots.take(c.get("clientAddress"));
  // nginx would keep events until it has a few kilobytes of them.
  c.header("X-Accel-Buffering", "no");
  return streamSSE(c, async (out) => {
    const bell = new Bell();
    let latest: { value: T } | undefined;
    let sent: string | undefined;
    const onValue = (value: T): void => {
      latest = { value };
      bell.ring();
    };
    const unsubscribe = feed.subscribe(key, { onValue, onFailure: bell.close });
    out.onAbort(bell.close);
    closing.addEventListener("abort", bell.close);
    if (closing.aborted) bell.close();
    let beatAtMs = performance.now() + heartbeatEveryMs;
    try {
      for (;;) {
        const woken = await bell.wait(Math.max(0, beatAtMs - performance.now()));
        if (woken === "closed") return;
        if (performance.now() >= beatAtMs) {
          if (isAllowed !== undefined && !(await isAllowed())) return;
          await out.write(": still here\n\n");
          beatAtMs = performance.now() + heartbeatEveryMs;
        }
        if (latest === undefined) continue;
        const next = identity(latest.value);
        if (next === sent) continue;
        const data = await render(latest.value);
        await out.writeSSE(event === undefined ? { data } : { event, data });
        sent = next;
      }
    } finally {
      unsubscribe();
      closing.removeEventListener("abort", bell.close);
      giveBack();
    }
  });
}
