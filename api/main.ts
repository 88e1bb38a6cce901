import { existsSync } from "node:fs";
import pino, { type Logger } from "pino";
import pretty from "pino-pretty";
import { type Config, ConfigError, readConfig } from "../config.ts";
import { databaseUrlIn, type OpenDatabase, openDatabase } from "../db/open.ts";
import { buildAssets } from "../web/build.ts";
import { createApp } from "./app.ts";
import { Limits } from "./auth/limits.ts";
import { Passwords } from "./auth/passwords.ts";
import { Sessions } from "./auth/sessions.ts";
import { StreamKeys } from "./auth/stream-keys.ts";
import { startBackground } from "./background.ts";
import { Changes } from "./changes.ts";
import { systemClock } from "./clock.ts";
import { createInternalApp } from "./internal/app.ts";
import { Leases } from "./internal/leases.ts";

/** Longer than the heartbeats of event streams (15 s) and of the command stream (5 s). */
const idleTimeoutSeconds = 60;
const maxRequestBodyBytes = 64 * 1024;
const stopWithinMs = 3000;

/** A reason not to start that whoever runs the server can do something about: one line, no stack. */
class StartError extends Error {
  override name = "StartError";
}

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const { SECRET: secret, INGEST_TOKEN: token } = config;
  for (const [name, value] of Object.entries({ SECRET: secret, INGEST_TOKEN: token })) {
    if (value === undefined)
      throw new StartError(`${name} is not set: npm start makes one, api started alone needs it.`);
  }
  if (secret === undefined || token === undefined) return;

  const log = createLog(config);
  const { db, close } = await openData(config);
  const clock = systemClock;
  const changes = new Changes();
  const leases = new Leases(db, clock, changes);
  const keys = new StreamKeys(secret);
  const sessions = new Sessions(db, clock);
  const closing = new AbortController();
  const everyoneMayStream = config.STREAMERS === "everyone";
  const common = { db, clock, changes, keys, log, everyoneMayStream, closing: closing.signal };
  const internal = createInternalApp({ ...common, leases, token });
  const { assets, files } = await buildAssets();
  const app = createApp({
    ...common,
    sessions,
    passwords: await Passwords.create(),
    limits: new Limits(),
    assets,
    assetFiles: files,
    site: {
      publicUrl: config.PUBLIC_URL,
      publicHlsUrl: config.PUBLIC_HLS_URL,
      publicRtmpUrl: config.PUBLIC_RTMP_URL,
      hlsPort: config.HLS_PORT,
      rtmpPort: config.RTMP_PORT,
      rtmpsPort: config.RTMPS_PORT,
    },
    trustedProxies: config.TRUSTED_PROXIES,
  });

  const servers = [
    listen("INTERNAL_PORT", config.INTERNAL_HOST, config.INTERNAL_PORT, (request) => internal.fetch(request)),
    listen("PORT", config.HOST, config.PORT, (request, server) =>
      app.fetch(request, { remoteAddress: server.requestIP(request)?.address ?? "" }),
    ),
  ];
  const deleteExpiredSessions = () => sessions.deleteExpired();
  const stopBackground = await startBackground({ db, clock, changes, leases, log, deleteExpiredSessions });
  log.info({ port: config.PORT, internalPort: config.INTERNAL_PORT }, "api is ready");

  let isStopping = false;
  const stop = async (reason: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info({ reason }, "api stops");
    closing.abort();
    stopBackground();
    await Promise.race([Promise.all(servers.map((server) => server.stop())), Bun.sleep(stopWithinMs)]);
    await Promise.all(servers.map((server) => server.stop(true)));
    close();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  // start.ts holds the other end: when it is killed, no orphan stays on the ports.
  if (process.env["PANGGUNG_PARENT_PIPE"] === "1") {
    process.stdin.on("end", () => void stop("parent gone")).on("error", () => void stop("parent gone"));
    process.stdin.resume();
  }
}

function createLog(config: Config): Logger {
  const options = { name: "api", level: config.LOG_LEVEL };
  return process.stdout.isTTY ? pino(options, pretty({ ignore: "pid,hostname" })) : pino(options);
}

async function openData(config: Config): Promise<OpenDatabase> {
  const url = config.DATABASE_URL ?? databaseUrlIn(config.DATA_DIR);
  try {
    return await openDatabase({ url, authToken: config.DATABASE_AUTH_TOKEN });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const where = config.DATABASE_URL === undefined ? `DATA_DIR=${config.DATA_DIR}` : "DATABASE_URL";
    const what =
      config.DATABASE_URL === undefined && existsSync(config.DATA_DIR) ? "cannot be used" : "cannot be opened";
    throw new StartError(`The database in ${where} ${what}: ${reason}`, { cause: error });
  }
}

type Handler = (request: Request, server: Bun.Server<undefined>) => Response | Promise<Response>;

function listen(
  variable: "PORT" | "INTERNAL_PORT",
  hostname: string,
  port: number,
  fetch: Handler,
): Bun.Server<undefined> {
  try {
    return Bun.serve({
      hostname,
      port,
      fetch,
      idleTimeout: idleTimeoutSeconds,
      maxRequestBodySize: maxRequestBodyBytes,
    });
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    const reason = isTaken
      ? "the port is taken by another program"
      : error instanceof Error
        ? error.message
        : String(error);
    throw new StartError(`${variable}=${port} on ${hostname}: ${reason}.`, { cause: error });
  }
}

try {
  await start();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error;
  console.error(error.message);
  process.exit(1);
}
