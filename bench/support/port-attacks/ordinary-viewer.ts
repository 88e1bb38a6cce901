/** Somebody who opens a page each second, and plays a stream part by part. [I/O] */

export interface Watching {
  pages: number;
  pagesFailed: number;
  slowestPageMs: number;
  parts: number;
  partsFailed: number;
  /** Between two parts; they come five times a second. */
  longestWaitMs: number;
  /** Frames that the parts should have and do not, those of missed parts among them. */
  framesMissing: number;
}

const framesPerSec = 30;
const patienceMs = 10_000;
const nothing = (): Watching => ({
  pages: 0,
  pagesFailed: 0,
  slowestPageMs: 0,
  parts: 0,
  partsFailed: 0,
  longestWaitMs: 0,
  framesMissing: 0,
});

export class OrdinaryViewer {
  readonly #pageUrl: string;
  readonly #playlistUrl: string;
  readonly #stop = new AbortController();
  readonly #done: Promise<unknown>;
  #seen = nothing();
  #lastPartAtMs = performance.now();
  #lastPart: number | null = null;
  /** Frames that were due by their durations, less those that were there. */
  #owedFrames = 0;

  constructor(pageUrl: string, playlistUrl: string) {
    this.#pageUrl = pageUrl;
    this.#playlistUrl = playlistUrl;
    this.#done = Promise.all([this.#openPages(), this.#play()]);
  }

  /** What happened since the last call. */
  take(): Watching {
    const seen = this.#seen;
    this.#seen = nothing();
    const missing = Math.max(0, Math.round(this.#owedFrames));
    this.#owedFrames = 0;
    return {
      ...seen,
      longestWaitMs: Math.max(seen.longestWaitMs, performance.now() - this.#lastPartAtMs),
      framesMissing: seen.framesMissing + missing,
    };
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #get(url: string, keepalive = true): Promise<Response | null> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(patienceMs)]);
    const response = await fetch(url, { signal, keepalive, tls: { rejectUnauthorized: false } }).catch(() => null);
    return response?.ok === true ? response : null;
  }

  /** Over a new connection each time, as a newcomer. */
  async #openPages(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const startedAtMs = performance.now();
      const response = await this.#get(this.#pageUrl, false);
      const text = await response?.text().catch(() => null);
      if (this.#stop.signal.aborted) return;
      const tookMs = performance.now() - startedAtMs;
      this.#seen.pages += 1;
      if (text === undefined || text === null) this.#seen.pagesFailed += 1;
      this.#seen.slowestPageMs = Math.max(this.#seen.slowestPageMs, tookMs);
      await Bun.sleep(Math.max(0, 1000 - tookMs));
    }
  }

  async #play(): Promise<void> {
    let directives = "";
    while (!this.#stop.signal.aborted) {
      const playlist = await (await this.#get(this.#playlistUrl + directives))?.text().catch(() => null);
      if (playlist === undefined || playlist === null) {
        if (!this.#stop.signal.aborted) this.#seen.partsFailed += 1;
        directives = "";
        await Bun.sleep(200);
        continue;
      }
      const complete = playlist.match(/^#EXTINF/gm)?.length ?? 0;
      const open = playlist.slice(playlist.lastIndexOf("#EXTINF")).match(/^#EXT-X-PART:/gm)?.length ?? 0;
      directives = `?_HLS_msn=${Number(/MEDIA-SEQUENCE:(\d+)/.exec(playlist)?.[1]) + complete}&_HLS_part=${open}`;
      for (const [, duration = "", uri = "", number = ""] of playlist.matchAll(
        /^#EXT-X-PART:DURATION=([\d.]+),URI="([^"]*part-(\d+)\.m4s)"/gm,
      )) {
        // From where it came in.
        if (this.#lastPart === null) this.#lastPart = Number(number);
        if (Number(number) > this.#lastPart) await this.#takePart(uri, Number(number), Number(duration));
      }
    }
  }

  async #takePart(uri: string, number: number, durationSec: number): Promise<void> {
    const response = await this.#get(this.#playlistUrl.replace("index.m3u8", uri));
    const bytes = await response?.arrayBuffer().catch(() => null);
    if (this.#stop.signal.aborted) return;
    const missed = this.#lastPart === null ? 0 : number - this.#lastPart - 1;
    this.#lastPart = number;
    this.#owedFrames += (missed + 1) * durationSec * framesPerSec;
    const now = performance.now();
    this.#seen.parts += 1;
    this.#seen.longestWaitMs = Math.max(this.#seen.longestWaitMs, now - this.#lastPartAtMs);
    this.#lastPartAtMs = now;
    if (bytes === undefined || bytes === null) this.#seen.partsFailed += 1;
    else this.#owedFrames -= countFrames(Buffer.from(bytes));
  }
}

/** Samples of the first track in fragments (ISO/IEC 14496-12, `trun`). */
function countFrames(bytes: Buffer): number {
  let count = 0;
  let track = 0;
  const walk = (from: number, to: number): void => {
    for (let at = from; at + 8 <= to; at += Math.max(8, bytes.readUInt32BE(at))) {
      const type = bytes.toString("latin1", at + 4, at + 8);
      if (type === "moof" || type === "traf") walk(at + 8, at + bytes.readUInt32BE(at));
      else if (type === "tfhd") track = bytes.readUInt32BE(at + 12);
      else if (type === "trun" && track === 1) count += bytes.readUInt32BE(at + 12);
    }
  };
  walk(0, bytes.length);
  return count;
}
