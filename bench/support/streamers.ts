import type { Server } from "../../e2e/support/server.ts";

/** Accounts made as people make them, over HTTP and without JavaScript. */

export const password = "a-measured-password-1";

/** A browser's part in forms: cookies, and the Origin that the server asks for. */
export class FormClient {
  readonly #origin: string;
  #cookies = new Map<string, string>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** As a browser sends its cookies. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async send(path: string, fields?: Record<string, string>): Promise<string> {
    const response = await fetch(new URL(path, this.#origin), {
      method: fields ? "POST" : "GET",
      redirect: "manual",
      headers: {
        Origin: this.#origin,
        Cookie: this.cookie,
      },
      ...(fields ? { body: new URLSearchParams(fields) } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    if (response.status >= 400) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.text();
  }

  /** The signed-in user's stream key, as the studio shows it. */
  async streamKey(): Promise<string> {
    let page = await this.send("/studio/key/show", {});
    if (!page.includes('id="key"')) {
      await this.send("/confirm", { password });
      page = await this.send("/studio/key/show", {});
    }
    const [field = ""] = /<input[^>]*id="key"[^>]*>/.exec(page) ?? [];
    const [, key] = /value="([^"]+)"/.exec(field) ?? [];
    if (key === undefined) throw new Error("the studio shows no key");
    return key;
  }
}

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
    streamers.push({ name, key: await client.streamKey() });
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
