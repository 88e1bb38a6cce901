import { RawWebSocket } from "./raw-websocket.ts";
import { inTurns } from "./chat-people.ts";
import { percentile } from "./table.ts";

/** One room full of sockets, some of which write. What they write carries when it was sent. [I/O] */

/** How one server wants to be talked to. */
export interface Dialect {
  /** Where socket number `index` connects, with which headers, and what it says first; null: it is in by being there. */
  opening(index: number): Promise<{ url: string; headers?: Record<string, string>; first: string | null }>;
  /** Whether this frame says that the socket is in the room. */
  isJoined(payload: Buffer): boolean;
  say(nonce: string, text: string): string;
  /** How many lines of chat are in this frame. */
  linesIn(payload: Buffer): number;
  /** How many lines this frame refuses. */
  refusedIn(payload: Buffer): number;
  /** What this frame must be answered with. */
  answer(payload: Buffer): string | null;
}

export interface LoadFigures {
  deliveries: number;
  seconds: number;
  latenciesMs: number[];
  /** Lines that the server refused, and sockets that it closed. */
  refused: number;
  closed: number;
  /** Lines that somebody who reads did not get within 20 s of the end. */
  lost: number;
}

/** Least time between two lines of one writer: what our server lets an author do for long. */
const writerEveryMs = 1510;
/** Lines on their way at once: enough to keep any server busy, little enough that no queue overflows. */
const inFlightMax = 256;
/** So many sockets read what they get, to the last byte; the others count. */
const readers = 40;
const filler = "and this is about how long a line of chat is";

interface Seat {
  socket: RawWebSocket;
  lines: number;
}

export class Room {
  readonly #dialect: Dialect;
  readonly #seats: Seat[] = [];
  /** Those whose frames are read. */
  readonly #reading = new Set<RawWebSocket>();
  readonly #linesOf = new Map<RawWebSocket, Seat>();
  #latenciesMs: number[] = [];
  #refused = 0;
  #closed = 0;
  #sent = 0;
  #deliveries = 0;
  #nonce = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Lets in more, until there are so many. Rejects when one does not get in within half a minute. */
  async fill(count: number): Promise<void> {
    const before = this.#seats.length;
    const sockets = await inTurns(count - before, (index) => this.#join(before + index));
    for (const socket of sockets) {
      const seat = { socket, lines: 0 };
      this.#seats.push(seat);
      this.#linesOf.set(socket, seat);
    }
  }

  async #join(index: number): Promise<RawWebSocket> {
    const { url, headers, first } = await this.#dialect.opening(index);
    const joined = Promise.withResolvers<undefined>();
    let isIn = false;
    const enter = (): void => {
      isIn = true;
      joined.resolve(undefined);
    };
    const socket = await RawWebSocket.connect(
      url,
      {
        onText: (self, payload) => {
          if (isIn) return this.#onText(self, payload);
          const answer = this.#dialect.answer(payload);
          if (answer !== null) self.send(answer);
          if (this.#dialect.isJoined(payload)) enter();
        },
        onClose: (_, code) => {
          if (isIn) this.#closed++;
          joined.reject(new Error(`socket ${index} was closed with ${code}`));
        },
      },
      headers === undefined ? {} : { headers },
    );
    if (first === null) enter();
    else socket.send(first);
    const timer = setTimeout(() => joined.reject(new Error(`socket ${index} did not get in`)), 30_000);
    await joined.promise;
    clearTimeout(timer);
    return socket;
  }

  #onText(socket: RawWebSocket, payload: Buffer): void {
    const lines = this.#dialect.linesIn(payload);
    if (lines === 0) {
      const answer = this.#dialect.answer(payload);
      if (answer !== null) socket.send(answer);
      this.#refused += this.#dialect.refusedIn(payload);
      return;
    }
    this.#deliveries += lines;
    if (!this.#reading.has(socket)) return;
    const seat = this.#linesOf.get(socket);
    if (seat === undefined) return;
    seat.lines += lines;
    const now = performance.now();
    for (const [, sentAt] of payload.toString("latin1").matchAll(/~(\d+)~/g))
      this.#latenciesMs.push(now - Number(sentAt) / 1000);
  }

  /**
   * Lets the first `writers` sockets write, `linesPerSec` together at most, and counts what arrives everywhere between
   * `settleSec` and `settleSec + seconds`. `onWindow` is called at both ends.
   */
  async run(options: {
    writers: number;
    linesPerSec: number;
    settleSec: number;
    seconds: number;
    onWindow: (isStart: boolean) => void;
  }): Promise<LoadFigures> {
    const { linesPerSec, settleSec, seconds, onWindow } = options;
    const free = this.#seats.slice(0, options.writers).map((seat) => ({ seat, freeAtMs: 0 }));
    this.#start();
    const startMs = performance.now();
    const windowMs = startMs + settleSec * 1000;
    const endMs = windowMs + seconds * 1000;
    let windowStartMs = 0;
    let next = 0;
    let due = 0;
    let lastMs = startMs;
    for (let now = startMs; now < endMs; now = performance.now()) {
      if (windowStartMs === 0 && now >= windowMs) {
        windowStartMs = now;
        this.#deliveries = 0;
        this.#latenciesMs = [];
        onWindow(true);
      }
      due = Math.min(due + ((now - lastMs) / 1000) * linesPerSec, inFlightMax);
      lastMs = now;
      for (let room = inFlightMax - this.#inFlight(); room > 0 && due >= 1; room--) {
        const writer = free[next % free.length];
        if (writer === undefined || writer.freeAtMs > now) break;
        writer.freeAtMs = now + writerEveryMs;
        writer.seat.socket.send(this.#say());
        next++;
        due--;
      }
      await Bun.sleep(4);
    }
    onWindow(false);
    const figures = {
      deliveries: this.#deliveries,
      seconds: (performance.now() - windowStartMs) / 1000,
      latenciesMs: this.#latenciesMs,
      refused: this.#refused,
    };
    await this.#drain();
    return { ...figures, closed: this.#closed, lost: this.#inFlight() };
  }

  #start(): void {
    this.#sent = 0;
    this.#refused = 0;
    this.#reading.clear();
    const every = Math.max(1, Math.floor(this.#seats.length / readers));
    for (const [index, seat] of this.#seats.entries()) {
      seat.lines = 0;
      // The last one too: who is served last waits longest.
      if (index % every === 0 || index === this.#seats.length - 1) this.#reading.add(seat.socket);
    }
  }

  #say(): string {
    this.#sent++;
    return this.#dialect.say(
      `bench${this.#nonce++}n`.padEnd(12, "0"),
      `~${Math.round(performance.now() * 1000)}~ ${filler}`,
    );
  }

  /** Lines that somebody who reads has not got yet. */
  #inFlight(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const socket of this.#reading) {
      if (!socket.isClosed) least = Math.min(least, this.#linesOf.get(socket)?.lines ?? 0);
    }
    return this.#sent - this.#refused - least;
  }

  async #drain(): Promise<void> {
    const deadlineMs = performance.now() + 20_000;
    while (this.#inFlight() > 0 && performance.now() < deadlineMs) await Bun.sleep(20);
  }

  leave(): void {
    for (const { socket } of this.#seats) socket.cut();
  }
}

/** p50 and p99, ms. */
export const describeLatency = (latenciesMs: readonly number[]): [p50Ms: number, p99Ms: number] => [
  percentile(latenciesMs, 0.5),
  percentile(latenciesMs, 0.99),
];
