import { type Answer, exchange } from "./exchange.ts";

type Headers = Record<string, string>;

const encoder = new TextEncoder();

/** Somebody with a browser's cookies and headers, at an address of their own; what they send can be bent in every part. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #origin: string;
  readonly #port: number;
  readonly from: string;

  constructor(pageUrl: string, from: string) {
    this.#origin = pageUrl;
    this.#port = Number(new URL(pageUrl).port);
    this.from = from;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Headers that are "" are left out; those that stand here go before what a browser would send. */
  async send(
    method: string,
    target: string,
    headers: Headers = {},
    body: Uint8Array | string = "",
    pauseMs = 0,
  ): Promise<Answer> {
    const usual: Headers = { Host: new URL(this.#origin).host, "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" };
    if (this.cookies.size > 0) usual["Cookie"] = this.cookie;
    const answer = await exchange({
      port: this.#port,
      from: this.from,
      method,
      target,
      headers: Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== ""),
      body: typeof body === "string" ? encoder.encode(body) : body,
      pauseMs,
    });
    for (const line of answer.cookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0\b/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  get(target: string, headers: Headers = {}): Promise<Answer> {
    return this.send("GET", target, headers);
  }

  /** A form of one of the site's own pages. */
  post(target: string, fields: Record<string, string> = {}, headers: Headers = {}): Promise<Answer> {
    const type = { "Content-Type": "application/x-www-form-urlencoded" };
    const body = new URLSearchParams(fields).toString();
    return this.send("POST", target, { ...this.#ownHeaders, ...type, ...headers }, body);
  }

  postJson(target: string, body: unknown, headers: Headers = {}): Promise<Answer> {
    const type = { "Content-Type": "application/json" };
    return this.send("POST", target, { ...this.#ownHeaders, ...type, ...headers }, JSON.stringify(body));
  }

  /** A form with one file in it. */
  async upload(target: string, field: string, file: File): Promise<Answer> {
    const form = new FormData();
    form.append(field, file);
    const request = new Request("http://local.invalid/", { method: "POST", body: form });
    const type = { "Content-Type": request.headers.get("content-type") ?? "" };
    return this.send("POST", target, { ...this.#ownHeaders, ...type }, await request.bytes());
  }

  /** The same, and it must work. */
  async must(target: string, fields: Record<string, string>): Promise<Answer> {
    const answer = await this.post(target, fields);
    if (answer.status >= 400) throw new Error(`${target} answered ${answer.status}: ${answer.body.slice(0, 3000)}`);
    return answer;
  }

  get #ownHeaders(): Headers {
    return { Origin: this.#origin, "Sec-Fetch-Site": "same-origin" };
  }
}
