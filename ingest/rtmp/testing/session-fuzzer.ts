import type { Admission, FlvTag, Publisher, Stage } from "../publisher.ts";
import { RtmpSession, type Transport } from "../session.ts";
import { hostilePublishers, type Wire } from "./hostile-publishers.ts";
import { clientHandshake, MessageWriter } from "./message-writer.ts";

export interface FuzzResult {
  inputs: number;
  /** What went wrong, with the number of the input: run again with the same seed to see it again. */
  failures: string[];
  /** Tags that mutated publishers got as far as sending; says whether the fuzzer reaches the inside. */
  tags: number;
}

const key = "fuzz-key";
const handshakeBytes = clientHandshake().length;
const interesting = [0, 1, 2, 3, 4, 8, 9, 15, 17, 18, 20, 22, 0x7f, 0x80, 0xc3, 0xfe, 0xff];

/**
 * Feeds mutated publishers to sessions, while one stream beside them stays live. The same seed gives the same inputs.
 * Looks for: anything thrown, tags outside of a feed's life, a feed not ended exactly once, words after the last one,
 * and any trace in the stream beside.
 */
export async function fuzzSessions(options: { inputs: number; seed: number }): Promise<FuzzResult> {
  const random = mulberry32(options.seed);
  const valid = validStreams();
  const seeds = [...valid, ...(await corpusStreams())];
  const failures: string[] = [];
  let tags = 0;
  const beside = await LiveStream.start();
  for (let i = 0; i < options.inputs; i++) {
    // Half of them start out right, so that many get as far as sending media.
    const input = mutate(pick(random() < 0.5 ? valid : seeds, random), seeds, random);
    const run = new Run();
    try {
      await run.play(input, random);
    } catch (error) {
      run.problems.push(`threw ${String(error)}`);
    }
    run.problems.push(...beside.check());
    for (const problem of run.problems) failures.push(`input ${i}: ${problem}`);
    tags += run.tags;
  }
  return { inputs: options.inputs, failures, tags };
}

/** One mutated publisher, from its first byte to its socket's end. */
class Run implements Stage, Transport {
  readonly remoteAddress = "192.0.2.9";
  readonly problems: string[] = [];
  tags = 0;
  #isOver = false;
  #feeds = 0;
  #ends = 0;
  #now = 0;

  async play(input: Buffer, random: () => number): Promise<void> {
    const session = new RtmpSession({
      stage: this,
      transport: this,
      now: () => this.#now,
      onDefect: (error) => this.problems.push(`defect ${String(error)}`),
    });
    const pieces = 1 + Math.floor(random() * 4);
    let at = 0;
    for (let piece = 1; piece <= pieces; piece++) {
      const end = piece === pieces ? input.length : at + Math.floor(random() * (input.length - at));
      session.receive(input.subarray(at, end));
      at = end;
      await settle();
    }
    this.#now += 30_000;
    session.tick();
    session.socketClosed("left");
    session.receive(input);
    session.close("late");
    if (this.#ends !== this.#feeds) this.problems.push(`${this.#feeds} feeds, ${this.#ends} ends`);
  }

  async admit(publisher: Publisher, given: string, signal: AbortSignal): Promise<Admission> {
    if (signal.aborted || publisher.remoteAddress !== this.remoteAddress) this.problems.push("admitted wrongly");
    if (given !== key) return { type: "refused", message: "Unknown stream key." };
    this.#feeds++;
    if (this.#feeds > 1) this.problems.push("published twice");
    return { type: "accepted", feed: { push: (tag) => this.#onTag(tag), end: () => this.#ends++ } };
  }

  #onTag(tag: FlvTag): void {
    this.tags++;
    if (this.#ends > 0) this.problems.push("a tag after the end");
    if (tag.body.length === 0 || !Number.isSafeInteger(tag.timestampMs)) this.problems.push("an empty or timeless tag");
  }

  write(): void {
    if (this.#isOver) this.problems.push("words after the last");
  }

  finish(): void {
    this.#isOver = true;
  }

  abort(): void {
    this.#isOver = true;
  }
}

/** The stream beside: gets one frame after each input and must have exactly its own. */
class LiveStream implements Stage, Transport {
  readonly remoteAddress = "192.0.2.10";
  readonly #writer = new MessageWriter();
  readonly #session: RtmpSession = new RtmpSession({ stage: this, transport: this, now: () => 0, onDefect: () => {} });
  #sent = 0;
  #got = 0;
  #problems: string[] = [];

  static async start(): Promise<LiveStream> {
    const stream = new LiveStream();
    stream.#session.receive(Buffer.concat([clientHandshake(), stream.#writer.opening("beside")]));
    await settle();
    return stream;
  }

  check(): string[] {
    const frame = Buffer.alloc(200, 0x27);
    frame.writeUInt32BE(this.#sent, 2);
    this.#session.receive(this.#writer.video(this.#sent, frame));
    this.#sent++;
    if (this.#got !== this.#sent) this.#problems.push(`the stream beside got ${this.#got} of ${this.#sent}`);
    const problems = this.#problems;
    this.#problems = [];
    return problems;
  }

  async admit(): Promise<Admission> {
    const push = (tag: FlvTag) => {
      if (tag.timestampMs !== this.#got || Buffer.from(tag.body).readUInt32BE(2) !== this.#got) {
        this.#problems.push("a foreign tag in the stream beside");
      }
      this.#got++;
    };
    return { type: "accepted", feed: { push, end: () => this.#problems.push("the stream beside ended") } };
  }

  write(): void {}

  finish(): void {}

  abort(): void {}
}

function validStreams(): Buffer[] {
  return [0, 0xfffff0, 2 ** 32 - 60].map((startMs) => {
    const writer = new MessageWriter();
    const parts = [clientHandshake(), writer.opening(key)];
    for (let i = 0; i < 6; i++) {
      const timestamp = (startMs + i * 23) % 2 ** 32;
      parts.push(
        writer.audio(timestamp, new Uint8Array(40).fill(0xaf)),
        writer.video(timestamp, new Uint8Array(300).fill(i)),
      );
      parts.push(writer.message({ type: 9, cid: 6, fmt: 2, timestamp: 20, body: new Uint8Array(300).fill(i) }));
    }
    return Buffer.concat([...parts, writer.unpublish(key)]);
  });
}

async function corpusStreams(): Promise<Buffer[]> {
  const streams: Buffer[] = [];
  for (const hostile of hostilePublishers) {
    const recorder = new Recorder();
    await hostile.attack(recorder, key);
    // A few of the corpus are large; their beginnings hold what is special about them.
    streams.push(Buffer.concat(recorder.parts).subarray(0, 16_384));
  }
  return streams;
}

class Recorder implements Wire {
  readonly writer = new MessageWriter();
  readonly parts: Uint8Array[] = [];

  send(...bytes: Uint8Array[]): void {
    this.parts.push(...bytes);
  }

  handshake(): void {
    this.parts.push(clientHandshake());
  }

  async goLive(): Promise<void> {
    this.parts.push(clientHandshake(), this.writer.opening(key));
  }

  end(): void {}

  reset(): void {}
}

/** One to eight changes, nearly always behind the handshake, whose bytes mean little. */
function mutate(seed: Buffer, seeds: Buffer[], random: () => number): Buffer {
  let bytes: Buffer = Buffer.from(seed);
  const changes = 1 + Math.floor(random() ** 2 * 8);
  for (let i = 0; i < changes && bytes.length > 0; i++) {
    const from = bytes.length > handshakeBytes && random() < 0.97 ? handshakeBytes : 0;
    const at = from + Math.floor(random() * (bytes.length - from));
    const length = Math.floor(random() * Math.min(64, bytes.length - at));
    bytes = change(bytes, at, length, pick(seeds, random), random);
  }
  return bytes;
}

function change(bytes: Buffer, at: number, length: number, other: Buffer, random: () => number): Buffer {
  switch (Math.floor(random() * 7)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      return bytes;
    case 1:
      bytes[at] = pick(interesting, random);
      return bytes;
    case 2:
      if (at + 4 <= bytes.length) bytes.writeUInt32BE(Math.floor(random() * 2 ** 32), at);
      return bytes;
    case 3: // cut out
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 4: // say twice
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 5: // cut short
      return bytes.subarray(0, at);
    default: {
      // Put in something another one says.
      const from = Math.min(other.length, handshakeBytes + Math.floor(random() * 400));
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + 2 * length), bytes.subarray(at)]);
    }
  }
}

/** Lets promises that are already resolved run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await Promise.resolve();
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
}

/** A small generator with a seed: Tommy Ettinger's mulberry32, in the public domain. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
