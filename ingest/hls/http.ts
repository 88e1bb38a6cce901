import type { Server } from "bun";
import { acceptsEncoding } from "../../accepted-encoding.ts";
import { limitKey } from "../../addresses.ts";
import { sharedBody } from "../../shared-body.ts";
import type { PlaylistRefusal } from "../contract/playback.ts";
import type { Audience } from "./audience.ts";
import { holdMs, targetDurationSec } from "./limits.ts";
import { renderMediaPlaylist } from "./playlist.ts";
import type { HoldResult, LiveWindow } from "./window.ts";

/**
 * [I/O] The live window over HTTP (RFC 8216bis 6.2). Every reply says how long a CDN may keep it; errors are never kept.
 */

/** A JPEG. */
export interface Picture {
  body: Uint8Array;
  etag: string;
}

export interface PlayableStream {
  /** What was on some seconds ago; null: there is no picture. */
  thumbnail: Picture | null;
  window: LiveWindow;
  /** The multivariant playlist as text; only asked once the first part is there. */
  multivariantPlaylist(): string;
}

export interface HlsOptions {
  /** `expected`: live according to api, but nothing of it is here yet. */
  findStream(streamId: string): PlayableStream | "expected" | null;
  /** The machine that holds the stream, where that is another one; null: none is known. Left out where there is only one. */
  findElsewhere?(streamId: string): Promise<string | null>;
  /** Whose request it is, for the limit on held requests. */
  clientAddress(request: Request, server: Server<undefined>): string;
  /** Who watches, where there is a limit to that. */
  audience?: Audience | null;
  /** Held requests allowed per address. A CDN or a proxy that is not trusted counts as one address. @default 2000 */
  heldPerAddressMax?: number;
}

const immutable = "public, max-age=31536000, immutable";
const cacheFor = (seconds: number): string => `public, max-age=${seconds}`;
const corsHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Content-Length, Content-Range, Date",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "X-Content-Type-Options": "nosniff",
};
const paths =
  /^\/live\/([A-Za-z0-9_-]{1,64})\/(?:(index\.m3u8)|(thumbnail\.jpg)|source\/(?:(index\.m3u8)|(0|[1-9]\d{0,8})\/(init|part|segment)-(0|[1-9]\d{0,11})\.(mp4|m4s)))$/;

/** Makes the handler for everything below `/live/`. */
export function createHlsHandler(
  options: HlsOptions,
): (request: Request, server: Server<undefined>) => Promise<Response> {
  const heldByAddress = new Map<string, number>();
  const heldMax = options.heldPerAddressMax ?? 2000;

  async function hold(
    address: string,
    window: LiveWindow,
    isReady: () => boolean,
    gone: AbortSignal,
  ): Promise<HoldResult | "refused"> {
    if (isReady()) return "ready";
    const held = heldByAddress.get(address) ?? 0;
    if (held >= heldMax) return "refused";
    heldByAddress.set(address, held + 1);
    try {
      return await window.hold(isReady, gone);
    } finally {
      const left = (heldByAddress.get(address) ?? 1) - 1;
      if (left > 0) heldByAddress.set(address, left);
      else heldByAddress.delete(address);
    }
  }

  return async function handle(request, server) {
    if (request.method === "OPTIONS") {
      const headers = {
        ...corsHeaders,
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Allow-Headers": "Range",
      };
      return new Response(null, { status: 204, headers });
    }
    if (request.method !== "GET" && request.method !== "HEAD") return failure(405, "Only GET and HEAD.");
    const url = new URL(request.url);
    const match = paths.exec(url.pathname);
    if (!match) return failure(404, "There is nothing here.");
    const [, streamId = "", multivariant, thumbnail, mediaPlaylist, incarnation, kind, number, extension] = match;

    const stream = options.findStream(streamId);
    // Not for who was sent here: of two machines that each take the other for the holder, none would ever answer.
    if ((stream === null || stream === "expected") && options.findElsewhere && !request.headers.has("Fly-Replay-Src")) {
      const machine = await options.findElsewhere(streamId);
      if (machine !== null) return replayAt(machine);
    }
    if (stream === "expected") return notYet();
    if (stream === null) return failure(404, "This stream has ended or never was.");
    if (thumbnail) return pictureResponse(request, stream.thumbnail, url.searchParams);
    const { window } = stream;
    const address = limitKey(options.clientAddress(request, server));

    const { audience } = options;
    const player = request.headers.get("User-Agent") ?? "";
    if (mediaPlaylist) {
      audience?.note(address, player, performance.now());
      const directives = readDirectives(url.searchParams);
      if (typeof directives === "string") return failure(400, directives);
      return respondWithPlaylist(request, window, directives, (isReady) =>
        hold(address, window, isReady, request.signal),
      );
    }
    if (url.searchParams.size > 0) return failure(400, "No query is understood here.");
    if (multivariant) {
      if (audience?.admit(address, player, performance.now()) === false) return full();
      const result = await hold(address, window, () => window.nextPartNumber > 0, request.signal);
      if (result === "refused") return tooMany();
      if (result !== "ready") return notYet();
      const playlist = renderOnce(window, "multivariant", () => stream.multivariantPlaylist());
      return playlistResponse(request, playlist, 30);
    }
    if (Number(incarnation) !== window.incarnation) return failure(404, "This part of the stream is gone.");
    if ((kind === "init") !== (extension === "mp4")) return failure(404, "There is nothing here.");
    const id = Number(number);
    if (kind === "part" && id === window.nextPartNumber) {
      // The preload hint: no byte is sent before the part is whole.
      const result = await hold(address, window, () => window.part(id) !== undefined, request.signal);
      if (result === "refused") return tooMany();
      if (result === "timeout") return notYet();
    }
    const media = kind === "init" ? window.init(id) : kind === "part" ? window.part(id) : window.segment(id);
    if (!media) return failure(404, "This part of the stream is gone or not there yet.");
    return mediaResponse(request, media);
  };
}

interface Directives {
  sequence: number;
  part: number | null;
}

/** Delivery directives, RFC 8216bis 6.2.5. Returns null without any, or what is wrong with them. */
function readDirectives(query: URLSearchParams): Directives | null | string {
  for (const name of query.keys()) {
    if (name !== "_HLS_msn" && name !== "_HLS_part" && name !== "_HLS_skip") return "Unknown query parameter.";
    if (query.getAll(name).length > 1) return `${name} is given twice.`;
  }
  const sequence = query.get("_HLS_msn");
  const part = query.get("_HLS_part");
  if (sequence === null) return part === null ? null : "_HLS_part needs _HLS_msn.";
  if (!/^\d{1,12}$/.test(sequence)) return "_HLS_msn is not a number.";
  if (part !== null && !/^\d{1,9}$/.test(part)) return "_HLS_part is not a number.";
  return { sequence: Number(sequence), part: part === null ? null : Number(part) };
}

async function respondWithPlaylist(
  request: Request,
  window: LiveWindow,
  directives: Directives | null,
  hold: (isReady: () => boolean) => Promise<HoldResult | "refused">,
): Promise<Response> {
  if (window.isEnded) return playlistResponse(request, mediaPlaylist(window), 1);
  if (!directives) {
    const result = await hold(() => window.nextPartNumber > 0);
    if (result === "refused") return tooMany();
    return result === "timeout" ? notYet() : playlistResponse(request, mediaPlaylist(window), 1);
  }
  const { sequence, part } = directives;
  const lastSequence = window.segments.at(-1)?.sequence ?? window.openSequence;
  if (sequence > lastSequence + 2) return failure(400, "_HLS_msn is too far ahead.");
  const result = await hold(() => window.reaches(sequence, part));
  if (result === "refused") return tooMany();
  if (result === "timeout") return notYet();
  return playlistResponse(request, mediaPlaylist(window), result === "ended" ? 1 : 6 * targetDurationSec);
}

interface Compressible {
  plain: Uint8Array<ArrayBuffer>;
  gzip: Uint8Array<ArrayBuffer>;
}

function compressible(text: string): Compressible {
  const plain = new TextEncoder().encode(text);
  return { plain, gzip: Bun.gzipSync(plain, { level: 5 }) };
}

/** What was rendered of a window, as long as the window stays as it is. */
type Rendered = Map<"media" | "multivariant", Compressible> & { version: number };
const rendered = new WeakMap<LiveWindow, Rendered>();

/** Rendered and compressed once per change of the window, however many ask. */
function renderOnce(window: LiveWindow, kind: "media" | "multivariant", render: () => string): Compressible {
  let kept = rendered.get(window);
  if (kept?.version !== window.version) {
    kept = Object.assign(new Map<"media" | "multivariant", Compressible>(), { version: window.version });
    rendered.set(window, kept);
  }
  const known = kept.get(kind);
  if (known) return known;
  const fresh = compressible(render());
  kept.set(kind, fresh);
  return fresh;
}

const mediaPlaylist = (window: LiveWindow): Compressible =>
  renderOnce(window, "media", () => renderMediaPlaylist(window));

function playlistResponse(request: Request, playlist: Compressible, maxAgeSec: number): Response {
  const acceptsGzip = acceptsEncoding(request.headers.get("Accept-Encoding") ?? undefined, "gzip");
  const body = acceptsGzip ? playlist.gzip : playlist.plain;
  const headers: Record<string, string> = {
    ...corsHeaders,
    "Content-Type": "application/vnd.apple.mpegurl",
    "Cache-Control": cacheFor(maxAgeSec),
    "Content-Length": String(body.length),
    Vary: "Accept-Encoding",
  };
  if (acceptsGzip) headers["Content-Encoding"] = "gzip";
  return new Response(request.method === "HEAD" ? null : body, { headers });
}

/** Whole, or one byte range of it (RFC 9110 14). Several ranges at once are answered whole, as the RFC allows. */
function mediaResponse(request: Request, media: Uint8Array): Response {
  const headers: Record<string, string> = {
    ...corsHeaders,
    "Content-Type": "video/mp4",
    "Cache-Control": immutable,
    "Accept-Ranges": "bytes",
  };
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  let body = sharedBody(media);
  let status = 200;
  const [, first = "", last = ""] = range ?? [];
  const isReversed = first !== "" && last !== "" && Number(last) < Number(first);
  // RFC 9110 14.2: a range that is invalid is ignored.
  if ((first !== "" || last !== "") && !isReversed) {
    const start = first === "" ? Math.max(0, media.length - Number(last)) : Number(first);
    const end = first === "" || last === "" ? media.length : Math.min(media.length, Number(last) + 1);
    if (start >= end) {
      const unsatisfied = { ...corsHeaders, "Content-Range": `bytes */${media.length}`, "Cache-Control": "no-store" };
      return new Response(null, { status: 416, headers: unsatisfied });
    }
    body = body.slice(start, end);
    status = 206;
    headers["Content-Range"] = `bytes ${start}-${end - 1}/${media.length}`;
  }
  headers["Content-Length"] = String(body.size);
  return new Response(request.method === "HEAD" ? null : body, { status, headers });
}

const pictureEverySec = 10;
/** How far the clock of who asks may be off. */
const pictureTurnsMax = 60;

/**
 * A page that shows a picture for long asks with `t`, the Unix time in tens of seconds: to a browser the same address is the same
 * picture. It is the same for all who ask in that time, so that a CDN is not busted by it.
 */
function pictureResponse(request: Request, picture: Picture | null, query: URLSearchParams): Response {
  const turn = query.get("t");
  const isNow =
    turn !== null &&
    /^\d{1,12}$/.test(turn) &&
    Math.abs(Date.now() / 1000 / pictureEverySec - Number(turn)) <= pictureTurnsMax;
  if (query.size > 1 || (query.size === 1 && !isNow)) {
    return failure(400, "t is the Unix time now in tens of seconds, and no other query is understood.");
  }
  if (picture === null) return failure(404, "There is no picture of this stream.");
  const { body, etag } = picture;
  const headers = { ...corsHeaders, "Cache-Control": cacheFor(pictureEverySec / 2), ETag: etag };
  const known = (request.headers.get("If-None-Match") ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (known.includes(etag) || known.includes("*")) return new Response(null, { status: 304, headers });
  const length = String(body.length);
  return new Response(request.method === "HEAD" ? null : sharedBody(body), {
    headers: { ...headers, "Content-Type": "image/jpeg", "Content-Length": length },
  });
}

const notYet = (): Response => failure(503, "Not there yet: try again.", { "Retry-After": "1" });
/** For Fly's proxy, which has the same request answered by that machine; nobody else ever sees this. */
const replayAt = (machine: string): Response =>
  failure(503, "Another machine has this stream.", { "Fly-Replay": `instance=${machine}`, "Retry-After": "1" });
const tooMany = (): Response =>
  failure(429, "Too many requests are waiting from your address.", { "Retry-After": String(Math.ceil(holdMs / 1000)) });

function full(): Response {
  const message = "This stage is full: as many people watch as it has places. Try again in a moment.";
  const headers = { ...corsHeaders, "Cache-Control": "no-store", "Retry-After": "10" };
  return Response.json({ reason: "full", message } satisfies PlaylistRefusal, { status: 503, headers });
}

function failure(status: number, message: string, extra: Record<string, string> = {}): Response {
  const headers = {
    ...corsHeaders,
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    ...extra,
  };
  return new Response(`${message}\n`, { status, headers });
}
