/** A browser's part in forms, over HTTP and without JavaScript: cookies, and the Origin that the server asks for. */
export class FormClient {
  readonly origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(origin: string) {
    this.origin = origin;
  }

  /** As a browser sends its cookies. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** For Playwright's `addCookies`: the same person in a real browser. */
  get cookies(): { name: string; value: string; url: string }[] {
    return [...this.#cookies].map(([name, value]) => ({ name, value, url: this.origin }));
  }

  /** Posts when there are fields. Returns the page; throws when it says that something is wrong. Follows no redirect. */
  async send(path: string, fields?: Record<string, string> | FormData): Promise<string> {
    const body = fields === undefined || fields instanceof FormData ? fields : new URLSearchParams(fields);
    const response = await this.ask(path, body === undefined ? {} : { method: "POST", body });
    const page = await response.text();
    if (response.status >= 400) throw new Error(`${path} answered ${response.status}: ${page}`);
    return page;
  }

  /** Posts JSON as the scripts of pages do. Returns the answer; throws unless it is good. */
  async tell(path: string, json: unknown): Promise<unknown> {
    const headers = { "Content-Type": "application/json" };
    const response = await this.ask(path, { method: "POST", headers, body: JSON.stringify(json) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  /** The answer, whatever it is. */
  async ask(
    path: string,
    init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const response = await fetch(new URL(path, this.origin), {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, Origin: this.origin, Cookie: this.cookie },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** The signed-in user's stream key, as the studio shows it. `password` is asked for when it was typed long ago. */
  async streamKey(password: string): Promise<string> {
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
