import { z } from "zod";

/**
 * Every environment variable once: what it means, its unit, what is allowed and its default.
 * Only `start.ts` and the services' `main.ts` read this; values are passed down from there.
 */

const wholeNumber = (min: number, max: number, error: string) =>
  z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
const port = wholeNumber(1, 65_535, "a port number from 1 to 65535");
const streamCount = wholeNumber(1, 1000, "a whole number from 1 to 1000");
const httpUrl = z
  .url({ protocol: /^https?$/, error: "an address such as https://live.example" })
  .transform((url) => url.replace(/\/+$/, ""));
/** Pages are at the root of their host: under a path, every link and every form would lead past them. */
const siteUrl = httpUrl.refine((url) => /^https?:\/\/[^/?#@]+$/i.test(url), {
  error: "an address without a path, such as https://live.example",
});
const webSocketUrl = z.url({ protocol: /^wss?$/, error: "an address such as wss://live.example/ws" });
const rtmpUrl = z.url({ protocol: /^rtmps?$/, error: "an address such as rtmp://live.example/live" });
const secret = z.string().min(32, { error: "at least 32 characters" });
const filePath = z.string().min(1, { error: "a path" });

interface Variable {
  schema: z.ZodType;
  meaning: string;
  /** Shown by --help. */
  default: string;
}

const variables = {
  PORT: { schema: port.default(3000), meaning: "pages", default: "3000" },
  HOST: {
    schema: z.string().min(1).default("0.0.0.0"),
    meaning: "address that pages, HLS, RTMP and chat listen on",
    default: "0.0.0.0",
  },
  INTERNAL_PORT: { schema: port.default(3001), meaning: "private listener of api; never publish it", default: "3001" },
  INTERNAL_HOST: {
    schema: z.string().min(1).default("127.0.0.1"),
    meaning: "address the private listener of api binds to",
    default: "127.0.0.1",
  },
  HLS_PORT: { schema: port.default(8080), meaning: "playlists and media over HTTP", default: "8080" },
  SIGNALING_PORT: { schema: port.default(8081), meaning: "chat over WebSocket", default: "8081" },
  RTMP_PORT: { schema: port.default(1935), meaning: "RTMP, where OBS sends to", default: "1935" },
  RTMPS_PORT: { schema: port.optional(), meaning: "RTMP over TLS; needs TLS_CERT and TLS_KEY", default: "off" },
  TLS_CERT: { schema: filePath.optional(), meaning: "certificate chain for RTMPS, a PEM file", default: "none" },
  TLS_KEY: { schema: filePath.optional(), meaning: "private key for RTMPS, a PEM file", default: "none" },
  PUBLIC_URL: {
    schema: siteUrl.optional(),
    meaning: "address people type; with https it makes cookies Secure",
    default: "the host of each request (private addresses only)",
  },
  PUBLIC_HLS_URL: {
    schema: httpUrl.optional(),
    meaning: "where players fetch media",
    default: "over http the page's host and HLS_PORT, over https /hls on the same origin",
  },
  PUBLIC_RTMP_URL: {
    schema: rtmpUrl.optional(),
    meaning: "server address the studio shows",
    default: "rtmp://, the page's host, RTMP_PORT and /live",
  },
  PUBLIC_SIGNALING_URL: {
    schema: webSocketUrl.optional(),
    meaning: "where pages open the WebSocket of the chat",
    default: "over http the page's host and SIGNALING_PORT, over https /ws on the same origin",
  },
  API_INTERNAL_URL: {
    schema: httpUrl.default("http://127.0.0.1:3001"),
    meaning: "where ingest and signaling find api's private listener",
    default: "http://127.0.0.1:3001",
  },
  DATA_DIR: { schema: filePath.default("./data"), meaning: "database and generated secrets", default: "./data" },
  DATABASE_URL: {
    schema: z
      .string()
      .regex(/^(file:|libsql:\/\/|https?:\/\/|wss?:\/\/)/, { error: "file:…, libsql://… or http(s)://…" })
      .optional(),
    meaning: "libSQL database",
    default: "a file in DATA_DIR",
  },
  DATABASE_AUTH_TOKEN: { schema: z.string().min(1).optional(), meaning: "token of a remote database", default: "none" },
  SECRET: {
    schema: secret.optional(),
    meaning: "api only: protects stream keys and signs tickets; losing it makes every key void",
    default: "made once by npm start in DATA_DIR",
  },
  INGEST_TOKEN: {
    schema: secret.optional(),
    meaning: "lets ingest call api's private listener",
    default: "made once by npm start in DATA_DIR",
  },
  SIGNALING_TOKEN: {
    schema: secret.optional(),
    meaning: "lets signaling call api's private listener, and signs its resume tokens",
    default: "made once by npm start in DATA_DIR",
  },
  TRUSTED_PROXIES: {
    schema: z
      .string()
      .default("")
      .transform((list) =>
        list
          .split(",")
          .map((address) => address.trim())
          .filter((address) => address !== ""),
      )
      .pipe(
        z.array(
          z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
            error: "IP addresses or ranges, separated by commas",
          }),
        ),
      ),
    meaning: "proxies whose X-Forwarded-For and X-Forwarded-Proto count, comma-separated addresses or ranges",
    default: "none",
  },
  STREAMERS: {
    schema: z.enum(["approved", "everyone"], { error: "approved or everyone" }).default("approved"),
    meaning: "who may stream: people an administrator approved, or everyone with an account",
    default: "approved",
  },
  MAX_STREAMS: {
    schema: streamCount.default(50),
    meaning: "streams that may be live at once on this ingest",
    default: "50",
  },
  SOCKETS_PER_ADDRESS: {
    schema: wholeNumber(1, 1_000_000, "a whole number from 1 to 1000000").default(500),
    meaning: "chat connections from one address at once; a school or a mobile carrier may share one",
    default: "500",
  },
  LOG_LEVEL: {
    schema: z.enum(["debug", "info", "warn", "error"], { error: "debug, info, warn or error" }).default("info"),
    meaning: "least severe log line that is written",
    default: "info",
  },
} satisfies Record<string, Variable>;

type Variables = typeof variables;
export type Config = { [Name in keyof Variables]: z.output<Variables[Name]["schema"]> };

/** A wrong environment: its message is one line that names the variable, the value and what is allowed. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

const secretNames = new Set(["SECRET", "INGEST_TOKEN", "SIGNALING_TOKEN", "DATABASE_AUTH_TOKEN"]);

/** Reads and checks the environment. An empty variable counts as unset. Throws ConfigError on the first wrong value. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const config: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(variables)) {
    const raw = environment[name] === "" ? undefined : environment[name];
    const result = variable.schema.safeParse(raw);
    if (!result.success) {
      const shown = secretNames.has(name) ? "(hidden)" : JSON.stringify(raw);
      throw new ConfigError(`${name}=${shown} is not allowed: ${result.error.issues[0]?.message ?? "wrong value"}.`);
    }
    config[name] = result.data;
  }
  if ((config["TLS_CERT"] === undefined) !== (config["TLS_KEY"] === undefined)) {
    throw new ConfigError("TLS_CERT and TLS_KEY belong together: set both or neither.");
  }
  if (config["RTMPS_PORT"] !== undefined && config["TLS_CERT"] === undefined) {
    throw new ConfigError("RTMPS_PORT needs TLS_CERT and TLS_KEY.");
  }
  return config as Config;
}

/** The table that `npm start -- --help` prints. */
export function describeConfig(): string {
  const rows = Object.entries(variables).map(([name, variable]) => [name, variable.default, variable.meaning] as const);
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows
    .map(([name, fallback, meaning]) => `${name.padEnd(width)}${meaning}\n${" ".repeat(width)}default: ${fallback}`)
    .join("\n");
}
