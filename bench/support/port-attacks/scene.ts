import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, type Server, startServer } from "../../../e2e/support/server.ts";
import { until } from "../../../e2e/support/until.ts";
import { publishClock } from "../clock-publisher.ts";
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
  targets: Omit<Targets, "seconds">;
  viewer: OrdinaryViewer;
  chatter: OrdinaryChatter;
}

export interface Scene {
  server: Server;
  ways: Way[];
  services: WatchedServices;
  pids: ReadonlyMap<string, number>;
  /** How often the encoder had to come back. */
  encoderReturns(): number;
  end(): Promise<void>;
}

const channel = "streamer0";
const door = (name: Door["name"], port: number, path: string, formPath: string, isSecure = false): Door => {
  return { name, port, isSecure, path, formPath };
};

export async function buildScene(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "panggung-ports-"));
  const { certificate, key } = makeCertificate(folder, ["127.0.0.1"]);
  const [rtmpsPort = 0] = freePorts(1);
  const server = await startServer({
    STREAMERS: "everyone",
    LOG_LEVEL: "error",
    TRUSTED_PROXIES: "127.0.0.1",
    RTMPS_PORT: String(rtmpsPort),
    TLS_CERT: certificate,
    TLS_KEY: key,
  });
  const [streamer] = await createStreamers(server, 1);
  if (streamer === undefined) throw new Error("no streamer");
  const publisher = publishClock(`${server.rtmpUrl}/${streamer.key}`);
  const firstStart = publisher.startedAt;
  const master = await playlistUrlOf(server, channel);
  const playlistUrl = master.replace("index.m3u8", "source/index.m3u8");
  await until("the stream plays", async () => (await (await fetch(playlistUrl)).text()).includes("#EXTINF"));
  const segment = /^(\S+segment-\d+\.m4s)$/m.exec(await (await fetch(playlistUrl)).text())?.[1] ?? "";
  const mediaPath = new URL(playlistUrl.replace("index.m3u8", segment)).pathname;

  const portOf = (name: string): number => server.ports[name] ?? 0;
  const caddy = await startCaddy({
    pages: portOf("PORT"),
    media: portOf("HLS_PORT"),
    sockets: portOf("SIGNALING_PORT"),
  });
  const rtmp = { rtmpPort: portOf("RTMP_PORT"), rtmpsPort };
  const ways = [await bareWay(server, mediaPath, playlistUrl, rtmp)];
  if (caddy !== null) ways.push(await caddyWay(caddy, mediaPath, playlistUrl, rtmp));
  const pids = new Map(["api", "ingest", "signaling"].map((name) => [name, server.pidOf(name as "api")]));
  if (caddy !== null) pids.set("Caddy", caddy.pid);
  const services = new WatchedServices(pids);
  let returns = 0;
  let startedAt = publisher.startedAt === 0 ? firstStart : publisher.startedAt;
  return {
    server,
    ways,
    services,
    pids,
    encoderReturns: () => {
      if (publisher.startedAt !== startedAt) returns += 1;
      startedAt = publisher.startedAt;
      return returns;
    },
    end: async () => {
      services.stop();
      for (const { chatter } of ways) chatter.stop();
      await Promise.all(ways.map(({ viewer }) => viewer.stop()));
      await publisher.stop();
      await caddy?.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Rtmp = Pick<Targets, "rtmpPort" | "rtmpsPort">;

async function bareWay(server: Server, mediaPath: string, playlistUrl: string, rtmp: Rtmp): Promise<Way> {
  const pages = door("pages", server.ports["PORT"] ?? 0, "/", "/login");
  const media = door("media", server.ports["HLS_PORT"] ?? 0, "/healthz", mediaPath);
  const sockets = door("sockets", server.ports["SIGNALING_PORT"] ?? 0, "/healthz", "/ws");
  const internal = door("private", server.ports["INTERNAL_PORT"] ?? 0, "/healthz", "/publish");
  return {
    name: "bare",
    targets: {
      doors: [pages, media, sockets, internal],
      pagesDoor: pages,
      mediaDoor: media,
      socketDoor: sockets,
      origin: server.pageUrl,
      mediaPath,
      eventsPath: `/@${channel}/events`,
      ...rtmp,
    },
    viewer: new OrdinaryViewer(`${server.pageUrl}/@${channel}`, playlistUrl),
    chatter: await OrdinaryChatter.join(server.pageUrl, "chatter_bare", channel),
  };
}

async function caddyWay(caddy: CaddyFront, mediaPath: string, playlistUrl: string, rtmp: Rtmp): Promise<Way> {
  const all = door("Caddy", caddy.port, "/", "/login", true);
  const ownPlaylist = `${caddy.origin}/hls${new URL(playlistUrl).pathname}`;
  return {
    name: "Caddy",
    targets: {
      doors: [all],
      pagesDoor: all,
      mediaDoor: all,
      socketDoor: all,
      origin: caddy.origin,
      mediaPath: `/hls${mediaPath}`,
      eventsPath: `/@${channel}/events`,
      ...rtmp,
    },
    viewer: new OrdinaryViewer(`${caddy.origin}/@${channel}`, ownPlaylist),
    chatter: await OrdinaryChatter.join(caddy.origin, "chatter_caddy", channel),
  };
}
