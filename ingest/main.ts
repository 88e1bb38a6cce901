import type { Logger } from "pino";
import { TrustedProxies } from "../addresses.ts";
import { Command } from "../api/contract/commands.ts";
import { internalClient } from "../api/contract/internal-client.ts";
import { CommandStream } from "../command-stream.ts";
import type { Config } from "../config.ts";
import { newRequestId, requestIdHeader } from "../request-id.ts";
import { listenOn, runService, serveHttp, StartError } from "../service.ts";
import { createApiCalls } from "./api-calls.ts";
import { takePicture } from "./ffmpeg-picture.ts";
import { Audience } from "./hls/audience.ts";
import { createHlsHandler } from "./hls/http.ts";
import { type Certificate, startRtmpListener } from "./rtmp/listener.ts";
import { RtmpsListener } from "./rtmp/rtmps-listener.ts";
import { BroadcastStage } from "./stage.ts";
import { StreamHolders } from "./stream-holders.ts";
import { Thumbnails } from "./thumbnails.ts";

/** Longer than the longest hold, or Bun closes a request that is only waiting. */
const httpIdleSec = 30;
const reportEveryMs = 3000;
const sweepEveryMs = 500;
const thumbnailEveryMs = 1000;

await runService("ingest", async (config, log) => {
  const token = config.INGEST_TOKEN;
  if (!token)
    throw new StartError("INGEST_TOKEN is missing. `npm start` makes one; a service started alone needs it set.");
  const client = internalClient(config.API_INTERNAL_URL, token);
  const machine = config.FLY_MACHINE_ID;
  const api = createApiCalls(client, machine);
  const stage = new BroadcastStage({
    api,
    log,
    hlsUrl: config.PUBLIC_HLS_URL ?? null,
    streamsMax: config.MAX_STREAMS,
    bitrateMax: config.MAX_BITRATE === undefined ? null : config.MAX_BITRATE * 1000,
    now: Date.now,
    delay: (ms, signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener("abort", done, { once: true });
      }),
  });

  const proxies = new TrustedProxies(config.TRUSTED_PROXIES, config.CLIENT_IP_HEADER);
  const holders =
    machine === undefined
      ? null
      : new StreamHolders({ machine, ask: (streamId) => api.findHolder(streamId), now: () => performance.now() });
  const handleHls = createHlsHandler({
    findStream: (streamId) => stage.find(streamId),
    ...(holders && { findElsewhere: (streamId) => holders.find(streamId, stage.isLive(streamId)) }),
    audience: config.MAX_VIEWERS === undefined ? null : new Audience(config.MAX_VIEWERS),
    clientAddress: (request, server) =>
      proxies.clientAddress(server.requestIP(request)?.address ?? "", request.headers),
  });
  const commands = new CommandStream({
    schema: Command,
    open: (after, signal) =>
      client.commands.$get(
        { query: after === null ? {} : { after: String(after) } },
        { headers: { [requestIdHeader]: newRequestId() }, init: { signal } },
      ),
    onCommand: (command) => stage.apply(command),
    log,
  });

  const http = serveHttp("HLS_PORT", log, {
    hostname: config.HOST,
    port: config.HLS_PORT,
    idleTimeout: httpIdleSec,
    fetch(request, server) {
      if (new URL(request.url).pathname !== "/healthz") return handleHls(request, server);
      const reasons = commands.isConnected ? [] : ["api cannot be reached: nobody new can publish"];
      return Response.json(
        { ok: reasons.length === 0, reasons, streams: stage.live.length },
        { status: reasons.length === 0 ? 200 : 503 },
      );
    },
  });
  const rtmpOptions = { host: config.HOST, stage, log, now: () => performance.now() };
  const listen = (variable: "RTMP_PORT" | "RTMPS_PORT", port: number, tls?: Certificate) =>
    listenOn(variable, config.HOST, port, () => startRtmpListener({ ...rtmpOptions, port, ...(tls && { tls }) }));
  const rtmp = listen("RTMP_PORT", config.RTMP_PORT);
  const { RTMPS_PORT: rtmpsPort, TLS_CERT: certPath, TLS_KEY: keyPath } = config;
  const rtmps =
    rtmpsPort && certPath && keyPath
      ? await RtmpsListener.start({ certPath, keyPath, listen: (tls) => listen("RTMPS_PORT", rtmpsPort, tls), log })
      : null;

  const thumbnails = startThumbnails(config, stage, log);

  void commands.run();
  const timers = [setInterval(() => stage.reportAll(), reportEveryMs), setInterval(() => stage.sweep(), sweepEveryMs)];
  log.info({ rtmpPort: config.RTMP_PORT, hlsPort: config.HLS_PORT }, "listening");

  return {
    // No ENDLIST: encoders come back to the next process, and the show goes on.
    async stop() {
      for (const timer of [...timers, thumbnails]) clearInterval(timer);
      commands.stop();
      await Promise.all([rtmp.stop(), rtmps?.stop()]);
      await http.stop(true);
    },
  };
});

/** Pictures of what is on, where there is an ffmpeg to make them with. Returns the timer, if there is one. */
function startThumbnails(config: Config, stage: BroadcastStage, log: Logger): Timer | undefined {
  const ffmpegPath = Bun.which(config.FFMPEG_PATH ?? "ffmpeg");
  if (ffmpegPath === null) {
    log.warn({ ffmpegPath: config.FFMPEG_PATH }, "ffmpeg is not there: pages show no pictures of live streams");
    return undefined;
  }
  const thumbnails = new Thumbnails({
    streams: () => stage.live,
    takePicture: (media) => takePicture(media, { ffmpegPath }),
    now: () => performance.now(),
    log,
  });
  return setInterval(() => void thumbnails.makeNext(), thumbnailEveryMs);
}
