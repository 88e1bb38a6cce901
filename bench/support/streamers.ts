import { FormClient } from "../../e2e/support/form-client.ts";
import type { Server } from "../../e2e/support/server.ts";

/** Accounts made as people make them, over HTTP and without JavaScript. */

export const password = "a-measured-password-1";

export interface Streamer {
  name: string;
  key: string;
}

/** Makes the administrator and further accounts on a fresh server started with STREAMERS=everyone; `count` in all, at most 30. */
export async function createStreamers(server: Server, count: number): Promise<Streamer[]> {
  const streamers: Streamer[] = [];
  for (let i = 0; i < count; i++) {
    const client = new FormClient(server.pageUrl);
    const name = `streamer${i}`;
    if (i === 0) {
      await client.send(server.setupLink ?? "");
      await client.send("/setup", { username: name, password });
    } else {
      await client.send("/register", { username: name, password });
    }
    streamers.push({ name, key: await client.streamKey(password) });
  }
  return streamers;
}

/** Where the channel's multivariant playlist is, once it is live. */
export async function playlistUrlOf(server: Server, name: string): Promise<string> {
  const response = await fetch(`${server.pageUrl}/@${name}/events`);
  if (!response.body) throw new Error("no events");
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const [, url] = /"playlistUrl":"([^"]+)"/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`${name} is not live`);
}
