/** Players without a picture: they ask for what players ask for, and throw it away. [I/O] */

export interface Delivery {
  bytes: number;
  requests: number;
  failures: number;
  /** How long after the first of all viewers each one had a part or segment, ms. */
  spreadMs: number[];
}

/** When the first viewer had each piece of media; the others are compared with it. */
const firstAt = new Map<string, number>();

export function note(delivery: Delivery, url: string, bytes: number): void {
  const now = performance.now();
  const first = firstAt.get(url) ?? now;
  firstAt.set(url, first);
  delivery.spreadMs.push(now - first);
  delivery.bytes += bytes;
}

export async function get(delivery: Delivery, url: string): Promise<Response | null> {
  delivery.requests++;
  const response = await fetch(url).catch(() => null);
  if (response?.ok) return response;
  delivery.failures++;
  await response?.arrayBuffer();
  await Bun.sleep(200);
  return null;
}

/**
 * Plays as a low-latency player does: asks for the next part and for the playlist that names it, and waits for both. A stream
 * that ends before the signal is a failure, and the viewer goes.
 */
export async function watchParts(playlistUrl: string, delivery: Delivery, signal: AbortSignal): Promise<void> {
  let directives = "";
  while (!signal.aborted) {
    const response = await get(delivery, playlistUrl + directives);
    if (!response) continue;
    const text = await response.text();
    const hint = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(text)?.[1];
    const complete = text.match(/^#EXTINF/gm)?.length ?? 0;
    const open = text.slice(text.lastIndexOf("#EXTINF")).match(/^#EXT-X-PART:/gm)?.length ?? 0;
    const sequence = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]) + complete;
    directives = `?_HLS_msn=${sequence}&_HLS_part=${open}`;
    if (hint === undefined) {
      delivery.failures++;
      return;
    }
    const partUrl = playlistUrl.replace("index.m3u8", hint);
    const part = await get(delivery, partUrl);
    if (part) note(delivery, partUrl, (await part.arrayBuffer()).byteLength);
  }
}
