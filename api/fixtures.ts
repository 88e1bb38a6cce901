import pino from "pino";
import { TrustedProxies } from "../addresses.ts";
import { requestLogFields } from "../request-id.ts";
import { temporaryDatabase } from "../db/temp-db.ts";
import type { AssetFile } from "../web/build.ts";
import { assets } from "../web/views/fixtures.ts";
import { createApp } from "./app.ts";
import type { AppDeps, AppEnv } from "./app-env.ts";
import { KnownDevices } from "./auth/known-devices.ts";
import { type LimitOptions, Limits } from "./auth/limits.ts";
import { createOneTimePath } from "./auth/one-time-codes.ts";
import { Passwords } from "./auth/passwords.ts";
import { RecoveryCodes } from "./auth/recovery-codes.ts";
import { SecondFactors } from "./auth/second-factors.ts";
import { Sessions } from "./auth/sessions.ts";
import { StreamKeys } from "./auth/stream-keys.ts";
import { Tickets } from "./auth/tickets.ts";
import { Changes } from "./changes.ts";
import { internalClient } from "./contract/internal-client.ts";
import { createTakeImage } from "./images/take-image.ts";
import { createInternalApp } from "./internal/app.ts";
import { Leases } from "./internal/leases.ts";
import { Viewers } from "./viewers.ts";

export const password = "correct horse battery";

const encoder = new TextEncoder();
const assetFile: AssetFile = {
  body: encoder.encode("body { color: red }"),
  contentType: "text/css; charset=utf-8",
  brotli: encoder.encode("as brotli"),
  gzip: encoder.encode("as gzip"),
  etag: '"0123"',
};

interface FixtureOptions extends Partial<Pick<AppDeps, "everyoneMayStream" | "keepPagesMs" | "calls">> {
  /** Addresses and ranges. */
  trustedProxies?: readonly string[];
  site?: Partial<AppDeps["site"]>;
  limits?: LimitOptions;
}

/** For tests: both apps of api on one real database, with a clock that stands still and cheap passwords. */
export async function appFixture(options: FixtureOptions = {}) {
  const { db, close, remove } = await temporaryDatabase();
  const time = { now: 1_800_000_000_000 };
  const clock = () => time.now;
  const changes = new Changes();
  const viewers = new Viewers(changes, clock);
  const closing = new AbortController();
  const logged: string[] = [];
  const log = pino({ level: "debug", mixin: requestLogFields }, { write: (line: string) => void logged.push(line) });
  const secret = "a secret for tests, of thirty-two characters";
  const tickets = new Tickets(secret);
  const common = {
    db,
    clock,
    changes,
    viewers,
    keys: new StreamKeys(secret),
    tickets,
    log,
    everyoneMayStream: options.everyoneMayStream ?? false,
    closing: closing.signal,
  };
  const tokens = {
    ingest: "ingest's token for tests, long enough",
    signaling: "signaling's token for tests, long enough",
  };
  const internal = createInternalApp({ ...common, leases: new Leases(db, clock, changes), tokens });
  const app = createApp({
    ...common,
    sessions: new Sessions({ db, clock, changes }),
    passwords: await Passwords.create({ memoryCost: 8, timeCost: 1 }),
    secondFactors: new SecondFactors(secret),
    recoveryCodes: new RecoveryCodes(secret),
    knownDevices: new KnownDevices(secret),
    limits: new Limits(options.limits),
    eventStreamsPerAddress: 100,
    assets,
    takeImage: createTakeImage(),
    assetFiles: new Map([[assets.css, assetFile]]),
    site: { hlsPort: 8080, rtmpPort: 1935, signalingPort: 8081, ...options.site },
    keepPagesMs: options.keepPagesMs ?? 0,
    trustedProxies: new TrustedProxies(options.trustedProxies ?? []),
    calls: options.calls ?? { capacity: 8, stageCapacity: 16, hasStun: false, hasTurn: false },
  });
  const fetchInternal = async (input: string | URL | Request, init?: RequestInit) =>
    internal.fetch(input instanceof Request ? input : new Request(String(input), init));
  const ingest = internalClient("http://api.test", tokens.ingest, { fetch: fetchInternal });
  const { chat, calls } = internalClient("http://api.test", tokens.signaling, { fetch: fetchInternal });
  const browser = (more: BrowserOptions = {}) => new Browser(app.request, more);
  return {
    db,
    time,
    changes,
    viewers,
    logged,
    ingest,
    /** As signaling asks. */
    chat,
    calls,
    tickets,
    browser,
    /** What the pages answer to. */
    routes: app.routes,
    closeDatabase: close,
    setupPath: () => createOneTimePath(db, "setup", null, time.now),
    /** A browser in which the first administrator has just set up the stage. */
    async administrator() {
      const admin = browser();
      await admin.get(await createOneTimePath(db, "setup", null, time.now));
      const response = await admin.post("/setup", { username: "admin", password });
      if (response.status !== 303) throw new Error(`Set-up failed: ${await response.text()}`);
      return admin;
    },
    /** A browser in which somebody has just registered; there must be an administrator. */
    async person(username: string) {
      const person = browser();
      const response = await person.post("/register", { username, password });
      if (response.status !== 303) throw new Error(`Registering failed: ${await response.text()}`);
      return person;
    },
    async publish(key: string) {
      return (await ingest.publish.$post({ json: { key, remoteAddress: "198.51.100.1", hlsUrl: null } })).json();
    },
    head: (path: string) => app.request(path, { method: "HEAD" }, { remoteAddress: "192.0.2.7" }),
    stop: () => closing.abort(),
    remove() {
      closing.abort();
      remove();
    },
  };
}

interface BrowserOptions {
  /** Scheme and host that it types. */
  origin?: string;
  /** The peer that api sees. */
  remoteAddress?: string;
  headers?: Record<string, string>;
}

type RequestApp = (path: string, init: RequestInit, env: AppEnv["Bindings"]) => Response | Promise<Response>;

/** Keeps cookies, sends the headers that a browser sends, and follows no redirect. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #request: RequestApp;
  readonly #origin: string;
  readonly #remoteAddress: string;
  readonly #headers: Record<string, string>;

  constructor(
    request: RequestApp,
    { origin = "http://localhost:3000", remoteAddress = "192.0.2.7", headers = {} }: BrowserOptions,
  ) {
    this.#request = request;
    this.#origin = origin;
    this.#remoteAddress = remoteAddress;
    this.#headers = headers;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { headers });
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  /** Posts a form from one of the site's own pages. */
  post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { origin: this.#origin, "sec-fetch-site": "same-origin", ...headers },
    });
  }

  /** Posts a form with files in it. */
  upload(path: string, form: FormData): Promise<Response> {
    const headers = { origin: this.#origin, "sec-fetch-site": "same-origin" };
    return this.#send(path, { method: "POST", body: form, headers });
  }

  /** Posts JSON as a script of one of the site's own pages does. */
  postJson(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        origin: this.#origin,
        "sec-fetch-site": "same-origin",
        "content-type": "application/json",
        ...headers,
      },
    });
  }

  /** Posts as htmx does, which swaps the fragment that comes back. */
  swap(path: string, fields: Record<string, string> = {}): Promise<Response> {
    return this.post(path, fields, { "hx-request": "true" });
  }

  async #send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...this.#headers, ...(cookie === "" ? {} : { cookie }), ...init.headers };
    const url = path.startsWith("http") ? path : this.#origin + path;
    const response = await this.#request(url, { ...init, headers }, { remoteAddress: this.#remoteAddress });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split("=");
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

/** The events of an event stream, one after the other. */
export function readEvents(response: Response) {
  if (response.status !== 200 || response.body === null) throw new Error(`No event stream but ${response.status}`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  return {
    async next(): Promise<{ event: string | undefined; data: string }> {
      while (!buffer.includes("\n\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error("The event stream ended");
        buffer += decoder.decode(value, { stream: true });
      }
      const [block = "", ...rest] = buffer.split("\n\n");
      buffer = rest.join("\n\n");
      const lines = block.split("\n");
      const valuesOf = (field: string) =>
        lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2));
      return { event: valuesOf("event")[0], data: valuesOf("data").join("\n") };
    },
    /** Resolves when the server ends the stream. */
    async ended(): Promise<void> {
      while (!(await reader.read()).done);
    },
    close: () => reader.cancel(),
  };
}
