import { readConfig } from "./config.ts";
import { freePort, isFree } from "./demo/ports.ts";
import { type Show, startShow } from "./demo/show.ts";
import { administrator, streamer, viewer } from "./demo/site.ts";
import { findOrExplain } from "./e2e/support/tools.ts";

/**
 * `npm run demo`: Panggung with people in it, on a folder of its own that is gone afterwards. Exit code 0 after Ctrl-C,
 * 1 when it could not start or the server ended by itself.
 */

/** The usual ports; where something listens already, others. */
async function choosePorts(): Promise<Record<string, number>> {
  const config = readConfig({ HOST: process.env["HOST"] });
  const ports: Record<string, number> = {};
  for (const name of ["PORT", "INTERNAL_PORT", "HLS_PORT", "SIGNALING_PORT", "RTMP_PORT"] as const) {
    ports[name] = (await isFree(config[name], config.HOST)) ? config[name] : await freePort(config.HOST);
  }
  return ports;
}

function describe({ server, site, hasGuest }: Show): string {
  const room = hasGuest
    ? `${site.roomUrl} (Maya is in it)`
    : `${site.roomUrl} (open it in two windows: there is no Chromium to play a guest)`;
  const rows = [
    ...server.rows,
    ["A live channel", `${server.pageUrl}/@${administrator} (its clock is this machine's: see how far behind you are)`],
    ["A call", room],
    ["Sign in", `${server.pageUrl}/login`],
    ...[
      ["  administrator", administrator],
      ["  streamer", streamer],
      ["  viewer", viewer],
    ].map(([role = "", name = ""]) => [role, `${name.padEnd(6)} ${site.passwords.get(name) ?? ""}`]),
  ];
  const lines = rows.map(([name = "", value = ""]) => `  ${name.padEnd(20)} ${value}`);
  return [
    "Panggung's demo is ready. Its people are made up; all else is real.",
    ...lines,
    "Ctrl-C stops it and removes everything.",
  ].join("\n");
}

async function run(): Promise<number> {
  const asked = new AbortController();
  const askedToStop = new Promise<"asked">((resolve) => asked.signal.addEventListener("abort", () => resolve("asked")));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => asked.abort());
  const ffmpeg = findOrExplain("ffmpeg");
  console.log("Starting a server, two streams and a room full of people…");
  let show: Show;
  try {
    show = await startShow(ffmpeg, await choosePorts(), asked.signal);
  } catch (error) {
    if (asked.signal.aborted) return 0;
    throw error;
  }
  console.log(describe(show));
  const why = await Promise.race([askedToStop, show.server.ended]);
  await show.stop();
  if (why === "asked") return 0;
  console.error("The server ended by itself; its last lines above say why.");
  return 1;
}

try {
  process.exit(await run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
