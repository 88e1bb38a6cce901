import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { freePorts, type Server, startServer } from "./support/server.ts";

/** `npm run doctor` beside a server that runs, and a proxy in front of it that does what proxies do wrong. */

setDefaultTimeout(60_000);

let server: Server;
let front: ReturnType<typeof Bun.serve>;
type Fault = "none" | "gathers" | "elsewhere" | "cannot reach it";
let fault: Fault = "none";
let publicUrl: string;

beforeAll(async () => {
  const [port = 0] = freePorts(1);
  publicUrl = `http://127.0.0.1:${port}`;
  server = await startServer({ PUBLIC_URL: publicUrl });
  front = Bun.serve({ hostname: "127.0.0.1", port, idleTimeout: 60, fetch: pass });
});
afterAll(async () => {
  await front?.stop(true);
  await server?.stop();
});

async function pass(request: Request): Promise<Response> {
  if (fault === "elsewhere") return new Response("<!doctype html><title>Parked</title>");
  if (fault === "cannot reach it") return new Response("Bad gateway", { status: 502 });
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  const response = await fetch(server.pageUrl + pathname + search, {
    headers,
    decompress: false,
    signal: request.signal,
  });
  return fault === "gathers" ? new Response(await response.arrayBuffer(), response) : response;
}

/** What it printed, by what it is about, and its exit code. */
async function examine(
  environment: Record<string, string> = {},
): Promise<{ code: number; said: Record<string, string> }> {
  const run = Bun.spawn([process.execPath, "--no-env-file", join(import.meta.dir, "../start/doctor.ts")], {
    env: {
      PATH: process.env["PATH"] ?? "",
      ...Object.fromEntries(Object.entries(server.ports).map(([name, port]) => [name, String(port)])),
      HOST: "127.0.0.1",
      DATA_DIR: server.dataDir,
      PUBLIC_URL: publicUrl,
      ...environment,
    },
    stdout: "pipe",
  });
  const lines = (await run.stdout.text())
    .split("\n")
    .flatMap((line) => /^(ok|warning|PROBLEM) +(.{22}) (.*)$/.exec(line) ?? []);
  const said: Record<string, string> = {};
  for (let at = 0; at < lines.length; at += 4) said[lines[at + 2]?.trim() ?? ""] = `${lines[at + 1]}: ${lines[at + 3]}`;
  return { code: await run.exited, said };
}

test("where all is well there is no problem", async () => {
  const { code, said } = await examine();
  for (const name of ["PORT", "INTERNAL_PORT", "HLS_PORT", "SIGNALING_PORT"])
    expect(said[`${name} ${server.ports[name]}`]).toBe("ok: Panggung runs here, and is well.");
  expect(said).toMatchObject({
    [`RTMP_PORT ${server.ports["RTMP_PORT"]}`]: "ok: ingest runs here.",
    "Private listener": "ok: only at 127.0.0.1.",
    PUBLIC_URL: `ok: ${publicUrl} leads here.`,
    "Clock of PUBLIC_URL": "ok: agrees with this machine's.",
    Events: "ok: reach pages at once.",
    Media: `ok: ${server.hlsUrl} leads to ingest.`,
    "Chat and calls": `ok: ${server.signalingUrl.replace("http", "ws")}/ws opens.`,
    Database: expect.stringMatching(/^ok: DATA_DIR=.*: sound, \d\.\d MB\.$/),
    ffmpeg: expect.stringContaining("makes pictures of H.264"),
  });
  expect(code).toBe(0);
});

test("a proxy that gathers what is to arrive at once", async () => {
  fault = "gathers";
  const { code, said } = await examine();
  expect([code, said["Events"]]).toEqual([1, expect.stringMatching(/^PROBLEM: .*turn buffering of responses off/)]);
});

test.each([
  ["elsewhere", /^PROBLEM: http:\S+ answers 200, but is no Panggung/],
  ["cannot reach it", /^PROBLEM: http:\S+ answers 502: its proxy does not reach api at PORT/],
] satisfies [Fault, RegExp][])("an address that leads %s", async (which, line) => {
  fault = which;
  const { code, said } = await examine();
  expect([code, said["PUBLIC_URL"]]).toEqual([1, expect.stringMatching(line)]);
});

test("media and chat that lead nowhere", async () => {
  fault = "none";
  const [nowhere = 0] = freePorts(1);
  const { code, said } = await examine({
    PUBLIC_HLS_URL: server.pageUrl,
    PUBLIC_SIGNALING_URL: `ws://127.0.0.1:${nowhere}/ws`,
  });
  expect(said["Media"]).toMatch(/^PROBLEM: .* is not ingest: look at PUBLIC_HLS_URL\.$/);
  expect(said["Chat and calls"]).toMatch(/^PROBLEM: ws:\S+ refuses connections/);
  expect(code).toBe(1);
});
