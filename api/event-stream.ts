import type { Context } from "hono";
import { type SSEMessage, streamSSE } from "hono/streaming";
import type { AppEnv } from "./app-env.ts";
import { limitKey } from "../addresses.ts";
import { Bell } from "./bell.ts";
import type { FeedEvents } from "./feed.ts";
import { UserError } from "./user-error.ts";

interface EventStreamOptions {
  /** The events `site`. */
  site?: FeedEvents<string>;
  /** Open at once from one address. */
  perAddress: number;
  /** @default 20_000 */
  inAll?: number;
}

/** What the event streams of pages share: how many may be open, in all and from each address, and what each may carry. */
export class EventStreamSlots {
  readonly site: FeedEvents<string> | undefined;
  readonly #perAddress: number;
  readonly #inAll: number;
  readonly #open = new Map<string, number>();
  #count = 0;

  constructor({ site, perAddress, inAll = 20_000 }: EventStreamOptions) {
    this.site = site;
    this.#perAddress = perAddress;
    this.#inAll = inAll;
  }

  /** Takes a slot, and returns what gives it back. Throws UserError (503). */
  take(address: string): () => void {
    const key = limitKey(address);
    const open = this.#open.get(key) ?? 0;
    if (open >= this.#perAddress || this.#count >= this.#inAll) {
      const message = {
        en: "Too many pages are open from this address.",
        id: "Terlalu banyak halaman terbuka dari alamat ini.",
      };
      const title = { en: "Busy", id: "Sedang penuh" };
      throw new UserError(message, { status: 503, title, retryAfterSeconds: 10 });
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

interface EventStream {
  slots: EventStreamSlots;
  closing: AbortSignal;
  /** Asked at each heartbeat, however much there is to send: whether whoever opened the stream may still see it. */
  isAllowed?: () => Promise<boolean>;
  /** @default 15_000 */
  heartbeatEveryMs?: number;
}

/**
 * Answers with server-sent events: what there is now, then each change, the latest only when the reader is slow.
 * A reader that does not read holds one value of each feed, not a queue. With `?site` in its address the stream carries
 * the events `site` too: browsers allow a host six connections, so a page has one stream, never two.
 */
export function sendEvents<T>(c: Context<AppEnv>, options: EventStream & FeedEvents<T>): Response {
  const { site } = options.slots;
  const carriesSite = site !== undefined && c.req.query("site") !== undefined;
  return sendFeeds(c, options, carriesSite ? [reader(options), reader(site)] : [reader(options)]);
}

/** Answers with the events `site` alone, for a page that has no stream of its own. */
export function sendSiteEvents(c: Context<AppEnv>, options: EventStream): Response {
  return sendFeeds(c, options, options.slots.site === undefined ? [] : [reader(options.slots.site)]);
}

interface FeedReader {
  /** Begins to listen; `onFailure`: there is nothing to wait for any more. Returns the end of it. */
  start: (onNews: () => void, onFailure: () => void) => () => void;
  /** What has not been sent yet. */
  next: () => Promise<SSEMessage | null>;
}

function reader<T>({ feed, key, identity, render, event }: FeedEvents<T>): FeedReader {
  let latest: { value: T } | undefined;
  let sent: string | undefined;
  return {
    start: (onNews, onFailure) =>
      feed.subscribe(key, {
        onValue: (value) => {
          latest = { value };
          onNews();
        },
        onFailure,
      }),
    next: async () => {
      if (latest === undefined) return null;
      const { value } = latest;
      const next = identity(value);
      if (next === sent) return null;
      const data = await render(value);
      sent = next;
      return event === undefined ? { data } : { event, data };
    },
  };
}

function sendFeeds(c: Context<AppEnv>, options: EventStream, readers: FeedReader[]): Response {
  const { closing, isAllowed, heartbeatEveryMs = 15_000 } = options;
  // Hono answers HEAD by way of GET and drops the body: nobody would ever end the stream.
  if (c.req.raw.method === "HEAD") return c.body(null, 200, { "Content-Type": "text/event-stream" });
  const giveBack = options.slots.take(c.get("clientAddress"));
  // nginx would keep events until it has a few kilobytes of them.
  c.header("X-Accel-Buffering", "no");
  return streamSSE(c, async (out) => {
    const bell = new Bell();
    const stops = readers.map(({ start }) => start(bell.ring, bell.close));
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
        for (const { next } of readers) {
          const message = await next();
          if (message !== null) await out.writeSSE(message);
        }
      }
    } finally {
      for (const stop of stops) stop();
      closing.removeEventListener("abort", bell.close);
      giveBack();
    }
  });
}
