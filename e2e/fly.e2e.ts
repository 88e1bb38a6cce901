import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { playlistPath } from "../ingest/contract/playback.ts";
import { FormClient } from "./support/form-client.ts";
import { type Publisher, publish } from "./support/publisher.ts";
import { freePorts } from "./support/server.ts";
import { until } from "./support/until.ts";

/**
 * The machines of fly.toml as processes, by its commands and with its variables, two of them `ingest`; before those a proxy
 * that obeys `fly-replay` as Fly's documentation says that Fly's does.
 */

setDefaultTimeout(60_000);
const projectRoot = join(import.meta.dir, "..");
const flyFile = z
  .object({ env: z.record(z.string(), z.string()), processes: z.record(z.string(), z.string()) })
  .parse(Bun.TOML.parse(await Bun.file(join(projectRoot, "fly.toml")).text()));
const dataDir = mkdtempSync(join(tmpdir(), "panggung-fly-"));
const password = "correct horse battery";
const [pages = 0, chat = 0, hlsOfFirst = 0, rtmpOfFirst = 0, hlsOfSecond = 0, rtmpOfSecond = 0] = freePorts(6);
// Free on every address, as the private listener takes it there.
const probe = Bun.listen({ hostname: "::", port: 0, socket: { data: () => undefined } });
const internal = probe.port;
probe.stop(true);

const environment: Record<string, string> = {
  ...flyFile.env,
  PATH: process.env["PATH"] ?? "",
  HOST: "127.0.0.1",
  PORT: String(pages),
  INTERNAL_PORT: String(internal),
  SIGNALING_PORT: String(chat),
  // There: the address of a name under .internal, likewise IPv6.
  API_INTERNAL_URL: `http://[::1]:${internal}`,
  // The form client is no browser, and knows no TLS of a proxy.
  PUBLIC_URL: `http://127.0.0.1:${pages}`,
  TRUSTED_PROXIES: "127.0.0.1",
  DATA_DIR: dataDir,
  LOG_LEVEL: "warn",
  SECRET: "s".repeat(40),
  INGEST_TOKEN: "i".repeat(40),
  SIGNALING_TOKEN: "t".repeat(40),
};

/** A machine of the group, once it says that it is well. */
async function startMachine(group: string, port: number, more: Record<string, string> = {}): Promise<Bun.Subprocess> {
  const command = (flyFile.processes[group] ?? "").split(" ").map((word) => (word === "bun" ? process.execPath : word));
  const machine = Bun.spawn(command, {
    cwd: projectRoot,
    env: { ...environment, ...more },
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  machines.push(machine);
  await until(
    `${group} is well`,
    async () => {
      if (machine.exitCode !== null) throw new Error(`${group} ended with code ${machine.exitCode}.`);
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
      return answer?.status === 200;
    },
    30_000,
  );
  return machine;
}

const machines: Bun.Subprocess[] = [];
const publishers: Publisher[] = [];
const hlsPorts: Record<string, number> = { aa11: hlsOfFirst, bb22: hlsOfSecond };
/** Which machine the proxy asks first. */
let nearest = "aa11";
let replays: string[] = [];
let proxy: Bun.Server<undefined>;

async function forward(request: Request, machine: string, source?: string): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  headers.set("Fly-Client-IP", "203.0.113.5");
  headers.set("X-Forwarded-For", "203.0.113.5, 66.241.124.230");
  if (source !== undefined) headers.set("fly-replay-src", `instance=${source};region=sin;t=${Date.now()}000`);
  const answer = await fetch(`http://127.0.0.1:${hlsPorts[machine]}${pathname}${search}`, {
    headers,
    decompress: false,
  });
  const [, target] = /^instance=(\w+)$/.exec(answer.headers.get("fly-replay") ?? "") ?? [];
  if (target === undefined) return answer;
  replays.push(`${machine} to ${target}`);
  await answer.body?.cancel();
  if (source !== undefined) return new Response("sent in circles", { status: 502 });
  return forward(request, target, machine);
}

let client: FormClient;
let key = "";
let streamId = "";

beforeAll(async () => {
  proxy = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => forward(request, nearest) });
  await startMachine("api", pages);
  await Promise.all([
    startMachine("ingest", hlsOfFirst, {
      FLY_MACHINE_ID: "aa11",
      HLS_PORT: String(hlsOfFirst),
      RTMP_PORT: String(rtmpOfFirst),
    }),
    startMachine("ingest", hlsOfSecond, {
      FLY_MACHINE_ID: "bb22",
      HLS_PORT: String(hlsOfSecond),
      RTMP_PORT: String(rtmpOfSecond),
    }),
    startMachine("signaling", chat),
  ]);
  const admin = [process.execPath, join(projectRoot, "api", "admin.ts"), "setup-link"];
  const link = Bun.spawnSync(admin, { env: environment }).stdout.toString().trim();
  client = new FormClient(`http://127.0.0.1:${pages}`);
  await client.send(link);
  await client.send("/setup", { username: "ibu", password });
  key = await client.streamKey(password);
});

afterAll(async () => {
  await Promise.all(publishers.map((publisher) => publisher.end("SIGKILL")));
  for (const machine of machines) machine.kill("SIGTERM");
  const codes = await Promise.all(machines.map((machine) => machine.exited));
  await proxy.stop(true);
  rmSync(dataDir, { recursive: true, force: true });
  expect(codes).toEqual(machines.map(() => 0));
});

const publishTo = (rtmpPort: number): void => void publishers.push(publish(`rtmp://127.0.0.1:${rtmpPort}/live`, key));
/** Through the proxy. */
const get = (path: string): Promise<Response> => fetch(new URL(path, proxy.url));
const playlist = (): string => playlistPath(streamId).replace("index.m3u8", "source/index.m3u8");

test("a stream of the first machine is watched through the second", async () => {
  publishTo(rtmpOfFirst);
  // As the page prints it, for Fly's port.
  const printed = await until("the channel is live", async () =>
    /https:\/\/your-stage\.fly\.dev:8443\/live\/([\w-]+)\/index\.m3u8/.exec(await client.send("/@ibu")),
  );
  streamId = printed[1] ?? "";
  nearest = "bb22";
  const multivariant = await until("it can be watched", async () => {
    const answer = await get(playlistPath(streamId));
    return answer.status === 200 && answer.text();
  });
  expect(multivariant).toContain("source/index.m3u8");

  // Low latency: the request waits at the machine that it was brought to, for what is not there yet.
  const text = await (await get(playlist())).text();
  const [, sequence = ""] = /#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text) ?? [];
  const next = Number(sequence) + text.split("#EXTINF").length;
  const later = await get(`${playlist()}?_HLS_msn=${next - 1}&_HLS_part=0`);
  expect([later.status, (await later.text()).length > text.length / 2]).toEqual([200, true]);
  const [init = ""] = /\d+\/init-\d+\.mp4/.exec(text) ?? [];
  const media = await get(playlist().replace("index.m3u8", init));
  expect([media.status, media.headers.get("Content-Type")]).toEqual([200, "video/mp4"]);
  expect(new Set(replays)).toEqual(new Set(["bb22 to aa11"]));
});

test("what nobody holds is nowhere, and who was sent to a machine is not sent on", async () => {
  replays = [];
  expect((await get(playlistPath("nothing-of-this-name"))).status).toBe(404);
  const direct = `http://127.0.0.1:${hlsOfSecond}${playlistPath(streamId)}`;
  const answer = await fetch(direct, { headers: { "fly-replay-src": "instance=aa11" } });
  expect([answer.status, answer.headers.get("fly-replay"), replays]).toEqual([503, null, []]);
});

test("an encoder that comes back to the other machine takes its viewers along", async () => {
  const before = Number(/(\d+)\/init/.exec(await (await get(playlist())).text())?.[1]);
  await publishers[0]?.end("SIGKILL");
  publishTo(rtmpOfSecond);
  nearest = "aa11";
  replays = [];
  const after = await until("viewers see the second machine's", async () => {
    const answer = await get(playlist());
    const incarnation = Number(/(\d+)\/init/.exec(answer.status === 200 ? await answer.text() : "")?.[1]);
    return incarnation > before && incarnation;
  });
  expect([after, new Set(replays)]).toEqual([before + 1, new Set(["aa11 to bb22"])]);
  // The machine that was left no longer speaks for the stream: nothing ends it.
  expect(await client.send("/@ibu")).toContain(streamId);
});
