import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, type Server, startServer } from "../../../e2e/support/server.ts";
import { until } from "../../../e2e/support/until.ts";
import { publishClock } from "../clock-publisher.ts";
import type { Ends } from "../ends.ts";
import { makeCertificate } from "../net-certificate.ts";
import { createStreamers, playlistUrlOf } from "../streamers.ts";
import type { Door, Targets } from "./attack.ts";
import { type CaddyFront, startCaddy } from "./caddy-front.ts";
import { OrdinaryChatter } from "./ordinary-chatter.ts";
import { OrdinaryViewer } from "./ordinary-viewer.ts";
import { WatchedServices } from "./watched-services.ts";

/** The whole server with somebody live on it, bare and behind Caddy, and ordinary people at each way in. [I/O] */

export type WayName = "bare" | "Caddy";

export interface Way {
  name: WayName;
  targets: FixedTargets;
  viewer: OrdinaryViewer;
  chatter: OrdinaryChatter;
}

export interface Scene {
  ways: Way[];
  services: WatchedServices;
  pids: ReadonlyMap<string, number>;
  /** What Caddy says its version is; null: there is none. */
  caddyVersion: string | null;
  /** What an attack that begins now goes for. */
  targetsOf(way: Way, seconds: number): Promise<Targets>;
  /** How often the encoder had to come back. */
  encoderReturns(): number;
}

/** All but what changes while the stream goes on. */
type FixedTargets = Omit<Targets, "seconds" | "mediaPath">;

const channel = "streamer0";
const door = (name: Door["name"], port: number, path: string, formPath: string, isSecure = false): Door => {
  return { name, port, isSecure, path, formPath };
};

/** Starts it all; what that leaves is added to `ends` as it comes. */
export async function buildScene(ends: Ends): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "panggung-ports-"));
  ends.add(() => rmSync(folder, { recursive: true, force: true }));
  const [rtmpsPort = 0] = freePorts(1);
  const server = await startAttacked(folder, rtmpsPort, ends);
  const [streamer] = await createStreamers(server, 1);
  if (streamer === undefined) throw new Error("no streamer");
  const publisher = publishClock(`${server.rtmpUrl}/${streamer.key}`);
  ends.add(() => publisher.stop());
  const playlistUrl = (await playlistUrlOf(server, channel)).replace("index.m3u8", "source/index.m3u8");
  await until("the stream plays", async () => (await (await fetch(playlistUrl)).text()).includes("#EXTINF"));

  const portOf = (name: string): number => server.ports[name] ?? 0;
  const upstreams = { pages: portOf("PORT"), media: portOf("HLS_PORT"), sockets: portOf("SIGNALING_PORT") };
  const caddy = await startCaddy(upstreams, ends);
  const rtmp = { rtmpPort: portOf("RTMP_PORT"), rtmpsPort };
  const ways = [await openWay("bare", bareTargets(server, playlistUrl, rtmp), ends)];
  if (caddy !== null) ways.push(await openWay("Caddy", caddyTargets(caddy, playlistUrl, rtmp), ends));
  const pids = new Map(["api", "ingest", "signaling"].map((name) => [name, server.pidOf(name as "api")]));
  if (caddy !== null) pids.set("Caddy", caddy.pid);
  const services = new WatchedServices(pids);
  ends.add(() => services.stop());
  let returns = 0;
  let { startedAt } = publisher;
  return {
    ways,
    services,
    pids,
    caddyVersion: caddy?.version ?? null,
    targetsOf: async ({ targets }, seconds) => {
      const segment = (await (await fetch(playlistUrl)).text()).match(/^\S+segment-\d+\.m4s$/gm)?.at(-1);
      if (segment === undefined) throw new Error("The stream has no segment.");
      return { ...targets, seconds, mediaPath: targets.playlistPath.replace("index.m3u8", segment) };
    },
    encoderReturns: () => {
      if (publisher.startedAt !== startedAt) returns += 1;
      startedAt = publisher.startedAt;
      return returns;
    },
  };
}

async function startAttacked(folder: string, rtmpsPort: number, ends: Ends): Promise<Server> {
  const { certificate, key } = makeCertificate(folder, ["127.0.0.1"]);
  const starting = startServer({
    STREAMERS: "everyone",
    LOG_LEVEL: "error",
    TRUSTED_PROXIES: "127.0.0.1",
    RTMPS_PORT: String(rtmpsPort),
    TLS_CERT: certificate,
    TLS_KEY: key,
  });
  ends.add(async () => (await starting.catch(() => null))?.stop());
  return starting;
}

async function openWay(name: WayName, targets: FixedTargets, ends: Ends): Promise<Way> {
  const { mediaDoor, origin, playlistPath } = targets;
  const mediaOrigin = mediaDoor.isSecure ? origin : `http://127.0.0.1:${mediaDoor.port}`;
  const viewer = new OrdinaryViewer(`${origin}/@${channel}`, mediaOrigin + playlistPath);
  ends.add(() => viewer.stop());
  const chatter = await OrdinaryChatter.join(origin, `chatter_${name.toLowerCase()}`, channel);
  ends.add(() => chatter.stop());
  return { name, targets, viewer, chatter };
}

type Rtmp = Pick<Targets, "rtmpPort" | "rtmpsPort">;

function bareTargets({ ports, pageUrl }: Server, playlistUrl: string, rtmp: Rtmp): FixedTargets {
  const { pathname } = new URL(playlistUrl);
  const pages = door("pages", ports["PORT"] ?? 0, "/", "/login");
  const media = door("media", ports["HLS_PORT"] ?? 0, "/healthz", pathname);
  const sockets = door("sockets", ports["SIGNALING_PORT"] ?? 0, "/healthz", "/ws");
  const internal = door("private", ports["INTERNAL_PORT"] ?? 0, "/healthz", "/publish");
  return {
    doors: [pages, media, sockets, internal],
    pagesDoor: pages,
    mediaDoor: media,
    socketDoor: sockets,
    origin: pageUrl,
    playlistPath: pathname,
    eventsPath: `/@${channel}/events`,
    ...rtmp,
  };
}

function caddyTargets({ port, origin }: CaddyFront, playlistUrl: string, rtmp: Rtmp): FixedTargets {
  const all = door("Caddy", port, "/", "/login", true);
  return {
    doors: [all],
    pagesDoor: all,
    mediaDoor: all,
    socketDoor: all,
    origin,
    playlistPath: `/hls${new URL(playlistUrl).pathname}`,
    eventsPath: `/@${channel}/events`,
    ...rtmp,
  };
}
