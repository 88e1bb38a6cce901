import { TrustedProxies } from "../addresses.ts";
import { KnownDevices } from "./auth/known-devices.ts";
import { Limits } from "./auth/limits.ts";
import { Passwords } from "./auth/passwords.ts";
import { RecoveryCodes } from "./auth/recovery-codes.ts";
import { SecondFactors } from "./auth/second-factors.ts";
import { Sessions } from "./auth/sessions.ts";
import { StreamKeys } from "./auth/stream-keys.ts";
import { Tickets } from "./auth/tickets.ts";
import { createApp } from "./app.ts";
import { startBackground } from "./background.ts";
import { Changes } from "./changes.ts";
import { systemClock } from "./clock.ts";
import { createTakeImage } from "./images/take-image.ts";
import { uploadBodyMaxBytes } from "./images/upload.ts";
import { createInternalApp } from "./internal/app.ts";
import { Leases } from "./internal/leases.ts";
import { Viewers } from "./viewers.ts";
import type { Config } from "../config.ts";
import { databaseUrlIn, type OpenDatabase, openDatabase } from "../db/open.ts";
import { runService, serveHttp, StartError } from "../service.ts";
import { buildAssets } from "../web/build.ts";

/** Longer than the heartbeats of event streams (15 s) and of the command stream (5 s). */
const idleTimeoutSeconds = 60;
/** Lines of chat come in batches. Each route has a limit of its own below this. */
const maxInternalBodyBytes = 1024 * 1024;
/** All sockets of an address may come back this often in a minute. */
const ticketsPerSocket = 3;
/** How old viewer counts on a page may be that many people open at once. */
const keepPagesMs = 1000;
/** For requests under way when api stops; then they are cut off. */
const finishWithinMs = 3000;

await runService("api", async (config, log) => {
  const secret = required(config, "SECRET");
  const tokens = { ingest: required(config, "INGEST_TOKEN"), signaling: required(config, "SIGNALING_TOKEN") };
  const { db, close, copy } = await openData(config);
  if (copy !== null) log.info({ copy }, "the database has a new schema; as it was before it is in the copy");
  const clock = systemClock;
  const changes = new Changes();
  const leases = new Leases(db, clock, changes);
  const sessions = new Sessions({ db, clock, changes });
  const viewers = new Viewers(changes, clock);
  const closing = new AbortController();
  const common = {
    db,
    clock,
    changes,
    viewers,
    keys: new StreamKeys(secret),
    tickets: new Tickets(secret),
    log,
    everyoneMayStream: config.STREAMERS === "everyone",
    closing: closing.signal,
  };
  const internal = createInternalApp({ ...common, leases, tokens });
  const { assets, files } = await buildAssets();
  const app = createApp({
    ...common,
    sessions,
    passwords: await Passwords.create(),
    secondFactors: new SecondFactors(secret),
    recoveryCodes: new RecoveryCodes(secret),
    knownDevices: new KnownDevices(secret),
    limits: new Limits({ ticketsPerAddress: ticketsPerSocket * config.SOCKETS_PER_ADDRESS }),
    eventStreamsPerAddress: config.SOCKETS_PER_ADDRESS,
    takeImage: createTakeImage(),
    assets,
    assetFiles: files,
    site: {
      publicUrl: config.PUBLIC_URL,
      publicHlsUrl: config.PUBLIC_HLS_URL,
      publicRtmpUrl: config.PUBLIC_RTMP_URL,
      publicSignalingUrl: config.PUBLIC_SIGNALING_URL,
      hlsPort: config.HLS_PORT,
      rtmpPort: config.RTMP_PORT,
      rtmpsPort: config.RTMPS_PORT,
      signalingPort: config.SIGNALING_PORT,
    },
    keepPagesMs,
    trustedProxies: new TrustedProxies(config.TRUSTED_PROXIES, config.CLIENT_IP_HEADER),
    calls: {
      capacity: config.CALL_CAPACITY,
      stageCapacity: config.STAGE_CAPACITY,
      hasStun: config.STUN_URLS.length > 0,
      hasTurn: config.TURN_URLS.length > 0,
    },
  });

  const servers = [
    serveHttp("INTERNAL_PORT", log, {
      idleTimeout: idleTimeoutSeconds,
      maxRequestBodySize: maxInternalBodyBytes,
      hostname: config.INTERNAL_HOST,
      port: config.INTERNAL_PORT,
      fetch: (request) => internal.fetch(request),
    }),
    serveHttp("PORT", log, {
      idleTimeout: idleTimeoutSeconds,
      maxRequestBodySize: uploadBodyMaxBytes,
      hostname: config.HOST,
      port: config.PORT,
      fetch: (request, server) => app.fetch(request, { remoteAddress: server.requestIP(request)?.address ?? "" }),
    }),
  ];
  const deleteExpiredSessions = () => sessions.deleteExpired();
  const stopBackground = await startBackground({ db, clock, changes, leases, viewers, log, deleteExpiredSessions });
  log.info({ port: config.PORT, internalPort: config.INTERNAL_PORT }, "ready");

  return {
    async stop() {
      closing.abort();
      stopBackground();
      await Promise.race([Promise.all(servers.map((server) => server.stop())), Bun.sleep(finishWithinMs)]);
      await Promise.all(servers.map((server) => server.stop(true)));
      await close();
    },
  };
});

function required(config: Config, name: "SECRET" | "INGEST_TOKEN" | "SIGNALING_TOKEN"): string {
  const value = config[name];
  if (value === undefined) throw new StartError(`${name} is not set. npm start makes one; api started alone needs it.`);
  return value;
}

async function openData(config: Config): Promise<OpenDatabase> {
  try {
    return await openDatabase({
      url: config.DATABASE_URL ?? databaseUrlIn(config.DATA_DIR),
      authToken: config.DATABASE_AUTH_TOKEN,
    });
  } catch (error) {
    const where = config.DATABASE_URL === undefined ? `DATA_DIR=${config.DATA_DIR}` : "DATABASE_URL";
    throw new StartError(`${where}: the database cannot be opened (${messageOf(error)}).`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
