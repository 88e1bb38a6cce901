import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { peersMax } from "./signaling/contract/limits.ts";
import { reasonOf } from "./start/reason-of.ts";

/**
 * Every environment variable once: what it means, its unit, what is allowed and its default.
 * Only `start.ts` and the services' `main.ts` read this; values are passed down from there. Each secret may be given as
 * NAME_FILE instead: the path of a file that holds it, as containers are given theirs.
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
const iceUrls = (pattern: RegExp, error: string) =>
  z
    .string()
    .default("")
    .transform((list) =>
      list
        .split(",")
        .map((url) => url.trim())
        .filter((url) => url !== ""),
    )
    .pipe(z.array(z.string().regex(pattern, { error })).max(8, { error: "at most 8 addresses" }));
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
    meaning: "address that pages, HLS, RTMP, chat and calls listen on",
    default: "0.0.0.0",
  },
  INTERNAL_PORT: { schema: port.default(3001), meaning: "private listener of api; never publish it", default: "3001" },
  INTERNAL_HOST: {
    schema: z.string().min(1).default("127.0.0.1"),
    meaning: "address the private listener of api binds to",
    default: "127.0.0.1",
  },
  HLS_PORT: { schema: port.default(8080), meaning: "playlists and media over HTTP", default: "8080" },
  SIGNALING_PORT: { schema: port.default(8081), meaning: "chat and calls over WebSocket", default: "8081" },
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
    meaning: "where pages open the WebSocket of chat and calls",
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
  CLIENT_IP_HEADER: {
    schema: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, { error: "the name of a header, such as Fly-Client-IP" })
      .default("X-Forwarded-For"),
    meaning: "header in which trusted proxies name who asks; they must overwrite what visitors send in it",
    default: "X-Forwarded-For",
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
  MAX_BITRATE: {
    schema: wholeNumber(100, 1_000_000, "kbit/s, a whole number from 100 to 1000000").optional(),
    meaning: "kbit/s that one stream may have, sound included; an encoder that sends more is told so and closed",
    default: "none",
  },
  MAX_VIEWERS: {
    schema: wholeNumber(1, 1_000_000, "a whole number from 1 to 1000000").optional(),
    meaning: "viewers at once, told apart by address and browser (a school may be one); others find it full",
    default: "none",
  },
  FLY_MACHINE_ID: {
    schema: z
      .string()
      .regex(/^[\w-]{1,64}$/, { error: "letters, digits, - and _" })
      .optional(),
    meaning: "set by Fly: an ingest asked for another machine's stream has Fly's proxy ask that one",
    default: "none",
  },
  FFMPEG_PATH: {
    schema: filePath.optional(),
    meaning: "ffmpeg, which makes thumbnails of live streams; without it pages show none",
    default: "found on PATH",
  },
  SOCKETS_PER_ADDRESS: {
    schema: wholeNumber(1, 1_000_000, "a whole number from 1 to 1000000").default(500),
    meaning: "chat and call connections, and pages kept up to date, of one address at once; a school may share one",
    default: "500",
  },
  CALL_CAPACITY: {
    schema: wholeNumber(2, peersMax, `a whole number from 2 to ${peersMax}`).default(8),
    meaning: "people in one call; each sends to each other, so that more than 8 need good lines",
    default: "8",
  },
  STAGE_CAPACITY: {
    schema: wholeNumber(2, peersMax, `a whole number from 2 to ${peersMax}`).default(16),
    meaning: "people on and before a one-way stage; the host's line carries a picture for each",
    default: "16",
  },
  STUN_URLS: {
    schema: iceUrls(/^stuns?:[^\s?]+$/, "addresses such as stun:turn.example:3478, separated by commas"),
    meaning: "STUN servers for calls, comma-separated",
    default: "none: calls work within one network",
  },
  TURN_URLS: {
    schema: iceUrls(
      /^turns?:[^\s?]+(\?transport=(udp|tcp))?$/,
      "addresses such as turn:turn.example:3478?transport=udp, separated by commas",
    ),
    meaning: "TURN relays for calls, comma-separated; they need TURN_SECRET, or TURN_USERNAME and TURN_CREDENTIAL",
    default: "none: people behind strict firewalls cannot be reached",
  },
  TURN_SECRET: {
    schema: z.string().min(16, { error: "at least 16 characters" }).optional(),
    meaning: "what the relay shares with us (coturn's static-auth-secret): each caller gets credentials for an hour",
    default: "none",
  },
  TURN_USERNAME: { schema: z.string().min(1).optional(), meaning: "fixed name at a hosted relay", default: "none" },
  TURN_CREDENTIAL: {
    schema: z.string().min(1).optional(),
    meaning: "fixed password at a hosted relay",
    default: "none",
  },
  ICE_POLICY: {
    schema: z.enum(["all", "relay"], { error: "all or relay" }).default("all"),
    meaning: "relay: calls never connect directly, and nobody in them learns another's address",
    default: "all",
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

export const secretNames: ReadonlySet<string> = new Set<keyof Variables>([
  "SECRET",
  "INGEST_TOKEN",
  "SIGNALING_TOKEN",
  "DATABASE_AUTH_TOKEN",
  "TURN_SECRET",
  "TURN_CREDENTIAL",
]);

/** Reads and checks the environment. An empty variable counts as unset. Throws ConfigError on the first wrong value. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const config: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(variables)) {
    const file = secretNames.has(name) ? environment[`${name}_FILE`] || undefined : undefined;
    if (file !== undefined && environment[name]) throw new ConfigError(`Set ${name} or ${name}_FILE, but not both.`);
    const raw = file === undefined ? environment[name] || undefined : readSecretFile(`${name}_FILE`, file);
    const result = variable.schema.safeParse(raw);
    if (!result.success) {
      const shown = secretNames.has(name) ? "(hidden)" : JSON.stringify(raw);
      const given = file === undefined ? `${name}=${shown}` : `What is in ${name}_FILE=${JSON.stringify(file)}`;
      throw new ConfigError(`${given} is not allowed: ${result.error.issues[0]?.message ?? "wrong value"}.`);
    }
    config[name] = result.data;
  }
  if ((config["TLS_CERT"] === undefined) !== (config["TLS_KEY"] === undefined)) {
    throw new ConfigError("TLS_CERT and TLS_KEY belong together: set both or neither.");
  }
  if (config["RTMPS_PORT"] !== undefined && config["TLS_CERT"] === undefined) {
    throw new ConfigError("RTMPS_PORT needs TLS_CERT and TLS_KEY.");
  }
  if ((config["TURN_USERNAME"] === undefined) !== (config["TURN_CREDENTIAL"] === undefined)) {
    throw new ConfigError("TURN_USERNAME and TURN_CREDENTIAL belong together: set both or neither.");
  }
  if (config["TURN_SECRET"] !== undefined && config["TURN_USERNAME"] !== undefined) {
    throw new ConfigError("Set TURN_SECRET, or TURN_USERNAME and TURN_CREDENTIAL, but not both.");
  }
  return config as Config;
}

const secretFileMaxBytes = 4096;

function readSecretFile(variable: string, path: string): string {
  try {
    if (statSync(path).size <= secretFileMaxBytes) return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new ConfigError(`${variable}=${JSON.stringify(path)} cannot be read (${reasonOf(error)}).`);
  }
  throw new ConfigError(`${variable}=${JSON.stringify(path)} holds more than ${secretFileMaxBytes} bytes: no secret.`);
}

/** What only those can check who know the relay's secrets: `start.ts` and signaling. Throws ConfigError. */
export function checkRelay(config: Config): void {
  if (config.TURN_URLS.length > 0 && config.TURN_SECRET === undefined && config.TURN_USERNAME === undefined) {
    throw new ConfigError("TURN_URLS needs TURN_SECRET, or TURN_USERNAME and TURN_CREDENTIAL.");
  }
  if (config.ICE_POLICY === "relay" && config.TURN_URLS.length === 0) {
    throw new ConfigError("ICE_POLICY=relay needs TURN_URLS: without a relay no call would connect.");
  }
}

/** The table that `npm start -- --help` prints. */
export function describeConfig(): string {
  const rows = Object.entries(variables).map(([name, variable]) => [name, variable.default, variable.meaning] as const);
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows
    .map(([name, fallback, meaning]) => `${name.padEnd(width)}${meaning}\n${" ".repeat(width)}default: ${fallback}`)
    .join("\n");
}
